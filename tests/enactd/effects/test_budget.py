"""Work is counted in steps; the clock is only a net."""

from __future__ import annotations

import pytest

from enactd.effects.budget import FAULTS, Budget, BudgetSpent


def test_steps_end_the_reading_at_the_same_place_everywhere() -> None:
    """The step past the last one raises, and so does every one after it."""
    budget = Budget(steps=3)
    budget.spend(3)
    for _ in range(2):
        with pytest.raises(BudgetSpent, match="more steps"):
            budget.spend()


def test_a_world_that_hangs_ends_by_the_clock() -> None:
    """At the latest every 64 steps."""
    budget = Budget(steps=1000, seconds=-1)
    budget.spend(1000 - 960 - 1)
    with pytest.raises(BudgetSpent, match="more time"):
        budget.spend()


def test_a_spent_budget_is_no_fault() -> None:
    """It is not caught where bugs of readers are: what was found so far stands."""
    assert not issubclass(BudgetSpent, FAULTS)
    assert not any(issubclass(fault, KeyboardInterrupt | SystemExit) for fault in FAULTS)
