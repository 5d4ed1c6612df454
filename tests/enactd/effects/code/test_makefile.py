"""Variables and rules of makefiles."""

from __future__ import annotations

import pytest

from enactd.effects.code.makefile import Makefile
from enactd.effects.values import Value, known, unknown


def read(text: str, **overrides: str) -> Makefile:
    makefile = Makefile({n: known(v) for n, v in overrides.items()}, lambda name: None, lambda text: unknown("output"))
    makefile.read(text, lambda name: None)
    return makefile


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A = x", "x"),
        ("A := x", "x"),
        ("A ::= x", "x"),
        ("B = x\nA = $(B)y", "xy"),
        ("A = $(B)\nB = x", "x"),
        ("A = x\nA += y", "x y"),
        ("A = x\nA ?= y", "x"),
        ("A = $$x", "$x"),
        ("A = x # y", "x "),
        ("A = a \\\n  b", "a b"),
        ("B = a.c b.c\nA = $(B:.c=.o)", "a.o b.o"),
        ("A = $(addsuffix /x,a b)", "a/x b/x"),
        ("B = <$(1)>\nA = $(call B,x)", "<x>"),
        ("A = $(shell ls)", None),
        ("A = $(NOWHERE)", None),
        ("A = $(A)", None),
    ],
)
def test_variables(text: str, expected: str | None) -> None:
    """What can be computed is; a loop or an unset name is unknown."""
    assert expected == read(text).value_of("A", 0).text


def test_overrides_win() -> None:
    """The command line beats the file."""
    assert "z" == read("A = x", A="z").value_of("A", 0).text


def test_rules() -> None:
    """Several targets share a rule; the first that is no special name is the default."""
    makefile = read(".PHONY: a\na b: c | d\n\techo $@\n%.o: %.c\n\tcc\n")
    assert "a" == makefile.default_goal
    assert ["c", "d"] == makefile.rules["b"][0].prerequisites
    assert ["echo $@"] == makefile.rules["b"][0].recipe


def test_missing_includes_are_told() -> None:
    """A makefile that is not wholly at hand says so; optional ones do not matter."""
    assert read("include x.mk").incomplete
    assert not read("-include x.mk").incomplete


def test_values_keep_holes() -> None:
    """An unset variable may be empty."""
    value = read("").expand("$(X)/y")
    assert isinstance(value, Value)
    assert "/y" == value.visible
