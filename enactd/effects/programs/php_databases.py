"""Database commands of PHP frameworks: artisan, Symfony's console, Doctrine, wp-cli, drush, phinx, yii, cake."""

from __future__ import annotations

from typing import Final

from enactd.effects.frameworks import Tool
from enactd.effects.invocation import Effects, Invocation, Line, known, program
from enactd.effects.model import (
    ChangeService,
    Database,
    DeletePath,
    RunSql,
    WritePath,
)
from enactd.effects.sql.client import Client, leaves
from enactd.effects.sql.connection import locate

ARTISAN: Final = Tool(
    "artisan",
    {
        "migrate": "migrate apply",
        "migrate:fresh": "reset fresh",
        "migrate:refresh": "reset fresh",
        "migrate:reset": "reset reset",
        "migrate:rollback": "reset rollback",
        "migrate:status": "safe",
        "migrate:install": "migrate create",
        "db:wipe": "reset drop",
        "db:seed": "migrate seed",
        "db:show": "safe",
        "db:table": "safe",
        "db:monitor": "safe",
        "db": "opaque an SQL session",
        "schema:dump": "safe",
        "model:prune": "reset truncate",
        "queue:clear": "reset flush",
        "queue:flush": "reset flush",
        "queue:prune-failed": "safe",
        "queue:prune-batches": "safe",
        "telescope:prune": "safe",
        "horizon:clear": "reset flush",
        "tenants:migrate": "migrate apply",
        "tenants:migrate-fresh": "reset fresh",
        "tenants:rollback": "reset rollback",
        "tenants:seed": "migrate seed",
        "module:migrate": "migrate apply",
        "module:migrate-fresh": "reset fresh",
        "module:migrate-refresh": "reset fresh",
        "module:migrate-reset": "reset reset",
        "module:migrate-rollback": "reset rollback",
        "passport:purge": "safe",
        "sanctum:prune-expired": "safe",
        "cache:clear": "safe",
        "config:clear": "safe",
        "view:clear": "safe",
        "route:clear": "safe",
        "optimize:clear": "safe",
        "event:clear": "safe",
        "schedule:clear-cache": "safe",
        "scout:flush": "migrate index",
    },
    "--env NAME", "--database NAME", "--path P", "--seeder C", "--class C", "--step [N]", "--batch N", "--model M",
    "--schema-path P", "--execute E", "--force", "--seed", "--realpath", "--graceful", "--isolated [X]", "--drop-views",
    "--drop-types", "--queue Q",
    looks=("--pretend",),
)  # fmt: skip


@program("artisan")
def artisan(call: Invocation) -> Effects:
    """Laravel. `tinker --execute` is code; a test environment's name proves nothing about its database."""
    line = ARTISAN.options.parse(call.args)
    verb = (line.operands[0].text or "") if line.operands else ""
    if ARTISAN.only_looks(line):
        return
    verb = _unabbreviated(verb, ARTISAN)
    database = _laravel_database(call, line)
    if verb == "tinker":
        for word in line.values("--execute"):
            yield from call.code("php", word)
        if not line.has("--execute") and call.stdin is not None:
            yield from call.code("php", call.stdin, origin="stdin")
    elif verb in {"down", "up"}:
        yield ChangeService(tool="artisan", verb=verb, what="the application")
    elif verb == "env:decrypt":
        yield WritePath(target=call.target(".env"))
    elif verb == "key:generate":
        if not any(text == "--show" for text in call.texts()):
            yield WritePath(target=call.target(".env"), how="edit")
    elif verb:
        line.operands[0] = known(verb)
        yield from ARTISAN.meaning(call, line, database)
    else:
        yield from ARTISAN.meaning(call, line, database)


