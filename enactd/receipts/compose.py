"""Drafts out of what the gate has in hand: everything foreign is redacted and bounded here, and only here.

composer = Composer(signer, engine="0.1.0")
draft = composer.decision(call, verdict, effects=..., facts=..., risk=..., before=..., after=..., ...)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from enactd.receipts import canonical
from enactd.receipts.plain import Plainer
from enactd.receipts.record import Draft, Gains, Input, Link, Note, Outcome, Redaction, Witnessed, level_name
from enactd.receipts.redact import NO_RULES, Redactor, Rules
from enactd.receipts.signer import Signer
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.verdict import Finding, Verdict

INPUT_LIMIT: Final = 4096
EFFECTS_LIMIT: Final = 16_384
FACTS_LIMIT: Final = 16_384
DETAIL_LIMIT: Final = 8192
CLAIMED_LIMIT: Final = 2048
STRING_LIMIT: Final = 512
REASON_LIMIT: Final = 1000
NAME_LIMIT: Final = 256
PATH_LIMIT: Final = 4096
MANY: Final = 256


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call came from: what the kernel saw, and beside it what the message claimed."""

    witnessed: Witnessed | None = None
    claimed: Mapping[str, Any] = {}
    agent_version: str = ""
    workspace: str = ""
    parent: str = ""  # "agent/session" of the session this one came from


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided and on what grounds. `before` and `after` are the session's levels."""

    verdict: Verdict
    risk: Risk
    before: Risk
    after: Risk
    effects: Sequence[Any] = ()
    facts: Mapping[str, Any] = {}
    gained: Gains | None = None
    policy_set: str = ""
    duration: int = 0  # microseconds
    links: Sequence[Link] = ()  # to what people opened, where it rests on that


