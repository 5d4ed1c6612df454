"""Break-glass has a reason, an end, and receipts; a restart neither loses nor revives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desk import Table

from enactd.approvals.pauses import LONGEST_MINUTES
from enactd.errors import ReceiptError, UsageError


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


async def test_it_ends_by_itself(table: Table) -> None:
    """At its minute, over a restart too, and the end is recorded once."""
    made = await table.desk.pauses.begin(minutes=10, reason="fire", by="ada")
    table.clock.now += 599
    table.restart()
    assert [made.id] == [pause.id for pause in table.desk.pauses.holding()]
    table.clock.now += 1
    assert () == table.desk.pauses.holding()
    await table.desk.expire()
    await table.desk.expire()
    assert ["paused", "pause-ended"] == table.receipts.events()


async def test_what_was_ended_stays_ended(table: Table) -> None:
    """By a person before its time; a restart and a clock that was set back change nothing of it."""
    made = await table.desk.pauses.begin(minutes=10, reason="fire", by="ada")
    assert [made.id] == [pause.id for pause in await table.desk.pauses.end(by="ada")]
    assert () == table.desk.pauses.holding()
    table.restart()
    assert () == table.desk.pauses.holding()
    table.clock.now -= 100
    assert () == table.desk.pauses.holding()
    assert () == await table.desk.pauses.end(by="ada")
    assert ["paused", "resumed"] == table.receipts.events()


async def test_one_session_is_one_session(table: Table) -> None:
    """And ending another one's ends nothing of it."""
    await table.desk.pauses.begin(minutes=10, reason="fire", by="ada", session="s")
    assert table.desk.pauses.over("claude-code", "s")
    assert table.desk.pauses.over("claude-code", "t") is None
    assert () == await table.desk.pauses.end(by="ada", wanted="t")
    assert table.desk.pauses.over("claude-code", "s")


@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"minutes": -1}, {"minutes": LONGEST_MINUTES + 1}, {"reason": " "}, {"reason": "x" * 400}]
)
async def test_it_needs_an_end_and_a_reason(table: Table, wrong: dict[str, object]) -> None:
    """Nothing is paused for ever, and nothing without a why."""
    with pytest.raises(UsageError):
        await table.desk.pauses.begin(**{"minutes": 10, "reason": "fire", "by": "ada", **wrong})  # type: ignore[arg-type]
    assert () == table.desk.pauses.holding()


@pytest.mark.parametrize("again", ["resumed", "tended"])
async def test_an_end_on_a_full_disk_is_said_again(table: Table, again: str) -> None:
    """By whoever ends it, or by the regular tick: no restart lets through again."""
    pause = await table.desk.pauses.begin(minutes=60, reason="why", by="ada")
    table.journal.broken = True
    with pytest.raises(ReceiptError):
        await table.desk.pauses.end(by="ada")
    assert () == table.desk.pauses.holding()
    table.journal.broken = False
    if again == "resumed":
        assert [pause.id] == [one.id for one in await table.desk.pauses.end(by="ada")]
    else:
        await table.desk.expire()
        await table.desk.expire()
    table.restart()
    assert () == table.desk.pauses.holding()
    assert ["paused", "resumed"] == table.receipts.events()
