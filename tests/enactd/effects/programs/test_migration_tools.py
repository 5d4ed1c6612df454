"""Stand-alone migration tools."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told
from support.reading import effects

from enactd.effects.frameworks import Tool
from enactd.effects.programs.migration_tools import MIX


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("flyway clean", [("reset", "drop", "unknown")]),
        ("flyway -url=jdbc:postgresql://prod-db/x migrate", [("migrate", "apply", "production")]),
        ("flyway clean migrate", [("reset", "drop", "unknown"), ("migrate", "apply", "unknown")]),
        ("flyway info", []),
        ("flyway undo", [("reset", "rollback", "unknown")]),
        ("liquibase dropAll", [("reset", "drop", "unknown")]),
        ("liquibase --changelog-file x.xml drop-all", [("reset", "drop", "unknown")]),
        ("liquibase rollback-count --count 1", [("reset", "rollback", "unknown")]),
        ("liquibase update", [("migrate", "apply", "unknown")]),
        ("liquibase update-sql", []),
        ("liquibase status --verbose", []),
        ("sqlx database drop -y", [("reset", "drop", "unknown")]),
        ("sqlx migrate run", [("migrate", "apply", "unknown")]),
        ("sqlx migrate run --dry-run", []),
        ("sqlx migrate revert -D postgres://localhost/x", [("reset", "rollback", "local")]),
        ("diesel database reset", [("reset", "reset", "unknown")]),
        ("diesel migration redo", [("reset", "rollback", "unknown")]),
        ("diesel print-schema", []),
        ("goose -dir db postgres 'host=localhost dbname=x' down", [("reset", "rollback", "local")]),
        ("goose up", [("migrate", "apply", "unknown")]),
        ("goose sqlite3 ./x.db status", []),
        ("dbmate drop", [("reset", "drop", "unknown")]),
        ("dbmate -u postgres://localhost/x up", [("migrate", "apply", "local")]),
        ("migrate -path db -database postgres://localhost/x down -all", [("reset", "rollback", "local")]),
        ("migrate -path db -database postgres://localhost/x drop -f", [("reset", "drop", "local")]),
        ("migrate create -ext sql x", []),
        ("atlas schema clean -u postgres://localhost/x", [("reset", "drop", "local")]),
        ("atlas schema apply -u postgres://localhost/x --dry-run", []),
        ("hasura metadata clear", [("reset", "reset", "unknown")]),
        ("sea-orm-cli migrate fresh", [("reset", "fresh", "unknown")]),
        ("psqldef -U postgres x --dry-run", []),
        ("psqldef -U postgres x --enable-drop", [("reset", "force-push", "unknown")]),
        ("dotnet-ef database drop -f", [("reset", "drop", "unknown")]),
        ("dotnet-ef database update", [("migrate", "apply", "unknown")]),
        ("dotnet-ef database update 0", [("reset", "rollback", "unknown")]),
        ("dotnet-ef migrations add X", []),
        ("soda reset", [("reset", "reset", "unknown")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Verbs, URLs, and what only looks."""
    assert expected == told(command)


def test_mix_meanings_are_of_known_kinds() -> None:
    """The table for mix uses the words that `Tool` understands."""
    assert {"reset", "migrate", "safe"} == {meaning.split()[0] for meaning in MIX.values()}
    assert "reset drop" == Tool("mix", MIX).verbs["ecto.drop"]


def test_options_that_take_back() -> None:
    """The verb goes forward, the option does not."""
    for command in ("skeema push --allow-unsafe", "hasura migrate apply --down all"):
        assert any(type(e).__name__ == "ResetDatabase" for e in effects(command)), command
    assert not any(type(e).__name__ == "ResetDatabase" for e in effects("hasura migrate apply"))
