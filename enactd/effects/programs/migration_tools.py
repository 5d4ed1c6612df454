"""Stand-alone migration tools: flyway, liquibase, sqlx, diesel, goose, dbmate, migrate, atlas, hasura and others."""

from __future__ import annotations

from typing import Final

from enactd.effects.frameworks import Tool
from enactd.effects.invocation import Effects, Invocation, Value, known, program
from enactd.effects.model import ResetDatabase

_FLYWAY: Final = Tool(
    "flyway",
    {
        "clean": "reset drop",
        "migrate": "migrate apply",
        "undo": "reset rollback",
        "repair": "migrate resolve",
        "baseline": "migrate resolve",
        "info": "safe",
        "validate": "safe",
        "check": "safe",
        "snapshot": "safe",
        "diff": "safe",
        "generate": "safe",
        "deploy": "migrate apply",
    },
    "-url URL", "-user U", "-password P", "-configFiles F", "-locations L", "-schemas S", "-target V", "-environment E",
    "-X", "-q", "-n", "-community", "-teams", "-dryRunOutput F", "-cleanDisabled B", "-baselineVersion V",
    "-connectRetries N", "-outOfOrder B", "-driver D", "-workingDirectory D", "-check.buildUrl U", "-outputType T",
    "-changes",
    "-drift", "-code", "-dryrun",
    looks=("-dryRunOutput", "-?"), url=("-url",),
)  # fmt: skip
_LIQUIBASE: Final = Tool(
    "liquibase",
    {
        "dropall": "reset drop",
        "rollback": "reset rollback",
        "rollbackcount": "reset rollback",
        "rollbacktodate": "reset rollback",
        "rollbackonechangeset": "reset rollback",
        "rollbackoneupdate": "reset rollback",
        "updatetestingrollback": "reset rollback",
        "update": "migrate apply",
        "updatecount": "migrate apply",
        "updatetotag": "migrate apply",
        "updateonechangeset": "migrate apply",
        "executesql": "migrate execute",
        "changelogsync": "migrate resolve",
        "changelogsynctotag": "migrate resolve",
        "clearchecksums": "migrate resolve",
        "releaselocks": "migrate resolve",
        "tag": "safe",
        "status": "safe",
        "validate": "safe",
        "history": "safe",
        "diff": "safe",
        "diffchangelog": "safe",
        "generatechangelog": "safe",
        "snapshot": "safe",
        "updatesql": "safe",
        "rollbacksql": "safe",
        "futurerollbacksql": "safe",
        "checks": "safe",
        "init": "safe",
        "dbdoc": "safe",
    },
    url=("--url",),
)


@program("liquibase")
def liquibase(call: Invocation) -> Effects:
    """Verbs in camel case or with dashes; every option is written `--name=value` or `--name value`."""
    words: list[Value] = []
    rest = list(call.args)
    url: Value | None = None
    while rest:
        word = rest.pop(0)
        if word.startswith("--") and "=" not in word.prefix:
            if word.text in {"--help", "--version"}:
                return
            follows = rest and not rest[0].startswith("-") and not _is_liquibase_verb(rest[0])
            value = rest.pop(0) if follows else None
            url = value if word.text == "--url" else url
        elif word.startswith("--url="):
            url = word.cut(6)
        elif not word.startswith("-"):
            name = (word.text or "").replace("-", "").lower()
            words.append(known(name) if name in _LIQUIBASE.verbs else word)
    arguments = [*words, *([known("--url"), url] if url is not None else [])]
    yield from Tool("liquibase", _LIQUIBASE.verbs, "--url URL", url=("--url",)).effects(call, arguments)


def _is_liquibase_verb(word: Value) -> bool:
    return (word.text or "").replace("-", "").lower() in _LIQUIBASE.verbs


@program("flyway")
def flyway(call: Invocation) -> Effects:
    """Several verbs may follow each other: `flyway clean migrate`."""
    line = _FLYWAY.options.parse(call.args)
    if _FLYWAY.only_looks(line):
        return
    database = _FLYWAY.database(call, line)
    for word in line.operands:
        alone = type(line)(line.names, line.found, [word], line.unknown)
        yield from _FLYWAY.meaning(call, alone, database)


