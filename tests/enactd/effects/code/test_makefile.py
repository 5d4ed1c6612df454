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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(subst a,b,banana)", "bbnbnb"),
        ("$(subst $(c), ,x,y)", "x y"),
        ("$(patsubst %.c,%.o,a.c b.h)", "a.o b.h"),
        ("$(patsubst src/%.c,out/%.o,src/a.c src/d/b.c)", "out/a.o out/d/b.o"),
        ("$(L:%.c=%.d)", "a.d b.d"),
        ("$(L:.c=.o)", "a.o b.o"),
        ("$(filter %.c x,a.c b.o x)", "a.c x"),
        ("$(filter-out %.c,a.c b.o)", "b.o"),
        ("$(notdir a/b.c c)", "b.c c"),
        ("$(dir a/b.c c)", "a/ ./"),
        ("$(basename a/b.c)", "a/b"),
        ("$(suffix b.c)", ".c"),
        ("$(addprefix out/,$(patsubst %.c,%.o,$(notdir $(L))))", "out/a.o out/b.o"),
        ("$(patsubst %.c,%.o,$(shell ls))", None),
        ("$(patsubst %.c)", None),
    ],
)
def test_functions_on_text(text: str, expected: str | None) -> None:
    """What only changes text that is known gives text that is known."""
    makefile = Makefile({}, lambda name: None, lambda command: unknown("output"))
    makefile.read("L = a.c b.c\nc := ,\n", lambda name: None)
    assert expected == makefile.expand(text).text
