"""Database tools of the JavaScript world: prisma, drizzle-kit, knex, typeorm, sequelize, mikro-orm and others."""

from __future__ import annotations

from typing import Final

from enactd.effects.frameworks import Tool
from enactd.effects.invocation import Effects, Invocation, program
from enactd.effects.model import ResetDatabase
from enactd.effects.sql.client import Client

PRISMA: Final = Tool(
    "prisma",
    {
        "migrate reset": "reset reset",
        "migrate dev": "migrate apply",
        "migrate deploy": "migrate apply",
        "migrate diff": "safe",
        "migrate status": "safe",
        "migrate resolve": "migrate resolve",
        "migrate save": "safe",
        "migrate up": "migrate apply",
        "migrate down": "reset rollback",
        "db push": "migrate push",
        "db pull": "safe",
        "db seed": "migrate seed",
        "db execute": "migrate execute",
        "introspect": "safe",
        "platform": "safe",
        "studio": "safe",
        "validate": "safe",
        "format": "safe",
        "generate": "safe",
        "init": "safe",
    },
    "--schema FILE", "--config FILE", "--url URL", "--file FILE", "--stdin", "--name -n NAME", "--create-only",
    "--accept-data-loss", "--force-reset", "--force -f", "--skip-generate", "--skip-seed", "--applied NAME",
    "--rolled-back NAME", "--from-empty", "--to-schema-datamodel FILE", "--from-migrations DIR", "--script",
    "--preview-feature", "--port -p N", "--generator G", "--from-schema-datamodel FILE", "--to-migrations DIR",
    "--shadow-database-url URL", "--from-url URL", "--to-url URL", "--from-schema-datasource F", "--output -o F",
    url=("--url",),
)  # fmt: skip
DRIZZLE: Final = Tool(
    "drizzle-kit",
    {
        "push": "migrate push",
        "push:pg": "migrate push",
        "push:mysql": "migrate push",
        "push:sqlite": "migrate push",
        "migrate": "migrate apply",
        "drop": "safe",  # removes a migration file, not a table
        "generate": "safe",
        "check": "safe",
        "up": "safe",
        "pull": "safe",
        "introspect": "safe",
        "studio": "safe",
        "export": "safe",
    },
    "--config FILE", "--dialect D", "--schema FILE", "--url URL", "--out DIR", "--name NAME", "--force", "--verbose",
    "--strict", "--driver D", "--host H", "--user U", "--password P", "--database D", "--port N", "--tablesFilter T",
    "--schemaFilters S", "--extensionsFilters E", "--ssl S", "--auth-token T", "--breakpoints", "--custom",
    "--prefix P",
    url=("--url",),
)  # fmt: skip
KNEX: Final = Tool(
    "knex",
    {
        "migrate:latest": "migrate apply",
        "migrate:up": "migrate apply",
        "migrate:rollback": "reset rollback",
        "migrate:down": "reset rollback",
        "migrate:make": "safe",
        "migrate:list": "safe",
        "migrate:status": "safe",
        "migrate:currentVersion": "safe",
        "migrate:unlock": "migrate unlock",
        "seed:run": "migrate seed",
        "seed:make": "safe",
        "init": "safe",
    },
    "--env NAME", "--knexfile FILE", "--cwd DIR", "--client C", "--connection URL", "--migrations-directory D",
    "--migrations-table-name T", "--all", "--specific FILE", "--debug", "--esm", "-x EXT", "--knexpath P", "--stub S",
    url=("--connection",),
)  # fmt: skip
TYPEORM: Final = Tool(
    "typeorm",
    {
        "schema:drop": "reset drop",
        "schema:sync": "reset force-push",
        "schema:log": "safe",
        "query": "migrate execute",
        "migration:run": "migrate apply",
        "migration:revert": "reset rollback",
        "migration:show": "safe",
        "migration:generate": "safe",
        "migration:create": "safe",
        "cache:clear": "safe",
        "entity:create": "safe",
        "subscriber:create": "safe",
        "init": "safe",
        "version": "safe",
    },
    "-d --dataSource FILE", "-f --config FILE", "-c --connection NAME", "-t --transaction MODE", "--fake",
    "-p --pretty",
    "-n --name NAME", "-o --outputJs", "--check", "--dr --dryrun",
    looks=("--dryrun",),
)  # fmt: skip
SEQUELIZE: Final = Tool(
    "sequelize",
    {
        "db:drop": "reset drop",
        "db:create": "migrate create",
        "db:migrate": "migrate apply",
        "db:migrate:undo": "reset rollback",
        "db:migrate:undo:all": "reset rollback",
        "db:migrate:status": "safe",
        "db:migrate:schema:timestamps:add": "migrate apply",
        "db:seed": "migrate seed",
        "db:seed:all": "migrate seed",
        "db:seed:undo": "reset rollback",
        "db:seed:undo:all": "reset rollback",
        "init": "safe",
        "migration:generate": "safe",
        "migration:create": "safe",
        "seed:generate": "safe",
        "model:generate": "safe",
    },
    "--env NAME", "--url URL", "--config FILE", "--migrations-path D", "--seeders-path D", "--models-path D", "--to N",
    "--from N", "--name N", "--seed F", "--options-path F", "--debug",
    url=("--url",),
)  # fmt: skip
MIKRO: Final = Tool(
    "mikro-orm",
    {
        "schema:drop": "reset drop",
        "schema:fresh": "reset fresh",
        "schema:create": "migrate create",
        "schema:update": "migrate push",
        "migration:fresh": "reset fresh",
        "migration:up": "migrate apply",
        "migration:down": "reset rollback",
        "migration:create": "safe",
        "migration:list": "safe",
        "migration:check": "safe",
        "migration:pending": "safe",
        "database:create": "migrate create",
        "database:import": "migrate import",
        "seeder:run": "migrate seed",
        "debug": "safe",
        "cache:clear": "safe",
        "generate-entities": "safe",
    },
    "--config FILE", "-r --run", "--seed [S]", "--to N", "--from N", "--only N", "--drop-tables", "--drop-db",
    "--drop-migrations-table", "-d --dump", "--safe", "--fk-checks",
    looks=("--dump",),
)  # fmt: skip