_GOOSE: Final = {
    "up": "migrate apply",
    "up-by-one": "migrate apply",
    "up-to": "migrate apply",
    "down": "reset rollback",
    "down-to": "reset rollback",
    "redo": "reset rollback",
    "reset": "reset reset",
    "status": "safe",
    "version": "safe",
    "create": "safe",
    "fix": "safe",
    "validate": "safe",
}
_GOOSE_DRIVERS: Final = frozenset(
    "postgres mysql sqlite3 mssql redshift tidb clickhouse vertica ydb turso pgx starrocks".split()
)
_GOOSE_OPTIONS: Final = (
    "-dir DIR", "-table T", "-certfile F", "-ssl-cert F", "-ssl-key F", "-timeout D", "-env F", "-s", "-v", "-h",
    "-allow-missing", "-no-versioning", "-no-color",
)  # fmt: skip


def is_goose_migration(call: Invocation) -> bool:
    """Whether `goose ...` is the migration tool, not the coding agent of the same name."""
    words = call.texts()
    return any(word in _GOOSE or word in _GOOSE_DRIVERS for word in words[:8])


def goose(call: Invocation) -> Effects:
    """`goose [options] DRIVER URL COMMAND`, or the same with GOOSE_DRIVER and GOOSE_DBSTRING.

    Registered under its name by `agents`, which tells the two programs of that name apart.
    """
    tool = Tool("goose", _GOOSE, *_GOOSE_OPTIONS, "--url URL", url=("--url",))
    line = tool.options.parse(call.args)
    if tool.only_looks(line):
        return
    url = call.variable("GOOSE_DBSTRING")
    first = line.operands[0].text if line.operands else ""
    if first is not None and first not in _GOOSE and len(line.operands) > 2:
        url = line.operands[1]
        line.operands = line.operands[2:]
    if url is not None:
        line.found.append(("--url", url))
    yield from tool.meaning(call, line, tool.database(call, line))


