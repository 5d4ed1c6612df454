"""Where questions wait and are answered: one request, one answer that counts, one grant that it opens.

Everything that changes goes the same way: decided at once in memory, so that of two answers exactly one counts;
then a receipt; then the journal; only then does anybody hear of it. A request whose answer could not be made
durable waits again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec

from enactd.approvals import journal as journals
from enactd.approvals.denials import Denials
from enactd.approvals.grants import Book, Recorder, grant_of, said
from enactd.approvals.journal import Agreed, Asked, Closed, Journal, Made
from enactd.approvals.model import Answer, Approver, ChannelName, Links, Opened, Request, Settled, State
from enactd.approvals.pauses import Pauses
from enactd.approvals.standing import still_counting
from enactd.approvals.tokens import Claim, Purpose, Tokens
from enactd.approvals.web.address import link
from enactd.config.approvals import Approvals
from enactd.errors import EnactError, ReceiptError, RefusedError, UsageError
from enactd.receipts.record import Link, Receipt
from enactd.report import Opening

MOST: Final = 5_000
"""Requests that wait at once; what is asked beyond is denied without a ticket."""
MOST_OF_ONE: Final = 1_000
"""The same of one session: a runaway agent must not take the place of the others."""
KEPT: Final = 2_000
"""Settled requests that are still known, so that an old link is told what became of its request."""
BECAUSE: Final = 300


class Entry:
    """A request at the desk, and what became of it so far."""

    def __init__(self, asked: Asked) -> None:
        self.request = asked.request
        self.bond = asked.bond
        self.requester = asked.requester
        self.link = Link(relation="decision", seq=asked.link[0], hash=asked.link[1])
        self.state: State = "pending"
        self.answers: list[Answer] = []
        self.settled: Settled | None = None
        self.busy = False
        self.done = asyncio.Event()


Listener = Callable[[Request, State], None]


class Desk:
    """All requests and grants of one daemon. Belongs to its event loop.

    `settings` are asked anew each time, `clock` tells seconds since 1970, `record` writes receipts.
    """

    def __init__(
        self, journal: Journal, record: Recorder, settings: Callable[[], Approvals], *,
        clock: Callable[[], float] = time.time, seal: Callable[[str], str] = lambda bond: bond,
    ) -> None:  # fmt: skip
        self.tokens = Tokens(clock)
        self.book = Book(journal, record, clock, seal)
        self.pauses = Pauses(journal, record, clock)
        self.listeners: list[Listener] = []
        self._journal = journal
        self._record = record
        self._settings = settings
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._by_bond: dict[str, Entry] = {}
        self._denials = Denials(clock)
        self._tasks: set[asyncio.Task[Settled]] = set()

    def restore(self) -> None:
        """Fold the journal. Blocks; call it before the first call is served."""
        entries = self._journal.read()
        self.book.fold(entries)
        self.pauses.fold(entries)
        for entry in entries:
            self._fold(entry)
        for found in [found for found in self._entries.values() if found.state != "pending"]:
            self._forget(found)
        with contextlib.suppress(OSError):  # a full disk: what is there was read, and counts on
            self._journal.rewrite(still_counting(entries, self._clock()))

    # --- the gate's side

    async def ask(self, receipt: Receipt, request: Request, *, bond: str, requester: str = "") -> Request:
        """Let a request wait; the same call's that waits already or was denied just now. Raises `RefusedError`."""
        bond = self.book.seal(bond)
        denied = self._denials.find(bond)
        if denied is not None and self.is_denied(denied.id):
            return denied
        known = self._by_bond.get(bond)
        if known is not None and known.state == "pending" and self._clock() < known.request.until:
            known.request = msgspec.structs.replace(known.request, held=request.held)
            return known.request
        waiting = self._waiting()
        if len(waiting) >= MOST or sum(e.request.session == request.session for e in waiting) >= MOST_OF_ONE:
            raise RefusedError("too many questions wait for a person", fix="enactctl pending")
        asked = Asked(request=request, bond=bond, requester=requester, link=(receipt.record.seq, receipt.hash))
        await self._journal.append(asked)
        self._keep(Entry(asked))
        self._tell(request, "pending")
        return request

    async def wait(self, request: str, seconds: float) -> Settled | None:
        """What became of a request within so many seconds; None while it waits on."""
        entry = self._entries[request]
        try:
            async with asyncio.timeout(seconds):
                await entry.done.wait()
        except TimeoutError:
            pass
        finally:
            if not entry.done.is_set():
                entry.request = _unheld(entry.request)
        return entry.settled

    def is_denied(self, request: str) -> bool:
        """Whether a person said no to it: then its answer is there, and nobody need wait for it."""
        entry = self._entries.get(request)
        return entry is not None and entry.state == "denied" and entry.settled is not None

    def release(self) -> None:
        """Nobody waits any more: who did goes on with a ticket."""
        for entry in self._waiting():
            entry.done.set()

    # --- the people's side

    def pending(self) -> tuple[Request, ...]:
        """What waits now, oldest first."""
        now = self._clock()
        return tuple(entry.request for entry in self._waiting() if now < entry.request.until)

    def request(self, wanted: str) -> Request:
        """A request by its id, or by the number it begins with. Raises `UsageError`."""
        return self._entry(wanted).request

    def find(self, token: str) -> tuple[Request, State]:
        """See `model.Desk`."""
        entry = self._entries_of(self._claim(token, "view"))
        return entry.request, self._state(entry)

    @property
    def door(self) -> bytes:
        """See `model.Desk`."""
        return self.tokens.door

    def open(self, token: str) -> Opened:
        """See `model.Desk`."""
        claim = self._claim(token, "view")
        entry = self._entries_of(claim)
        state, mine = self._state(entry), any(answer.by.name == claim.approver for answer in entry.answers)
        links = self.links(entry.request, claim.approver) if state == "pending" and not mine else None
        return Opened(
            request=entry.request, state=state, approver=claim.approver, answers=tuple(entry.answers),
            approve=links.approve if links else "", deny=links.deny if links else "",
        )  # fmt: skip

    def links(self, request: Request, approver: str) -> Links:
        """See `model.Desk`. They end with the request."""
        web, until = self._settings().web, request.until
        view = self.tokens.issue(request.id, "view", approver, until)
        return Links(
            approver=approver,
            view=link(web, view),
            approve=self.tokens.issue(request.id, "approve", approver, until),
            deny=self.tokens.issue(request.id, "deny", approver, until),
            until=until,
        )

    async def answer_by_token(self, token: str, *, channel: ChannelName, because: str = "") -> Settled:
        """See `model.Desk`."""
        claim = self.tokens.read(token)
        if claim.purpose == "view":
            raise RefusedError("this link only shows", effect="nothing was decided", fix="answer on the page itself")
        entry = self._entries_of(claim)
        self._check_open(entry)
        self.tokens.spend(claim)
        proof = "reply" if channel in ("mail", "ntfy") else "link"
        by = Approver(name=claim.approver, channel=channel, proof=proof)
        return await self.answer(
            Answer(
                request=claim.request, decision="approve" if claim.purpose == "approve" else "deny", by=by,
                because=because, seconds=60.0 * self._settings().grant_minutes,
            )
        )  # fmt: skip

    async def answer(self, answer: Answer, *, opens: tuple[Opening, ...] = ()) -> Settled:
        """Settle a request, or count one of several approvers. `opens` is what the scope `shape` opens.

        Raises `RefusedError`, `UsageError`, and `ReceiptError` where the answer cannot be made durable.
        """
        entry = self._entry(answer.request)
        answer = msgspec.structs.replace(
            answer, request=entry.request.id, because=" ".join(answer.because.split())[:BECAUSE]
        )
        self._check_open(entry)
        if answer.decision == "deny":
            return await self._whole(entry, self._close(entry, "denied", answer))
        self._check_approver(entry, answer)
        if answer.scope == "shape" and not opens:
            raise UsageError("nothing says what calls like this one are", fix="leave out `--scope`")
        missing = entry.request.needs - len(entry.answers) - 1
        if missing > 0:
            return await self._whole(entry, self._count(entry, answer, missing))
        return await self._whole(entry, self._close(entry, "approved", answer, opens=opens))

    async def withdraw(self, wanted: Callable[[Request], bool], why: str) -> int:
        """Take back requests that nobody waits for any more; how many."""
        found = [entry for entry in self._waiting() if wanted(entry.request) and not entry.busy]
        for entry in found:
            await self._whole(entry, self._close(entry, "withdrawn", None, why))
        return len(found)

    async def expire(self) -> None:
        """Settle what nobody answered in time, and end grants that have ended. Called every now and then."""
        now = self._clock()
        for entry in self._waiting():
            if now >= entry.request.until and not entry.busy:
                await self._whole(entry, self._close(entry, "expired", None))
        await self.book.expire()
        await self.pauses.expire()
        await self._journal.compact(lambda entries: still_counting(entries, now))

    # --- inside

    async def _whole(self, entry: Entry, change: Coroutine[Any, Any, Settled]) -> Settled:
        """A change to its end, whoever asked for it is gone meanwhile: what is durable and what holds are one."""
        entry.busy = True  # from here on no other answer is taken
        task = asyncio.create_task(change)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Settled]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits hears of it; where nobody does, nothing was changed

    async def _count(self, entry: Entry, answer: Answer, missing: int) -> Settled:
        """One of several approvers: it counts once it is durable."""
        entry.answers.append(answer)  # the next one counts when this one is durable
        try:
            await self._record.approval(
                "agreed", agent=entry.request.agent, session=entry.request.session, links=(entry.link,),
                **said(answer), missing=missing,
            )  # fmt: skip
            await self._journal.append(Agreed(answer=answer))
        except BaseException:
            entry.answers.remove(answer)
            raise
        finally:
            entry.busy = False
        by = tuple(one.by.name for one in entry.answers)
        return Settled(request=entry.request.id, state="pending", missing=missing, by=by, because=answer.because)

    async def _close(
        self, entry: Entry, state: State, answer: Answer | None, why: str = "", opens: tuple[Opening, ...] = ()
    ) -> Settled:
        """The one way out of waiting."""
        request = entry.request
        agreed = (*entry.answers, answer) if answer else tuple(entry.answers)
        try:
            receipt = await self._record.approval(
                state, agent=request.agent, session=request.session, links=(entry.link,),
                **(said(answer) if answer else {}), **({"why": why} if why else {}),
                **({"approvers": [one.by.name for one in agreed]} if len(agreed) > 1 else {}),
            )  # fmt: skip
            grant = None
            if state == "approved":
                grant = grant_of(request, entry.bond, agreed, receipt, self._clock())
                grant = msgspec.structs.replace(grant, opens=opens)
            closed = Closed(request=request.id, state=state)
            await self._append(entry, receipt, *((Made(grant=grant), closed) if grant else (closed,)))
        finally:
            entry.busy = False
        if grant:
            self.book.hold(grant)
        if answer:
            entry.answers.append(answer)
        entry.state = state
        entry.settled = Settled(
            request=request.id, state=state, grant=grant.id if grant else "",
            by=tuple(one.by.name for one in agreed), because=answer.because if answer else why,
        )  # fmt: skip
        if state == "denied":
            self._denials.keep(entry.bond, request)
        entry.done.set()
        self._forget(entry)
        self._tell(request, state)
        return entry.settled

    async def _append(self, entry: Entry, receipt: Receipt, *entries: journals.Entry) -> None:
        """Make an end durable. Where that fails the receipt says what did not come about: say that, too."""
        try:
            await self._journal.append(*entries)
        except EnactError as fault:
            wrong = Link(relation="approval", seq=receipt.record.seq, hash=receipt.hash)
            with contextlib.suppress(ReceiptError):
                await self._record.approval(
                    "not-settled", agent=entry.request.agent, session=entry.request.session,
                    links=(entry.link, wrong), why=f"{fault.problem}; the request waits on",
                )  # fmt: skip
            raise

    def _check_open(self, entry: Entry) -> None:
        state = self._state(entry)
        if state == "expired":
            raise RefusedError("nobody answered in time", effect="nothing was decided", fix="let the agent ask again")
        if state != "pending" or entry.busy:
            word = "being answered" if state == "pending" else state
            raise RefusedError(f"this request is {word} already", effect="nothing more was decided")

    def _check_approver(self, entry: Entry, answer: Answer) -> None:
        if any(one.by.name == answer.by.name for one in entry.answers):
            raise RefusedError(f"`{answer.by.name}` has approved this already", fix="somebody else must, too")
        if entry.request.needs > 1 and answer.by.name == entry.requester:
            raise RefusedError(
                f"`{answer.by.name}` may not approve this", cause="it is their own agent that asks",
                effect="nothing was decided", fix=f"it takes {entry.request.needs} others",
            )  # fmt: skip
        if entry.request.needs > 1 and answer.scope != "call":
            raise UsageError("what takes several people is approved call by call", fix="leave out `--scope`")

    def _claim(self, token: str, purpose: Purpose) -> Claim:
        claim = self.tokens.read(token)
        if claim.purpose != purpose:
            raise RefusedError("this link is for something else", effect="nothing was decided")
        return claim

    def _entries_of(self, claim: Claim) -> Entry:
        entry = self._entries.get(claim.request)
        if entry is None:
            raise RefusedError("this request is settled", effect="nothing more was decided", fix="enactctl log")
        return entry

    def _entry(self, wanted: str) -> Entry:
        found = self._entries.get(wanted) or next(
            (entry for entry in self._entries.values() if entry.request.id.split("-")[0] == wanted), None
        )
        if found is None:
            raise UsageError(f"there is no request `{wanted[:40]}`", fix="enactctl pending")
        return found

    def _state(self, entry: Entry) -> State:
        late = entry.state == "pending" and self._clock() >= entry.request.until
        return "expired" if late else entry.state

    def _waiting(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry.state == "pending"]

    def _keep(self, entry: Entry) -> None:
        self._entries[entry.request.id] = self._by_bond[entry.bond] = entry

    def _forget(self, entry: Entry) -> None:
        """Of what is settled only the newest stay."""
        if self._by_bond.get(entry.bond) is entry:
            del self._by_bond[entry.bond]
        settled = [found for found in self._entries.values() if found.state != "pending"]
        for old in settled[:-KEPT] if len(settled) > KEPT + 100 else ():
            del self._entries[old.request.id]

    def _tell(self, request: Request, state: State) -> None:
        for listener in self.listeners:
            listener(request, state)

    def _fold(self, entry: journals.Entry) -> None:
        match entry:
            case Asked():
                self._keep(Entry(msgspec.structs.replace(entry, request=_unheld(entry.request))))
            case Agreed(answer=answer) if answer.request in self._entries:
                self._entries[answer.request].answers.append(answer)
            case Closed(request=name, state=state) if name in self._entries:
                self._entries[name].state = state
            case _:
                pass


def _unheld(request: Request) -> Request:
    return msgspec.structs.replace(request, held=False)  # who waited is gone
