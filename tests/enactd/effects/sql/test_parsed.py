"""Queries read by sqlglot; called here in process, in the product only inside a worker."""

from __future__ import annotations

from typing import Any

import pytest

from enactd.effects.sql.parsed import read


def found(text: str, dialect: str = "postgres") -> list[tuple[Any, ...]]:
    return [(f.verb, "+".join(f.tables), f.where) for f in read(text, dialect)]


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("DELETE FROM users", "postgres", [("delete", "users", "none")]),
        ("DELETE FROM public.users u USING o WHERE u.id = o.id", "postgres", [("delete", "public.users", "some")]),
        ("DELETE a FROM users a JOIN b ON a.id = b.id", "mysql", [("delete", "users", "none")]),
        ("UPDATE users u JOIN orders o ON u.id = o.id SET o.x = 0", "mysql", [("update", "users+orders", "none")]),
        ("UPDATE a SET x = 1 FROM b WHERE a.id = b.id", "postgres", [("update", "a", "some"), ("select", "b", "")]),
        ("WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x", "postgres",
         [("delete", "users", "none"), ("select", "users", "none")]),
        ("INSERT INTO a SELECT * FROM users", "postgres", [("insert", "a", ""), ("select", "users", "none")]),
        ("INSERT INTO a VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2", "postgres", [("insert", "a", "")]),
        ("SELECT * INTO c FROM users", "postgres", [("create", "c", ""), ("select", "users", "none")]),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "postgres",
         [("merge", "t", ""), ("delete", "t", "some")]),
        ("SELECT 1 FROM a, b WHERE a.x IN (SELECT y FROM c)", "postgres", [("select", "a+b+c", "some")]),
        ("SELECT * FROM generate_series(1, 3)", "postgres", [("select", "", "none")]),
        ("SELECT a FROM t UNION SELECT b FROM u", "postgres", [("select", "t+u", "none")]),
        ("DELETE FROM [dbo].[Users]", "tsql", [("delete", "dbo.users", "none")]),
    ],
)  # fmt: skip
def test_statements(text: str, dialect: str, expected: list[tuple[Any, ...]]) -> None:
    """All writes of a statement, and what it reads."""
    # An UPDATE ... FROM reads without a SELECT of its own.
    assert [item for item in expected if item[2] or item[0] != "select"] == [
        item for item in found(text, dialect) if item[2] or item[0] != "select"
    ]


@pytest.mark.parametrize(
    ("text", "columns", "limit"),
    [
        ("SELECT * FROM users", ("*",), False),
        ("SELECT email, lower(name) AS n FROM users", ("email", "name"), False),
        ("SELECT count(*), sum(total) FROM users", (), False),
        ("SELECT string_agg(email, ',') FROM users", ("email",), False),
        ("SELECT email FROM users LIMIT 10", ("email",), True),
        ("SELECT email FROM users LIMIT 100000", ("email",), False),
        ("SELECT email FROM users FETCH FIRST 5 ROWS ONLY", ("email",), True),
        ("SELECT * FROM (SELECT email FROM users LIMIT 5) q", ("email",), True),
        ("WITH x AS (SELECT email FROM users) SELECT * FROM x", ("email",), False),
        ("SELECT 1 FROM a WHERE x IN (SELECT secret FROM b)", (), False),
        ("SELECT a.* FROM users a", ("*",), False),
    ],
)
def test_projection(text: str, columns: tuple[str, ...], limit: bool) -> None:
    """Columns whose values become visible, and whether few rows do."""
    facts = read(text, "postgres")[-1]
    assert (columns, limit) == (facts.columns, facts.limit)


@pytest.mark.parametrize("text", ["SELEC 1", "DELETE FROM", "GRANT ALL ON a TO b", ""])
def test_refuses(text: str) -> None:
    """What it does not fully parse is refused, never half read."""
    with pytest.raises(Exception):  # noqa: B017, PT011 - sqlglot has many
        read(text, "postgres")
