"""Tools that change tables beside the database's own client."""

from __future__ import annotations

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gh-ost --alter='DROP COLUMN a' --database=shop --table=t", []),
        ("gh-ost --alter='DROP COLUMN a' --database=shop --table=t --execute", [("sql", "alter", "t")]),
        ("pt-online-schema-change --alter 'ADD COLUMN a INT' D=shop,t=posts --execute", [("sql", "alter", "posts")]),
        ("pt-online-schema-change --alter 'ADD COLUMN a INT' D=shop,t=posts --dry-run", []),
        ("pt-archiver --source h=localhost,D=shop,t=s --purge --where '1=1'", [("sql", "delete", "s", "always")]),
        ("pt-archiver --source h=localhost,D=shop,t=s --purge --where 'id < 9' --dry-run", []),
        ("pt-archiver --source D=shop,t=s --purge", [("sql", "delete", "s", "none")]),
        ("dbt run --select orders", [("migrate", "apply", "unknown")]),
        ("dbt test", []),
        ("dbt run-operation drop_old_schemas", [("reset", "drop", "unknown")]),
    ],
)
def test_command(command: str, expected: list[tuple[str, ...]]) -> None:
    """The statement that such a tool runs in the end."""
    assert expected == told(command)