def _unabbreviated(verb: str, tool: Tool) -> str:
    """Symfony's console takes `mig:fre` for `migrate:fresh` where only one command fits."""
    if not verb or verb in tool.verbs:
        return verb
    parts = verb.split(":")
    fits = [
        name
        for name in tool.verbs
        if len(name.split(":")) == len(parts)
        and all(n.startswith(p) for n, p in zip(name.split(":"), parts, strict=True))
    ]
    return fits[0] if len(fits) == 1 and len(parts) > 1 and all(parts) else verb


def _laravel_database(call: Invocation, line: Line) -> Database:
    database = ARTISAN.database(call, line)
    connection = line.text("--database")
    if connection == "sqlite" and (call.variable("DB_DATABASE") or known("")).text == ":memory:":
        return Database(dialect="sqlite", name=":memory:", stage="memory")
    host = call.variable("DB_HOST")
    if host is not None and database.stage == "unknown":
        return locate(call, "mysql", host=host, name=call.variable("DB_DATABASE"))
    return database


CONSOLE: Final = Tool(
    "console",
    {
        "doctrine:database:drop": "reset drop",
        "doctrine:database:create": "migrate create",
        "doctrine:schema:drop": "reset drop",
        "doctrine:schema:update": "migrate push",
        "doctrine:schema:create": "migrate create",
        "doctrine:schema:validate": "safe",
        "doctrine:migrations:migrate": "migrate apply",
        "doctrine:migrations:execute": "migrate apply",
        "doctrine:migrations:rollup": "migrate resolve",
        "doctrine:migrations:version": "migrate resolve",
        "doctrine:migrations:diff": "safe",
        "doctrine:migrations:generate": "safe",
        "doctrine:migrations:status": "safe",
        "doctrine:migrations:list": "safe",
        "doctrine:migrations:up-to-date": "safe",
        "doctrine:migrations:current": "safe",
        "doctrine:fixtures:load": "reset fresh",
        "doctrine:mongodb:schema:drop": "reset drop",
        "doctrine:mongodb:fixtures:load": "reset fresh",
        "hautelook:fixtures:load": "reset fresh",
        "doctrine:query:sql": "migrate execute",
        "doctrine:query:dql": "migrate execute",
        "dbal:run-sql": "migrate execute",
        "orm:schema-tool:drop": "reset drop",
        "orm:schema-tool:update": "migrate push",
        "orm:schema-tool:create": "migrate create",
        "messenger:failed:remove": "reset truncate",
        "cache:clear": "safe",
        "cache:pool:clear": "safe",
    },
    "--env -e NAME", "--connection -c NAME", "--em NAME", "--force -f", "--if-exists", "--full-database", "--append",
    "--dump-sql", "--complete", "--no-interaction -n", "--purge-with-truncate", "--purger P", "--group G", "--down",
    "--up",
    "--all-or-nothing", "--allow-no-migration", "--version-all", "--quiet -q",
    looks=("--dry-run",),
)  # fmt: skip


@program("console", "doctrine", "doctrine-migrations")
def console(call: Invocation) -> Effects:
    """Symfony. Schema commands only print without --force; fixtures empty the tables unless appended."""
    line = CONSOLE.options.parse(call.args)
    verb = _unabbreviated((line.operands[0].text or "") if line.operands else "", CONSOLE)
    if CONSOLE.only_looks(line):
        return
    database = CONSOLE.database(call, line)
    short = {"d:d:d": "doctrine:database:drop", "d:s:d": "doctrine:schema:drop", "d:m:m": "doctrine:migrations:migrate",
             "d:f:l": "doctrine:fixtures:load", "d:s:u": "doctrine:schema:update"}  # fmt: skip
    verb = short.get(verb, verb)
    if verb in {"doctrine:query:sql", "dbal:run-sql"}:
        for word in line.operands[1:]:
            yield from Client(call, "", database, rows_to=leaves(call)).script(word)
    elif verb.endswith((":drop", "schema:update", "schema-tool:update")) and not line.has("--force"):
        return
    elif verb.endswith("fixtures:load") and line.has("--append"):
        yield from CONSOLE.said(call, "migrate seed", verb, (), database)
    elif verb == "doctrine:migrations:execute" and line.has("--down"):
        yield from CONSOLE.said(call, "reset rollback", verb, (), database)
    elif (
        verb == "doctrine:migrations:migrate" and line.operands[1:] and line.operands[1].text in {"first", "prev", "0"}
    ):
        yield from CONSOLE.said(call, "reset rollback", verb, line.operands[1:], database)
    elif verb:
        line.operands[0] = known(verb)
        yield from CONSOLE.meaning(call, line, database)
    else:
        yield from CONSOLE.meaning(call, line, database)


