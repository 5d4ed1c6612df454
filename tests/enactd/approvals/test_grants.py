"""A grant opens as much, as long and as often as was said; a restart neither loses nor revives one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.desk import Table, answer

from enactd.approvals.journal import Closed, Made
from enactd.errors import ReceiptError, UsageError
from enactd.report import Grant

GRANT = Grant(id="g", scope="policy", receipt="7-abcdef", reason="why", since=0, until=2_000_000, policies=("p.q",))


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


async def test_uses_are_counted_over_restarts(table: Table) -> None:
    """And the last one ends it, with a receipt."""
    await table.desk.book.add(msgspec.structs.replace(GRANT, count=2))
    assert await table.desk.book.redeem(["g"])
    table.restart()
    assert await table.desk.book.redeem(["g"])
    assert not await table.desk.book.redeem(["g"])
    table.restart()
    assert not await table.desk.book.redeem(["g"])
    assert ["granted", "grant-used"] == table.receipts.events()


async def test_all_or_none_are_used(table: Table) -> None:
    """A call that needs two takes neither where one is missing."""
    await table.desk.book.add(msgspec.structs.replace(GRANT, count=1))
    assert not await table.desk.book.redeem(["g", "h"])
    assert await table.desk.book.redeem(["g"])


async def test_a_revoked_grant_is_over(table: Table) -> None:
    """Also after a restart; it is still listed."""
    await table.desk.book.add(GRANT)
    assert "revoked" == (await table.desk.book.revoke("7")).ended
    table.restart()
    assert () == table.desk.book.holding()
    assert "revoked" == table.desk.book.find("g").ended
    with pytest.raises(UsageError, match="revoked already"):
        await table.desk.book.revoke("g")
    with pytest.raises(UsageError, match="no grant"):
        await table.desk.book.revoke("x")


@pytest.mark.parametrize("now", [GRANT.until, GRANT.since - 1])
async def test_outside_its_time_it_opens_nothing(table: Table, now: float) -> None:
    """After its end, and before its beginning where the clock was set back."""
    await table.desk.book.add(GRANT)
    table.clock.now = now
    assert () == table.desk.book.holding()
    assert not await table.desk.book.redeem(["g"])


async def test_an_end_is_recorded_once_and_forgotten_later(table: Table) -> None:
    """Lists stay short."""
    await table.desk.book.add(GRANT)
    table.clock.now = GRANT.until
    await table.desk.expire()
    await table.desk.expire()
    assert ["granted", "grant-expired"] == table.receipts.events()
    table.clock.now = GRANT.until + 31 * 86_400
    await table.desk.expire()
    assert () == table.desk.book.all()


async def test_an_approval_opens_what_was_asked_and_no_more(table: Table) -> None:
    """By default this call, in this session and folder, once."""
    asked = await table.ask("the call")
    await table.desk.answer(answer(asked.id, seconds=60))
    (grant,) = table.desk.book.all()
    assert ("call", "the call", 1, 60) == (grant.scope, grant.bond, grant.count, grant.until - grant.since)
    assert ("s", "/w", "/w", ("cloud.destroy",)) == (grant.session, grant.cwd, grant.workspace, grant.policies)


@pytest.mark.parametrize("again", ["revoked", "tended"])
async def test_a_revocation_on_a_full_disk_is_said_again(table: Table, again: str) -> None:
    """By whoever revokes, or by the regular tick: once there is room, no restart brings the grant back."""
    await table.desk.book.add(GRANT)
    table.journal.broken = True
    with pytest.raises(ReceiptError):
        await table.desk.book.revoke("g")
    assert () == table.desk.book.holding()
    table.journal.broken = False
    if again == "revoked":
        assert "revoked" == (await table.desk.book.revoke("g")).ended
    else:
        await table.desk.expire()
        await table.desk.expire()
    table.restart()
    assert () == table.desk.book.holding()
    assert ["granted", "grant-revoked"] == table.receipts.events()


async def test_a_yes_before_a_no_opens_nothing(table: Table) -> None:
    """However both came into the journal; an exception that was made from the receipt is another matter."""
    made = msgspec.structs.replace(GRANT, scope="call", bond="b", count=1)
    await table.journal.append(Made(grant=made), Made(grant=msgspec.structs.replace(GRANT, id="e", scope="shape")))
    await table.journal.append(Closed(request=GRANT.receipt, state="denied"))
    table.restart()
    assert ["e"] == [grant.id for grant in table.desk.book.holding()]
