"""supabase."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("supabase db reset", [("reset", "reset", "local")]),
        ("supabase db reset --linked", [("reset", "reset", "production")]),
        ("supabase db push", [("migrate", "push", "production")]),
        ("supabase db push --local", [("migrate", "push", "local")]),
        ("supabase db push --dry-run", []),
        ("supabase db diff -f x", []),
        ("supabase db dump -f x.sql", [("WritePath",), ("sql", "explain", "database")]),
        ("supabase db dump --data-only -f x.sql", [("WritePath",), ("sql", "copy-out", "database")]),
        ("supabase migration up", [("migrate", "apply", "local")]),
        ("supabase migration new add_index", []),
        ("supabase migration list", []),
        ("supabase migration repair --status reverted 2023", [("reset", "rollback", "production")]),
        ("supabase status", []),
        ("supabase start", []),
        ("supabase stop", [("ChangeContainers",)]),
        ("supabase stop --no-backup", [("ChangeContainers",), ("reset", "drop", "local")]),
        ("supabase functions deploy hello", [("ChangeInfrastructure",)]),
        ("supabase functions delete hello", [("ChangeInfrastructure",)]),
        ("supabase functions serve", []),
        ("supabase secrets list", []),
        ("supabase secrets set A=b", [("ChangeInfrastructure",)]),
        ("supabase projects delete abc", [("ChangeInfrastructure",)]),
        ("supabase projects api-keys --project-ref abc", [("RevealSecret",)]),
        ("supabase gen types typescript --linked", []),
        ('supabase db "$X"', [("Opaque",)]),
        ("supabase --help", []),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Local stack, linked project, deployments."""
    assert expected == told(command)