WP: Final = Tool(
    "wp",
    {
        "db reset": "reset reset",
        "db drop": "reset drop",
        "db clean": "reset drop",
        "db create": "migrate create",
        "db import": "reset restore",
        "db optimize": "safe",
        "db repair": "safe",
        "db check": "safe",
        "db tables": "safe",
        "db size": "safe",
        "db prefix": "safe",
        "db search": "safe",
        "db columns": "safe",
        "site empty": "reset truncate",
        "site delete": "reset drop",
        "core update-db": "migrate apply",
        "search-replace": "migrate execute",
        "shell": "opaque a PHP session",
    },
    "--path DIR", "--url URL", "--ssh HOST", "--http HOST", "--user U", "--require F", "--exec PHP", "--allow-root",
    "--quiet", "--yes", "--format F", "--tables T", "--fields F", "--skip-plugins [P]", "--skip-themes [T]",
    looks=("--dry-run", "--prompt"),
)  # fmt: skip
_WP_DELETES: Final = frozenset({"delete", "trash", "empty", "destroy", "uninstall", "reset"})
_WP_THINGS: Final = frozenset("post user comment term option media menu widget site plugin theme role cap meta".split())


@program("wp", "wp-cli")
def wp(call: Invocation) -> Effects:
    """WordPress: SQL, code, content and plugins."""
    line = WP.options.parse(call.args)
    words = [word.text or "?" for word in line.operands]
    if WP.only_looks(line) or not words:
        return
    database = locate(call, "mysql", host=line.value("--ssh"))
    if words[:2] in (["db", "query"], ["db", "cli"]):
        client = Client(call, "mysql", database)
        for word in line.operands[2:3]:
            yield from client.script(word)
        if len(words) == 2:
            yield from client.standard_input()
    elif words[:2] in (["db", "export"], ["db", "dump"]):
        if len(words) > 2 and words[2] != "-":
            yield WritePath(target=call.target(line.operands[2]))
        yield RunSql(
            verb="copy-out", object="database", columns=("*",), database=database,
            leaves="file" if words[2:3] != ["-"] else leaves(call),
        )  # fmt: skip
    elif words[0] in {"eval"}:
        for word in line.operands[1:2]:
            yield from call.code("php", word)
    elif words[0] == "eval-file":
        for word in line.operands[1:2]:
            yield from call.script(word, line.operands[2:], language="php")
    elif " ".join(words[:2]) not in WP.verbs and words[0] in _WP_THINGS and len(words) > 1 and words[1] in _WP_DELETES:
        yield RunSql(verb="delete", tables=(f"wp_{words[0]}s",), where="some", database=database)
        if words[0] in {"plugin", "theme"}:
            for word in line.operands[2:]:
                yield DeletePath(target=call.target(known(f"wp-content/{words[0]}s/") + word), recursive=True)
    else:
        yield from WP.meaning(call, line, database)


