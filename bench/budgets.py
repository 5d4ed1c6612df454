"""BUDGETS.toml against a run: ratios to references of the same run, never times.

A budget is what was measured when it was last set. What is more than `slack` times that fails.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping

import msgspec

from bench.results import FOLDER, Row, Stage

FILE = FOLDER / "BUDGETS.toml"


class Budgets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ratios by name: `spawned` to /bin/true, `stages` to their reference."""

    slack: float
    spawned: dict[str, float]
    stages: dict[str, float]


def read() -> Budgets:
    """The file; raises for anything in it that is not a budget."""
    return msgspec.convert(tomllib.loads(FILE.read_text()), Budgets)


def of_rows(rows: Iterable[Row]) -> dict[str, float]:
    """The ratios of spawned programs."""
    return {row.name: row.to_true for row in rows}


def of_stages(stages: Iterable[Stage]) -> dict[str, float]:
    """The ratios of stages."""
    return {stage.name: stage.ratio for stage in stages}


def exceeded(budget: Mapping[str, float], found: Mapping[str, float], slack: float) -> list[str]:
    """A line for each budget that is exceeded, or whose stage was not measured."""
    lines = [f"`{name}` was not measured" for name in budget if name not in found]
    lines += [
        f"`{name}` takes {found[name]:.2f} times its reference, more than {slack} times the budget of {allowed:.2f}"
        for name, allowed in budget.items()
        if name in found and found[name] > slack * allowed
    ]
    return lines
