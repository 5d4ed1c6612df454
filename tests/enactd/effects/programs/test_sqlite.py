"""sqlite3 and duckdb."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told
from support.reading import effects

from enactd.effects.model import ReadPath, RunCode, RunSql, WritePath


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            "sqlite3 app.db 'DELETE FROM users; SELECT 1'",
            [("sql", "delete", "users", "none"), ("sql", "select", "table"), ("WritePath",)],
        ),
        ("sqlite3 -header -column app.db 'SELECT * FROM t LIMIT 3'", [("sql", "select", "t")]),
        ("sqlite3 app.db .tables", []),
        ("sqlite3 --version", []),
        ("sqlite3 app.db '.shell rm -r src'", [("DeletePath",)]),
        ("sqlite3 app.db '.backup x.db'", [("WritePath",)]),
        ("sqlite3 app.db '.restore x.db'", [("reset", "restore", "local")]),
        ("sqlite3 app.db '.load ./x.so'", [("code", "native")]),
        (
            "sqlite3 -cmd 'DROP TABLE a' app.db 'SELECT 1'",
            [("sql", "drop", "a"), ("sql", "select", "table"), ("WritePath",)],
        ),
        ("duckdb -c \"COPY t TO 'x.csv'\"", [("sql", "copy-out", "t")]),
        ("sqlite3 app.db 'PRAGMA writable_schema=1'", [("sql", "alter", "database"), ("WritePath",)]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Statements, dot commands, and what only looks."""
    assert expected == told(command)


def test_script_on_standard_input() -> None:
    """Dot commands and statements may be mixed."""
    expected = [("WritePath",), ("sql", "select", "users"), ("sql", "drop", "a"), ("WritePath",)]
    assert expected == told("sqlite3 app.db", stdin=".output x.csv\nSELECT * FROM users;\nDROP TABLE a;\n")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (":memory:", "memory"),
        ("/tmp/x/a.db", "temp"),
        ("app.db", "local"),
        ("data/prod.db", "production"),
        ('"$DB"', "unknown"),
    ],
)
def test_stage(file: str, expected: str) -> None:
    """A file's place and name tell its stage."""
    found = effects(f"sqlite3 {file} 'DROP TABLE x'")
    assert [expected] == [effect.database.stage for effect in found if isinstance(effect, RunSql)]


def test_functions_that_touch_files() -> None:
    """`writefile`, `readfile` and `load_extension` are deeds, wherever they stand in a statement."""
    found = effects(
        "sqlite3 app.db \"SELECT writefile('/srv/job', readfile('notes.txt')), load_extension('/srv/x.so')\""
    )
    assert ["/srv/job", "/home/u/proj/app.db"] == [
        effect.target.path for effect in found if isinstance(effect, WritePath)
    ]
    assert "/home/u/proj/notes.txt" in [effect.target.path for effect in found if isinstance(effect, ReadPath)]
    assert ["outside"] == [effect.origin for effect in found if isinstance(effect, RunCode)]
