"""THE STORY: one hook call, from the agent's bytes to the answer that the agent obeys.

An agent is about to use a tool and asks. The gate reads what it wants (adapter), makes sure that it is
the agent who asks (origin), works out what the call would do and what the policies say to it (judge),
makes that durable (ledger), and only then answers. Whatever goes wrong on the way ends in the agent's
own "no". After the call has run the agent tells how it went, and that becomes a second, linked receipt.
"""

from __future__ import annotations

import asyncio
import os
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
import structlog

from enactd import agents
from enactd.agent_settings import AgentSettings
from enactd.agents.base import (
    Adapter,
    Incoming,
    Observed,
    Outcome,
    Registration,
    SessionEnded,
    SessionStarted,
    SettingsChanged,
    ToolRequest,
)
from enactd.call import HookCall, Reply
from enactd.config import Settings
from enactd.effects.model import Effect
from enactd.errors import EnactError, ProtocolError, ReceiptError, RefusedError
from enactd.health import FAULTS, RECEIPTS_UNWRITABLE, REFUSED_CALLERS, UNDELIVERED, VERDICTS_LATE, Health
from enactd.holds import Holds
from enactd.judging import judge_and_record
from enactd.origin import Holder, Origin, Origins
from enactd.parts import Desk, Judge, Judgement, Ledger, Receipt, Sight
from enactd.peer import Process, Seen
from enactd.report import AgentSeen, PolicySetSeen
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict

REFUSAL_S: Final = 0.15
"""What a refusal may take to be recorded; it comes out of the margin before the shim's deadline."""
LARGE: Final = 1 << 18
"""Bytes of a message that are not read on the event loop any more."""
T = TypeVar("T")

log = structlog.get_logger()


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """What a call is judged by. Replaced as a whole; a call keeps what it began with."""

    settings: Settings
    judge: Judge
    policies: PolicySetSeen
    posture: Any = None  # what the judge was made of; for whoever compares two of these


class Answer(msgspec.Struct, frozen=True):
    """What the shim hears, and the receipt behind it where there is one.

    `question` is a request that may be waited for; the reply is then for the case that nobody answers in time.
    """

    reply: Reply
    receipt: Receipt | None = None
    question: str = ""
    call: ToolCall | None = None
    origin: Origin | None = None


