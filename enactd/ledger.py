"""What the gate makes durable, and what sessions follow from it: receipts in, session states out.

Everything goes one way: a draft, the log, then the fold into its session, in the order of the log. A
caller that is cancelled in between does not tear the two apart.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import msgspec

from enactd import footprints, peer, policy
from enactd.agents.base import Outcome, SessionEnded, SessionStarted, SettingsChanged
from enactd.call import HookCall
from enactd.disk import signs
from enactd.errors import UsageError
from enactd.footprints import Change, Footprint, Footprints, Look
from enactd.origin import Origin, boot_id
from enactd.parts import Judgement
from enactd.peer import Seen
from enactd.receipts import compose, record, segments
from enactd.receipts.compose import Composer
from enactd.receipts.log import Log, Pending
from enactd.receipts.record import Draft, Receipt, Witnessed
from enactd.receipts.signer import Signer
from enactd.report import MacCheck, SessionSeen
from enactd.risk import Risk
from enactd.session_state import Pending as Decided
from enactd.sessions import Sessions, State, gains
from enactd.toolcall import ToolCall
from enactd.verdict import Decision

STARTS: Final = {"startup": "start", "resume": "resume", "fork": "fork", "clear": "clear", "compact": "compact"}
DIALOGS: Final = 4096
UNNAMED: Final = frozenset({"resume", "fork"})
"""Starts that continue a conversation whose id the agent may not tell."""


class _Message(msgspec.Struct):
    tool_input: msgspec.Raw = msgspec.Raw(b"")


class Reserved(msgspec.Struct, frozen=True):
    """Where a receipt is waited for, and the session it belongs to."""

    pending: Pending
    state: State

    async def receipt(self) -> Receipt | None:
        """The durable receipt, None if it was left empty; raises `ReceiptError`."""
        receipt: Receipt | None = await self.pending.future
        return receipt

    def leave(self, fault: BaseException | None = None) -> None:
        """No receipt of this call comes here. From any thread."""
        self.pending.leave(fault)


class Ledger:
    """The one who writes receipts while the daemon runs. Belongs to one event loop."""

    def __init__(self, log: Log, sessions: Sessions, composer: Composer, signer: Signer, look: Look = signs) -> None:
        self._log = log
        self._sessions = sessions
        self._composer = composer
        self._signer = signer
        self._boot = boot_id()
        self._footprints = Footprints(look)
        self._dialogs: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        """Calls that the agent's own dialog asks about. Of one from before a restart nobody says who answered."""
        self.undecided = 0  # outcomes of calls that nobody asked about, since the start

    def turn(self, agent: str, session: str) -> AbstractAsyncContextManager[None]:
        """Held while a call of this session is decided."""
        return self._sessions.lock(agent, session)

    def view(self, agent: str, session: str) -> policy.Session:
        """What policies may know of the session."""
        return self._sessions.view(agent, session)

    async def opened(self, origin: Origin, agent: str, session: str, start: SessionStarted | None) -> None:
        """Record that a process holds this session, and what it inherits from."""
        source = start.source if start else ""
        parents = [f"{parent[0]}/{parent[1]}" for parent in origin.parents]
        event = STARTS.get(source, "nested" if parents else "start")
        state = self._sessions.state(agent, session)
        if not parents and source in UNNAMED and state.last < 0:
            parents = self._likely_parents(agent, origin.holder.workspace)
        detail = {"source": source, "model": start.model, "transcript": start.transcript} if start else {}
        for parent in parents or [""]:
            above = self._sessions.state(*parent.partition("/")[::2]).level if parent else state.level
            draft = self._composer.session(
                event,
                agent,
                session,
                self._origin(origin, parent=parent),
                before=state.level,
                after=max(state.level, above),
                **detail,
            )
            await self._append(draft)

    async def ended(self, origin: Origin, agent: str, end: SessionEnded) -> None:
        """Record the end the agent speaks of. The level stays."""
        level = self._sessions.state(agent, end.session).level
        draft = self._composer.session(
            "end", agent, end.session, self._origin(origin), before=level, after=level, reason=end.reason
        )
        await self._append(draft)

    def reserve(self, agent: str, session: str) -> Reserved:
        """A place for the receipt of a call of this session, to be filled by `decide` in another thread."""
        return Reserved(self._log.expect(self._sessions.apply), self._sessions.state(agent, session))

    def decide(
        self, place: Reserved, origin: Origin, hook: HookCall, call: ToolCall, judgement: Judgement, took_us: int
    ) -> None:
        """Make the receipt of a decision durable, or on its way to be; blocks, so not for the event loop."""
        draft = self._decision(place.state.level, origin, hook, call, judgement, took_us=took_us)
        if judgement.verdict.decision is not Decision.DENY:
            self._footprints.take(call.agent, call.session, call.call_id, judgement.effects)
        self._log.submit(draft, place.pending)

    async def decided(
        self, origin: Origin, hook: HookCall, call: ToolCall, judgement: Judgement, *, attended: bool, took_us: int,
        links: Sequence[record.Link] = (),
    ) -> Receipt:  # fmt: skip
        """The receipt of a decision, durable. An attended question raises the session only once it ran.

        `links` lead to what people opened, where an allowed call rests on that.
        """
        before = self._sessions.state(call.agent, call.session).level
        draft = self._decision(before, origin, hook, call, judgement, attended=attended, took_us=took_us, links=links)
        allowed = judgement.verdict.decision is Decision.ALLOW
        if attended or links:
            take = self._footprints.take
            await asyncio.to_thread(take, call.agent, call.session, call.call_id, judgement.effects)
        receipt = await self._append(draft)
        if attended:
            self._dialogs[call.agent, call.session, call.call_id] = None
            while len(self._dialogs) > DIALOGS:
                self._dialogs.popitem(last=False)
        if allowed and links and before < judgement.risk is Risk.IRREVERSIBLE:
            await self._crossed(call.agent, call.session, before, (receipt.link(), *links))
        return receipt

    async def approval(
        self, event: str, *, agent: str = "", session: str = "", links: Sequence[record.Link] = (), **detail: Any
    ) -> Receipt:
        """Record what a person decided, or what became of it."""
        return await self._append(self._composer.approval(event, agent=agent, session=session, links=links, **detail))

    def seal(self, name: str) -> str:
        """A digest of a name that nobody without our key can make or guess."""
        return self._signer.digest(name.encode())

    def vouch(self, line: bytes) -> str:
        """The MAC of a line of a file of ours; no receipt ever shows what this key makes of a text."""
        return self._signer.seal(b"journal\0" + line)

    async def _crossed(self, agent: str, session: str, before: Risk, links: Sequence[record.Link], **how: Any) -> None:
        """A session became IRREVERSIBLE: by a person's answer, which the links lead to."""
        await self._append(
            self._composer.approval(
                "crossed", agent=agent, session=session, links=links, before=before, after=Risk.IRREVERSIBLE, **how
            )
        )

    def _decision(
        self,
        before: Risk,
        origin: Origin,
        hook: HookCall,
        call: ToolCall,
        judgement: Judgement,
        *,
        took_us: int,
        attended: bool = False,
        links: Sequence[record.Link] = (),
    ) -> Draft:
        allowed = judgement.verdict.decision is Decision.ALLOW
        made = compose.Judgement(
            verdict=judgement.verdict,
            risk=judgement.risk,
            before=before,
            after=max(before, judgement.risk) if allowed else before,
            effects=judgement.effects,
            facts=judgement.facts,
            gained=gains(judgement.effects, judgement.verdict.stopping),
            policy_set=judgement.digest,
            duration=took_us,
            links=links,
        )
        claimed = {"event": hook.event, "mode": call.mode, "shim": hook.shim_version, "mcp_server": call.mcp_server}
        if attended:
            claimed["attended"] = "yes"
        return self._composer.decision(call, _raw_input(hook, call), made, self._origin(origin, claimed=claimed))

    async def outcome(self, origin: Origin, agent: str, outcome: Outcome) -> None:
        """Link how a call went to its decision, with what was seen to have changed."""
        pending = self._sessions.decision(agent, outcome.session, outcome.call_id)
        state = self._sessions.state(agent, outcome.session)
        before = self._footprints.pop(agent, outcome.session, outcome.call_id)
        changes = await asyncio.to_thread(before.changes) if before and before.before and outcome.ran else ()
        if pending is None and outcome.ran:
            self.undecided += 1
        ran = record.Outcome(
            status=_status(outcome, before, changes),
            exit_code=outcome.exit_code,
            duration=max(0, outcome.duration_ms) * 1000,
            text=outcome.summary,
        )
        call = ToolCall(
            agent=agent,
            session=outcome.session,
            tool=outcome.tool,
            input={},
            cwd="",
            call_id=outcome.call_id,
            subagent=outcome.subagent,
        )
        before_it = state.level
        levels = {"before": before_it, "after": max(before_it, pending.risk)} if pending else {}
        link = pending.link if pending else None
        await self._append(
            self._composer.outcome(
                call, ran, self._origin(origin), link, taints=outcome.taints, changed=changes, **levels
            )
        )
        asked_there = self._dialogs.pop((agent, outcome.session, outcome.call_id), ()) is None
        if pending is not None and asked_there and outcome.ran:
            await self._answered_there(agent, outcome.session, pending, before_it)

    async def _answered_there(self, agent: str, session: str, pending: Decided, before: Risk) -> None:
        """The agent's own dialog was answered with yes, or the call would not have run: inferred, and said so."""
        how: dict[str, Any] = {"channel": "dialog", "proof": "inferred", "scope": "call"}
        await self._append(
            self._composer.approval("approved", agent=agent, session=session, links=(pending.link,), **how)
        )
        if before < pending.risk is Risk.IRREVERSIBLE:
            await self._crossed(agent, session, before, (pending.link,), **how)

    async def settings_changed(self, origin: Origin, agent: str, change: SettingsChanged, why_not: str) -> Receipt:
        """Record a change of the agent's settings and whether it was let through."""
        level = self._sessions.state(agent, change.session).level
        detail = {"source": change.source, "path": change.path, "refused": why_not}
        event = "settings-refused" if why_not else "settings-changed"
        draft = self._composer.session(
            event, agent, change.session, self._origin(origin), before=level, after=level, **detail
        )
        return await self._append(draft)

    async def refused(self, seen: Seen | None, hook: HookCall, problem: str, event: str) -> None:
        """Record a message that was answered with no before it became a call."""
        where = compose.Provenance(
            witnessed=self._witnessed(seen, None) if seen else None,
            claimed={"event": hook.event, "shim": hook.shim_version},
        )
        await self._append(self._composer.refusal(problem, hook.stdin, where, agent=hook.agent, event=event))

    async def undelivered(self, receipt: Any) -> None:
        """Record that the answer of `receipt` found nobody."""
        entry = receipt.record
        draft = self._composer.undelivered(
            receipt.link(), "the caller was gone", agent=entry.agent, session=entry.session, call_id=entry.call_id
        )
        await self._append(draft)

    async def daemon(self, event: str, digest: str = "", /, **detail: Any) -> None:
        """Record something about the gate itself."""
        await self._append(self._composer.daemon(event, policy_set=digest, **detail))

    def sessions_seen(self, count: int = 50) -> tuple[SessionSeen, ...]:
        """The sessions that did something last, newest first."""
        return tuple(_seen(state) for state in self._sessions.newest(count))

    async def verify_macs(self, first: int, last: int | None) -> MacCheck:
        """Check the HMACs of a range of receipts with the key in memory, on a thread."""
        if first < 0 or (last is not None and last < first):
            raise UsageError(f"`{first}` to `{last}` is no range of receipts", fix="enactctl receipts verify")
        return await asyncio.to_thread(self._verify, first, last)

    def close(self) -> None:
        """Bring the session index up to date and end the log; nothing can be recorded after."""
        self._sessions.close()
        self._log.close()

    def _verify(self, first: int, last: int | None) -> MacCheck:
        size = self._log.head.size
        end = size if last is None else min(last + 1, size)
        checked = erased = 0
        for number, line in segments.lines(self._log.folder, first):
            if number >= end:
                break
            try:
                entry = record.decode(line)
                right = self._signer.vouches(entry.mac_key, record.signed_part(line), entry.mac)
            except ValueError as error:
                return MacCheck(checked=checked, erased=erased, first_bad=number, reason=str(error))
            if right is None and not checked:
                erased += 1  # of an epoch whose key is gone; once one is known, all that follow must be
            elif not right:
                reason = "the HMAC is not of this key and this line"
                return MacCheck(checked=checked, erased=erased, first_bad=number, reason=reason)
            else:
                checked += 1
        if erased and not checked and end == size:
            return MacCheck(checked=0, erased=erased, first_bad=end - 1, reason="the newest HMAC is of another key")
        return MacCheck(checked=checked, erased=erased)

    def _likely_parents(self, agent: str, workspace: str) -> list[str]:
        """The newest session of this agent in this workspace: what a continued conversation most likely continues."""
        for state in self._sessions.newest():
            if state.agent == agent and state.workspace == workspace:
                return [str(state.key)]
        return []

    async def _append(self, draft: Draft) -> Receipt:
        """The durable receipt, folded into its session even if the caller is cancelled meanwhile."""
        return await self._log.append(draft, self._sessions.apply)

    def _origin(
        self, origin: Origin, *, parent: str = "", claimed: Mapping[str, Any] | None = None
    ) -> compose.Provenance:
        return compose.Provenance(
            witnessed=self._witnessed(origin.seen, origin),
            claimed=claimed or {},
            workspace=origin.holder.workspace,
            parent=parent,
        )

    def _witnessed(self, seen: Seen, origin: Origin | None) -> Witnessed:
        agent = origin.holder.process if origin else None
        return Witnessed(
            uid=seen.uid,
            gid=seen.gid,
            pid=seen.process.pid,
            started=seen.process.start,
            exe=peer.executable(seen.process.pid),
            agent_pid=agent.pid if agent else 0,
            agent_started=agent.start if agent else 0,
            agent_exe=origin.holder.exe if origin else "",
            boot=self._boot,
            note="" if seen.enforced == "full" else seen.enforced,
        )


def _status(outcome: Outcome, before: Footprint | None, changes: Sequence[Change]) -> Any:
    if not outcome.ran:
        return "not-run"
    return footprints.status(outcome.ok, outcome.interrupted, before, changes)


def _raw_input(hook: HookCall, call: ToolCall) -> bytes:
    """The tool input, byte for byte, where the agent sends it under the usual name."""
    try:
        raw = bytes(msgspec.json.decode(hook.stdin, type=_Message).tool_input)
    except (msgspec.MsgspecError, RecursionError):
        raw = b""
    return raw or msgspec.json.encode(call.input)


def _seen(state: State) -> SessionSeen:
    return SessionSeen(
        session=state.session,
        agent=state.agent,
        risk=str(state.level),
        attempted=str(state.attempted),
        parent=state.parent,
        workspace=state.workspace,
        last=state.seen / 1e6,
        ended=state.ended,
    )
