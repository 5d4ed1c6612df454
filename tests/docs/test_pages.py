"""The generated pages are current, and what they claim is covered is covered."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from docs.__main__ import main, pages
from docs.incidents import coverage, incidents, naming
from docs.library import shipped
from docs.matrix import cells, surface
from enactd.evaluate import Policy
from enactd.policy import Example, bash, tool

POLICIES: Final = {policy.id: policy for policy in shipped()}
PLAN: Final = coverage()
ENTRIES: Final = incidents()
NAMED: Final = naming(POLICIES.values())
ROWS: Final = [pytest.param(row, id=name) for kind in ("areas", "classes") for name, row in PLAN[kind].items()]


def test_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    """What lies in the tree is what `make docs` would write."""
    stale = [str(path) for path, text in pages().items() if not path.exists() or path.read_text() != text]
    assert [] == stale, "run `make docs`"
    assert 0 == main(["--check"])
    assert "" == capsys.readouterr().out


@pytest.mark.parametrize("row", ROWS)
def test_every_cell_that_makes_sense_has_examples(row: dict[str, Any]) -> None:
    """Something that stops and something that passes, on each surface that can say it."""
    counted = cells(POLICIES[identity] for identity in row["policies"])
    assert set(row["surfaces"]) <= set(PLAN["surfaces"])
    empty = {one: counted.get(one, (0, 0)) for one in row["surfaces"] if 0 in counted.get(one, (0, 0))}
    assert {} == empty


def test_every_policy_is_in_the_matrix() -> None:
    """No policy stands outside the areas, and no area names one that is not there."""
    listed = {identity for kind in ("areas", "classes") for row in PLAN[kind].values() for identity in row["policies"]}
    assert set(POLICIES) == listed


def test_policies_name_incidents_that_are_told() -> None:
    """Every id that a policy names has its entry."""
    assert set() == set(NAMED) - set(ENTRIES)


@pytest.mark.parametrize("name", PLAN["classes"])
def test_every_class_has_policies_that_name_its_incidents(name: str) -> None:
    """P1 to P15: the incidents of a class are stopped by name, unless the entry says why nothing can."""
    mine = [identity for identity, entry in ENTRIES.items() if name in entry["classes"]]
    assert mine
    assert [] == [identity for identity in mine if identity not in NAMED and "outside" not in ENTRIES[identity]]
    stand_for = {policy for identity in mine for policy in NAMED.get(identity, ())}
    assert stand_for & set(PLAN["classes"][name]["policies"])


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_entries_are_whole(entry: dict[str, Any]) -> None:
    """Facts, what was lost, how sure, and a public source for all that really happened."""
    assert set(entry) - {"outside"} == {"date", "agent", "certainty", "classes", "what", "lost", "sources"}
    assert entry["certainty"] in {"A", "B", "C", "D", "R", "S"}
    assert set(entry["classes"]) <= set(PLAN["classes"])
    assert entry["what"].endswith(".")
    assert entry["lost"].endswith(".")
    assert entry["sources"] or "S" == entry["certainty"]
    assert all(url.startswith("https://") for url in entry["sources"])


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (bash("rm x"), "Bash"), (bash("python3 -c 'x'"), "code"), (bash("node -e 'x'"), "code"), (bash("perl -pe x f"), "Bash"),
        (bash("python3 x.py"), "Bash"), (bash("python3 - <<E\nx\nE"), "code"), (tool("mcp__a__b"), "MCP"),
        (tool("WebFetch", url="x"), "web"), (tool("MultiEdit", file_path="x"), "Edit"), (tool("TodoWrite"), "other"),
    ],
)  # fmt: skip
def test_surfaces(example: Example, expected: str) -> None:
    """A one-liner of another language is its own surface, whatever shell it is typed into."""
    assert expected == surface(example)


def test_severity_is_not_handed_out_freely() -> None:
    """Every level is used, and less than half of the library is critical."""
    levels = [policy.declaration.severity for policy in POLICIES.values()]
    assert {"low", "medium", "high", "critical"} == set(levels)
    assert levels.count("critical") * 2 < len(levels)


def test_policies_are_short() -> None:
    """One thought each: a declaration may be long, a check may not."""
    assert [] == [policy.id for policy in POLICIES.values() if _check_lines(policy) > 40]


def _check_lines(policy: Policy) -> int:
    lines = Path(policy.path).read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("def check"))
    rest = [number for number, line in enumerate(lines[start + 1 :], start + 1) if line.startswith("def ")]
    return (rest[0] if rest else len(lines)) - start
