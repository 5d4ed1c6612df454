"""Forward migrations on what looks like production.

Why
    A migration is a deploy of the schema: others notice, and going back is work.
Instead
    Let the deploy pipeline migrate.
Blind spots
    Production reached through an address that does not say so.
"""

from enactd.policy import Ask, Context, MigrateDatabase, Opinions, policy


@policy(
    watches=MigrateDatabase,
    severity="high",
    stage="stable",
    since="0.1",
    asks=("DATABASE_URL=postgres://u@prod-db.example.com/app npx prisma migrate deploy",),
    allows=("npx prisma migrate dev", "alembic upgrade head", "php artisan migrate", "python manage.py migrate"),
)
def check(migrate: MigrateDatabase, context: Context) -> Opinions:
    if migrate.database.stage == "production":
        yield Ask(f"`{migrate.source}` changes the schema of what looks like production")
