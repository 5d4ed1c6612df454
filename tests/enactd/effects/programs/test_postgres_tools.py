"""dropdb, createdb, dumps and restores."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("dropdb app", [("reset", "drop", "local")]),
        ("dropdb --if-exists -f -h prod-db app", [("reset", "drop", "production")]),
        ('dropdb "$DB"', [("reset", "drop", "unknown")]),
        ("dropdb --help", []),
        ("createdb app", [("sql", "create", "app")]),
        ("dropuser bob", [("sql", "drop", "bob")]),
        ("createuser bob", [("sql", "create", "bob")]),
        ("createuser -s bob", [("sql", "create", "bob"), ("sql", "grant", "bob")]),
        ("pg_dump --schema-only app", [("sql", "explain", "schema")]),
        ("pg_dump app -Fc -f x.dump", [("WritePath",), ("sql", "copy-out", "database")]),
        ("pg_dump -t users app", [("sql", "copy-out", "users")]),
        ("pg_restore -l x.dump", []),
        ("pg_restore x.dump", []),
        ("pg_restore -d app x.dump", [("reset", "restore", "local")]),
        ("pg_restore --clean --if-exists -d app x.dump", [("reset", "reset", "local")]),
        ("pg_ctl -D data status", []),
        ("pg_ctl -D data stop -m fast", [("ChangeService",)]),
        ("pg_dropcluster 15 main", [("reset", "drop", "local")]),
        ("pg_resetwal data", [("reset", "reset", "local")]),
        ("pg_resetwal -n data", []),
        ("initdb -D data", [("WritePath",)]),
        (
            "pgbench -i app",
            [
                ("sql", "drop", "pgbench_accounts+pgbench_branches+pgbench_history+pgbench_tellers"),
                ("sql", "update", "pgbench_accounts", "some"),
            ],
        ),
        ("pgloader mysql://localhost/a postgresql://localhost/b", [("migrate", "load", "local")]),
        ("pgloader load.conf", [("Opaque",)]),
        ("pg_isready -h localhost", []),
        ("vacuumdb --all", [("sql", "vacuum", "table")]),
        ("vacuumlo -n app", []),
        ("vacuumlo app", [("sql", "delete", "pg_largeobject", "some")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """What each tool does, and what only looks."""
    assert expected == told(command)