_DIESEL: Final = {
    "database reset": "reset reset",
    "database drop": "reset drop",
    "database setup": "migrate apply",
    "setup": "migrate apply",
    "migration run": "migrate apply",
    "migration revert": "reset rollback",
    "migration redo": "reset rollback",
    "migration list": "safe",
    "migration pending": "safe",
    "migration generate": "safe",
    "print-schema": "safe",
}
_TOOLS: Final = {
    "sqlx": Tool(
        "sqlx",
        {
            "database drop": "reset drop", "database reset": "reset reset", "database create": "migrate create",
            "database setup": "migrate apply", "db drop": "reset drop", "db reset": "reset reset",
            "db create": "migrate create", "db setup": "migrate apply", "migrate run": "migrate apply",
            "migrate revert": "reset rollback", "migrate info": "safe", "migrate add": "safe",
            "migrate build-script": "safe",
            "mig run": "migrate apply", "mig revert": "reset rollback", "prepare": "safe",
        },
        "-D --database-url URL", "--source DIR", "--target-version V", "--connect-timeout N", "-y", "-f --force",
        looks=("--dry-run",), url=("-D",),
    ),
    "diesel": Tool(
        "diesel", _DIESEL, "--database-url URL", "--config-file F", "--migration-dir D", "-n --number N", "-a --all",
        "--locked-schema", url=("--database-url",),
    ),
    "dbmate": Tool(
        "dbmate",
        {
            "up": "migrate apply", "migrate": "migrate apply", "create": "migrate create", "drop": "reset drop",
            "rollback": "reset rollback", "down": "reset rollback", "load": "migrate load", "dump": "safe",
            "status": "safe",
            "new": "safe", "wait": "safe",
        },
        "-u --url URL", "-e --env NAME", "--env-file F", "-d --migrations-dir D", "-s --schema-file F",
        "--migrations-table T", "--no-dump-schema", "--wait", "--wait-timeout T",
        url=("-u",),
    ),
    "migrate": Tool(
        "migrate",
        {
            "up": "migrate apply", "down": "reset rollback", "drop": "reset drop", "force": "migrate resolve",
            "goto": "reset rollback", "version": "safe", "create": "safe",
        },
        "-source --source URL", "-path --path DIR", "-database --database URL", "-prefetch N", "-lock-timeout N",
        "-verbose",
        "-version", "-help", "-all", "-ext E", "-dir D", "-seq", "-digits N", "-f",
        looks=("-version", "-help"), url=("-database",),
    ),
    "atlas": Tool(
        "atlas",
        {
            "schema apply": "migrate push", "schema clean": "reset drop", "schema inspect": "safe",
            "schema diff": "safe",
            "schema fmt": "safe", "schema plan": "safe", "schema push": "migrate publish", "schema test": "safe",
            "migrate apply": "migrate apply", "migrate down": "reset rollback", "migrate set": "migrate resolve",
            "migrate diff": "safe", "migrate hash": "safe", "migrate lint": "safe", "migrate new": "safe",
            "migrate push": "migrate publish", "migrate status": "safe", "migrate validate": "safe",
            "migrate import": "safe",
            "migrate rm": "safe", "migrate test": "safe",
        },
        "-u --url URL", "-f --file F", "--to URL", "--dev-url URL", "--dir URL", "--env NAME", "-c --config URL",
        "--var V",
        "-s --schema S", "--auto-approve", "--format F", "--exclude E", "--from URL",
        looks=("--dry-run",), url=("-u",),
    ),
    "hasura": Tool(
        "hasura",
        {
            "migrate apply": "migrate apply", "migrate delete": "reset rollback", "migrate squash": "safe",
            "migrate status": "safe", "migrate create": "safe", "metadata apply": "migrate metadata",
            "metadata clear": "reset reset", "metadata reset": "reset reset", "metadata export": "safe",
            "metadata diff": "safe", "metadata reload": "migrate metadata", "metadata inconsistency drop": "reset drop",
            "md clear": "reset reset", "md apply": "migrate metadata", "seed apply": "migrate seed", "seeds apply":
            "migrate seed", "console": "safe", "init": "safe", "deploy": "migrate apply", "version": "safe",
        },
        "--endpoint URL", "--admin-secret S", "--project DIR", "--database-name N", "--down N", "--up N", "--version V",
        "--type T", "--goto V", "--envfile F", "-f --file F", "--skip-execution", "--all-databases", "--from V",
        looks=("--dry-run",), url=("--endpoint",),
    ),
    "tern": Tool(
        "tern", {"migrate": "migrate apply", "status": "safe", "new": "safe", "init": "safe", "code": "safe",
                 "renumber": "safe"},
        "-m --migrations D", "-c --config F", "-d --destination V", "--conn-string URL", "--host H", "--database N",
        url=("--conn-string",),
    ),
    "refinery": Tool("refinery", {"migrate": "migrate apply", "setup": "safe"}, "-c F", "-p D"),
    "sea-orm-cli": Tool(
        "sea-orm-cli",
        {
            "migrate": "migrate apply", "migrate up": "migrate apply", "migrate down": "reset rollback",
            "migrate fresh": "reset fresh", "migrate refresh": "reset fresh", "migrate reset": "reset reset",
            "migrate status": "safe", "migrate generate": "safe", "migrate init": "safe", "generate entity": "safe",
        },
        "-u --database-url URL", "-s --database-schema S", "-d --migration-dir D", "-n --num N", "-o DIR", url=("-u",),
    ),
    "skeema": Tool(
        "skeema",
        {"push": "migrate push", "diff": "safe", "pull": "safe", "lint": "safe", "format": "safe", "init": "safe",
         "add-environment": "safe"},
        "--host H", "--password P", "--user U", "--allow-unsafe",
        looks=("--dry-run",),
    ),
    "pgroll": Tool(
        "pgroll",
        {"start": "migrate apply", "complete": "migrate apply", "rollback": "reset rollback",
        "migrate": "migrate apply",
         "init": "migrate create", "status": "safe", "baseline": "migrate resolve"},
        "--postgres-url URL", "--schema S", "--pgroll-schema S", "--role R", url=("--postgres-url",),
    ),
    "evolve": Tool(
        "evolve", {"migrate": "migrate apply", "erase": "reset drop", "repair": "migrate resolve", "info": "safe",
                   "validate": "safe"}, "-c URL", "-l D", "-s S", url=("-c",),
    ),
    "rel": Tool("rel", {"migrate": "migrate apply", "rollback": "reset rollback", "up": "migrate apply",
                        "down": "reset rollback"}),
    "soda": Tool(
        "soda",
        {"drop": "reset drop", "reset": "reset reset", "create": "migrate create", "migrate": "migrate apply",
         "migrate up": "migrate apply", "migrate down": "reset rollback", "migrate status": "safe", "generate": "safe",
         "schema load": "reset fresh", "schema dump": "safe"},
        "-e --env NAME", "-c --config F", "-p --path D",
    ),
}  # fmt: skip


