"""The part of a decision that blocks, in one go on a thread: judge the call, and record the verdict.

One way to a thread and back instead of two: on a quiet machine each costs as much as the policies.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Protocol, TypeVar

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


async def judge_and_record(
    pool: Executor, judge: Callable[[], J], record: Callable[[J], None], seconds: float
) -> tuple[J, bool]:
    """What `judge` found, and whether `record` was given it: at once, but for questions and what rests on grants.

    Raises `TimeoutError` if there was no verdict in time; from then on none is recorded.
    """
    claim = threading.Lock()  # held by the first: the verdict that is recorded, or the time that has run out
    found: list[J] = []

    def work() -> bool:
        judgement = judge()
        found.append(judgement)
        if judgement.verdict.decision is Decision.ASK or judgement.grants or not claim.acquire(blocking=False):
            return False
        record(judgement)
        return True

    try:
        async with asyncio.timeout(seconds):
            recorded = await asyncio.get_running_loop().run_in_executor(pool, work)
    except TimeoutError:
        if claim.acquire(blocking=False):
            raise
        recorded = True
    return found[0], recorded
