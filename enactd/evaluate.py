"""Policies against effects: pure and total. The strictest opinion wins, all are kept.

A policy that raises, does not end or takes too long is a denial with its name on it: a gate that skips a broken
rule is open where the rule stood. An observed policy decides as ever; its opinion is kept, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol

import msgspec

from enactd import metering
from enactd.effects.model import Effect
from enactd.policy import Context, Declaration
from enactd.verdict import Allow, Ask, Decision, Deny, Finding, Look, Opinion, Verdict, strictest

FINDINGS_LIMIT: Final = 64  # kept per verdict
MEND: Final = "mend or disable the policy"
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Policy(msgspec.Struct, frozen=True):
    """A loaded policy: its declaration, and who it is. `layer` is where its file came from."""

    id: str
    declaration: Declaration
    title: str
    why: str = ""
    instead: str = ""
    blind_spots: str = ""
    layer: str = "shipped"
    path: str = ""
    settings: Mapping[str, Any] = NOTHING
    digest: str = ""  # SHA-256 of the file
    level: str = ""  # observe: stops nothing; ask: at most a question; deny: no question; empty: as it says

    def with_settings(self, settings: Mapping[str, Any], *, observe: bool = False) -> Policy:
        """The same with its parameters as policies see them: read-only, made once.

        No setting makes a policy that protects the gate say less.
        """
        level = "observe" if observe else str(settings.get("level", ""))
        if self.declaration.protects_gate and level != "deny":
            level = ""
        if not settings and not level:
            return self
        return msgspec.structs.replace(self, settings=_frozen(settings), level=level)


class Watch(Protocol):
    """Who measures the policies; `evaluate` itself has no clock."""

    suspicious: int
    """What `now` may differ before and after one look, before `late` is asked."""

    def called(self) -> None:
        """The policies are asked about a call, on this thread, from now on."""

    def now(self) -> int:
        """A number that grows with time."""

    def late(self, took: int) -> str:
        """What is wrong with a look that took so long; empty if nothing."""

    def decided(self, looks: Sequence[Look], findings: Sequence[Finding]) -> None:
        """All policies have looked at the call."""


class PolicySet:
    """All policies in force, with one digest, indexed by the effect types they watch."""

    def __init__(self, policies: Sequence[Policy], digest: str) -> None:
        self.policies = tuple(policies)
        self.digest = digest
        self.by_id = {policy.id: policy for policy in self.policies}
        asked = [policy for policy in self.policies if policy.declaration.stage != "retired"]
        self.once = [policy for policy in asked if not policy.declaration.watches]
        self._all = [policy for policy in asked if Effect in policy.declaration.watches]
        self._by_type: dict[type[Effect], list[Policy]] = {}
        for policy in asked:
            if Effect not in policy.declaration.watches:
                for watched in policy.declaration.watches:
                    self._by_type.setdefault(watched, []).append(policy)
        self.observed = tuple(policy.id for policy in asked if policy.level == "observe")
        self._watching: dict[type[Effect], list[Policy]] = {
            kind: [*found, *self._all] for kind, found in self._by_type.items()
        }

    def watching(self, kind: type[Effect]) -> list[Policy]:
        """The policies that are shown effects of this type."""
        return self._watching.get(kind, self._all)


class _Call:
    """One call before all policies: what each of them is given, and what they say."""

    def __init__(self, context: Context, watch: Watch | None) -> None:
        self.findings: list[Finding] = []
        self.evaluated: dict[str, None] = {}
        self.looks: list[Look] = []
        self._context = context
        self._watch = watch
        self._last = 0
        if watch:
            watch.called()
            self._last = watch.now()
        self._contexts: dict[str, Context] = {}
        self._broken: set[str] = set()

    def show(self, policy: Policy, effect: Effect | None, index: int) -> None:
        """Ask one policy about one effect (about the call as a whole, where it is None)."""
        if policy.id in self._broken:
            return
        self.evaluated[policy.id] = None
        opinions, failure = _opinions(policy, effect, self._given(policy) if policy.settings else self._context)
        if self._watch:
            failure = self._measured(self._watch, policy, failure)
        for opinion in opinions:
            self.findings.append(_finding(policy, opinion, index))
        if failure:
            self._broken.add(policy.id)
            kind = "the call" if effect is None else type(effect).__name__
            reason = f"the policy failed on {kind}: {failure}"
            self.findings.append(_finding(policy, Deny(reason, MEND), index))

    def _measured(self, watch: Watch, policy: Policy, failure: str) -> str:
        """What broke, or took too long. The end of one look is the beginning of the next."""
        now = watch.now()
        took, self._last = now - self._last, now
        if took > watch.suspicious:
            failure = failure or watch.late(took)
        self.looks.append((policy.id, took, failure != ""))
        return failure

    def _given(self, policy: Policy) -> Context:
        """Its context with its own parameters, made once a call."""
        if policy.id not in self._contexts:
            self._contexts[policy.id] = msgspec.structs.replace(self._context, settings=policy.settings)
        return self._contexts[policy.id]


def evaluate(policies: PolicySet, effects: Sequence[Effect], context: Context, watch: Watch | None = None) -> Verdict:
    """The verdict on a call's effects. Never raises."""
    call = _Call(context, watch)
    for policy in policies.once:
        call.show(policy, None, -1)
    for index, effect in enumerate(effects):
        for policy in policies.watching(type(effect)):
            call.show(policy, effect, index)
    if watch:
        watch.decided(call.looks, call.findings)
    decision = strictest(Decision[finding.decision.upper()] for finding in call.findings)
    return Verdict(decision, tuple(_kept(sorted(call.findings, key=_rank))), tuple(call.evaluated))


