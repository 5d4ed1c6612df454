"""Forward migrations on what looks like production, or on another machine.

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
    asks=(
        "DATABASE_URL=postgres://u@prod-db.example.com/app npx prisma migrate deploy",
        "DATABASE_URL=postgres://u@prod-db.example.com/app alembic upgrade head",
        "RAILS_ENV=production bin/rails db:migrate",
        "DATABASE_URL=$PROD_DB_URL npx prisma migrate deploy",
        "dotenv -e .env.production -- npx knex migrate:latest",
        "npx typeorm migration:run -d dist/source.prod.js",
        "kubectl exec deploy/api -- python manage.py migrate",
    ),
    allows=(
        "npx prisma migrate dev",
        "alembic upgrade head",
        "php artisan migrate",
        "python manage.py migrate",
        "docker compose exec web python manage.py migrate",
        "dotenv -e .env.test -- npx prisma migrate deploy",
    ),
    misses=("./bin/migrate",),
)
def check(migrate: MigrateDatabase, context: Context) -> Opinions:
    if migrate.database.stage == "production":
        yield Ask(f"`{migrate.source}` changes the schema of what looks like production")
    elif migrate.elsewhere and migrate.database.stage not in ("memory", "temp"):
        yield Ask(f"`{migrate.source}` changes a database's schema on {migrate.place}")
