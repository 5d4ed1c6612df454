"""A change of a grave policy does not go unnoticed: mutants die, and those that live are known and explained."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from support.library import LIBRARY
from support.mutation import Mutant, most_severe, mutants, survives, survivors, told

from enactd.evaluate import Policy

EXPLAINED: Final[dict[str, dict[str, str]]] = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text())
GRAVEST: Final = most_severe(LIBRARY.policies)


@pytest.mark.parametrize("policy", GRAVEST, ids=lambda policy: policy.id)
def test_mutants_die(policy: Policy, record_property: Callable[[str, object], None]) -> None:
    """Every change is noticed by a declared example or a case, but for those that are listed with their reason."""
    count, alive = survivors(policy)
    record_property("figures", f"mutants of {policy.id}: {count - len(alive)} of {count} noticed")
    assert count > 0
    assert sorted(EXPLAINED.get(policy.id, {})) == alive


def test_the_gravest_are_enough() -> None:
    """At least twenty policies, all critical ones among them, and no explanation of anything else."""
    assert len(GRAVEST) >= 20
    assert {p.id for p in LIBRARY.policies if p.declaration.severity == "critical"} <= {p.id for p in GRAVEST}
    assert set(EXPLAINED) <= {policy.id for policy in GRAVEST}
    assert all(len(why.split()) > 5 for changes in EXPLAINED.values() for why in changes.values())


SAMPLE: Final = '''
"""Sample."""
from enactd.policy import Ask, DeletePath, Deny, policy

AREAS = ("home", "root")

@policy(watches=DeletePath, severity="low", stage="stable", since="0")
def check(delete, context):
    shown = delete.target.shown or "nothing"
    if delete.target.area in AREAS and not delete.only_empty:
        yield Deny(f"`{shown}` goes")
    elif delete.target.size > 4 or delete.bulk:
        yield Ask("much goes")
'''


def test_all_kinds_of_mutants_are_made() -> None:
    """Comparisons, conditions, verdicts, words and numbers; nothing of what is only said."""
    changes = {mutant.change for mutant in mutants(SAMPLE)}
    expected = {
        "turn `delete.target.area in AREAS`", "leave `not` out of `not delete.only_empty`", "5 for 4",
        "turn `delete.target.size > 4`", "swap and/or in `delete.target.size > 4 or delete.bulk`",
        "leave `delete.bulk` out of `delete.target.size > 4 or delete.bulk`", "Deny for `Ask('much goes')`",
        "no opinion for `Ask('much goes')`", "no 'root' in ('home', 'root')", "Ask for `Deny(f'`{shown}` goes')`",
        "always True for `delete.target.size > 4 or delete.bulk`",
    }  # fmt: skip
    assert set() == expected - changes
    assert not [change for change in changes if "shown or" in change or "nothing" in change]


def test_a_mutant_that_changes_nothing_survives() -> None:
    """The harness does not kill by itself."""
    policy = GRAVEST[0]
    source = Path(policy.path).read_text()
    same = next(iter(mutants(source)))
    examples = told(policy)
    assert survives(Mutant(ast.parse(source), "nothing"), policy, examples)
    assert not survives(same, policy, examples)
