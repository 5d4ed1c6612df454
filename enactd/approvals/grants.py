"""What people have opened: grants in memory, in the journal and in receipts, used at most as often as was said.

A use is durable before the call that it lets through is answered for. So a crash in between loses a use, and never
gives one back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

import msgspec

from enactd.approvals.journal import Closed, Ended, Entry, Journal, Made, Used
from enactd.approvals.model import Answer, Request
from enactd.errors import UsageError
from enactd.receipts.record import Link, Receipt
from enactd.report import Grant

KEPT_S: Final = 30 * 86_400
"""How long a grant that has ended is still listed."""
MOST: Final = 4_000
LONGEST_S: Final = 366 * 86_400


class Recorder(Protocol):
    """Who writes receipts."""

    async def approval(
        self, event: str, *, agent: str = "", session: str = "", links: Sequence[Link] = (), **detail: Any
    ) -> Receipt:
        """A durable receipt of the kind `approval`. Raises `ReceiptError`."""


class Book:
    """The grants of one daemon. `seal` turns the name of a call into what may stand in a file."""

    def __init__(
        self, journal: Journal, record: Recorder, clock: Callable[[], float], seal: Callable[[str], str]
    ) -> None:
        self.seal = seal
        self.changed: Callable[[], None] = lambda: None
        """Called after every change, on the event loop."""
        self._journal = journal
        self._record = record
        self._clock = clock
        self._grants: dict[str, Grant] = {}
        self._unsaid: dict[str, str] = {}  # ended here, and not yet where it outlives the daemon

    def all(self) -> tuple[Grant, ...]:
        """Every one, oldest first; those that ended lately, too."""
        return tuple(self._grants.values())

    def holding(self) -> tuple[Grant, ...]:
        """Those that open something now."""
        now = self._clock()
        return tuple(grant for grant in self._grants.values() if grant.holds(now))

    def find(self, wanted: str) -> Grant:
        """One by its id, or by the receipt it was made from. Raises `UsageError`."""
        every = (self._grants.get(wanted), *reversed(self._grants.values()))
        for grant in every:
            if grant and wanted in (grant.id, grant.receipt, grant.receipt.split("-")[0]):
                return grant
        raise UsageError(f"there is no grant `{wanted[:40]}`", fix="enactctl grant list")

    def hold(self, grant: Grant) -> None:
        """It holds from now on; whoever calls has made it durable."""
        self._grants[grant.id] = grant
        self.changed()

    async def add(self, grant: Grant, links: Sequence[Link] = ()) -> Grant:
        """Make a grant that answers no request. Raises `UsageError` and `ReceiptError`."""
        if len(self.holding()) >= MOST:
            raise UsageError(f"there are {MOST} grants already", fix="enactctl grant list")
        receipt = await self._record.approval(
            "granted", agent=grant.agent, session=grant.session, links=links, **told(grant)
        )
        made = msgspec.structs.replace(grant, made=(receipt.record.seq, receipt.hash))
        await self._journal.append(Made(grant=made))
        self.hold(made)
        return made

    async def revoke(self, wanted: str) -> Grant:
        """Take one back; it opens nothing from the moment this is called. Raises `UsageError`, `ReceiptError`.

        Where its end could not be made durable it may be said again; `expire` tries on by itself.
        """
        grant = self.find(wanted)
        if grant.id in self._unsaid:
            return await self._end(grant, self._unsaid[grant.id])
        if grant.ended:
            raise UsageError(f"grant {grant.id} is {grant.ended} already", fix="enactctl grant list")
        return await self._end(grant, "revoked")

    async def redeem(self, wanted: Iterable[str]) -> bool:
        """Use each of these once, all or none of them; false where one does not hold any more.

        Raises `ReceiptError` where the use cannot be made durable; it is lost then.
        """
        found = [self._grants[name] for name in dict.fromkeys(wanted) if name in self._grants]
        counted = [grant for grant in found if grant.count]
        now = self._clock()
        if len(found) < len(set(wanted)) or not all(grant.holds(now) for grant in found):
            return False
        for grant in counted:  # at once: no other call sees them unused
            self.hold(msgspec.structs.replace(grant, used=grant.used + 1))
        if counted:
            await self._journal.append(*(Used(grant=grant.id) for grant in counted))
        for grant in counted:
            if grant.used + 1 >= grant.count:
                await self._end(self._grants[grant.id], "used")
        return True

    async def expire(self) -> None:
        """End those whose time is over, and forget those that ended long ago. Raises `ReceiptError`."""
        now = self._clock()
        for name, how in list(self._unsaid.items()):
            await self._end(self._grants[name], how)
        for grant in [grant for grant in self._grants.values() if not grant.ended and now >= grant.until]:
            await self._end(grant, "expired")
        for grant in [grant for grant in self._grants.values() if grant.ended and now > grant.until + KEPT_S]:
            del self._grants[grant.id]
            self._unsaid.pop(grant.id, None)
            self.changed()

    def links(self, names: Iterable[str]) -> tuple[Link, ...]:
        """The receipts in which these grants were made."""
        made = [self._grants[name].made for name in names if name in self._grants]
        return tuple(Link(relation="approval", seq=one[0], hash=one[1]) for one in made if one)

    def fold(self, entries: Iterable[Entry]) -> None:
        """Read back what the journal says."""
        self._grants = folded(entries)
        self.changed()

    async def _end(self, grant: Grant, how: str) -> Grant:
        ended = msgspec.structs.replace(self._grants[grant.id], ended=how)
        self.hold(ended)
        try:
            await self._journal.append(Ended(grant=grant.id, how=how))
            await self._record.approval(
                f"grant-{how}", agent=grant.agent, session=grant.session, links=self.links((grant.id,)), **told(ended)
            )
        except BaseException:
            self._unsaid[grant.id] = how
            raise
        self._unsaid.pop(grant.id, None)
        return ended


def folded(entries: Iterable[Entry]) -> dict[str, Grant]:
    """The grants that a journal tells of, by id."""
    found: dict[str, Grant] = {}
    for entry in entries:
        match entry:
            case Made(grant=grant):
                found[grant.id] = grant
            case Used(grant=name) if name in found:
                found[name] = msgspec.structs.replace(found[name], used=found[name].used + 1)
            case Closed(request=name, state="denied"):
                # A yes that was being written when nobody waited for it any more, and then a no: the no counts.
                found = {key: one for key, one in found.items() if one.receipt != name or one.scope == "shape"}
            case Ended(grant=name, how=how) if name in found:
                found[name] = msgspec.structs.replace(found[name], ended=how)
            case _:
                pass
    return found


def grant_of(request: Request, bond: str, answers: Sequence[Answer], receipt: Receipt, now: float) -> Grant:
    """What the last of these answers opens: as wide, as long and as often as it says."""
    answer = answers[-1]
    wide = answer.scope in ("policy", "session")
    return Grant(
        id=secrets.token_hex(4),
        scope=answer.scope,
        receipt=request.id,
        reason=answer.because,
        since=now,
        until=now + min(max(answer.seconds, 1.0), LONGEST_S),
        workspace=request.workspace,
        agent=request.agent,
        session=request.session if answer.scope in ("call", "session") else "",
        cwd="" if wide else request.cwd,
        policies=tuple(dict.fromkeys(question.policy for question in request.questions)),
        bond=bond if answer.scope == "call" else "",
        count=max(1, answer.count) if answer.scope == "call" else max(0, answer.count),
        by=tuple(one.by.name for one in answers),
        channel=answer.by.channel,
        made=(receipt.record.seq, receipt.hash),
    )


def told(grant: Grant) -> dict[str, object]:
    """A grant for a receipt: who may do what, where, until when, and why."""
    opens = [f"{opening.policy}: {opening.shown}" for opening in grant.opens]
    every = {
        "grant": grant.id, "scope": grant.scope, "receipt": grant.receipt, "reason": grant.reason,
        "workspace": grant.workspace, "cwd": grant.cwd, "until": int(grant.until), "count": grant.count,
        "used": grant.used, "policies": list(grant.policies), "opens": opens, "by": list(grant.by),
        "channel": grant.channel,
    }  # fmt: skip
    return {name: value for name, value in every.items() if value}


def said(answer: Answer) -> dict[str, Any]:
    """An answer for a receipt."""
    told = {"decision": answer.decision, "by": answer.by.name, "channel": answer.by.channel, "proof": answer.by.proof}
    if answer.because:
        told["because"] = answer.because
    if answer.decision == "approve":
        return {**told, "scope": answer.scope, "seconds": int(answer.seconds), "count": answer.count}
    return told