@program("prisma", "prisma2")
def prisma(call: Invocation) -> Effects:
    """`db push` loses data only with a flag; `db execute` runs SQL; `migrate dev` may offer a reset, never does one."""
    line = PRISMA.options.parse(call.args)
    if PRISMA.only_looks(line):
        return
    database = PRISMA.database(call, line)
    texts = [word.text for word in line.operands]
    if texts[:2] == ["db", "push"] and line.has("--force-reset"):
        yield ResetDatabase(tool="prisma", how="reset", what="db push --force-reset", database=database)
    elif texts[:2] == ["db", "push"] and (line.has("--accept-data-loss", "--force") or line.uncertain):
        yield ResetDatabase(tool="prisma", how="force-push", what="db push --accept-data-loss", database=database)
    elif texts[:2] == ["migrate", "dev"] and line.has("--create-only"):
        return
    elif texts[:2] == ["db", "execute"]:
        client = Client(call, "", database)
        for word in line.values("--file"):
            yield from client.file(word)
        if line.has("--stdin"):
            yield from client.standard_input()
    else:
        yield from PRISMA.meaning(call, line, database)


@program("drizzle-kit")
def drizzle(call: Invocation) -> Effects:
    """`push` asks before it loses data, unless it is forced."""
    line = DRIZZLE.options.parse(call.args)
    if DRIZZLE.only_looks(line):
        return
    database = DRIZZLE.database(call, line)
    verb = line.operands[0] if line.operands else None
    if verb is not None and verb.startswith("push") and (line.has("--force") or line.uncertain):
        yield ResetDatabase(tool="drizzle-kit", how="force-push", what="push --force", database=database)
    else:
        yield from DRIZZLE.meaning(call, line, database)


@program("typeorm", "typeorm-ts-node-commonjs", "typeorm-ts-node-esm")
def typeorm(call: Invocation) -> Effects:
    """`query` runs SQL; the rest is a table."""
    line = TYPEORM.options.parse(call.args)
    if line.operands[:1] and line.operands[0].text == "query" and not TYPEORM.only_looks(line):
        for word in line.operands[1:]:
            yield from Client(call, "", TYPEORM.database(call, line)).script(word)
        return
    yield from TYPEORM.effects(call, call.args)


@program("mikro-orm", "mikro-orm-esm")
def mikro(call: Invocation) -> Effects:
    """Schema commands only print without --run."""
    line = MIKRO.options.parse(call.args)
    verb = line.operands[0].text if line.operands else ""
    if verb in {"schema:drop", "schema:create", "schema:update"} and not line.has("-r", "--drop-db"):
        return
    yield from MIKRO.effects(call, call.args)


