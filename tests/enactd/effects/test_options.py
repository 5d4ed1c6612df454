"""Command lines are taken apart as GNU getopt does."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.effects.options import Options
from enactd.effects.values import known, unknown

DECLARED = ("-a --all", "-f --file FILE", "-c --color [WHEN]", "--dry-run", "-t --to DIR", "--dry-land X")
GNU = Options(*DECLARED)
WRAPPER = Options(*DECLARED, stop_at_operand=True)
WORDS = st.sampled_from(
    ["-a", "-f", "-fx", "-af", "-afx", "-c", "-cx", "-acx", "--all", "--file", "--file=x", "--file=", "--color", "--color=x", "--dry-run",
     "--dry-l", "--dry-r", "--al", "--fi", "-t", "--to", "x", "y z", "-", "--", "", "-x=y", "--to=-a"]
)  # fmt: skip
LONG = {"-a": "--all", "-f": "--file", "-c": "--color", "-t": "--to"}


def real(words: list[str], *, stop: bool) -> tuple[list[tuple[str, str | None]], list[str]] | None:
    """What getopt(1) makes of the words: options with their values, operands; None where it complains."""
    short = ("+" if stop else "") + "af:c::t:"
    done = subprocess.run(
        ["getopt", "-o", short, "-l", "all,file:,color::,dry-run,to:,dry-land:", "--", *words],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    if done.returncode:
        return None
    parts = shlex.split(done.stdout)
    found: list[tuple[str, str | None]] = []
    while (word := parts.pop(0)) != "--":
        name = LONG.get(word, word)
        takes = name in ("--file", "--color", "--to", "--dry-land")
        found.append((name, (parts.pop(0) or None) if takes else None))
    return found, parts


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(WORDS, max_size=5), st.booleans())
def test_as_getopt_does(words: list[str], stop: bool) -> None:
    """Combined, attached, abbreviated, mixed with operands, ended by `--`."""
    expected = real(words, stop=stop)
    if expected is None:
        return
    line = (WRAPPER if stop else GNU).parse([known(word) for word in words])
    found = [
        (LONG.get(name, name), (content.text or None) if content is not None else None) for name, content in line.found
    ]
    assert expected == (found, [operand.text for operand in line.operands])
    assert [] == line.unknown


def test_looked_up_by_any_spelling() -> None:
    """`-f` and `--file` are one option; the last value counts."""
    line = GNU.parse([known(word) for word in "-fa --file b -aa".split()])
    assert ("b", "b", ["a", "b"]) == (line.text("-f"), line.text("--file"), [v.text for v in line.values("-f")])
    assert (True, 2, False) == (line.has("--all"), line.count("-a"), line.has("-t", "--color"))
    assert (None, "none", "") == (line.value("-t"), line.text("-t", "none"), line.text("-a"))


@pytest.mark.parametrize(
    ("words", "unknown_words"), [("-z", ["-z"]), ("-az", ["-z"]), ("--zed=1", ["--zed=1"]), ("--dry", ["--dry"])]
)
def test_unknown_options_are_kept(words: str, unknown_words: list[str]) -> None:
    """What is not declared, or not told from another, is listed and takes no value."""
    line = GNU.parse([known(words), known("x")])
    assert (unknown_words, ["x"]) == ([w.text for w in line.unknown], [o.text for o in line.operands])


def test_a_word_that_may_be_an_option() -> None:
    """A word of which nothing is known counts as an operand and makes the line uncertain; one with a beginning does not."""
    assert GNU.parse([unknown("$x")]).uncertain
    assert not GNU.parse([known("dir/") + unknown("$x")]).uncertain
    assert GNU.parse([known("-") + unknown("$x")]).uncertain
    assert GNU.parse([known("--") + unknown("$x")]).uncertain
    attached = GNU.parse([known("--file=") + unknown("$x")])
    assert attached.value("-f") is not None
    assert not attached.uncertain


def test_single_dashes_before_long_names() -> None:
    """A program that declares `-chdir` gets it whole, not letter by letter."""
    line = Options("-chdir DIR", "-c", "-h").parse([known("-chdir=x"), known("-ch")])
    assert ("x", True, True) == (line.text("-chdir"), line.has("-c"), line.has("-h"))


def test_no_abbreviations_where_the_program_has_none() -> None:
    """`--al` is not `--all` for every program."""
    assert not Options("-a --all", abbreviate=False).parse([known("--al")]).has("-a")


@pytest.mark.parametrize(
    ("word", "expected"), [("--all", True), ("--all=true", True), ("--all=false", False), ("--all=NO", False)]
)
def test_a_flag_may_be_switched_off(word: str, expected: bool) -> None:
    """`--dry-run=false` is no dry run."""
    assert expected == GNU.parse([known(word)]).has("--all")
