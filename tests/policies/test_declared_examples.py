"""Every example that a policy declares is true: executed documentation cannot go stale."""

from __future__ import annotations

import pytest

from enactd import resources
from enactd.bundle import load
from enactd.effects.shell.readers import Readers
from enactd.evaluate import Policy
from enactd.examples import GATE, judge_example
from enactd.judge import Judge
from enactd.policy import Example
from enactd.verdict import Decision

POLICIES = load([("shipped", str(resources.policies_folder()))])
JUDGE = Judge(POLICIES, readers=Readers(None), gate=GATE)


def _declared() -> list[object]:
    rows = []
    for policy in POLICIES.policies:
        declaration = policy.declaration
        for kind in ("denies", "asks", "allows", "misses"):
            for example in getattr(declaration, kind):
                rows.append(pytest.param(policy, kind, example, id=f"{policy.id}-{kind}-{example}"))
    return rows


def _mine(policy: Policy, example: Example) -> Decision:
    verdict = judge_example(JUDGE, example).verdict
    mine = [Decision[f.decision.upper()] for f in verdict.findings if f.policy == policy.id]
    return max(mine, default=Decision.ALLOW)


@pytest.mark.parametrize(("policy", "kind", "example"), _declared())
def test_example(policy: Policy, kind: str, example: Example) -> None:
    """What a policy says of its own example is what it declares; `allows` and `misses` stay free of it."""
    expected = {"denies": Decision.DENY, "asks": Decision.ASK, "allows": Decision.ALLOW, "misses": Decision.ALLOW}[kind]
    assert expected == _mine(policy, example)


@pytest.mark.parametrize("policy", POLICIES.policies, ids=lambda policy: policy.id)
def test_declaration_is_complete(policy: Policy) -> None:
    """A policy says why, what to do instead, and shows harms as well as near misses."""
    declaration = policy.declaration
    assert policy.why
    assert policy.instead
    assert policy.blind_spots
    assert declaration.denies or declaration.asks
    assert declaration.allows


def test_allowed_examples_are_allowed_by_the_whole_library() -> None:
    """A near miss of one policy is not stopped by another one."""
    stopped = [
        f"{policy.id}: {example} -> {verdict.reason}"
        for policy in POLICIES.policies
        for example in policy.declaration.allows
        if (verdict := judge_example(JUDGE, example).verdict).decision is not Decision.ALLOW
    ]
    assert [] == stopped
