"""Databases dropped, reset, flushed or rolled back by a tool.

Why
    `migrate:fresh`, `db push --force` and friends look like routine and drop everything; a "testing" flag proved nothing.
Instead
    Add a forward migration, or use a database in memory or in a throw-away container.
Blind spots
    Tools that reset as part of their test run.
"""

from enactd.policy import Ask, Context, Opinions, ResetDatabase, policy, tool


@policy(
    watches=ResetDatabase,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=(
        "DB-02",
        "DB-05",
        "DB-10",
        "DB-11",
        "DB-12",
        "DB-15",
        "PI-14",
        "DB-25",
    ),
    asks=(
        "npx drizzle-kit push --force",
        "npx prisma db push --accept-data-loss",
        "npx prisma migrate reset",
        "php artisan migrate:fresh --env=testing",
        "bin/rails db:drop",
        "dropdb genesis_master",
        "python manage.py flush",
        "supabase db reset",
        "alembic downgrade base",
        "mongosh --eval 'db.dropDatabase()'",
        tool("mcp__shell__execute_command", command="npx prisma migrate reset --force"),
        "python3 -c \"import os; os.system('dropdb app')\"",
        "bin/rails db:reset",
    ),
    allows=(
        "npx prisma validate",
        "npx drizzle-kit check",
        "php artisan migrate --pretend",
        "bin/rails routes",
        "alembic history",
        "createdb scratch",
    ),
    misses=("npm run db:nuke",),
)
def check(reset: ResetDatabase, context: Context) -> Opinions:
    if reset.database.stage not in ("memory", "temp"):
        yield Ask(
            f"`{reset.source}`: {reset.tool} {reset.how} of {reset.what or reset.database.name or 'the whole database'}"
        )
