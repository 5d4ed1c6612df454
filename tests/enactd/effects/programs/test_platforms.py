"""Hosting platforms: deploys, deletions, settings that are secrets, commands inside."""

from __future__ import annotations

import pytest
from support.clouds import told
from support.reading import effects

from enactd.effects.model import MigrateDatabase

ROWS: list[tuple[str, list[str]]] = [
    ("printf 'sb' | vercel env add SUPABASE_SERVICE_ROLE_KEY production", ["secret-write"]),
    ("vercel", ["deploy"]),
    ("vercel --prod", ["deploy"]),
    ("vercel ls", ["read"]),
    ("vercel logs x", ["read"]),
    ("vercel env pull", ["WritePath /home/u/proj/.env.local", "secret-read", "RevealSecret"]),
    ("vercel ./dist", ["deploy"]),
    ("vercel dev", []),
    ("vercel remove x -y", ["delete"]),
    ("heroku pg:reset -a x --confirm x", ["ResetDatabase"]),
    ("heroku run rails db:drop -a x", ["ResetDatabase @heroku x"]),
    ("heroku config -a x", ["secret-read in x", "RevealSecret"]),
    ("heroku config:set A=b", ["secret-write"]),
    ("heroku logs --tail -a x", ["read in x"]),
    ("heroku ps:scale web=2", ["scale"]),
    ("heroku apps:destroy x", ["delete"]),
    ("heroku apps", ["read"]),
    ("heroku pg:psql -c 'drop table x'", ["RunSql drop"]),
    ("fly status", ["read"]),
    ("fly deploy", ["deploy"]),
    ('fly ssh console -C "ls /" -a x', ["ReadPath / @fly x"]),
    ("fly apps destroy x", ["destroy"]),
    ("fly secrets set A=b", ["secret-write"]),
    ("fly volumes list", ["read"]),
    ("railway status", ["read"]),
    ("railway variables", ["secret-read", "RevealSecret"]),
    ("railway run npm test", ["RunCode"]),
    ("railway up", ["deploy"]),
    ("railway down", ["destroy"]),
    ("firebase deploy --only hosting", ["deploy"]),
    ("firebase firestore:delete --all-collections", ["destroy bulk"]),
    ("firebase emulators:start", []),
    ("netlify deploy --prod", ["deploy"]),
    ("netlify dev", []),
    ("netlify sites:delete x", ["destroy"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        ("railway run npx prisma migrate deploy", "production"),
        ("railway run --environment staging npx prisma migrate deploy", "unknown"),
    ],
)
def test_a_programs_settings_are_the_platforms(command: str, stage: str) -> None:
    """Where no environment is named, production's variables are loaded."""
    assert [stage] == [effect.database.stage for effect in effects(command) if isinstance(effect, MigrateDatabase)]
