"""What `enactctl` may ask about approvals: what waits, an answer, grants, break-glass, and a look that stays.

An answer, a new grant and break-glass need the operator's proof (`approvals.proof`) besides what every route of the
kind ADMIN needs; so does what could loosen the gate, where the proof is more than a terminal (`prove`). Taking
something back needs none.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from enactd.approvals.model import Answer, Approver, Request, Settled
from enactd.approvals.proof import Proofs
from enactd.boundary import Boundary, login
from enactd.control import ADMIN, OBSERVE, Named, Route
from enactd.errors import RefusedError, UsageError
from enactd.evaluate import Policy
from enactd.granted import LONGEST_S, REASON_LENGTH, is_protected
from enactd.peer import Seen
from enactd.receipts.record import Receipt
from enactd.report import Given, Grant, Opening, Pause, Scope, SessionSeen, Waiting

WATCH_S: Final = 20.0
"""How long a look waits for something new."""
LINGER_S: Final = 10.0
"""How long after a look somebody still counts as watching."""

Shape = Callable[[str, str], Awaitable[tuple[Receipt, tuple[Opening, ...]]]]
"""By request and reason: its receipt, checked, and what an answer for calls like it opens. Raises `UsageError`."""

Seconds = Annotated[float, Meta(gt=0, le=LONGEST_S)]
Count = Annotated[int, Meta(ge=0, le=100_000)]


class AnswerOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person decided about a request; without `seconds` as long as the settings say."""

    request: str
    decision: Literal["approve", "deny"]
    because: str = ""
    scope: Scope = "call"
    seconds: Seconds | None = None
    count: Count = 1
    given: Given = Given()


class GrantOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A grant that answers no request: of policies, or of a session. `count` 0 is any number of times."""

    reason: str
    seconds: Seconds
    policies: tuple[str, ...] = ()
    workspace: str = ""
    cwd: str = ""
    agent: str = ""
    session: str = ""
    count: Count = 0
    given: Given = Given()


class PauseOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Break-glass for so many minutes, in one session or, without, in all."""

    minutes: float
    reason: str
    agent: str = ""
    session: str = ""
    given: Given = Given()


class WatchOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A look that waits until something is not as in the look of that number. `watcher` tells one from another."""

    watcher: str
    after: int = -1


class ApprovalControl:
    """The routes. `policies` are those in force, `shape` makes the narrowest grant from a request."""

    def __init__(
        self, boundary: Boundary, proofs: Proofs, *, policies: Callable[[], Mapping[str, Policy]], shape: Shape,
        sessions: Callable[[], Iterable[SessionSeen]],
    ) -> None:  # fmt: skip
        self._boundary = boundary
        self._desk = boundary.desk
        self.proofs = proofs
        self._policies = policies
        self._shape = shape
        self._sessions = sessions

    def routes(self) -> tuple[Route, ...]:
        """For the table of `control.py`."""
        return (
            Route("approvals-pending", needs=OBSERVE, run=self.pending),
            Route("approvals-proof", needs=OBSERVE, run=self.wanted),
            Route("approvals-watch", needs=ADMIN, run=self.watch, takes=WatchOrder),
            Route("approvals-answer", needs=ADMIN, known=self.answer, takes=AnswerOrder),
            Route("approvals-link", needs=ADMIN, known=self.link, takes=Named),
            Route("grant-list", needs=OBSERVE, run=self.grants),
            Route("grant-add", needs=ADMIN, known=self.grant, takes=GrantOrder),
            Route("grant-revoke", needs=ADMIN, run=self.revoke, takes=Named),
            Route("pause", needs=ADMIN, known=self.pause, takes=PauseOrder),
            Route("resume", needs=ADMIN, known=self.resume, takes=Named),
        )

    async def prove(self, seen: Seen, given: Given) -> None:
        """For what loosens and answers nothing: the proof in force, where it is more than what ADMIN sees to."""
        wanted = self._boundary.approvals().proof
        if set(wanted) - {"terminal"}:
            await self.proofs.check(wanted, seen, given)

    async def wanted(self, _: Any) -> tuple[str, ...]:
        """The proof in force, which a file that was changed meanwhile may not name any more."""
        return self._boundary.approvals().proof

    async def pending(self, _: Any) -> tuple[Request, ...]:
        """What waits, oldest first. An agent may look whether its ticket was answered."""
        return self._desk.pending()

    async def watch(self, wanted: WatchOrder) -> Waiting:
        """As `pending`, once it is different from what the watcher knows, or after a while."""
        self._boundary.watched_by(wanted.watcher, WATCH_S + LINGER_S)
        await self._boundary.changed_since(wanted.after, WATCH_S)
        self._boundary.watched_by(wanted.watcher, LINGER_S)
        return Waiting(number=self._boundary.changes, requests=msgspec.to_builtins(self._desk.pending()))

    async def answer(self, wanted: AnswerOrder, seen: Seen) -> Settled:
        """Settle a request, once who asks has proved to be the operator."""
        settings = self._boundary.approvals()
        request = self._desk.request(wanted.request)
        self._check_scope(request, wanted)
        proof = await self.proofs.check(settings.proof, seen, wanted.given)
        opens: tuple[Opening, ...] = ()
        if wanted.scope == "shape" and wanted.decision == "approve":
            _, opens = await self._shape(request.id, wanted.because)
        answer = Answer(
            request=request.id, decision=wanted.decision, because=wanted.because, scope=wanted.scope,
            seconds=wanted.seconds or 60.0 * settings.grant_minutes, count=wanted.count,
            by=Approver(name=login(seen.uid), channel="terminal", proof=proof),
        )  # fmt: skip
        return await self._desk.answer(answer, opens=opens)

    async def link(self, wanted: Named, seen: Seen) -> dict[str, str]:
        """The page of a request for whoever asks here, who proves as much as for the answer that it may give."""
        request = self._desk.request(wanted.name)
        proof = self._boundary.approvals().proof
        if {"pin", "totp"} & set(proof):
            raise RefusedError(
                "a link would spare you the PIN or code", effect="nothing was decided",
                fix=f"enactctl approve {request.id}",
            )  # fmt: skip
        await self.proofs.check(proof, seen, Given())
        links = self._desk.links(request, login(seen.uid))
        if not links.view:
            raise UsageError("no page is served", fix='enactctl config set approvals.web.listen "127.0.0.1:7468"')
        return {"request": request.id, "view": links.view}

    async def grants(self, _: Any) -> tuple[Grant, ...]:
        """Every grant there is, and those that ended lately. What names a call stays here."""
        return tuple(msgspec.structs.replace(grant, bond="") for grant in self._desk.book.all())

    async def grant(self, wanted: GrantOrder, seen: Seen) -> Grant:
        """Open what some policies ask, or a session, for a while."""
        reason = " ".join(wanted.reason.split())
        if not reason or len(reason) > REASON_LENGTH:
            raise UsageError("a grant needs a reason", cause=f"of 1 to {REASON_LENGTH} characters", fix='--reason "…"')
        if not wanted.policies and not wanted.session:
            raise UsageError("a grant is of a policy or of a session", fix="--policy ID, or --session ID")
        for policy in wanted.policies:
            self._check_policy(policy)
        agent = self._agent(wanted.agent, wanted.session)
        proof = await self.proofs.check(self._boundary.approvals().proof, seen, wanted.given)
        now = time.time()
        return await self._desk.book.add(
            Grant(
                id=secrets.token_hex(4), scope="policy" if wanted.policies else "session", receipt="", reason=reason,
                since=now, until=now + wanted.seconds, workspace=wanted.workspace, cwd=wanted.cwd, agent=agent,
                session=wanted.session, policies=wanted.policies, count=wanted.count, by=(login(seen.uid),),
                channel=f"terminal, {proof}",
            )
        )  # fmt: skip

    async def revoke(self, wanted: Named) -> Grant:
        """Take a grant back; it opens nothing any more when this is answered."""
        return await self._desk.book.revoke(wanted.name)

    async def pause(self, wanted: PauseOrder, seen: Seen) -> Pause:
        """Break the glass."""
        agent = self._agent(wanted.agent, wanted.session)
        await self.proofs.check(self._boundary.approvals().proof, seen, wanted.given)
        return await self._desk.pauses.begin(
            minutes=wanted.minutes, reason=wanted.reason, agent=agent, session=wanted.session, by=login(seen.uid)
        )

    async def resume(self, wanted: Named, seen: Seen) -> tuple[Pause, ...]:
        """End it: all, or the one of that id or session."""
        return await self._desk.pauses.end(by=login(seen.uid), wanted=wanted.name)

    def _agent(self, agent: str, session: str) -> str:
        """Whose session is meant: a name of a session says nothing without its agent, because any may claim it."""
        if agent or not session:
            return agent
        known = {seen.agent for seen in self._sessions() if seen.session == session}
        if len(known) != 1:
            raise UsageError(
                f"whose session is `{session[:60]}`?",
                cause=f"of {', '.join(sorted(known))}" if known else "no agent has opened one of this name",
                effect="nothing was changed", fix=f"--agent NAME --session {session[:60]}",
            )  # fmt: skip
        return known.pop()

    def _check_scope(self, request: Request, wanted: AnswerOrder) -> None:
        """What is wide opens nothing that protects the gate, has a reason, and is no denial."""
        if wanted.scope == "call" or wanted.decision == "deny":
            if wanted.count != 1 and wanted.decision == "approve":
                raise UsageError("an approval of one call is used once", fix="--scope shape, policy or session")
            return
        if not wanted.because.strip():
            raise UsageError("what opens more than one call needs a reason", fix='--because "…"')
        for question in request.questions:
            self._check_policy(question.policy)

    def _check_policy(self, name: str) -> None:
        policy = self._policies().get(name)
        if is_protected(name) or (policy is not None and policy.declaration.protects_gate):
            raise UsageError(
                f"`{name}` protects the gate itself",
                effect="nothing was changed",
                fix="approve the one call, if at all",
            )
        if policy is None and not name.startswith("risk."):
            raise UsageError(f"there is no policy `{name[:80]}`", fix="enactctl policy list")
