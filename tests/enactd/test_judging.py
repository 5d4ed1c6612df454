"""A verdict is recorded once, by whoever comes first: the judge or the clock."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.place import Place

from enactd.gate import Denial
from enactd.judging import judge_and_record
from enactd.verdict import Decision, Verdict


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def denial(decision: Decision) -> Denial:
    return Denial(verdict=Verdict(decision, ()))


@pytest.mark.parametrize("decision", [Decision.ALLOW, Decision.DENY])
async def test_a_verdict_is_recorded_on_the_judges_thread(pool: ThreadPoolExecutor, decision: Decision) -> None:
    """One way there and back: the thread that judged is the one that records, and its receipt wakes the caller."""
    threads: list[int] = []
    place = Place[str]()

    def judge() -> Denial:
        threads.append(threading.get_ident())
        return denial(decision)

    def record(_: Denial) -> None:
        threads.append(threading.get_ident())
        place.come("receipt")

    judgement, receipt = await judge_and_record(pool, place, judge, record, 5)
    assert (decision, "receipt") == (judgement.verdict.decision, receipt)
    assert [threads[0]] * 2 == threads
    assert threading.get_ident() not in threads


async def test_a_question_is_left_to_the_gate(pool: ThreadPoolExecutor) -> None:
    """Whether somebody can be asked belongs into the receipt, and is found out later."""
    records: list[Denial] = []
    judgement, receipt = await judge_and_record(pool, Place[str](), lambda: denial(Decision.ASK), records.append, 5)
    assert (Decision.ASK, None, []) == (judgement.verdict.decision, receipt, records)


async def test_what_comes_too_late_is_never_recorded(pool: ThreadPoolExecutor) -> None:
    """After the time has run out there is one receipt, the gate's own, and no allow behind it."""
    records: list[Denial] = []
    go = threading.Event()

    def judge() -> Denial:
        go.wait(5)
        return denial(Decision.ALLOW)

    with pytest.raises(TimeoutError):
        await judge_and_record(pool, Place[str](), judge, records.append, 0.02)
    go.set()
    pool.shutdown()
    assert [] == records


async def test_nothing_is_recorded_for_a_caller_who_gave_up(pool: ThreadPoolExecutor) -> None:
    """Who was told no by another clock finds no allow behind it, either."""
    records: list[Denial] = []
    judging, go = threading.Event(), threading.Event()

    def judge() -> Denial:
        judging.set()
        go.wait(5)
        return denial(Decision.ALLOW)

    waiting = asyncio.create_task(judge_and_record(pool, Place[str](), judge, records.append, 5))
    await asyncio.to_thread(judging.wait, 5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go.set()
    pool.shutdown()
    assert [] == records


async def test_a_verdict_that_is_being_recorded_stands(pool: ThreadPoolExecutor) -> None:
    """Time that runs out while the receipt is written does not make a second one."""
    place = Place[str]()

    def record(_: Denial) -> None:
        time.sleep(0.1)
        place.come("receipt")

    judgement, receipt = await judge_and_record(pool, place, lambda: denial(Decision.ALLOW), record, 0.02)
    assert (Decision.ALLOW, "receipt") == (judgement.verdict.decision, receipt)


@pytest.mark.parametrize("breaks", ["judge", "record"])
async def test_a_fault_of_the_work_is_raised(pool: ThreadPoolExecutor, breaks: str) -> None:
    """The gate turns it into a no."""

    def broken(_: Denial | None = None) -> Denial:
        raise ZeroDivisionError

    judge = broken if breaks == "judge" else lambda: denial(Decision.ALLOW)
    with pytest.raises(ZeroDivisionError):
        await judge_and_record(pool, Place[str](), judge, lambda found: None if breaks == "judge" else broken(found), 5)  # type: ignore[func-returns-value]
