"""Carries questions to the channels that are configured, and answers from those that are polled back to the desk.

Every channel has a queue and a task of its own: one that hangs or fails costs its own messages, is told to
`troubled`, and never keeps the gate or another channel waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from enactd.approvals.desk import Desk
from enactd.approvals.model import Channel, Request, State
from enactd.approvals.web.limits import Bucket
from enactd.config.approvals import Approvals
from enactd.errors import EnactError

QUEUE: Final = 512
"""Messages that wait for one channel; of more the oldest are dropped, and that is told."""
MESSAGE_S: Final = 30.0
GLANCE_S: Final = 2.0
"""How soon changed settings come into force."""
AT_ONCE: Final = 20
EVERY_S: Final = 30.0
"""Questions of one session that are announced at once, and how often one more; others wait unannounced in `pending`."""
SESSIONS: Final = 1_000
RETRY_S: Final = (5.0, 30.0, 120.0)

Open = Callable[[Approvals], Sequence[Channel]]
Attempt = Callable[[Awaitable[Any]], Awaitable[Any]]
"""Awaits, and gives the result or the exception."""

log = structlog.get_logger()


class Courier:
    """One per daemon. `troubled` hears in a line what does not work, and an empty line when all does again."""

    def __init__(self, desk: Desk, troubled: Callable[[str], object], open_channels: Open, attempt: Attempt) -> None:
        self._attempt = attempt
        self._desk = desk
        self._troubled = troubled
        self._open = open_channels
        self._posts: list[Post] = []
        self._broken = ""
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def has_ways(self) -> bool:
        """Whether a channel is configured that did not fail just now."""
        return any(not post.failing for post in self._posts)

    def failing(self) -> tuple[str, ...]:
        """What does not work now, one line each."""
        return tuple(post.failing for post in self._posts if post.failing) + ((self._broken,) if self._broken else ())

    def hear(self, request: Request, state: State) -> None:
        """A request waits, or is settled. Never blocks. A session that asks without end is not announced without end."""
        if state == "pending" and not self._may_be_told(request):
            log.warning("not announced, its session asks too often", request=request.id, session=request.session)
            return
        for post in self._posts:
            post.put(request, state)

    async def run(self, wanted: Callable[[], Approvals]) -> None:
        """Serve the channels that the settings name, from now on."""
        while True:
            settings = wanted()
            async with asyncio.TaskGroup() as tasks:
                serving = [tasks.create_task(post.run()) for post in self._opened(settings)]
                while wanted() == settings:  # noqa: ASYNC110 - settings are a value, and nobody tells of a new one
                    await asyncio.sleep(GLANCE_S)
                for task in serving:
                    task.cancel()

    def _may_be_told(self, request: Request) -> bool:
        whose, now = (request.agent, request.session), time.monotonic()
        bucket = self._buckets.pop(whose, None) or Bucket(AT_ONCE, 1 / EVERY_S, now)
        self._buckets[whose] = bucket  # the newest last
        if len(self._buckets) > SESSIONS:
            del self._buckets[next(iter(self._buckets))]
        return not bucket.take(now)

    def _opened(self, settings: Approvals) -> list[Post]:
        self._broken = ""
        try:
            channels = self._open(settings)
        except EnactError as error:
            self._broken, channels = f"{error.problem}: {error.cause}" if error.cause else error.problem, ()
            log.error("channels cannot be used", problem=error.problem, cause=error.cause)
        self._posts = [Post(channel, self._desk, self._tell, self._attempt) for channel in channels]
        self._tell()
        for request in self._desk.pending():  # links of an earlier start are dead: tell them anew
            self.hear(request, "pending")
        return self._posts

    def _tell(self) -> None:
        self._troubled("; ".join(self.failing()))


class Post:
    """One channel with its queue."""

    def __init__(self, channel: Channel, desk: Desk, changed: Callable[[], None], attempt: Attempt) -> None:
        self._attempt = attempt
        self.failing = ""
        self._channel = channel
        self._desk = desk
        self._changed = changed
        self._queue: asyncio.Queue[tuple[Request, State]] = asyncio.Queue(QUEUE)
        self._told: dict[str, None] = {}

    def put(self, request: Request, state: State) -> None:
        """Let it wait its turn."""
        if self._queue.full():
            self._queue.get_nowait()
            self._fail(f"more than {QUEUE} messages wait")
        self._queue.put_nowait((request, state))

    async def run(self) -> None:
        """Deliver what comes, and take back what comes back, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            while True:
                request, state = await self._queue.get()
                await self._deliver(request, state)

    async def _deliver(self, request: Request, state: State) -> None:
        """One message, in bounded time; a fault of the channel is a line in `status`."""
        fault = await self._attempt(asyncio.wait_for(self._tell(request, state), MESSAGE_S))
        if isinstance(fault, TimeoutError):
            self._fail(f"no answer in {MESSAGE_S:g} s")
        elif isinstance(fault, Exception):
            self._fail(_line(fault))
        elif fault:
            self._work_again()

    async def _tell(self, request: Request, state: State) -> bool:
        """Whether there was something to tell these people."""
        if state != "pending":
            told = self._told.pop(request.id, ()) is None
            if told:
                await self._channel.withdraw(request, state)
            return told
        if not any(one.id == request.id for one in self._desk.pending()):
            return False
        self._told[request.id] = None
        await self._announce(request)
        return True

    async def _announce(self, request: Request) -> None:
        """To each approver at once: one who cannot be told keeps no other from it. Raises the first fault."""
        told = (self._channel.announce(request, self._desk.links(request, who)) for who in self._channel.approvers)
        for fault in await asyncio.gather(*told, return_exceptions=True):
            if isinstance(fault, BaseException):
                raise fault

    async def _listen(self) -> None:
        """Answers of a polled channel; a broken poll begins again after a pause."""
        tries = 0
        while True:
            heard = await self._attempt(self._replies())
            if isinstance(heard, Exception):
                self._fail(_line(heard))
            elif not heard and not tries:
                return  # it is not polled
            tries = 0 if heard is True else tries
            await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1

    async def _replies(self) -> bool:
        """Whether something came back until the channel had no more."""
        heard = False
        async for token in self._channel.replies():
            heard = True
            await self._take(token)
        return heard

    async def _take(self, token: str) -> None:
        """An answer that came back; one that is none changes nothing."""
        with contextlib.suppress(EnactError):
            settled = await self._desk.answer_by_token(token, channel=self._channel.name)
            log.info("answered", request=settled.request, state=settled.state, channel=self._channel.name)

    def _fail(self, why: str) -> None:
        self.failing = f"{self._channel.name}: {why}"[:300]
        log.warning("a channel fails", channel=self._channel.name, why=why[:300])
        self._changed()

    def _work_again(self) -> None:
        if self.failing:
            self.failing = ""
            self._changed()


def _line(fault: Exception) -> str:
    """What went wrong, without what a channel may have put into other errors: addresses and tokens."""
    if isinstance(fault, EnactError):
        return f"{fault.problem}: {fault.cause}" if fault.cause else fault.problem
    return type(fault).__name__


def opener(keys: Path) -> Open:
    """Opens the channels that are configured; secret files with a bare name lie in `keys`."""

    def open_channels(settings: Approvals) -> Sequence[Channel]:
        from enactd.approvals.channels import channels

        return channels(settings, keys)

    return open_channels
