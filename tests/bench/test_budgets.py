"""No part of a call costs twice what it did, measured against references of the same short run."""

from __future__ import annotations

import pytest

from bench import budgets, calls, inside, stages
from bench.ground import Ground
from bench.results import Row, Stage

ATTEMPTS = 3  # a neighbour may take a core away for the length of one run, hardly of three


def best(found: list[dict[str, float]]) -> dict[str, float]:
    """The lowest ratio of each name."""
    return {name: min(one[name] for one in found if name in one) for name in set().union(*found)}


def test_no_stage_doubles() -> None:
    """A stage that takes more than twice its budget, compared with plain Python beside it, is a regression."""
    budget = budgets.read()
    found: list[dict[str, float]] = []
    for _ in range(ATTEMPTS):
        with Ground() as ground:
            found.append(budgets.of_stages(inside.profile(ground, 200)))
        over = budgets.exceeded(budget.stages, best(found), budget.slack)
        if not over:
            break
    assert [] == over


def test_no_hook_call_doubles() -> None:
    """The same from spawn to exit, compared with /bin/true."""
    budget = budgets.read()
    names = frozenset(budget.spawned)
    found: list[dict[str, float]] = []
    for _ in range(ATTEMPTS):
        with Ground() as ground, calls.echo_server(ground) as echo, ground.daemon():
            found.append(budgets.of_rows(calls.one_by_one(ground, echo, 40, only=names)))
        over = budgets.exceeded(budget.spawned, best(found), budget.slack)
        if not over:
            break
    assert [] == over


def test_every_stage_has_a_budget() -> None:
    """A new stage cannot be left out, nor an old one kept that is not measured."""
    measured = {*stages.STAGES, stages.WAITING}
    assert measured == set(budgets.read().stages)


@pytest.mark.parametrize(("found", "lines"), [(1.0, 0), (1.99, 0), (2.01, 1), (9.0, 1), (None, 1)])
def test_what_is_over_budget_is_named(found: float | None, lines: int) -> None:
    """Up to the slack nothing is said; beyond it, or unmeasured, one line with the name."""
    said = budgets.exceeded({"parse": 1.0}, {} if found is None else {"parse": found}, 2.0)
    assert lines == len(said)
    assert all("`parse`" in line for line in said)


def test_ratios_are_taken_by_name() -> None:
    """Rows and stages give the figures that budgets are written in."""
    figures = calls.figures.of([1.0])
    assert {"x": 3.0} == budgets.of_rows([Row("x", figures, 3.0)])
    assert {"y": 0.5} == budgets.of_stages([Stage("y", figures, 0.1, 0.5)])
