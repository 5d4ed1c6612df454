"""Every example that a policy declares is true: executed documentation cannot go stale."""

from __future__ import annotations

import pytest
from support.library import KINDS, LIBRARY, USUAL, WHOLE, opinion

from enactd.evaluate import Policy
from enactd.examples import judge_example
from enactd.policy import Example
from enactd.verdict import Decision


def _declared() -> list[object]:
    return [
        pytest.param(policy, kind, example, id=f"{policy.id}-{kind}-{example}")
        for policy in LIBRARY.policies
        for kind in KINDS
        for example in getattr(policy.declaration, kind)
    ]


@pytest.mark.parametrize(("policy", "kind", "example"), _declared())
def test_example(policy: Policy, kind: str, example: Example) -> None:
    """What a policy says of its own example is what it declares; `allows` and `misses` stay free of it."""
    assert KINDS[kind] == opinion(WHOLE, policy, example)


@pytest.mark.parametrize("policy", LIBRARY.policies, ids=lambda policy: policy.id)
def test_declaration_is_complete(policy: Policy) -> None:
    """A policy says why, what to do instead, and shows harms, near misses and what it cannot catch."""
    declaration = policy.declaration
    assert policy.why
    assert policy.instead
    assert policy.blind_spots
    assert len(declaration.denies) + len(declaration.asks) >= 3
    assert len(declaration.allows) >= 3
    assert declaration.misses or policy.blind_spots.startswith("None")


def test_allowed_examples_are_allowed_by_the_whole_library() -> None:
    """A near miss of one policy is not stopped by another one that people have by default."""
    stopped = [
        f"{policy.id}: {example} -> {verdict.reason}"
        for policy in LIBRARY.policies
        for example in policy.declaration.allows
        if (verdict := judge_example(USUAL, example).verdict).decision is not Decision.ALLOW
    ]
    assert [] == stopped


def test_stages_mean_what_they_say() -> None:
    """What is on trial denies nothing; what is optional is on trial; nothing on trial is critical."""
    trial = [policy for policy in LIBRARY.policies if policy.declaration.stage == "trial"]
    optional = {policy.id for policy in LIBRARY.policies if policy.declaration.optional}
    assert [] == [policy.id for policy in trial if policy.declaration.denies]
    assert optional <= {policy.id for policy in trial}
    assert [] == [policy.id for policy in trial if policy.declaration.severity == "critical"]
    assert optional == {policy.id for policy in LIBRARY.policies} - set(USUAL.policies.by_id)
