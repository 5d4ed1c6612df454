"""Blocking work beside the loop, in threads that nothing waits for when the daemon ends, and not too many of them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from enactd.approvals.channels.secret import UNTOLD
from enactd.errors import ChannelError, EnactError

THREADS: Final = 4
QUEUE: Final = 1_000
T = TypeVar("T")


class Work:
    """At most `threads` pieces of work at once, each bounded by itself; more wait, and beyond `QUEUE` are refused."""

    def __init__(self, threads: int = THREADS) -> None:
        self._slots = asyncio.Semaphore(threads)
        self._queued = 0

    async def do(self, work: Callable[[], T], *, wanted: Callable[[], bool] = lambda: True) -> T | None:
        """What `work` returns, or raises of `OSError` and `EnactError`; None if it was not `wanted` any more when its turn came."""
        if self._queued >= QUEUE:
            raise ChannelError(f"more than {QUEUE} messages wait to be sent", effect=UNTOLD, fix="enactctl pending")
        self._queued += 1
        try:
            await self._slots.acquire()
        finally:
            self._queued -= 1
        if not wanted():
            self._slots.release()
            return None
        return await self._thread(work)

    async def _thread(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(set_it: Callable[[Any], None], value: Any) -> None:
            self._slots.release()  # when the thread ends, whoever has stopped waiting for it meanwhile
            if not done.done():
                set_it(value)

        def run() -> None:
            fault: Exception = ChannelError("a fault of the channel itself", effect=UNTOLD, fix="enactctl log")
            outcome: tuple[Callable[[Any], None], Any] | None = None
            try:
                outcome = done.set_result, work()
            except (OSError, EnactError) as expected:
                fault = expected
            finally:  # whatever else it was, nobody waits for ever
                with contextlib.suppress(RuntimeError):  # the loop has ended, and everybody who waited with it
                    loop.call_soon_threadsafe(settle, *(outcome or (done.set_exception, fault)))

        threading.Thread(target=run, daemon=True, name="channel").start()
        return await done
