"""Database commands of PHP frameworks."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("artisan migrate:fresh", [("reset", "fresh", "unknown")]),
        ("artisan migrate:fresh --seed --env=testing", [("reset", "fresh", "test")]),
        ("artisan mig:fre", [("reset", "fresh", "unknown")]),
        ("artisan migrate", [("migrate", "apply", "unknown")]),
        ("artisan migrate --force --env=production", [("migrate", "apply", "production")]),
        ("artisan migrate --pretend", []),
        ("artisan migrate:status", []),
        ("artisan migrate:rollback --step=1", [("reset", "rollback", "unknown")]),
        ("artisan db:wipe", [("reset", "drop", "unknown")]),
        ("artisan db:seed --class=UserSeeder", [("migrate", "seed", "unknown")]),
        ("artisan route:list", []),
        ("artisan cache:clear", []),
        ("artisan make:migration create_users", []),
        ("artisan test --filter=DeleteUserTest", []),
        ("artisan shop:reset-database", [("reset", "reset", "unknown")]),
        ("artisan down", [("ChangeService",)]),
        ('artisan "$X"', [("Opaque",)]),
        ("bin/console doctrine:schema:drop --force", [("reset", "drop", "unknown")]),
        ("bin/console doctrine:schema:drop --dump-sql", []),
        ("bin/console doctrine:schema:update --force", [("migrate", "push", "unknown")]),
        ("bin/console doctrine:schema:validate", []),
        ("bin/console d:d:d --force", [("reset", "drop", "unknown")]),
        ("bin/console doctrine:migrations:migrate -n", [("migrate", "apply", "unknown")]),
        ("bin/console doctrine:migrations:migrate first -n", [("reset", "rollback", "unknown")]),
        ("bin/console doctrine:migrations:execute --down 'App\\\\V1'", [("reset", "rollback", "unknown")]),
        ("bin/console doctrine:fixtures:load -n", [("reset", "fresh", "unknown")]),
        ("bin/console doctrine:fixtures:load --append", [("migrate", "seed", "unknown")]),
        ("bin/console dbal:run-sql 'DELETE FROM a'", [("sql", "delete", "a", "none")]),
        ("bin/console cache:clear", []),
        ("wp db reset --yes", [("reset", "reset", "local")]),
        ("wp db query 'DROP TABLE x'", [("sql", "drop", "x")]),
        ("wp db export x.sql", [("WritePath",), ("sql", "copy-out", "database")]),
        ("wp post delete 12 --force", [("sql", "delete", "wp_posts", "some")]),
        ("wp plugin list", []),
        ("wp search-replace a b --dry-run", []),
        ("drush sql:drop -y", [("reset", "drop", "unknown")]),
        ("drush @prod sql:query 'DELETE FROM a'", [("sql", "delete", "a", "none")]),
        ("drush cr", []),
        ("phinx rollback -e production", [("reset", "rollback", "production")]),
        ("yii migrate/fresh", [("reset", "fresh", "unknown")]),
        ("magento setup:upgrade", [("migrate", "apply", "unknown")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Verbs, their abbreviations, and what only looks."""
    assert expected == told(command)