_TOOLS: Final = {
    "drush": Tool(
        "drush",
        {
            "sql:drop": "reset drop", "sql-drop": "reset drop", "sql:create": "reset reset",
            "sql-create": "reset reset",
            "sql:sync": "reset restore", "sql-sync": "reset restore", "updatedb": "migrate apply",
            "updb": "migrate apply",
            "update:db": "migrate apply", "site:install": "reset fresh", "site-install": "reset fresh",
            "si": "reset fresh",
            "entity:delete": "reset truncate", "edel": "reset truncate", "pm:uninstall": "migrate execute",
            "pmu": "migrate execute", "config:import": "migrate push", "cim": "migrate push", "sql:dump": "safe",
            "sql-dump": "safe", "cache:rebuild": "safe", "cr": "safe", "migrate:rollback": "reset rollback",
            "migrate:import": "migrate apply", "php:eval": "code php", "ev": "code php", "php-eval": "code php",
            "status": "safe", "watchdog:delete": "reset truncate",
        },
        "--root -r DIR", "--uri -l URL", "--yes -y", "--db-url URL", "--database DB",
        "--simulate", looks=("--simulate",),
        url=("--db-url",),
    ),
    "phinx": Tool(
        "phinx",
        {"migrate": "migrate apply", "rollback": "reset rollback", "seed:run": "migrate seed", "status": "safe",
         "breakpoint": "migrate resolve", "create": "safe", "init": "safe", "test": "safe", "seed:create": "safe"},
        "-e --environment NAME", "-c --configuration F", "-t --target V", "-d --date D", "-s --seed S", "-p --parser P",
        looks=("--dry-run", "-x"),
    ),
    "yii": Tool(
        "yii",
        {"migrate": "migrate apply", "migrate/up": "migrate apply", "migrate/down": "reset rollback",
         "migrate/fresh": "reset fresh", "migrate/redo": "reset rollback", "migrate/to": "migrate apply",
         "migrate/mark": "migrate resolve", "migrate/history": "safe", "migrate/new": "safe", "migrate/create": "safe",
         "fixture/unload": "reset truncate", "fixture/load": "reset fresh", "cache/flush": "safe",
         "cache/flush-all": "safe"},
    ),
    "cake": Tool(
        "cake",
        {"migrations migrate": "migrate apply", "migrations rollback": "reset rollback",
        "migrations seed": "migrate seed",
         "migrations status": "safe", "migrations create": "safe", "schema_cache clear": "safe",
         "cache clear_all": "safe",
         "migrations reset": "reset reset"},
        "-c --connection C", "-t --target T", "-d --date D", "-s --source S", "-p --plugin P", looks=("--dry-run",
        "-x"),
    ),
    "spark": Tool(
        "spark",
        {"migrate": "migrate apply", "migrate:rollback": "reset rollback", "migrate:refresh": "reset fresh",
         "db:seed": "migrate seed", "db:create": "migrate create", "db:table": "safe", "migrate:status": "safe"},
    ),
    "magento": Tool(
        "magento",
        {"setup:upgrade": "migrate apply", "setup:uninstall": "reset drop", "setup:rollback": "reset rollback",
         "setup:db:status": "safe", "setup:install": "migrate apply", "setup:db-schema:upgrade": "migrate apply",
         "cache:flush": "safe", "cache:clean": "safe", "indexer:reset": "safe", "indexer:reindex": "safe"},
        "--mode M", "--area A",
    ),
}  # fmt: skip


@program(*_TOOLS)
def table(call: Invocation) -> Effects:
    """Tools that are described by their verbs, and drush's SQL."""
    texts = call.texts()
    if call.name == "drush":
        words = [word for word in call.args if word.prefix[:1] not in {"-", "@"}]
        if words and words[0].text in {"sql:query", "sqlq", "sql-query", "sql:cli", "sqlc", "sql-cli"}:
            client = Client(call, "mysql", locate(call, "mysql"))
            for word in words[1:]:
                yield from client.script(word)
            if len(words) == 1:
                yield from client.standard_input()
            return
    if texts and texts[0] is not None and texts[0].startswith("@"):
        yield from _TOOLS[call.name].effects(call, call.args[1:])
        return
    yield from _TOOLS[call.name].effects(call, call.args)
