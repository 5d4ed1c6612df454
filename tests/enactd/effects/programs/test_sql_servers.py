"""Clients of further SQL servers."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("sqlcmd -S localhost -d app -Q 'DROP TABLE x'", [("sql", "drop", "x")]),
        ("sqlcmd -S localhost -Q \"EXEC xp_cmdshell 'dir'\"", [("code", "shell"), ("sql", "execute", "table")]),
        ("sqlcmd -?", []),
        ("bcp app.dbo.users out x.csv -S h -T -c", [("WritePath",), ("sql", "copy-out", "app.dbo.users")]),
        ("bcp app.dbo.users in x.csv -S h -T -c", [("sql", "copy-in", "app.dbo.users")]),
        ("bcp 'SELECT email FROM users' queryout x.csv -S h", [("WritePath",), ("sql", "select", "users")]),
        ("sqlplus scott/tiger@prod/orcl @x.sql", [("code", "sql")]),
        ("clickhouse-client -q 'ALTER TABLE a DELETE WHERE 1'", [("sql", "delete", "a", "always")]),
        ("clickhouse client --query 'TRUNCATE TABLE x'", [("sql", "truncate", "x")]),
        ("clickhouse server", []),
        ("cqlsh -e 'DROP KEYSPACE x'", [("sql", "drop", "x")]),
        ("usql pg://u@localhost/x -c 'DELETE FROM a'", [("sql", "delete", "a", "none")]),
        ("trino --execute 'SELECT 1'", [("sql", "select", "table")]),
        ("beeline -u jdbc:hive2://h/x -e 'DROP TABLE a'", [("sql", "drop", "a")]),
        ("turso db destroy x", [("sql", "drop", "x")]),
        ("turso db list", []),
        ("snow sql -q 'TRUNCATE TABLE a' -c prod", [("sql", "truncate", "a")]),
        ("snow sql -q 'SELECT 1'", [("sql", "select", "table")]),
        ("snow connection test", []),
        ("dolt sql -q 'DROP TABLE x'", [("sql", "drop", "x")]),
        ("sqlite-utils drop-table a.db t", [("sql", "drop", "t")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Each client's own way of taking a statement."""
    assert expected == told(command)


def test_a_view_is_dropped() -> None:
    """`sqlite-utils` drops views as it drops tables."""
    assert [("drop", "view")] == [(effect.verb, effect.object) for effect in effects("sqlite-utils drop-view a.db v")]