class Composer:
    """Makes drafts. `enforcement` says how much is really enforced, `patterns` what else is redacted: the daemon may
    replace both."""

    def __init__(self, signer: Signer, *, engine: str, enforcement: Mapping[str, str] | None = None) -> None:
        self._signer = signer
        self._engine = engine
        self.enforcement: Mapping[str, str] = enforcement or {}
        self.patterns: Callable[[], tuple[str, ...]] = tuple
        self._patterns: tuple[str, ...] = ()
        self._rules = NO_RULES

    def decision(self, call: ToolCall, raw: bytes, judgement: Judgement, provenance: Provenance) -> Draft:
        """A decided call. `raw` are the exact bytes of the tool input as the agent sent them."""
        redactor = self._redactor()
        verdict = judgement.verdict
        return Draft(
            kind="decision",
            input=self._input(redactor, call.input, raw),
            effects=tuple(_effects(redactor, judgement.effects)),
            facts=_object(redactor, judgement.facts, FACTS_LIMIT),
            verdict=_answer(verdict),
            findings=tuple(_note(redactor, finding) for finding in verdict.findings[:MANY]),
            evaluated=tuple(identifier(policy) for policy in verdict.evaluated[:MANY]),
            policy_set=identifier(judgement.policy_set),
            risk=level_name(judgement.risk),
            risk_before=level_name(judgement.before),
            risk_after=level_name(judgement.after),
            gained=judgement.gained,
            links=tuple(judgement.links),
            duration=max(0, judgement.duration),
            **self._call(redactor, call, provenance),
            redacted=_redactions(redactor),
        )

    def refusal(
        self, reason: str, raw: bytes, provenance: Provenance, *, agent: str = "", event: str = "malformed"
    ) -> Draft:
        """A message that could not even be read as a call, and was denied. `raw` is the whole message."""
        redactor = self._redactor()
        return Draft(
            kind="decision",
            event=identifier(event),
            agent=identifier(agent),
            input=self._input(redactor, raw.decode("utf-8", "replace")[: 4 * INPUT_LIMIT], raw),
            verdict="deny",
            findings=(Note(policy="gate", decision="deny", reason=redactor.text(reason, REASON_LIMIT)),),
            **self._provenance(redactor, provenance),
            redacted=_redactions(redactor),
        )

    def outcome(
        self,
        call: ToolCall,
        outcome: Outcome,
        provenance: Provenance,
        link: Link | None,
        *,
        risk: Risk = Risk.SAFE,
        before: Risk = Risk.SAFE,
        after: Risk = Risk.SAFE,
        taints: tuple[str, ...] = (),
        changed: Sequence[Any] = (),
    ) -> Draft:
        """How a call ended. `link` points to its decision, whose risk it repeats; None: no decision is known.

        `taints` are what its output adds to the session, `changed` the files that were seen to differ (path, how).
        """
        redactor = self._redactor()
        return Draft(
            kind="outcome",
            outcome=msgspec.structs.replace(outcome, text=redactor.text(outcome.text, STRING_LIMIT)),
            links=(link,) if link else (),
            gained=Gains(taints=taints) if taints else None,
            risk=level_name(risk),
            risk_before=level_name(before),
            risk_after=level_name(after),
            detail=_object(redactor, {"changed": changed}, DETAIL_LIMIT) if changed else {},
            **self._call(redactor, call, provenance),
            redacted=_redactions(redactor),
        )

    def session(
        self, event: str, agent: str, session: str, provenance: Provenance, *, before: Risk, after: Risk, **detail: Any
    ) -> Draft:
        """A session begins, goes on, or ends: start, resume, fork, clear, nested, end."""
        redactor = self._redactor()
        return Draft(
            kind="session",
            event=identifier(event),
            agent=identifier(agent),
            session=identifier(session),
            risk_before=level_name(before),
            risk_after=level_name(after),
            detail=_object(redactor, detail, DETAIL_LIMIT),
            **self._provenance(redactor, provenance),
            redacted=_redactions(redactor),
        )

    def daemon(self, event: str, *, policy_set: str = "", **detail: Any) -> Draft:
        """Something about the gate itself: started, stopped, reloaded, reload-failed, unhealthy."""
        redactor = self._redactor()
        return Draft(
            kind="daemon",
            event=identifier(event),
            policy_set=identifier(policy_set),
            engine=self._engine,
            detail=_object(redactor, detail, DETAIL_LIMIT),
            enforcement=dict(self.enforcement),
            redacted=_redactions(redactor),
        )

    def approval(
        self,
        event: str,
        *,
        agent: str = "",
        session: str = "",
        links: Sequence[Link] = (),
        before: Risk | None = None,
        after: Risk | None = None,
        **detail: Any,
    ) -> Draft:
        """What a person decided, or what became of that: `events` are in FORMAT.md. `links` lead to what it is about."""
        redactor = self._redactor()
        return Draft(
            kind="approval",
            event=identifier(event),
            agent=identifier(agent),
            session=identifier(session),
            engine=self._engine,
            links=tuple(links),
            risk_before=level_name(before) if before is not None else None,
            risk_after=level_name(after) if after is not None else None,
            detail=_object(redactor, detail, DETAIL_LIMIT),
            enforcement=dict(self.enforcement),
            redacted=_redactions(redactor),
        )

    def undelivered(self, link: Link, reason: str, *, agent: str = "", session: str = "", call_id: str = "") -> Draft:
        """A decision that was made and could not be handed over."""
        redactor = self._redactor()
        return Draft(
            kind="undelivered",
            agent=identifier(agent),
            session=identifier(session),
            call_id=identifier(call_id),
            engine=self._engine,
            links=(link,),
            detail={"reason": redactor.text(reason, REASON_LIMIT)},
            redacted=_redactions(redactor),
        )

    def _redactor(self) -> Redactor:
        patterns = self.patterns()
        if patterns is not self._patterns:
            self._patterns, self._rules = patterns, Rules(patterns)
        return Redactor(self._rules)

    def _call(self, redactor: Redactor, call: ToolCall, provenance: Provenance) -> dict[str, Any]:
        return {
            "agent": identifier(call.agent),
            "session": identifier(call.session),
            "subagent": identifier(call.subagent),
            "tool": redactor.text(call.tool, NAME_LIMIT),
            "call_id": identifier(call.call_id),
            "cwd": redactor.text(call.cwd, PATH_LIMIT),
            **self._provenance(redactor, provenance),
        }

    def _provenance(self, redactor: Redactor, provenance: Provenance) -> dict[str, Any]:
        return {
            "agent_version": identifier(provenance.agent_version),
            "workspace": redactor.text(provenance.workspace, PATH_LIMIT),
            "parent": identifier(provenance.parent, 2 * NAME_LIMIT + 1),
            "witnessed": _witnessed(redactor, provenance.witnessed),
            "claimed": _object(redactor, provenance.claimed, CLAIMED_LIMIT),
            "enforcement": dict(self.enforcement),
            "engine": self._engine,
        }

    def _input(self, redactor: Redactor, value: Any, raw: bytes) -> Input:
        """The keyed digest of the exact bytes, and a text of at most about `INPUT_LIMIT`, JSON where it was parsed."""
        plainer = Plainer(redactor, budget=INPUT_LIMIT, string_limit=INPUT_LIMIT)
        plain = plainer.plain(value)
        text = plain if isinstance(plain, str) else canonical.encode(plain).decode()
        return Input(
            digest=self._signer.digest(raw), key=self._signer.input_key, size=len(raw), text=text, cut=plainer.cut
        )


