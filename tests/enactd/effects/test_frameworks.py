"""How the tables of frameworks are read."""

from __future__ import annotations

import pytest

from enactd.effects.frameworks import destroys


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("db:nuke", "drop"),
        ("db:users:wipe_all", "drop"),
        ("reset-database", "reset"),
        ("schema.rollback", "rollback"),
        ("migrate:fresh", "fresh"),
        ("db:list", ""),
        ("reset-password", ""),
        ("cache:clear", ""),
        ("test", ""),
    ],
)
def test_unknown_verbs(verb: str, expected: str) -> None:
    """A task nobody described destroys when its words say so about a database."""
    assert expected == destroys(verb)
