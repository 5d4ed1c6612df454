"""Database tools of the JavaScript world."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("prisma migrate reset", [("reset", "reset", "unknown")]),
        ("prisma migrate reset --force --skip-seed --schema prisma/x.prisma", [("reset", "reset", "unknown")]),
        ("prisma --schema x migrate reset", [("reset", "reset", "unknown")]),
        ("prisma db push --accept-data-loss", [("reset", "force-push", "unknown")]),
        ("prisma db push --force-reset", [("reset", "reset", "unknown")]),
        ("prisma db push", [("migrate", "push", "unknown")]),
        ("prisma db push --skip-generate", [("migrate", "push", "unknown")]),
        ("prisma migrate deploy", [("migrate", "apply", "unknown")]),
        ("NODE_ENV=production prisma migrate deploy", [("migrate", "apply", "production")]),
        ("DATABASE_URL=postgres://localhost/x prisma migrate dev --name init", [("migrate", "apply", "local")]),
        ("prisma migrate dev --name init --create-only", []),
        ("prisma migrate diff --from-empty --to-schema-datamodel x", []),
        ("prisma migrate status", []),
        ("prisma validate", []),
        ("prisma generate", []),
        ("prisma db pull", []),
        ("prisma db seed", [("migrate", "seed", "unknown")]),
        ("echo 'DROP TABLE x' | prisma db execute --stdin", [("sql", "drop", "x")]),
        ("prisma migrate reset --help", []),
        ('prisma migrate "$X"', [("Opaque",)]),
        ('prisma "$X"', [("Opaque",)]),
        ('prisma db push "$FLAGS"', [("reset", "force-push", "unknown")]),
        ("drizzle-kit push --force", [("reset", "force-push", "unknown")]),
        ("drizzle-kit push:pg", [("migrate", "push", "unknown")]),
        ("drizzle-kit generate", []),
        ("drizzle-kit check", []),
        ("drizzle-kit drop", []),
        ("drizzle-kit migrate --config x.ts", [("migrate", "apply", "unknown")]),
        ("knex migrate:latest", [("migrate", "apply", "unknown")]),
        ("knex --env production migrate:latest", [("migrate", "apply", "production")]),
        ("knex migrate:rollback --all", [("reset", "rollback", "unknown")]),
        ("knex migrate:list", []),
        ("typeorm schema:drop -d src/x.ts", [("reset", "drop", "unknown")]),
        ("typeorm -d src/x.ts migration:run", [("migrate", "apply", "unknown")]),
        ("typeorm migration:revert", [("reset", "rollback", "unknown")]),
        ("typeorm query 'DELETE FROM a'", [("sql", "delete", "a", "none")]),
        ("sequelize db:drop", [("reset", "drop", "unknown")]),
        ("sequelize-cli db:migrate:undo:all", [("reset", "rollback", "unknown")]),
        ("sequelize-cli db:migrate --env test", [("migrate", "apply", "test")]),
        ("mikro-orm schema:drop", []),
        ("mikro-orm schema:drop --run", [("reset", "drop", "unknown")]),
        ("mikro-orm migration:fresh", [("reset", "fresh", "unknown")]),
        ("payload migrate:fresh", [("reset", "fresh", "unknown")]),
        ("strapi import -f x.tar.gz", [("reset", "restore", "unknown")]),
        ("medusa db:migrate", [("migrate", "apply", "unknown")]),
        ("node-pg-migrate down", [("reset", "rollback", "unknown")]),
        ("db-migrate reset", [("reset", "reset", "unknown")]),
        ("ace migration:fresh", [("reset", "fresh", "unknown")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Verbs, forcing flags, and what only looks."""
    assert expected == told(command)
