"""Policies against effects: pure and total. The strictest opinion wins, all are kept.

A policy that raises is a denial with its name on it: a gate that skips a broken rule is open where the
rule stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from enactd.effects.model import Effect
from enactd.policy import Context, Declaration
from enactd.verdict import Allow, Ask, Decision, Deny, Finding, Opinion, Verdict, strictest

_LIMIT: Final = 64  # findings kept per verdict


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
    settings: Mapping[str, Any] = {}


class PolicySet:
    """All policies in force, with one digest, indexed by the effect types they watch."""

    def __init__(self, policies: Sequence[Policy], digest: str) -> None:
        self.policies = tuple(policies)
        self.digest = digest
        self.by_id = {policy.id: policy for policy in self.policies}
        self._all = [p for p in self.policies if Effect in p.declaration.watches]
        self._by_type: dict[type[Effect], list[Policy]] = {}
        for policy in self.policies:
            for watched in policy.declaration.watches:
                if watched is not Effect:
                    self._by_type.setdefault(watched, []).append(policy)

    def watching(self, kind: type[Effect]) -> list[Policy]:
        """The policies that are shown effects of this type."""
        return [*self._by_type.get(kind, ()), *self._all]


def evaluate(policies: PolicySet, effects: Sequence[Effect], context: Context) -> Verdict:
    """The verdict on a call's effects. Never raises."""
    findings: list[Finding] = []
    evaluated: dict[str, None] = {}
    for index, effect in enumerate(effects):
        for policy in policies.watching(type(effect)):
            if policy.declaration.stage == "retired":
                continue
            evaluated[policy.id] = None
            findings.extend(_opinions(policy, effect, index, context))
    decision = strictest(Decision[finding.decision.upper()] for finding in findings)
    kept = sorted(findings, key=lambda finding: -Decision[finding.decision.upper()])[:_LIMIT]
    return Verdict(decision, tuple(kept), tuple(evaluated))


def _opinions(policy: Policy, effect: Effect, index: int, context: Context) -> list[Finding]:
    mine = msgspec.structs.replace(context, settings=policy.settings) if policy.settings else context
    found: list[Opinion] = []
    try:
        for opinion in policy.declaration.check(effect, mine):
            if not isinstance(opinion, Opinion):
                raise TypeError(f"yielded {type(opinion).__name__}, not an opinion")
            found.append(opinion)
    except Exception as error:  # noqa: BLE001 - one of two places: a crash is a denial
        reason = f"the policy failed on {type(effect).__name__}: {type(error).__name__}"
        found.append(Deny(reason, instead="mend or disable the policy"))
    return [_finding(policy, opinion, index) for opinion in found]


def _finding(policy: Policy, opinion: Opinion, index: int) -> Finding:
    decision = opinion.decision
    if policy.declaration.stage == "trial" and isinstance(opinion, Deny):
        decision = Decision.ASK
    instead = opinion.instead or ("" if isinstance(opinion, Allow) else policy.instead)
    return Finding(policy.id, str(decision), opinion.reason, instead, index, policy.declaration.severity)


__all__ = ["Allow", "Ask", "Deny", "Policy", "PolicySet", "evaluate"]
