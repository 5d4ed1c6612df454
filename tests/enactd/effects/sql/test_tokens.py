"""SQL as tokens, in any dialect, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enactd.effects.sql.tokens import find_backslash, name_at, tokenize


def values(text: str, dialect: str = "postgres") -> list[str]:
    return [token.value for token in tokenize(text, dialect).tokens]


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("select 1 -- drop", "postgres", ["SELECT", "1"]),
        ("a /* b /* c */ d */ e", "postgres", ["A", "E"]),
        ("a /* b /* c */ d", "mysql", ["A", "D"]),
        ("a # b\nc", "mysql", ["A", "C"]),
        ("/*!50000 DROP */ x", "mysql", ["DROP", "X"]),
        ("/*!50000 DROP */ x", "postgres", ["X"]),
        ("'it''s' x", "postgres", ["it's", "X"]),
        ("'a\\' x", "postgres", ["a\\", "X"]),
        ("'a\\' x'", "mysql", ["a' x"]),
        ("E'a\\' x'", "postgres", ["a' x"]),
        ("$$a;b$$ $t$c$$d$t$", "postgres", ["a;b", "c$$d"]),
        ("$1", "postgres", ["$1"]),
        ('"Users" `b` [c d]', "tsql", ["Users", "b", "c d"]),
        ("a<>b||c::text", "postgres", ["A", "<>", "B", "||", "C", "::", "TEXT"]),
        ("DR\u200bOP", "postgres", ["DROP"]),
        ("D\u0415LETE", "postgres", ["DELETE"]),
        ("\uff24ROP", "postgres", ["DROP"]),
        ("DROP\u00a0TABLE", "postgres", ["DROP", "TABLE"]),
        ("1.5 0x1f 2e", "postgres", ["1.5", "0x1f", "2e"]),
    ],
)
def test_values(text: str, dialect: str, expected: list[str]) -> None:
    """Quotes, comments and tricks of each dialect."""
    assert expected == values(text, dialect)


@pytest.mark.parametrize("text", ["'a", '"a', "/* a", "$$a", "`a"])
def test_open_quotes_are_noticed(text: str) -> None:
    """A quote or comment that does not end is reported."""
    assert tokenize(text, "postgres").broken


@pytest.mark.parametrize(
    ("text", "expected"),
    [("public.users x", "public.users"), ('"Public"."Users"', "public.users"), ("a..b", "a.b"), ("(a)", ""), ("", "")],
)
def test_name(text: str, expected: str) -> None:
    """Qualified names in lower case, quotes off."""
    assert expected == name_at(tokenize(text, "postgres").tokens, 0)[0]


@pytest.mark.parametrize(
    ("text", "expected"), [("\\d", 0), ("'\\' \\d", 4), ("-- \\d\n\\x", 6), ("a", -1), ("$$\\$$", -1)]
)
def test_backslash(text: str, expected: int) -> None:
    """Backslashes inside quotes and comments are no client commands."""
    assert expected == find_backslash(text)


@given(st.text(max_size=60), st.sampled_from(["", "postgres", "mysql", "sqlite", "tsql", "bigquery"]))
def test_total(text: str, dialect: str) -> None:
    """Any text is read to its end, tokens in order and within it."""
    read = tokenize(text, dialect)
    ends = [token.end for token in read.tokens]
    assert sorted(ends) == ends
    assert all(token.start < token.end <= len(read.text) for token in read.tokens)
