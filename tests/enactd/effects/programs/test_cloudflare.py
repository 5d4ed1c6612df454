"""wrangler: what goes to Cloudflare and what stays local."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("wrangler deploy", ["deploy"]),
    ("wrangler deploy --dry-run", []),
    ("wrangler dev", []),
    ('wrangler d1 execute db --command "drop table x" --remote', ["RunSql drop"]),
    ('wrangler d1 execute db --local --command "select 1"', ["RunSql select"]),
    ("wrangler r2 object delete b/x", ["delete"]),
    ("wrangler tail", ["read"]),
    ("wrangler delete", ["destroy"]),
    ("wrangler secret put X", ["secret-write"]),
    ("wrangler kv key delete x", ["delete"]),
    ("wrangler r2 object put b/x --file y", ["SendData b/x", "create"]),
    ("wrangler d1 migrations apply db --local", ["MigrateDatabase"]),
    ("wrangler d1 delete db", ["destroy"]),
    ("wrangler whoami", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
