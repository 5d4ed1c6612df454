"""A verdict is recorded once, by whoever comes first: the judge or the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

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
    """One way there and back: the thread that judged is the one that records."""
    threads: list[int] = []

    def judge() -> Denial:
        threads.append(threading.get_ident())
        return denial(decision)

    def record(_: Denial) -> None:
        threads.append(threading.get_ident())

    judgement, recorded = await judge_and_record(pool, judge, record, 5)
    assert (decision, True) == (judgement.verdict.decision, recorded)
    assert [threads[0]] * 2 == threads
    assert threading.get_ident() not in threads


async def test_a_question_is_left_to_the_gate(pool: ThreadPoolExecutor) -> None:
    """Whether somebody can be asked belongs into the receipt, and is found out later."""
    records: list[Denial] = []
    judgement, recorded = await judge_and_record(pool, lambda: denial(Decision.ASK), records.append, 5)
    assert (Decision.ASK, False, []) == (judgement.verdict.decision, recorded, records)


async def test_what_comes_too_late_is_never_recorded(pool: ThreadPoolExecutor) -> None:
    """After the time has run out there is one receipt, the gate's own, and no allow behind it."""
    records: list[Denial] = []
    go = threading.Event()

    def judge() -> Denial:
        go.wait(5)
        return denial(Decision.ALLOW)

    with pytest.raises(TimeoutError):
        await judge_and_record(pool, judge, records.append, 0.02)
    go.set()
    pool.shutdown()
    assert [] == records


async def test_a_verdict_that_is_being_recorded_stands(pool: ThreadPoolExecutor) -> None:
    """Time that runs out while the receipt is written does not make a second one."""
    records: list[Denial] = []

    def record(judgement: Denial) -> None:
        time.sleep(0.1)
        records.append(judgement)

    judgement, recorded = await judge_and_record(pool, lambda: denial(Decision.ALLOW), record, 0.02)
    assert (Decision.ALLOW, True) == (judgement.verdict.decision, recorded)
    pool.shutdown()
    assert [judgement] == records


async def test_a_fault_of_the_judge_is_raised(pool: ThreadPoolExecutor) -> None:
    """The gate turns it into a no."""

    def judge() -> Denial:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await judge_and_record(pool, judge, lambda _: None, 5)
