"""Rows that a statement fits are counted without running it, and nothing else can be done with a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.plan_files import read

from enactd.approvals import plans
from enactd.approvals.plans import rows
from enactd.approvals.plans.rows import count, counting


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A database with ten users."""
    with closing(sqlite3.connect(tmp_path / "app.db")) as base, base:
        base.execute("CREATE TABLE users (id INTEGER, name TEXT)")
        base.executemany("INSERT INTO users VALUES (?, ?)", [(number, f"n{number}") for number in range(10)])
    before = (tmp_path / "app.db").read_bytes()
    yield tmp_path
    assert before == (tmp_path / "app.db").read_bytes()


def told(folder: Path, command: str) -> tuple[str, ...]:
    found, world = read(folder, command)
    return plans.summary(found, world, count_rows=True)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("DELETE FROM users WHERE id > 6", 3),
        ("DELETE FROM users;", 10),
        ("UPDATE users SET name = (SELECT max(name) FROM users WHERE id < 3) WHERE id IN (1, 2)", 2),
        ("update users set name = 'WHERE id = 1'", 10),
        ("delete from users where name like 'n%' and id between 2 and 2", 1),
        ('DELETE FROM "users" WHERE "id" = 99', 0),
    ],
)
def test_rows_are_counted(folder: Path, statement: str, number: int) -> None:
    """By the statement's own condition; the file stays as it was."""
    quoted = statement.replace("'", "'\\''")
    (line,) = told(folder, f"sqlite3 app.db '{quoted}'")
    assert f"{number} row{'' if number == 1 else 's'} of users fit in {folder}/app.db" == line


def test_only_where_it_is_configured(folder: Path) -> None:
    """Counting is off by default."""
    found, world = read(folder, "sqlite3 app.db 'DELETE FROM users'")
    assert () == plans.summary(found, world)


def test_a_write_ahead_log_is_said(folder: Path) -> None:
    """Its rows are not in the count."""
    (folder / "app.db-wal").write_bytes(b"x")
    assert told(folder, "sqlite3 app.db 'DELETE FROM users'")[0].endswith("without what its write-ahead log holds")


@pytest.mark.parametrize(
    "command",
    [
        "sqlite3 missing.db 'DELETE FROM users'",
        "sqlite3 app.db 'DELETE FROM nothing'",
        "sqlite3 app.db 'DELETE FROM users LIMIT 3'",
        'sqlite3 app.db "DELETE FROM users WHERE id = $X"',
        "psql -c 'DELETE FROM users WHERE id = 3'",
        "sqlite3 text.db 'DELETE FROM users'",
    ],
)
def test_what_cannot_be_counted(folder: Path, command: str) -> None:
    """Is said, or nothing is said; no number is guessed."""
    (folder / "text.db").write_text("no database " * 1000)
    assert not [line for line in told(folder, command) if line[:1].isdigit()]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM users WHERE id = 1; DROP TABLE users",
        "DELETE FROM main.users",
        "DELETE FROM users AS u WHERE u.id = 1",
        "UPDATE OR REPLACE users SET id = 1",
        "UPDATE users SET id = 1 FROM other WHERE other.id = 2",
        "DELETE FROM users RETURNING id",
        "WITH x AS (SELECT 1) DELETE FROM users",
        "DELETE FROM users WHERE name = 'open",
        "SELECT 1",
        "",
    ],
)
def test_other_forms_are_not_counted(statement: str) -> None:
    """Only what is certainly understood becomes a question."""
    assert counting(statement) is None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT load_extension('x')",
        "ATTACH 'other.db' AS o",
        "PRAGMA journal_mode = DELETE",
        "DELETE FROM users",
        "SELECT count(*) FROM users; DELETE FROM users",
        "SELECT readfile('/etc/passwd')",
        "WITH RECURSIVE x(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM x) SELECT count(*) FROM x",
    ],
)
def test_nothing_but_counting(folder: Path, query: str) -> None:
    """Whatever a condition smuggles in, it ends without an answer, and in time."""
    assert count(str(folder / "app.db"), query) is None


def test_no_file(tmp_path: Path) -> None:
    """A folder is none."""
    assert count(str(tmp_path), "SELECT count(*) FROM x") is None
    assert rows.MOST > 1