class Denial(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement of the gate's own, where the judge gave none."""

    verdict: Verdict
    effects: tuple[Effect, ...] = ()
    risk: Risk = Risk.SENSITIVE
    facts: Mapping[str, Any] = {}
    digest: str = ""
    spare: bool = False
    grants: tuple[str, ...] = ()
    bond: str = ""


USED_UP: Final = Denial(
    verdict=Verdict(
        Decision.DENY,
        (Finding("gate.grant", "deny", "the approval was used by another call meanwhile", "make the call again"),),
    )
)


class Gate:
    """Decides hook calls. One for the whole daemon; `in_force` is asked anew for every call."""

    def __init__(
        self,
        *,
        in_force: Callable[[], InForce],
        origins: Origins,
        ledger: Ledger,
        health: Health,
        pool: Executor,
        registration: Registration,
        sight: Sight | None = None,
        desk: Desk | None = None,
    ) -> None:
        self._desk = desk
        self._in_force = in_force
        self._origins = origins
        self._ledger = ledger
        self._health = health
        self._pool = pool
        self._sight = sight
        self._settings = AgentSettings(pool, registration, sight.settings_text if sight else None)
        self.agents: dict[str, AgentSeen] = {}
        self._holds = Holds()

    async def answer(self, hook: HookCall, witness: Seen | RefusedError) -> Answer:
        """The answer, in time and whatever happens. An allowed call has its durable receipt by then."""
        adapter = agents.find(hook.agent)
        if adapter is None:
            problem = f"`{hook.agent}` is no agent that enactd knows"
            await attempt(self._record_refusal(hook, witness, problem, ProtocolError(problem)))
            return Answer(self.refused(problem))
        self._note(hook)
        result = await attempt(self._serve_in_time(adapter, hook, witness))
        if not isinstance(result, Exception):
            return result
        problem = self._explain(hook, result)
        if adapter.blocks(hook.event) and not isinstance(result, ReceiptError):
            await attempt(self._record_refusal(hook, witness, problem, result))
        return Answer(adapter.closed(hook.event, problem))

    async def undelivered(self, answer: Answer) -> None:
        """Record that an answer found nobody: the agent may have gone on without it."""
        self._health.report(UNDELIVERED)
        if answer.receipt is not None:
            fault = await attempt(self._ledger.undelivered(answer.receipt))
            if fault is not None:
                log.error("undelivered answer not recorded", fault=type(fault).__name__)

    def left(self, task: asyncio.Task[None]) -> None:
        """Nobody listens any more to what `task` answers: what it waits for stays a ticket, and uses nothing up."""
        self._holds.end(task)

    def refused(self, problem: str) -> Reply:
        """The no that every agent understands, for a message that no adapter takes."""
        return Reply(2, b"", f"enactd: denied, {problem}\n".replace("\n", " ").strip().encode() + b"\n")

    async def _serve_in_time(self, adapter: Adapter, hook: HookCall, witness: Seen | RefusedError) -> Answer:
        ends = time.monotonic() + hook.deadline_ms / 1000
        async with asyncio.timeout(self._seconds(hook)):
            answer = await self._serve(adapter, hook, witness)
        if not answer.question or self._desk is None:
            return answer
        return await self._held(adapter, hook, answer, self._desk, ends)

    async def _held(self, adapter: Adapter, hook: HookCall, answer: Answer, desk: Desk, ends: float) -> Answer:
        """Wait for a person, in nobody's way; then judge again, because the world may have changed meanwhile."""
        assert answer.call is not None
        assert answer.origin is not None
        limits = self._in_force().settings.daemon
        kept_s = (limits.margin_ms + limits.patience_ms) / 1000  # for the second judgement
        settled = await self._holds.wait(
            lambda left: desk.wait(answer.question, left), ends - time.monotonic() - kept_s
        )
        if settled is not None and settled.state == "approved":
            left_ms = max(0, int(1000 * (ends - time.monotonic())))
            again = msgspec.structs.replace(hook, deadline_ms=left_ms)
            async with asyncio.timeout(self._seconds(again)):
                return await self._decide(adapter, again, answer.call, answer.origin, hold=False)
        if settled is not None and settled.state == "denied":
            receipt = getattr(answer.receipt, "id", "")
            why = f"a person said no{f': {settled.because}' if settled.because else ''}"
            return Answer(adapter.render(hook.event, Decision.DENY, why, receipt=receipt), answer.receipt)
        return answer

    async def _serve(self, adapter: Adapter, hook: HookCall, witness: Seen | RefusedError) -> Answer:
        """What does the agent say, is it the agent that says it, and what follows?"""
        message = await self._read(adapter, hook)
        if isinstance(message, Observed):
            return Answer(adapter.render(hook.event, Decision.ALLOW, ""))
        origin = await self._admit(adapter, message, witness)
        match message:
            case ToolRequest():
                return await self._decide(adapter, hook, message.call, origin)
            case SettingsChanged():
                return await self._guard_settings(adapter, hook, message, origin)
            case Outcome():
                await self._ledger.outcome(origin, adapter.name, message)
            case SessionStarted():
                if not origin.opened:
                    await self._ledger.opened(origin, adapter.name, message.session, message)
            case SessionEnded():
                await self._ledger.ended(origin, adapter.name, message)
        notice = self._notice(adapter.name, message.session)
        return Answer(adapter.render(hook.event, Decision.ALLOW, "", notice=notice))

    async def _read(self, adapter: Adapter, hook: HookCall) -> Incoming:
        """The message as a value; a large one is read on a thread, so that nobody else waits for it."""
        if len(hook.stdin) <= LARGE:
            return adapter.read(hook.event, hook.stdin)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, adapter.read, hook.event, hook.stdin)

    async def _admit(self, adapter: Adapter, message: Incoming, witness: Seen | RefusedError) -> Origin:
        """Only the agent itself may speak for its session; what it opens inherits."""
        if isinstance(witness, RefusedError):
            raise witness
        session, cwd = _claims(message)
        async with self._ledger.turn(adapter.name, session):
            stranger = self._origins.stranger(witness, adapter.name, session) if self._sight else None
            holder = await self._introduced(stranger, cwd, self._sight) if stranger and self._sight else None
            origin = self._origins.admit(witness, adapter.name, session, cwd, holder)
            if origin.opened:
                start = message if isinstance(message, SessionStarted) else None
                # Until it is durable what a session inherits, it is not open, whatever ends the attempt.
                with self._origins.unless_kept(origin, adapter.name, session):
                    await self._settings.remember(adapter, session, origin)
                    await self._ledger.opened(origin, adapter.name, session, start)
        return origin

    async def _introduced(self, stranger: Process, cwd: str, sight: Sight) -> Holder:
        """What a daemon that may not look itself is told of a process that opens a session."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._origins.introduced, stranger, cwd, sight)

    async def _decide(
        self, adapter: Adapter, hook: HookCall, call: ToolCall, origin: Origin, *, hold: bool = True
    ) -> Answer:
        """May this call run? The receipt is durable before anybody hears of it."""
        began = time.perf_counter_ns()

        def took_us() -> int:
            return (time.perf_counter_ns() - began) // 1000

        async with self._ledger.turn(call.agent, call.session):
            judgement, receipt = await self._judged(hook, call, origin, took_us)
            if receipt is None and judgement.grants and not await self._redeemed(judgement):
                judgement = USED_UP
            asks = judgement.verdict.decision is Decision.ASK
            attended = asks and await self._is_attended(adapter, call, origin, judgement)
            if receipt is None:
                links = self._desk.links(judgement.grants) if self._desk and judgement.grants else ()
                receipt = await self._ledger.decided(
                    origin, hook, call, judgement, attended=attended, took_us=took_us(), links=links
                )
        self._health.clear(RECEIPTS_UNWRITABLE)
        ticket = receipt.id if asks and not attended else ""
        holds = False
        if ticket and self._desk is not None:
            ticket, holds = await self._desk.ask(receipt, call, judgement, origin, hold=hold)
        reply = adapter.render(
            hook.event, judgement.verdict.decision, judgement.verdict.reason, receipt=receipt.id, ticket=ticket,
            attended=attended, spare=judgement.spare, notice=self._notice(call.agent, call.session),
        )  # fmt: skip
        return Answer(reply, receipt, ticket if holds else "", call, origin)

    async def _redeemed(self, judgement: Judgement) -> bool:
        """Whether what a call rests on holds still, now that it is to be used; from here on it is used."""
        return self._desk is not None and await self._desk.redeem(judgement.grants)

    def _notice(self, agent: str, session: str) -> str:
        """What the person in front of the agent should know, whatever is decided; empty for nothing."""
        return self._desk.notice(agent, session) if self._desk is not None else ""

    async def _judged(
        self, hook: HookCall, call: ToolCall, origin: Origin, took_us: Callable[[], int]
    ) -> tuple[Judgement, Receipt | None]:
        """The judge's word, or a denial if it comes too late; and its receipt, if it is recorded already."""
        place = self._ledger.reserve(call.agent, call.session)
        in_force = self._in_force()
        work = partial(
            in_force.judge.judge,
            call,
            workspace=origin.holder.workspace,
            home=origin.holder.home,
            session=self._ledger.view(call.agent, call.session),
            environment=origin.holder.environment,
            frozen=in_force.settings.frozen() or _frozen_by(origin),
        )

        def record(found: Judgement) -> None:
            self._ledger.decide(place, origin, hook, call, found, took_us())

        try:
            # A part of the time is kept for the receipt of a verdict that came too late.
            return await judge_and_record(self._pool, place, work, record, self._seconds(hook) * 0.8)
        except TimeoutError:
            self._health.report(VERDICTS_LATE)
            log.warning("verdict too late", agent=call.agent, session=call.session, tool=call.tool)
            reason = "reading this call takes longer than the agent waits"
            finding = Finding("gate.deadline", "deny", reason, "split it into smaller steps")
            return Denial(verdict=Verdict(Decision.DENY, (finding,))), None

    async def _is_attended(self, adapter: Adapter, call: ToolCall, origin: Origin, judgement: Judgement) -> bool:
        """Whether a question would reach a person by the agent's dialog, by what kernel and settings files say."""
        if self._desk is not None and not self._desk.leaves_to_dialog(judgement):
            return False
        settings = await self._settings.texts(adapter, origin)
        return adapter.attended(
            call, argv=origin.holder.argv, terminal=origin.holder.process.terminal, settings=settings
        )

    async def _guard_settings(
        self, adapter: Adapter, hook: HookCall, change: SettingsChanged, origin: Origin
    ) -> Answer:
        """A change of the agent's settings that would switch the gate off does not come into force."""
        why_not = await self._settings.objection(adapter, change, origin)
        receipt = await self._ledger.settings_changed(origin, adapter.name, change, why_not)
        decision = Decision.DENY if why_not else Decision.ALLOW
        reason = f"gate.settings: {why_not}" if why_not else ""
        return Answer(adapter.render(hook.event, decision, reason, receipt=receipt.id), receipt)

    async def _record_refusal(
        self, hook: HookCall, witness: Seen | RefusedError, problem: str, fault: Exception
    ) -> None:
        event = "refused" if isinstance(fault, RefusedError) else "late" if isinstance(fault, TimeoutError) else "fault"
        async with asyncio.timeout(REFUSAL_S):
            await self._ledger.refused(
                None if isinstance(witness, RefusedError) else witness,
                hook,
                problem,
                "malformed" if isinstance(fault, ProtocolError) else event,
            )

    def _explain(self, hook: HookCall, fault: Exception) -> str:
        """What went wrong, in a line for the agent; health and log get their share."""
        event = {"agent": hook.agent, "hook": hook.event, "fault": type(fault).__name__}
        match fault:
            case TimeoutError():
                self._health.report(VERDICTS_LATE)
                log.warning("answer too late", **event)
                return "there was no verdict in time"
            case RefusedError():
                self._health.report(REFUSED_CALLERS, fault.problem)
                log.warning("caller refused", problem=fault.problem, cause=fault.cause, **event)
                return f"{fault.problem}: {fault.cause}" if fault.cause else fault.problem
            case ReceiptError():
                self._health.report(RECEIPTS_UNWRITABLE, fault.cause or fault.problem)
                log.error("no receipt", problem=fault.problem, cause=fault.cause, **event)
                return f"no receipt can be written, {fault.cause or fault.problem}"
            case ProtocolError() | EnactError():
                log.warning("call not understood", problem=fault.problem, **event)
                return fault.problem
            case _:
                self._health.report(FAULTS, type(fault).__name__)
                log.error("fault", where=places(fault), **event)
                return "a fault of enactd, see its log"

    def _seconds(self, hook: HookCall) -> float:
        limits = self._in_force().settings.daemon
        return max(0.0, min(hook.deadline_ms - limits.margin_ms, limits.patience_ms) / 1000)

    def _note(self, hook: HookCall) -> None:
        calls = self.agents[hook.agent].calls if hook.agent in self.agents else 0
        self.agents[hook.agent] = AgentSeen(
            name=hook.agent, calls=calls + 1, last_call=time.time(), shim=hook.shim_version
        )


async def attempt(work: Awaitable[T]) -> T | Exception:
    """The result, or what was raised. The one place where any fault is caught: here it becomes a "no"."""
    try:
        return await work
    except Exception as fault:  # noqa: BLE001 - a fault that flew further would leave the agent without an answer
        return fault


def places(fault: Exception) -> list[str]:
    """Where a fault came from, without its message, which could hold what the agent sent."""
    return [f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(fault.__traceback__)]


def _claims(message: Incoming) -> tuple[str, str]:
    """The session a message is about, and the folder it names."""
    match message:
        case ToolRequest(call=call):
            return call.session, call.cwd
        case SessionStarted() | SettingsChanged():
            return message.session, message.cwd
        case _:
            return message.session, ""


def _frozen_by(origin: Origin) -> str:
    """A freeze that the agent was started under: `ENACT_FREEZE` in its own environment, which can only tighten."""
    reason = origin.holder.environment.get("ENACT_FREEZE", "").strip()
    return "" if reason.lower() in ("", "0", "off", "no", "false") else f"ENACT_FREEZE={reason[:80]}"
