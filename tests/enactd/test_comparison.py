"""Fewer denials are major, a new or stricter policy is minor, better wording is patch."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.rules import folder, rule

from enactd import comparison
from enactd.bundle import catalogue
from enactd.comparison import compare, largest, next_version, rehearse
from enactd.effects.shell.readers import Readers
from enactd.evaluate import PolicySet

READERS = Readers(None)


def policies(place: Path, **texts: str) -> PolicySet:
    return catalogue([("user", folder(place, **texts))]).whole()


def sizes(tmp_path: Path, old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    found = compare(policies(tmp_path / "old", **old), policies(tmp_path / "new", **new), READERS)
    return [(change.size, change.policy, change.what) for change in found]


ASKS = 'asks=("rm notes.txt",), allows=("rm build/x",)'
CASES = {
    "nothing": ({}, {}, []),
    "a new one": (
        {"a": rule()}, {"a": rule(), "b": rule(opinion="Allow", examples="")}, [("minor", "b", "is new")],
    ),
    "one gone": ({"a": rule(), "b": rule()}, {"a": rule()}, [("major", "b", "is gone")]),
    "a retired one gone": (
        {"a": rule(), "b": rule(stage="retired", examples="")}, {"a": rule()}, [("patch", "b", "is gone")],
    ),
    "a question for a denial": (
        {"a": rule()}, {"a": rule(opinion="Ask", examples=ASKS)},
        [("major", "a", "asks, and denies before"), ("patch", "a", "other examples")],
    ),
    "a denial for a question": (
        {"a": rule(opinion="Ask", examples=ASKS)}, {"a": rule()},
        [("minor", "a", "denies, and asks before"), ("patch", "a", "other examples")],
    ),
    "the old example is looked at, too": (
        {"a": rule()}, {"a": rule(body="yield from ()", examples="")},
        [("major", "a", "has no objection, and denies before"), ("patch", "a", "other examples")],
    ),
    "a trial": (
        {"a": rule(examples=ASKS, opinion="Ask")}, {"a": rule(stage="trial", examples=ASKS, opinion="Ask")},
        [("major", "a", "is trial, was stable")],
    ),
    "out of trial": (
        {"a": rule(stage="trial", examples=ASKS, opinion="Ask")}, {"a": rule(examples=ASKS, opinion="Ask")},
        [("minor", "a", "is stable, was trial")],
    ),
    "fewer effects": (
        {"a": rule(watches="(DeletePath, MovePath)")}, {"a": rule()},
        [("major", "a", "does not look at MovePath any more")],
    ),
    "more effects": (
        {"a": rule()}, {"a": rule(watches="(DeletePath, MovePath)")}, [("minor", "a", "looks at MovePath, too")],
    ),
    "words": (
        {"a": rule()}, {"a": rule(title="Keep notes.", why="Because.")},
        [("patch", "a", "other words: title"), ("patch", "a", "other words: why")],
    ),
    "severity": ({"a": rule()}, {"a": rule(severity="high")}, [("patch", "a", "severity high, was low")]),
    "code that nothing shows": (
        {"a": rule()}, {"a": rule(body='if "notes.txt" in (effect.target.path or ""):\n        yield Deny("no")')},
        [("patch", "a", "other code; no example changes sides")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_sizes(name: str, tmp_path: Path) -> None:
    """Each kind of change has its size, and says what it is."""
    old, new, expected = CASES[name]
    assert expected == sizes(tmp_path, old, new)


def test_the_example_is_named(tmp_path: Path) -> None:
    """Whoever reads the difference can try it."""
    (change, _) = compare(
        policies(tmp_path / "old"), policies(tmp_path / "new", team__notes=rule(opinion="Ask", examples=ASKS)), READERS
    )
    assert "rm notes.txt" == change.example


@pytest.mark.parametrize(
    ("version", "size", "expected"),
    [
        ((1, 2, 3), "major", (2, 0, 0)),
        ((1, 2, 3), "minor", (1, 3, 0)),
        ((1, 2, 3), "patch", (1, 2, 4)),
        ((1, 2, 3), None, (1, 2, 3)),
    ],
)
def test_the_next_version(version: tuple[int, int, int], size: comparison.Size | None, expected: object) -> None:
    """The number that grows is the one of the gravest change."""
    assert expected == next_version(version, size)


def test_the_largest_change_decides() -> None:
    """One denial fewer outweighs any number of new rules."""
    made = [comparison.Change(size=size, policy="a", what="") for size in ("patch", "major", "minor")]  # type: ignore[arg-type]
    assert "major" == largest(made)
    assert largest([]) is None


def test_examples_are_run(tmp_path: Path) -> None:
    """What is true is counted, what is not is told with what the policy said instead."""
    wrong = rule(examples='denies=("rm notes.txt", "rm other.txt"), asks=("ls",), misses=("rm ./notes.txt",)')
    ((policy, count, found),) = rehearse(policies(tmp_path, team__notes=wrong), READERS)
    assert ("team.notes", 4) == (policy.id, count)
    assert [
        ("denies", "rm other.txt", "deny", "allow"),
        ("asks", "ls", "ask", "allow"),
        ("misses", "rm ./notes.txt", "allow", "deny"),
    ] == [(one.kind, one.example, one.expected, one.got) for one in found]


def test_an_observed_policy_is_true_to_its_examples(tmp_path: Path) -> None:
    """What it would have decided is what it says."""
    found = catalogue([("user", folder(tmp_path))])
    assert [] == [one for _, _, wrong in rehearse(found.under({}, observe=True), READERS) for one in wrong]
