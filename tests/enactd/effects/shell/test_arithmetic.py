"""Numbers are what bash computes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import outputs
from support.fuzz import examples

from enactd.effects.shell.arithmetic import evaluate, wrapped

VARIABLES = {"a": "7", "b": "-3", "z": "0", "e": "", "o": "010", "n": "a+1", "h": "0x1F"}
ATOMS = st.sampled_from(
    ["0", "1", "2", "7", "010", "0x1f", "2#101", "36#zz", "64#_", "9223372036854775807", *VARIABLES]
)
BINARY = st.sampled_from("+ - * / % ** < <= > >= == != && || & | ^ << >> ,".split(" "))


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, BINARY, inner).map(" ".join),
        st.tuples(st.sampled_from(["!", "~", "-", "+"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
        inner.map(lambda text: f"({text})"),
        st.tuples(inner, inner, inner).map(lambda t: f"{t[0]} ? {t[1]} : ({t[2]})"),
        st.tuples(st.sampled_from(["a", "b", "z"]), st.sampled_from(["=", "+=", "-=", "*=", "<<=", "|="]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.sampled_from(["a++", "++a", "b--", "--b", "(a++ + ++a)"]),
    )


EXPRESSIONS = st.recursive(ATOMS, _extend, max_leaves=6)


@settings(max_examples=examples(8), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(expressions=st.lists(EXPRESSIONS, min_size=100, max_size=100))
def test_as_bash_computes(tmp_path_factory: pytest.TempPathFactory, expressions: list[str]) -> None:
    """A known result is bash's, with the variables that are left; what bash refuses has no result."""
    folder = tmp_path_factory.mktemp("numbers")
    setup = "".join(f"{name}='{value}';" for name, value in VARIABLES.items())
    real = outputs([f'echo "$(({text}))|$a|$b|$z"; :' for text in expressions], Path(folder), setup)
    wrong = []
    for text, (shown, _) in zip(expressions, real, strict=True):
        values: dict[str, str | None] = dict(VARIABLES)

        def store(name: str, number: int | None, values: dict[str, str | None] = values) -> None:
            values[name] = None if number is None else str(number)

        found = evaluate(text, values.get, store)
        expected = shown.strip().split("|")[0]
        if found is not None and str(found) != expected:
            wrong.append((text, expected, found))
    assert [] == wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0), ("1 +", None), ("1 / 0", None), ("1 % 0", None), ("-7 / 2", -3), ("-7 % 2", -1), ("2 ** -1", None), ("08", None), ("1 2", None),
        ("a[0]", None), ("unknown", None), ("0 && unknown", 0), ("1 || unknown", 1), ("unknown || 1", 1), ("unknown * 0", None), ("a b", None),
        ("9223372036854775807 + 1", -9223372036854775808), ("1 << 64", 1), ("$x", None), ("x = 5, x + 1", 6), ("self", None),
    ],
)  # fmt: skip
def test_edges(text: str, expected: int | None) -> None:
    """Errors and unknown names give no number; a part that decides alone does."""
    values: dict[str, str | None] = {"unknown": None, "self": "self + 1", "a": "1"}

    def lookup(name: str) -> str | None:
        return values.get(name, "")

    assert expected == evaluate(text, lookup, lambda name, number: values.update({name: str(number)}))


def test_what_may_not_run_becomes_unknown() -> None:
    """An assignment behind an unknown condition leaves the variable unknown."""
    stored: dict[str, int | None] = {}
    evaluate("u && (x = 1)", lambda name: None, stored.__setitem__)
    assert {"x": None} == stored
    stored.clear()
    evaluate("0 && (x = 1)", lambda name: "0", stored.__setitem__)
    assert {} == stored


def test_wrapping() -> None:
    """Numbers have 64 bits and a sign."""
    assert [-(1 << 63), -1, 0] == [wrapped(1 << 63), wrapped((1 << 64) - 1), wrapped(1 << 64)]