def _kept(ranked: list[Finding]) -> list[Finding]:
    """As many as are kept: of every policy its strictest, then the strictest of the others."""
    if len(ranked) <= FINDINGS_LIMIT:
        return ranked
    first = {finding.policy: finding for finding in reversed(ranked)}
    leading = [finding for finding in ranked if first[finding.policy] is finding]
    others = [finding for finding in ranked if first[finding.policy] is not finding]
    return sorted([*leading, *others][:FINDINGS_LIMIT], key=_rank)


def _opinions(policy: Policy, effect: Effect | None, context: Context) -> tuple[list[Opinion], str]:
    """What a policy says, and what ended it before its time."""
    found: list[Opinion] = []
    metering.begin()
    try:
        for opinion in policy.declaration.check(effect, context):
            if not isinstance(opinion, Opinion):
                raise TypeError(f"yielded {type(opinion).__name__}, not an opinion")
            found.append(opinion)
            metering.tick()
    except metering.Exhausted:
        return found, f"it took more than {metering.STEPS} steps"
    except Exception as error:  # noqa: BLE001 - one of two places: a crash is a denial
        return found, type(error).__name__
    return found, ""


def _finding(policy: Policy, opinion: Opinion, index: int) -> Finding:
    decision = opinion.decision
    if policy.declaration.stage == "trial" and isinstance(opinion, Deny):
        decision = Decision.ASK
    instead = opinion.instead or ("" if isinstance(opinion, Allow) else policy.instead)
    would = ""
    if policy.level and decision is not Decision.ALLOW:
        match policy.level:
            case "observe":
                decision, would = Decision.ALLOW, str(decision)
            case "ask":
                decision = Decision.ASK
            case "deny":
                decision = Decision.DENY
    return Finding(policy.id, str(decision), opinion.reason, instead, index, policy.declaration.severity, would)


def _rank(finding: Finding) -> int:
    """The strictest first, then what would have been strict."""
    return -2 * Decision[finding.decision.upper()] - bool(finding.would)


def _frozen(value: Any) -> Any:
    """Parameters as they stand in a policy's context: nothing that a policy could change for the next call."""
    if isinstance(value, Mapping):
        return MappingProxyType({name: _frozen(member) for name, member in value.items()})
    return tuple(_frozen(member) for member in value) if isinstance(value, list) else value


__all__ = ["Allow", "Ask", "Deny", "Policy", "PolicySet", "Watch", "evaluate"]