def identifier(value: str, limit: int = NAME_LIMIT) -> str:
    """A name as it may stand in a record: valid Unicode; a too long one is shortened to stay unique."""
    name = canonical.text(value)
    if len(name) <= limit:
        return name
    return f"{name[: limit - 17]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _object(redactor: Redactor, value: Mapping[str, Any], budget: int) -> dict[str, Any]:
    if not value:
        return {}
    plain = Plainer(redactor, budget=budget, string_limit=STRING_LIMIT).plain(dict(value))
    return plain if isinstance(plain, dict) else {"value": plain}


def _effects(redactor: Redactor, effects: Iterable[Any]) -> Iterable[dict[str, Any]]:
    plainer = Plainer(redactor, budget=EFFECTS_LIMIT, string_limit=STRING_LIMIT)
    plain = plainer.plain(tuple(effects))
    for effect in plain if isinstance(plain, list) else [plain]:
        yield effect if isinstance(effect, dict) else {"type": "LeftOut", "note": str(effect)}


def _note(redactor: Redactor, finding: Finding) -> Note:
    return Note(
        policy=identifier(finding.policy),
        decision=_ANSWERS.get(finding.decision, "deny"),
        reason=redactor.text(finding.reason, REASON_LIMIT),
        instead=redactor.text(finding.instead, REASON_LIMIT),
        effect=finding.effect,
        severity=finding.severity,
        would=finding.would,
    )


_ANSWERS: Final[dict[str, Any]] = {"allow": "allow", "ask": "ask", "deny": "deny"}


def _answer(verdict: Verdict) -> Any:
    return _ANSWERS[str(verdict.decision)]


def _witnessed(redactor: Redactor, seen: Witnessed | None) -> Witnessed | None:
    """The same with paths made fit; names of programs are chosen by whoever runs them."""
    if seen is None:
        return None
    exe, agent_exe = redactor.text(seen.exe, PATH_LIMIT), redactor.text(seen.agent_exe, PATH_LIMIT)
    return msgspec.structs.replace(seen, exe=exe, agent_exe=agent_exe, note=redactor.text(seen.note, STRING_LIMIT))


def _redactions(redactor: Redactor) -> tuple[Redaction, ...]:
    return tuple(Redaction(kind=kind, count=count) for kind, count in sorted(redactor.found.items()))
