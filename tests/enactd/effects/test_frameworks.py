"""How the tables of frameworks are read."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.frameworks import destroys
from enactd.effects.model import MigrateDatabase


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


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        ("alembic upgrade head", "unknown"),
        ("alembic -x env=prod upgrade head", "production"),
        ("DATABASE_URL=$PROD_DB npx prisma migrate deploy", "production"),
        ("DATABASE_URL=$NON_PROD_DB npx prisma migrate deploy", "unknown"),
        ('goose postgres "$PROD_DSN" up', "production"),
        ("npx typeorm migration:run -d dist/source.prod.js", "production"),
        ("python manage.py migrate --database=prod", "production"),
        ("python manage.py migrate --settings=shop.settings.test", "test"),
        ("liquibase --defaults-file=liquibase.prod.properties update", "production"),
        ("flyway -environment=prod migrate", "production"),
        ("ASPNETCORE_ENVIRONMENT=Production dotnet ef database update", "production"),
        ("dotenv -e .env.production -- npx knex migrate:latest", "production"),
        ("dotenv -e .env.test -- npx knex migrate:latest", "unknown"),
        ("doppler run --config prd -- alembic upgrade head", "production"),
        ("source .env.production && npx prisma migrate deploy", "production"),
        ("heroku run -a shop-prod rails db:migrate", "production"),
        ("docker compose exec web python manage.py migrate", "unknown"),
    ],
)
def test_stages(command: str, stage: str) -> None:
    """Options, variables, dotenv files and places that name production are believed."""
    stages = [effect.database.stage for effect in effects(command) if isinstance(effect, MigrateDatabase)]
    assert [stage] == stages