@program(*_TOOLS)
def table(call: Invocation) -> Effects:
    """Tools that are fully described by their verbs, but for options that take back or drop."""
    texts = call.texts()
    drops = call.name == "skeema" and "--allow-unsafe" in texts
    takes_back = call.name == "hasura" and any((text or "").startswith("--down") for text in texts)
    if (drops or takes_back) and not {"--dry-run", "--help"} & set(texts):
        yield ResetDatabase(tool=call.name, how="force-push" if drops else "rollback", what="what the options say")
    yield from _TOOLS[call.name].effects(call, call.args)


@program("mysqldef", "psqldef", "sqlite3def", "mssqldef")
def sqldef(call: Invocation) -> Effects:
    """Makes the schema like a file; drops only with --enable-drop."""
    texts = call.texts()
    if any(text in {"--dry-run", "--export", "--help"} for text in texts):
        return
    tool = Tool(call.name, {})
    database = tool.database(call, tool.options.parse(()))
    if any(text in {"--enable-drop", "--enable-drop-table"} for text in texts):
        yield ResetDatabase(tool=call.name, how="force-push", what="schema with drops", database=database)
    else:
        yield from tool.said(call, "migrate push", call.name, (), database)


MIX: Final = {
    "ecto.drop": "reset drop",
    "ecto.reset": "reset reset",
    "ecto.rollback": "reset rollback",
    "ecto.load": "reset fresh",
    "ecto.setup": "migrate apply",
    "ecto.create": "migrate create",
    "ecto.migrate": "migrate apply",
    "ecto.migrations": "safe",
    "ecto.dump": "safe",
    "ecto.gen.migration": "safe",
    "ash.reset": "reset reset",
    "ash.tear_down": "reset drop",
    "ash_postgres.drop": "reset drop",
    "ash_postgres.migrate": "migrate apply",
    "ash_postgres.rollback": "reset rollback",
}


def mix_task(call: Invocation, args: list[Value]) -> Effects:
    """What `mix ecto.drop` and its like do; for the module that describes mix."""
    yield from Tool(
        "mix",
        MIX,
        "-r --repo R",
        "-n --step N",
        "-v --to V",
        "--prefix P",
        "--migrations-path D",
        "-q --quiet",
        "-f --force",
    ).effects(call, args)


def dotnet_ef(call: Invocation, args: list[Value]) -> Effects:
    """What `dotnet ef ARGS` does; for the module that describes dotnet."""
    tool = Tool(
        "dotnet ef",
        {
            "database drop": "reset drop", "database update": "migrate apply", "migrations remove": "safe",
            "migrations add": "safe", "migrations list": "safe", "migrations script": "safe",
            "migrations bundle": "safe",
            "migrations has-pending-model-changes": "safe", "dbcontext": "safe",
        },
        "-p --project P", "-s --startup-project P", "-c --context C", "--connection URL", "--framework F",
        "--configuration C", "-o --output F", "--idempotent", "-f --force", "--no-build", "-v --verbose",
        looks=("--dry-run",), url=("--connection",),
    )  # fmt: skip
    line = tool.options.parse(args)
    texts = [word.text for word in line.operands]
    if texts[:2] == ["database", "update"] and len(texts) > 2 and not tool.only_looks(line):
        # A named migration may lie before the current one; 0 takes back everything.
        yield ResetDatabase(
            tool="dotnet ef",
            how="rollback",
            what=f"database update {texts[2] or '?'}",
            database=tool.database(call, line),
        )
        return
    yield from tool.effects(call, args)


@program("dotnet-ef")
def ef(call: Invocation) -> Effects:
    """The tool under its own name."""
    yield from dotnet_ef(call, list(call.args))
