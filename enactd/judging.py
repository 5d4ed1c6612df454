"""The part of a decision that blocks, in one go on a thread: judge the call, and record the verdict.

One way to a thread and back: on a quiet machine each costs as much as the policies. Whoever waits is woken once,
by the receipt itself where there is one.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Protocol, TypeVar

from enactd.verdict import Decision, Verdict


class Judged(Protocol):
    """Anything with a verdict."""

    @property
    def verdict(self) -> Verdict:
        """What was decided."""

    @property
    def grants(self) -> tuple[str, ...]:
        """What people opened that it rests on."""


J = TypeVar("J", bound=Judged)
R_co = TypeVar("R_co", covariant=True)


class Place(Protocol[R_co]):
    """Where a receipt is waited for on an event loop."""

    async def receipt(self) -> R_co | None:
        """The durable receipt; None once it was left empty. Raises what it was left with, or `ReceiptError`."""

    def leave(self, fault: BaseException | None = None) -> None:
        """No receipt will come. From any thread; without effect once something came."""


async def judge_and_record(
    pool: Executor, place: Place[R_co], judge: Callable[[], J], record: Callable[[J], None], seconds: float
) -> tuple[J, R_co | None]:
    """What `judge` found, and the receipt that `record` put into `place`: at once, but for questions and what rests
    on grants, which are not recorded.

    Raises `TimeoutError` if there was no verdict in time; from then on none is recorded.
    """
    claim = threading.Lock()  # held by the first: the verdict that is recorded, or the time that has run out
    found: list[J] = []

    def work() -> None:
        judgement = judge()
        found.append(judgement)
        if judgement.verdict.decision is Decision.ASK or judgement.grants or not claim.acquire(blocking=False):
            place.leave()
        else:
            record(judgement)

    def run_out() -> None:
        if claim.acquire(blocking=False):
            place.leave(TimeoutError())

    working = pool.submit(work)
    clock = asyncio.get_running_loop().call_later(seconds, run_out)
    working.add_done_callback(lambda ended: _pass_on(ended, place))
    try:
        receipt = await place.receipt()
    except asyncio.CancelledError:
        claim.acquire(blocking=False)
        working.cancel()
        raise
    finally:
        clock.cancel()
    return found[0], receipt


def _pass_on(ended: Future[None], place: Place[Any]) -> None:
    """A fault of the work reaches whoever waits for its receipt."""
    if not ended.cancelled() and (fault := ended.exception()) is not None:
        place.leave(fault)
