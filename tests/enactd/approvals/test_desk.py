"""One request, one answer that counts, one grant that it opens; a restart changes nothing of it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from support.desk import Table, answer

import enactd.approvals.journal
from enactd.approvals.denials import KEPT_S
from enactd.approvals.journal import NAME
from enactd.approvals.model import State
from enactd.approvals.web.address import link
from enactd.config.approvals import Approvals, Web
from enactd.errors import ReceiptError, RefusedError, UsageError


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path, Approvals(web=Web(listen="127.0.0.1:7468")))


async def test_an_approval_settles_the_request_and_makes_a_grant_that_is_used_once(table: Table) -> None:
    """The story with its receipts."""
    asked = await table.ask()
    assert (asked,) == table.desk.pending()
    settled = await table.desk.answer(answer(asked.id))
    assert ("approved", ("bob",)) == (settled.state, settled.by)
    assert () == table.desk.pending()
    assert await table.desk.book.redeem([settled.grant])
    assert not await table.desk.book.redeem([settled.grant])
    assert ["approved", "grant-used"] == table.receipts.events()


async def test_a_denial_makes_no_grant(table: Table) -> None:
    """And its reason travels."""
    asked = await table.ask()
    settled = await table.desk.answer(answer(asked.id, "deny", because=" not  now\n"))
    assert ("denied", "", "not now") == (settled.state, settled.grant, settled.because)
    assert () == table.desk.book.all()


async def test_of_two_answers_at_once_one_counts(table: Table) -> None:
    """Whichever comes first; the other is told."""
    asked = await table.ask()
    results = await asyncio.gather(
        *(table.desk.answer(answer(asked.id, name=name)) for name in ("bob", "eve")), return_exceptions=True
    )
    assert [True, False] == sorted((isinstance(result, RefusedError) for result in results), reverse=True)
    assert 1 == len(table.desk.book.all())


async def test_who_waits_is_woken(table: Table) -> None:
    """A held call hears of the answer; one that waited for nothing has a ticket."""
    asked = await table.ask(held=True)
    assert await table.desk.wait(asked.id, 0.01) is None
    assert not table.desk.pending()[0].held
    waiting = asyncio.create_task(table.desk.wait(asked.id, 20))
    await asyncio.sleep(0)
    settled = await table.desk.answer(answer(asked.id))
    assert settled == await waiting


async def test_the_same_call_asks_once(table: Table) -> None:
    """A retry while the question waits is the same question, and its links go on working."""
    first, again, other = await table.ask("a"), await table.ask("a"), await table.ask("b")
    assert first.id == again.id
    assert [first.id, other.id] == [request.id for request in table.desk.pending()]


async def test_links_open_show_and_answer_once(table: Table) -> None:
    """A view token shows as often as it is asked; what its page gives answers once."""
    asked = await table.ask()
    links = table.desk.links(asked, "bob")
    view = links.view.removeprefix(link(table.settings.web, ""))
    assert (asked, "pending") == table.desk.find(view)
    opened = table.desk.open(view)
    settled = await table.desk.answer_by_token(opened.approve, channel="web")
    assert "approved" == settled.state
    opened = table.desk.open(view)
    assert ("approved", "", "") == (opened.state, opened.approve, opened.deny)
    for token in (links.approve, links.deny):
        with pytest.raises(RefusedError, match="already"):
            await table.desk.answer_by_token(token, channel="web")
    with pytest.raises(RefusedError, match="only shows"):
        await table.desk.answer_by_token(view, channel="web")
    with pytest.raises(RefusedError, match="something else"):
        table.desk.open(links.approve)


async def test_two_people_are_two_people(table: Table) -> None:
    """Nobody counts twice, and whose agent asks does not count at all."""
    asked = await table.ask(needs=2)
    with pytest.raises(RefusedError, match="their own agent"):
        await table.desk.answer(answer(asked.id, name="ada"))
    assert 1 == (await table.desk.answer(answer(asked.id, name="bob"))).missing
    table.restart()
    with pytest.raises(RefusedError, match="approved this already"):
        await table.desk.answer(answer(asked.id, name="bob"))
    settled = await table.desk.answer(answer(asked.id, name="eve"))
    assert ("approved", ("bob", "eve")) == (settled.state, settled.by)


async def test_one_no_is_enough(table: Table) -> None:
    """Whoever says it."""
    asked = await table.ask(needs=3)
    assert "denied" == (await table.desk.answer(answer(asked.id, "deny", name="ada"))).state


async def test_a_no_answers_the_same_call_again(table: Table) -> None:
    """At once and without asking anybody, for some minutes; then it is a question again, as another call is at once."""
    told: list[str] = []
    asked = await table.ask()
    await table.desk.answer(answer(asked.id, "deny", because="not now"))
    table.desk.listeners.append(lambda request, state: told.append(request.id))
    again = await table.ask()
    settled = await table.desk.wait(again.id, 0)
    assert (asked.id, [], ()) == (again.id, told, table.desk.pending())
    assert settled is not None
    assert ("denied", "not now") == (settled.state, settled.because)
    assert table.desk.is_denied(asked.id)
    other = await table.ask("another")
    table.clock.now += KEPT_S
    later = await table.ask()
    assert [other.id, later.id] == told == [one.id for one in table.desk.pending()]


async def test_what_nobody_answers_expires(table: Table) -> None:
    """From its end on no answer counts, even before anybody tidied up."""
    asked = await table.ask()
    token = table.desk.links(asked, "bob").approve
    table.clock.now = asked.until
    assert () == table.desk.pending()
    with pytest.raises(RefusedError, match="in time"):
        await table.desk.answer(answer(asked.id))
    with pytest.raises(RefusedError, match="expired"):
        await table.desk.answer_by_token(token, channel="web")
    await table.desk.expire()
    assert ["expired"] == table.receipts.events()


async def test_a_restart_keeps_what_waits_and_kills_links(table: Table) -> None:
    """The request is there, held by nobody; its old links are none."""
    asked = await table.ask(held=True)
    token = table.desk.links(asked, "bob").approve
    table.restart()
    assert [(asked.id, False)] == [(request.id, request.held) for request in table.desk.pending()]
    with pytest.raises(RefusedError, match="not valid"):
        await table.desk.answer_by_token(token, channel="web")
    grant = (await table.desk.answer(answer(asked.id))).grant
    table.restart()
    assert () == table.desk.pending()
    assert await table.desk.book.redeem([grant])
    table.restart()
    assert not await table.desk.book.redeem([grant])


async def test_an_answer_that_cannot_be_recorded_does_not_count(table: Table) -> None:
    """It waits again, and can be answered once receipts can be written."""
    asked = await table.ask()
    table.receipts.broken = True
    with pytest.raises(ReceiptError):
        await table.desk.answer(answer(asked.id))
    assert (asked,) == table.desk.pending()
    assert () == table.desk.book.all()
    table.receipts.broken = False
    assert "approved" == (await table.desk.answer(answer(asked.id))).state


async def test_withdrawn_requests_are_told(table: Table) -> None:
    """Listeners hear of every beginning and end."""
    heard: list[tuple[str, State]] = []
    table.desk.listeners.append(lambda request, state: heard.append((request.session, state)))
    await table.ask("a", session="s")
    await table.ask("b", session="t")
    assert 1 == await table.desk.withdraw(lambda request: request.session == "s", "the session ended")
    assert [("s", "pending"), ("t", "pending"), ("s", "withdrawn")] == heard


async def test_nothing_unknown_is_answered(table: Table) -> None:
    """A wrong id is an error in words."""
    with pytest.raises(UsageError, match="no request"):
        await table.desk.answer(answer("99"))


async def test_a_full_disk_at_the_start_costs_nothing_that_was_said(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is read and counts on; it is tidied up another time."""
    asked = await table.ask()

    def full(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("enactd.atomic.replace_file", full)
    table.restart()
    assert [asked.id] == [request.id for request in table.desk.pending()]


async def test_two_approvers_at_once_count_one_after_the_other(table: Table) -> None:
    """The second is told to wait for the first, or counts: never both as one, never one as two."""
    asked = await table.ask(needs=2)
    results = await asyncio.gather(
        *(table.desk.answer(answer(asked.id, name=name)) for name in ("bob", "eve")), return_exceptions=True
    )
    assert 1 == sum(isinstance(result, RefusedError) for result in results)
    assert () == table.desk.book.all()
    assert "approved" == (await table.desk.answer(answer(asked.id, name="eve"))).state


@pytest.mark.parametrize("needs", [1, 2])
async def test_an_answer_is_whole_though_nobody_waits_for_it(table: Table, needs: int) -> None:
    """Who asked for it is cancelled while it is written: it counts, at once and after a restart alike."""
    asked = await table.ask(needs=needs)
    written, going = table.journal._append, threading.Event()

    def slow(entries: Any) -> None:
        going.wait(30)
        written(entries)

    table.journal._append = slow  # type: ignore[method-assign]
    task = asyncio.create_task(table.desk.answer(answer(asked.id)))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(RefusedError, match="being answered"):
        await table.desk.answer(answer(asked.id, "deny", name="eve"))
    going.set()
    await asyncio.gather(*table.desk._tasks)
    before = [grant.id for grant in table.desk.book.holding()]
    assert 2 - needs == len(before)
    if needs == 1:
        with pytest.raises(RefusedError, match="approved already"):
            await table.desk.answer(answer(asked.id, "deny", name="eve"))
    else:
        with pytest.raises(RefusedError, match="has approved this already"):
            await table.desk.answer(answer(asked.id))
    table.restart()
    assert before == [grant.id for grant in table.desk.book.holding()]


async def test_a_receipt_that_came_to_nothing_is_corrected(table: Table) -> None:
    """It said approved, and then that could not be kept: another receipt says so, linked to it."""
    asked = await table.ask()
    table.journal.broken = True
    with pytest.raises(ReceiptError):
        await table.desk.answer(answer(asked.id))
    assert ["approved", "not-settled"] == table.receipts.events()
    assert ["decision", "approval"] == [link.relation for link in table.receipts.told[-1][1]["links"]]
    assert (asked,) == table.desk.pending()


async def test_a_flood_of_long_questions_costs_no_grant(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file stays one that is read back: questions find no room before answers do, and what is over is left out."""
    for name, value in (("MOST", 1 << 20), ("ROOM", 700_000), ("GROWN", 100_000), ("ENTRY", 20_000)):
        monkeypatch.setattr(enactd.approvals.journal, name, value)
    asked = await table.ask()
    await table.desk.answer(answer(asked.id, scope="session", count=0, seconds=86_400.0))
    with pytest.raises(RefusedError, match="no room"):
        await table.ask("long", call="x" * 30_000)
    for number in range(300):
        try:
            one = await table.ask(f"b{number}", call="x" * 9_000, session=f"s{number % 5}")
        except RefusedError:
            break
        if number % 2:
            await table.desk.answer(answer(one.id, "deny"))
        await table.desk.expire()
    assert 700_000 >= (table.folder / NAME).stat().st_size
    waiting = table.desk.pending()
    assert 50 < len(waiting)
    table.restart()
    assert "" == table.journal.damaged
    assert [request.id for request in waiting] == [request.id for request in table.desk.pending()]
    assert 1 == len(table.desk.book.holding())


async def test_a_file_that_shrinks_keeps_its_chain(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is appended after it was made smaller is read back, too."""
    monkeypatch.setattr(enactd.approvals.journal, "GROWN", 1)
    for number in range(5):
        await table.desk.answer(answer((await table.ask(f"b{number}")).id, "deny"))
    before = (table.folder / NAME).stat().st_size
    await table.desk.expire()
    assert 0 == (table.folder / NAME).stat().st_size < before
    asked = await table.ask("new")
    table.restart()
    assert (asked,) == table.desk.pending()
