"""The fallback for queries that the parser does not take."""

from __future__ import annotations

from typing import Any

import pytest

from enactd.effects.sql.scan_queries import scan_query
from enactd.effects.sql.tokens import HOLE, tokenize


def found(text: str) -> list[tuple[Any, ...]]:
    tokens = tokenize(text.replace("<HOLE>", HOLE), "mysql").tokens
    return [(f.verb, "+".join(f.tables), f.where) for f in scan_query(tokens)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DELETE FROM a", [("delete", "a", "none")]),
        ("DELETE LOW_PRIORITY FROM a WHERE x = 1", [("delete", "a", "some")]),
        ("DELETE FROM a WHERE 1=1", [("delete", "a", "always")]),
        ("DELETE FROM a WHERE (TRUE)", [("delete", "a", "always")]),
        ("DELETE FROM a WHERE x = 1 OR 1 = 1", [("delete", "a", "always")]),
        ("DELETE FROM a WHERE x = x", [("delete", "a", "always")]),
        ("DELETE FROM a WHERE <HOLE>", [("delete", "a", "always")]),
        ("UPDATE a SET x = 1", [("update", "a", "none")]),
        ("UPDATE a SET x = (SELECT y FROM b WHERE z = 1)", [("update", "a", "none"), ("select", "b", "some")]),
        ("INSERT INTO a VALUES (1)", [("insert", "a", "")]),
        ("MERGE INTO a USING b ON x", [("merge", "a", "")]),
        ("SELECT x FROM a JOIN b ON 1 WHERE y = 2", [("select", "a+b", "some")]),
        ("SELECT REPLACE(x, 'a', 'b') FROM t FOR UPDATE", [("select", "t", "none")]),
        ("WITH x AS (DELETE FROM a RETURNING 1) SELECT 1", [("delete", "a", "none"), ("select", "", "none")]),
        ("INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE x = 1", [("insert", "a", "")]),
    ],
)
def test_queries(text: str, expected: list[tuple[Any, ...]]) -> None:
    """Verb, tables, and whether the condition is real."""
    assert expected == found(text)


@pytest.mark.parametrize(
    ("text", "columns", "limit"),
    [
        ("SELECT * FROM a", ("*",), False),
        ("SELECT email, a.name FROM a LIMIT 10", ("email", "name"), True),
        ("SELECT count(x) FROM a LIMIT 100000", ("x",), False),
        ("SELECT TOP 5 email FROM a", ("top", "email"), True),
    ],
)
def test_projection(text: str, columns: tuple[str, ...], limit: bool) -> None:
    """At least the columns that are named appear."""
    facts = scan_query(tokenize(text, "mysql").tokens)[0]
    assert (columns, limit) == (facts.columns, facts.limit)


def test_a_statement_of_too_many_queries_is_opaque() -> None:
    """Each nested query is read to its end, so their number is bounded, and what is left is told."""
    nested = "SELECT * FROM " + "(SELECT * FROM " * 1_000 + "t" + ") x" * 1_000
    assert any(facts.opaque for facts in scan_query(tokenize(nested, "mysql").tokens))
    flat = "SELECT a FROM t" + " UNION SELECT a FROM t" * 100
    assert not any(facts.opaque for facts in scan_query(tokenize(flat, "mysql").tokens))