_TOOLS: Final = {
    "knex": KNEX,
    "sequelize": SEQUELIZE,
    "sequelize-cli": SEQUELIZE,
    "kysely": Tool(
        "kysely",
        {
            "migrate:latest": "migrate apply", "migrate latest": "migrate apply", "migrate:up": "migrate apply",
            "migrate up": "migrate apply", "migrate:down": "reset rollback", "migrate down": "reset rollback",
            "migrate:rollback": "reset rollback", "migrate rollback": "reset rollback", "migrate:list": "safe",
            "migrate list": "safe", "migrate:make": "safe", "migrate make": "safe", "seed:run": "migrate seed",
            "seed run": "migrate seed", "sql": "opaque SQL session",
        },
        "--environment -e NAME",
    ),
    "payload": Tool(
        "payload",
        {
            "migrate": "migrate apply", "migrate:fresh": "reset fresh", "migrate:reset": "reset reset",
            "migrate:refresh": "reset fresh", "migrate:down": "reset rollback", "migrate:status": "safe",
            "migrate:create": "safe", "generate:types": "safe", "run": "run javascript",
        },
        "--config F",
    ),
    "strapi": Tool(
        "strapi",
        {
            "import": "reset restore", "transfer": "reset restore", "export": "safe",
            "configuration:restore": "reset restore",
            "configuration:dump": "safe", "build": "safe", "develop": "safe", "start": "safe", "console": "safe",
        },
        "-f --file FILE", "--from URL", "--to URL", "--from-token T", "--to-token T",
    ),
    "medusa": Tool(
        "medusa",
        {
            "db:migrate": "migrate apply", "db:rollback": "reset rollback", "db:create": "migrate create",
            "db:setup": "migrate apply", "db:sync-links": "migrate push", "migrations run": "migrate apply",
            "migrations revert": "reset rollback", "seed": "migrate seed", "exec": "run javascript", "build": "safe",
        },
        "-f FILE", "--db NAME",
    ),
    "directus": Tool(
        "directus",
        {"database migrate:latest": "migrate apply", "database migrate:down": "reset rollback", "database install":
         "migrate apply", "bootstrap": "migrate apply", "schema apply": "migrate push", "schema snapshot": "safe"},
        looks=("--dry-run",),
    ),
    "node-pg-migrate": Tool(
        "node-pg-migrate",
        {"up": "migrate apply", "down": "reset rollback", "redo": "reset rollback", "create": "safe"},
        "-d --database-url-var V", "-m --migrations-dir D", "-t --migrations-table T", "-f --config-file F", "-j E",
        looks=("--dry-run",),
    ),
    "db-migrate": Tool(
        "db-migrate",
        {"up": "migrate apply", "down": "reset rollback", "reset": "reset reset", "create": "safe", "check": "safe",
         "db:create": "migrate create", "db:drop": "reset drop"},
        "-e --env NAME", "-c --count N", "--config F", "-m --migrations-dir D",
        looks=("--dry-run", "--check"),
    ),
    "migrate-mongo": Tool(
        "migrate-mongo",
        {"up": "migrate apply", "down": "reset rollback", "status": "safe", "create": "safe", "init": "safe"},
        "-f --file FILE",
    ),
    "graphile-migrate": Tool(
        "graphile-migrate",
        {"migrate": "migrate apply", "watch": "migrate push", "commit": "migrate apply", "uncommit": "safe", "reset":
         "reset reset", "run": "run sql", "status": "safe", "compile": "safe", "init": "safe"},
        "-c --config F", "--shadow", "--root", "--erase",
    ),
}  # fmt: skip


@program(*_TOOLS)
def table(call: Invocation) -> Effects:
    """Tools that are fully described by their verbs."""
    yield from _TOOLS[call.name].effects(call, call.args)


@program("ace", "node-ace")
def ace(call: Invocation) -> Effects:
    """AdonisJS: `node ace migration:fresh`."""
    yield from Tool(
        "ace",
        {
            "migration:run": "migrate apply", "migration:fresh": "reset fresh", "migration:refresh": "reset fresh",
            "migration:reset": "reset reset", "migration:rollback": "reset rollback", "migration:status": "safe",
            "db:wipe": "reset drop", "db:truncate": "reset truncate", "db:seed": "migrate seed",
        },
        "--connection C", "--files F", "--batch N", looks=("--dry-run",),
    ).effects(call, call.args)  # fmt: skip
