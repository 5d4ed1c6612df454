"""A channel that hangs, fails or floods costs its own messages, and nobody else anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.desk import Table, answer

from enactd.approvals import courier as couriers
from enactd.approvals.courier import Courier, opener
from enactd.approvals.model import ChannelName, Links, Request, State
from enactd.config.approvals import Approvals
from enactd.errors import ChannelError
from enactd.gate import attempt


class Wire:
    """A channel that remembers, and does what it is made to do."""

    name: ChannelName = "ntfy"

    def __init__(self, *, approvers: tuple[str, ...] = ("ada", "bob"), hangs: bool = False, fails: int = 0) -> None:
        self.approvers = approvers
        self.hangs, self.fails = hangs, fails
        self.links: list[Links] = []
        self.settled: list[tuple[str, State]] = []
        self.back: asyncio.Queue[str] = asyncio.Queue()

    async def announce(self, request: Request, links: Links) -> None:
        if self.hangs:
            await asyncio.sleep(3600)
        if self.fails:
            self.fails -= 1
            raise ChannelError("the server said 500", cause="it is broken")
        self.links.append(links)

    async def withdraw(self, request: Request, state: State) -> None:
        self.settled.append((request.id, state))

    async def replies(self) -> AsyncIterator[str]:
        while True:
            yield await self.back.get()


async def soon(condition: object) -> None:
    assert callable(condition)
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come about")


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


class Running:
    """A courier at work."""

    def __init__(self, table: Table, *channels: Wire) -> None:
        self.troubles: list[str] = []
        self.courier = Courier(table.desk, self.troubles.append, lambda _: channels, attempt)
        table.desk.listeners.append(self.courier.hear)
        self._settings = table.settings

    async def __aenter__(self) -> Running:
        self._task = asyncio.create_task(self.courier.run(lambda: self._settings))
        await soon(self.courier.has_ways)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def test_everybody_gets_links_of_their_own_and_a_reply_answers(table: Table) -> None:
    """One message an approver; what comes back by the channel settles the request, and that is told."""
    wire = Wire()
    async with Running(table, wire):
        asked = await table.ask()
        await soon(lambda: len(wire.links) == 2)
        assert ["ada", "bob"] == [links.approver for links in wire.links]
        assert 6 == len({token for links in wire.links for token in (links.approve, links.deny, links.approver)})
        wire.back.put_nowait("nonsense")
        wire.back.put_nowait(wire.links[1].deny)
        await soon(lambda: wire.settled)
    assert [(asked.id, "denied")] == wire.settled
    assert ("deny", "bob", "reply") == tuple(table.receipts.told[0][1][name] for name in ("decision", "by", "proof"))


async def test_one_that_hangs_keeps_no_other_waiting(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up on, told of, and the desk never notices."""
    monkeypatch.setattr(couriers, "MESSAGE_S", 0.05)
    slow, good = Wire(hangs=True), Wire()
    async with Running(table, slow, good) as running:
        for number in range(5):
            await asyncio.wait_for(table.ask(str(number)), 5)
        await soon(lambda: len(good.links) == 10)
        await soon(lambda: running.troubles[-1])
        assert "no answer" in running.troubles[-1]
        assert running.courier.has_ways()
    assert [] == slow.links


async def test_one_that_fails_is_told_and_told_again_when_it_works(table: Table) -> None:
    """With the reason, without any token."""
    wire = Wire(approvers=("ada",), fails=1)
    async with Running(table, wire) as running:
        await table.ask("a")
        await soon(running.courier.failing)
        assert "ntfy: the server said 500: it is broken" == running.troubles[-1]
        assert not running.courier.has_ways()
        await table.ask("b")
        await soon(lambda: not running.courier.failing())
    assert "" == running.troubles[-1]


async def test_one_who_cannot_be_told_keeps_no_other_from_it(table: Table) -> None:
    """The first address bounces; the second person hears all the same, and the trouble is told."""
    wire = Wire(fails=1)
    async with Running(table, wire) as running:
        await table.ask()
        await soon(running.courier.failing)
    assert ["bob"] == [links.approver for links in wire.links]


async def test_a_flood_drops_the_oldest(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue has an end; what does not fit is counted as trouble."""
    monkeypatch.setattr(couriers, "QUEUE", 3)
    wire = Wire(hangs=True)
    async with Running(table, wire) as running:
        for number in range(8):
            await table.ask(str(number))
        assert any("more than 3" in trouble for trouble in running.troubles)


async def test_a_session_that_asks_without_end_is_not_announced_without_end(table: Table) -> None:
    """What is too much waits in `pending` alone; another session is heard all the same."""
    wire = Wire(approvers=("ada",))
    async with Running(table, wire):
        for number in range(couriers.AT_ONCE + 15):
            await table.ask(str(number))
        other = await table.ask("other", session="another")
        await soon(lambda: len(wire.links) > couriers.AT_ONCE)
        await asyncio.sleep(0.05)
        assert couriers.AT_ONCE + 1 == len(wire.links)
        assert other.id == table.desk.tokens.read(wire.links[-1].approve).request
    assert couriers.AT_ONCE + 16 == len(table.desk.pending())


async def test_after_a_restart_what_waits_is_told_again(table: Table) -> None:
    """Links of before are dead; what was settled is not told."""
    waits, done = await table.ask("a"), await table.ask("b")
    await table.desk.answer(answer(done.id))
    table.restart()
    wire = Wire(approvers=("ada",))
    async with Running(table, wire):
        await soon(lambda: wire.links)
        await asyncio.sleep(0.05)
    assert [waits.id] == [table.desk.tokens.read(links.approve).request for links in wire.links]


async def test_channels_that_cannot_be_opened_are_trouble_only(table: Table) -> None:
    """A wrong address costs the channels, and says so."""
    troubles: list[str] = []

    def broken(_: Approvals) -> list[Wire]:
        raise ChannelError("`x` is no address")

    courier = Courier(table.desk, troubles.append, broken, attempt)
    with running(courier, table.settings):
        await soon(lambda: troubles)
    assert ["`x` is no address"] == troubles
    assert not courier.has_ways()


@contextmanager
def running(courier: Courier, settings: Approvals) -> Iterator[None]:
    task = asyncio.create_task(courier.run(lambda: settings))
    try:
        yield
    finally:
        task.cancel()


def test_without_settings_there_is_no_channel(tmp_path: Path) -> None:
    """Nothing is sent anywhere unless somebody said so."""
    assert () == tuple(opener(tmp_path)(Approvals()))
