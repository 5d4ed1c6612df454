"""Who waits for an answer hears it; who has gone uses nothing up."""

from __future__ import annotations

import asyncio

import pytest

from enactd.holds import Holds


async def test_an_answer_reaches_who_waits() -> None:
    """And the time it may take is passed on."""

    async def answered(seconds: float) -> float:
        return seconds

    assert 7 == await Holds().wait(answered, 7)


@pytest.mark.parametrize("early", [True, False])
async def test_who_has_gone_hears_nothing(early: bool) -> None:
    """Gone before the wait began, or while it lasts: it ends at once, and without an answer."""
    holds, seen = Holds(), []

    async def waits(seconds: float) -> str:
        seen.append(seconds)
        await asyncio.sleep(seconds)
        return "yes"

    task = asyncio.create_task(holds.wait(waits, 600))
    if not early:
        await asyncio.sleep(0.01)
    holds.end(task)
    assert None is await asyncio.wait_for(task, 60)
    assert [0 if early else 600] == seen


async def test_a_call_that_is_cancelled_is_cancelled() -> None:
    """The end of the daemon is no answer."""
    task = asyncio.create_task(Holds().wait(asyncio.sleep, 600))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
