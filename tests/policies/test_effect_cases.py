"""What the gravest policies think of effects by themselves, whatever spelling leads to them."""

from __future__ import annotations

import pytest
from support.effect_cases import CASES, Case
from support.library import LIBRARY

from enactd.verdict import Decision


@pytest.mark.parametrize(
    ("policy", "case"),
    [pytest.param(policy, case, id=f"{policy}-{number}") for policy, cases in CASES.items() for number, case in enumerate(cases)],
)  # fmt: skip
def test_case(policy: str, case: Case) -> None:
    """Asked, denied or let pass, as the table says."""
    effect, context, expected = case
    found = LIBRARY.by_id[policy].declaration.check(effect, context)
    assert expected == max((opinion.decision for opinion in found), default=Decision.ALLOW), effect
