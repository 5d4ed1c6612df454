"""SQL text to effects, as others call it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.databases import short
from support.fuzz import examples

from enactd.effects.model import Database, Opaque, RunCode, RunSql
from enactd.effects.sql import read_sql
from enactd.effects.values import Hole, known, unknown, value


def told(text: str, dialect: str = "postgres") -> list[tuple[Any, ...]]:
    return short(read_sql(text, dialect, Database()))


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("", "postgres", []),
        ("SELECT 1; DROP TABLE a; nonsense; DELETE FROM b", "postgres",
         [("sql", "select", "table"), ("sql", "drop", "a"), ("Opaque",), ("sql", "delete", "b", "none")]),
        ("DO $$ BEGIN EXECUTE 'DROP TABLE ' || t; END $$", "postgres", [("sql", "drop", "?")]),
        ("DO LANGUAGE plpython3u $$ import os $$", "postgres", [("code", "plpython3u")]),
        ("CREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM a; END $$ LANGUAGE plpgsql", "postgres",
         [("sql", "create", "f"), ("sql", "delete", "a", "none")]),
        ("SET @s = CONCAT('DROP TABLE ', @t); PREPARE p FROM @s; EXECUTE p", "mysql",
         [("sql", "set", "table"), ("sql", "drop", "?")]),
        ("DECLARE @s nvarchar(9) = 'DROP TABLE a'; EXEC(@s)", "tsql", [("sql", "set", "table"), ("sql", "drop", "a")]),
        ("EXEC sp_executesql N'DELETE FROM a'", "tsql", [("sql", "delete", "a", "none")]),
        ("COPY a TO PROGRAM 'sh'", "postgres", [("code", "shell"), ("sql", "copy-out", "a")]),
        ("EXPLAIN ANALYZE DELETE FROM a", "postgres", [("sql", "explain", "table"), ("sql", "delete", "a", "none")]),
        ("LOAD DATA INFILE '/tmp/x' INTO TABLE a", "mysql", [("sql", "copy-in", "a")]),
        ("SELECT 'a\\'; DROP TABLE x; --'", "", [("sql", "select", "table"), ("sql", "drop", "x")]),
        ("CREATE TEMP TABLE t (a int); DROP TABLE t", "postgres", [("sql", "create", "t"), ("sql", "drop", "t")]),
        ("D\u0415LETE FROM users", "postgres", [("sql", "delete", "users", "none")]),
    ],
)  # fmt: skip
def test_effects(text: str, dialect: str, expected: list[tuple[Any, ...]]) -> None:
    """Statements one by one, and what they run themselves."""
    assert expected == [item for item in told(text, dialect) if item != ("sql", "select", "x")][: len(expected)]


def test_many_inserts_are_told_once() -> None:
    """A dump's thousand rows are one effect."""
    text = "\n".join(f"INSERT INTO a VALUES ({n}, 'x');" for n in range(500))
    assert [("sql", "insert", "a")] == told(text)


def test_temporary_tables_are_told_apart() -> None:
    """Dropping what the same text made for itself is no loss."""
    found = read_sql("CREATE TEMP TABLE t (a int); DROP TABLE t; DROP TABLE u", "postgres", Database())
    objects = [effect.object for effect in found if isinstance(effect, RunSql)]
    assert ["temporary table", "temporary table", "table"] == objects


@pytest.mark.parametrize(
    ("origins", "expected"), [((), "argument"), (("network",), "download"), (("decoded",), "decoded")]
)
def test_unknown_text_is_code(origins: tuple[str, ...], expected: str) -> None:
    """Text of which nothing is known may do anything, and where it came from matters."""
    found = read_sql(unknown("$SQL", *origins), "postgres", Database())
    assert [expected] == [effect.origin for effect in found if isinstance(effect, RunCode)]


def test_unknown_statement_after_a_known_one() -> None:
    """A hole alone between semicolons is a whole statement."""
    found = read_sql(value("SELECT 1; ", Hole("$MORE")), "postgres", Database())
    assert [("sql", "select", "table"), ("code", "sql")] == short(found)


def test_hard_input_is_read_by_tokens() -> None:
    """What would take the parser seconds still shows its verb, at once."""
    arrays = "ARRAY[" * 40 + "1" + "]" * 40
    assert [("sql", "delete", "users", "some")] == told(f"DELETE FROM users WHERE x = {arrays}")
    deep = "(" * 500 + "1" + ")" * 500
    assert ("sql", "delete", "users", "some") in told(f"DELETE FROM users WHERE x = {deep}")


def test_too_long_is_opaque() -> None:
    """A script beyond the limit is not half read."""
    found = read_sql("SELECT 1;" * 100_000, "postgres", Database())
    assert [True] == [isinstance(effect, Opaque) for effect in found]


def test_database_and_destination_are_carried() -> None:
    """Each effect says where it happens and where rows go."""
    database = Database(dialect="postgres", name="app", stage="test")
    found = read_sql("SELECT email FROM users", "postgres", database, leaves="file")
    assert [(database, "file", ("email",))] == [
        (e.database, e.leaves, e.columns) for e in found if isinstance(e, RunSql)
    ]


FRAGMENTS = ("DROP TABLE x", ";", "'", '"', "$$", "/*", "--", "\n", "BEGIN", "END", "CASE", "(", ")", "SELECT * FROM a",
             "WHERE", "1=1", "EXECUTE", "||", "DELETE FROM", "users", ",", "[", "]", "\\", "COPY", "TO",
             "AS", "E'")  # fmt: skip


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14), st.sampled_from(["", "postgres", "mysql", "tsql", "sqlite"]))
def test_total(parts: list[str], dialect: str) -> None:
    """Any text yields effects, and text that says something never yields none."""
    text = " ".join(parts)
    found = read_sql(known(text), dialect, Database())
    if text.startswith("DROP TABLE x"):
        assert found
