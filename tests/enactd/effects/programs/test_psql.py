"""psql: where statements come from, where rows go, what backslash commands do."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told
from support.reading import effects

from enactd.effects.model import DeletePath, RunSql, WritePath


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("psql -c 'SELECT count(*) FROM users'", [("sql", "select", "users")]),
        ("psql -Atqc 'DELETE FROM users'", [("sql", "delete", "users", "none")]),
        ("psql --command='DROP TABLE a' --command 'TRUNCATE b, c'", [("sql", "drop", "a"), ("sql", "truncate", "b+c")]),
        ("psql app -l", [("sql", "explain", "table")]),
        ("psql app -c '\\dt+ public.*'", []),
        ("psql --help", []),
        ("psql --version", []),
        ("psql -v t=users -c 'DELETE FROM :t'", [("sql", "delete", "users", "none")]),
        ('psql -c "$SQL"', [("code", "sql")]),
        ('psql -c "DELETE FROM $T WHERE id = $ID"', [("sql", "delete", "?", "some")]),
        ('psql -c "DELETE FROM users WHERE $COND"', [("sql", "delete", "users", "always")]),
        ("echo 'DROP TABLE x' | psql app", [("sql", "drop", "x")]),
        ("psql app <<< 'DROP TABLE x'", [("sql", "drop", "x")]),
        ("pgcli app -c 'DROP TABLE x'", [("sql", "drop", "x")]),
        ("cockroach sql --insecure -e 'DROP DATABASE x'", [("sql", "drop", "x")]),
        ("cockroach node status", []),
        ("psql -c \"SELECT * FROM audit WHERE action = 'DROP TABLE'\"", [("sql", "select", "audit")]),
    ],
)
def test_statements(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Every way a statement gets in is read."""
    assert expected == told(command)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("SELECT 1;\n\\! touch x\nDROP TABLE a;", [("sql", "select", "table"), ("WritePath",), ("sql", "drop", "a")]),
        (
            "SELECT 'DROP TABLE ' || quote_ident(tablename) FROM pg_tables \\gexec",
            [("sql", "select", "pg_tables"), ("sql", "drop", "?")],
        ),
        ("SELECT f() \\gexec", [("sql", "select", "table"), ("code", "sql")]),
        ("\\set t users\nDELETE FROM :t;", [("sql", "delete", "users", "none")]),
        ("SELECT '\\! rm x';", [("sql", "select", "table")]),
        ("BEGIN;\nDELETE FROM a;\nROLLBACK;", [("sql", "transaction", "table"), ("sql", "delete", "a", "none")]),
        ("SELECT 1 \\; DROP TABLE x;", [("sql", "select", "table"), ("sql", "drop", "x")]),
    ],
)
def test_backslash_commands(script: str, expected: list[tuple[Any, ...]]) -> None:
    """A script's own commands run programs, include files and run generated SQL."""
    found = [item for item in told("psql app", stdin=script) if item != ("code", "program")]
    assert expected == found


def test_shell_escape_is_read_as_shell() -> None:
    """`\\!` reaches everything a shell can."""
    assert any(isinstance(e, DeletePath) and e.target.path == "/" for e in effects("psql app", stdin="\\! rm -rf /\n"))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("psql -c 'SELECT email FROM customers'", "screen"),
        ("psql -c 'SELECT email FROM customers' > out.csv", "file"),
        ("psql -c 'SELECT email FROM customers' | wc -l", "program"),
        ("psql -o out.csv -c 'SELECT email FROM customers'", "file"),
        ("psql -c \"\\copy customers to 'out.csv' csv\"", "file"),
        ("psql -c \"COPY customers TO PROGRAM 'gzip > x'\"", "program"),
        ("psql -c 'SELECT email FROM customers' > /dev/null", "screen"),
    ],
)
def test_where_rows_go(command: str, expected: str) -> None:
    """Rows in a file or in another program have left the database's care."""
    assert [expected] == [effect.leaves for effect in effects(command) if isinstance(effect, RunSql)]


def test_written_file_is_a_write() -> None:
    """-o writes its file."""
    assert any(
        isinstance(e, WritePath) and e.target.word == "out.csv" for e in effects("psql -o out.csv -c 'SELECT 1'")
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("psql -c 'SELECT 1'", "local"),
        ("psql -h localhost app -c 'SELECT 1'", "local"),
        ("psql -h /var/run/postgresql app -c 'SELECT 1'", "local"),
        ("psql app_test -c 'SELECT 1'", "test"),
        ("psql app_production -c 'SELECT 1'", "production"),
        ("psql -h prod-db.internal -c 'SELECT 1'", "production"),
        ("psql postgres://u:p@db.abc.supabase.co/postgres -c 'SELECT 1'", "production"),
        ("psql 'host=localhost dbname=app' -c 'SELECT 1'", "local"),
        ("psql -h 10.2.3.4 -c 'SELECT 1'", "unknown"),
        ('psql "$DATABASE_URL" -c "SELECT 1"', "unknown"),
        ("PGHOST=prod.example.com psql -c 'SELECT 1'", "production"),
        ("psql product_catalog -c 'SELECT 1'", "local"),
    ],
)
def test_stage(command: str, expected: str) -> None:
    """Host and name tell what a database is, unknown words tell nothing."""
    assert [expected] == [effect.database.stage for effect in effects(command) if isinstance(effect, RunSql)]
