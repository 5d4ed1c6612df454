"""Patterns match the names that bash finds in a real folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import fields
from support.fuzz import examples

from enactd.effects.globbing import GLOB_LIMIT, NO_FOLDER, glob

FILES = ["a", "ab", "b.t", ".h", ".h.t", "d/a", "d/.x", "d/e/b.t", "d2/a", "sp ace/b.t", "[x]", "d/[y]", "Z"]
SEGMENT = st.lists(st.sampled_from(["*", "?", "a", "b", "[ab]", "[!a]", "[a-c]", ".", "t", "d", "e", "\\*", "\\[", "x", "[", "2", "\\a"]), min_size=1, max_size=3).map("".join)  # fmt: skip
PATTERNS = st.lists(SEGMENT, min_size=1, max_size=3).map("/".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("globbing") / "scratch"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def names(path: str) -> tuple[str, ...] | None:
    """Every name in a folder."""
    if os.path.isdir(path):
        return tuple(sorted(os.listdir(path)))
    return NO_FOLDER if os.path.exists(path) else None


def real(patterns: list[str], folder: Path, hidden: bool) -> list[list[str] | None]:
    """What bash makes of each pattern, nothing where nothing matches."""
    return fields(patterns, folder, "shopt -s nullglob; export LC_ALL=C" + ("; shopt -s dotglob" if hidden else ""))


@settings(max_examples=examples(10), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(patterns=st.lists(PATTERNS, min_size=60, max_size=60), hidden=st.booleans())
def test_as_in_bash(folder: Path, patterns: list[str], hidden: bool) -> None:
    """Every pattern with something to match gives the names that bash gives, in any of its folders."""
    active = [p for p in patterns if any(mark in p.replace("\\*", "").replace("\\[", "") for mark in "*?") or "]" in p]
    wrong = []
    for pattern, expected in zip(active, real(active, folder, hidden), strict=True):
        found = glob(pattern, str(folder), names, hidden=hidden)
        if found is not None and sorted(found) != sorted(expected or []):
            wrong.append((pattern, expected, found))
    assert [] == wrong


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", ["Z", "[x]", "a", "ab", "b.t", "d", "d2", "sp ace"]), ("*/", ["d/", "d2/", "sp ace/"]), ("*/a", ["d/a", "d2/a"]),
        ("*/*/b.t", ["d/e/b.t"]), (".h*", [".h", ".h.t"]), ("d/.*", ["d/.x"]), ("nope/*", []), ("n*", []), ("./a*", ["./a", "./ab"]),
    ],
)  # fmt: skip
def test_names_as_written(pattern: str, expected: list[str], folder: Path) -> None:
    """Folders stay as the pattern writes them; names with a dot in front need one in the pattern."""
    assert expected == sorted(glob(pattern, str(folder), names) or [])


def test_absolute_patterns(folder: Path) -> None:
    """A pattern from the root gives names from the root."""
    assert [f"{folder}/d/a", f"{folder}/d2/a"] == glob(f"{folder}/d*/a", "/elsewhere", names)


def test_what_cannot_be_listed_is_not_known(folder: Path) -> None:
    """A folder that nobody lists, or one with too many names, gives no answer instead of half of one."""
    assert glob("*", str(folder), lambda _: None) is None
    assert glob("*/*", str(folder), lambda path: names(path) if path == str(folder) else None) is None
    assert glob("*", "/x", lambda _: tuple(f"n{number}" for number in range(GLOB_LIMIT + 2))) is None
