"""Database tools of the Python world: Django's manage.py, alembic, Flask-Migrate, aerich, piccolo, yoyo."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from enactd.effects.frameworks import Tool, configured_database, destroys
from enactd.effects.invocation import Effects, Invocation, Line, Options, program
from enactd.effects.model import (
    ChangeStore,
    Database,
    MigrateDatabase,
    Opaque,
    ReadPath,
    ResetDatabase,
    RunCode,
    RunSql,
    WritePath,
)
from enactd.effects.sql.client import Client, leaves
from enactd.risk import Risk

OPTIONS: Final = Options(
    "--settings MODULE", "--pythonpath DIR", "--database NAME", "-v --verbosity N", "--traceback", "--no-color",
    "--force-color", "--skip-checks", "--noinput --no-input", "-c --command CODE", "-i --interface NAME", "--fake",
    "--fake-initial", "--plan", "--check", "--run-syncdb", "--dry-run -n", "--prune", "--format F", "--indent N",
    "-o --output FILE", "-e --exclude NAME", "-a --all", "--app A", "-h --help", "--version", "--backwards", "--merge",
    "--empty", "--name NAME", "--update", "--include-stale-apps", "--clear", "--link -l", "--keepdb", "--parallel [N]",
    "-k PATTERN", "--tag T", "--ignorenonexistent", "--natural-foreign", "--natural-primary", "-p --plan-only",
    "--list -l",
    "--tenant T", "--schema -s S", "--executor E", "--shared", "--close-sessions -x", "--router -R NAME", "--no-utf8",
    "--email E", "--username U",
    abbreviate=False,
)  # fmt: skip
_RESETS: Final = {
    "flush": "flush",
    "reset_db": "drop",
    "reset_schema": "drop",
    "drop_test_database": "drop",
    "sqlreset": "",
    "tenant_command": "",
    "delete_tenant": "drop",
    "clear_index": "flush",
    "rebuild_index": "flush",
    "remove_stale_contenttypes": "truncate",
    "dropdb": "drop",
}
_SAFE: Final = frozenset(
    "runserver runserver_plus test check makemigrations makemessages compilemessages showmigrations sqlmigrate "
    "sqlflush "
    "sqlsequencereset sqldiff inspectdb diffsettings startapp startproject collectstatic findstatic testserver help "
    "version "
    "show_urls squashmigrations optimizemigration validate_templates graph_models clearsessions clear_cache "
    "spectacular "
    "generateschema print_settings pyflakes lint compress django_extensions".split()
)


@program("manage.py", "django-admin", "django-admin.py")
def manage(call: Invocation) -> Effects:
    """Commands of Django, of django-extensions, and of the project (which are code)."""
    line = OPTIONS.parse(call.args)
    if line.has("--help", "--version") or not line.operands:
        return
    verb = line.operands[0].text
    settings = line.text("--settings") or ((call.variable("DJANGO_SETTINGS_MODULE") or line.operands[0]).text or "")
    database = configured_database(call, None, settings.rpartition(".")[2])
    if verb is None:
        yield Opaque(reason="manage.py command known only at run time", level=Risk.COMMITMENT)
    elif verb in _COMMANDS:
        yield from _COMMANDS[verb](call, line, database)
    elif verb in _RESETS:
        if _RESETS[verb] and not line.has("--dry-run"):
            yield ResetDatabase(tool="django", how=_RESETS[verb], what=verb, database=database)
    elif verb in {"syncdb", "createcachetable", "create_tenant"}:
        yield MigrateDatabase(tool="django", how="apply", database=database)
    elif verb not in _SAFE and not line.has("--dry-run"):
        how = destroys(verb) or destroys(f"db {verb}")
        if how:
            yield ResetDatabase(tool="django", how=how, what=verb, database=database)
        else:
            yield RunCode(language="python", origin="workspace", what=f"manage.py {verb}")


def _shell(call: Invocation, line: Line, database: Database) -> Effects:
    for word in line.values("-c"):
        yield from call.code("python", word)
    if not line.has("-c") and call.stdin is not None:
        yield from call.code("python", call.stdin, origin="stdin")


def _dbshell(call: Invocation, line: Line, database: Database) -> Effects:
    """SQL by `-c`, by what stands behind `--` for the database's own client, or by standard input."""
    client = Client(call, "", database)
    texts = line.values("-c")
    handed = line.operands[1:]
    texts += [after for word, after in pairwise(handed) if word.text in _CLIENT_TEXT]
    texts += [word for word in handed if " " in word.visible and word not in texts]
    for text in texts:
        yield from client.script(text)
    if not texts:
        yield from client.standard_input()


def _load(call: Invocation, line: Line, database: Database) -> Effects:
    for word in line.operands[1:]:
        yield ReadPath(target=call.target(word), shown=False)
    yield MigrateDatabase(tool="django", how="load", database=database)


def _dump(call: Invocation, line: Line, database: Database) -> Effects:
    for word in line.values("-o"):
        yield WritePath(target=call.target(word))
    where = "file" if line.has("-o") else leaves(call)
    yield RunSql(verb="copy-out", object="database", columns=("*",), database=database, leaves=where)


def _account(call: Invocation, line: Line, database: Database) -> Effects:
    verb = "insert" if line.operands[0].text == "createsuperuser" else "update"
    yield RunSql(verb=verb, tables=("auth_user",), where="some", database=database)


def _script(call: Invocation, line: Line, database: Database) -> Effects:
    yield RunCode(language="python", origin="workspace", what=f"manage.py {line.operands[0].text}")


def _migrations(call: Invocation, line: Line, database: Database) -> Effects:
    words = [word.text for word in line.operands[1:]]
    yield from _migrate(line.has("--plan", "--check", "-p", "--list"), line.has("--prune"), words, database)


_CLIENT_TEXT: Final = frozenset({"-c", "--command", "-e", "--execute", "-cmd", "--sql"})
_COMMANDS: Final[dict[str, Callable[[Invocation, Line, Database], Effects]]] = {
    "migrate": _migrations, "migrate_schemas": _migrations, "shell": _shell, "shell_plus": _shell, "dbshell": _dbshell,
    "loaddata": _load, "dumpdata": _dump, "createsuperuser": _account, "changepassword": _account,
    "runscript": _script, "runjob": _script, "runjobs": _script,
}  # fmt: skip


def _migrate(looks: bool, prune: bool, words: list[str | None], database: Database) -> Effects:
    """`migrate app zero` and `migrate app 0001` take migrations back, or may."""
    if looks:
        return
    target = words[1] if len(words) > 1 else ""
    if target == "zero" or prune:
        yield ResetDatabase(
            tool="django", how="rollback", what=f"migrate {words[0] or '?'} {target or ''}", database=database
        )
    elif len(words) > 1:
        # A name before the current state rolls back; which one that is stands in the database.
        yield ResetDatabase(
            tool="django", how="rollback", what=f"migrate {words[0] or '?'} {target or '?'}", database=database
        )
    else:
        yield MigrateDatabase(tool="django", how="apply", database=database)


ALEMBIC: Final = Tool(
    "alembic",
    {
        "upgrade": "migrate apply",
        "downgrade": "reset rollback",
        "stamp": "migrate resolve",
        "revision": "safe",
        "history": "safe",
        "current": "safe",
        "heads": "safe",
        "branches": "safe",
        "check": "safe",
        "show": "safe",
        "merge": "safe",
        "edit": "safe",
        "init": "safe",
        "ensure_version": "migrate resolve",
    },
    "-c --config FILE", "-n --name NAME", "-x ARG", "--raiseerr", "--tag T", "-m --message M", "--autogenerate",
    "--head H",
    "--rev-id I", "--purge", "-r --rev-range R", "-i", "-v", "-q",
    looks=("--sql",),
)  # fmt: skip


@program("alembic")
def alembic(call: Invocation) -> Effects:
    """--sql prints instead of doing; `upgrade -1` goes back."""
    yield from _alembic(call, call.args)


def _alembic(call: Invocation, args: object) -> Effects:
    # `-1` as a revision would otherwise read as an option.
    words = [word for word in call.args if not (word.text or "").lstrip("-").isdigit()] if args is call.args else args
    yield from ALEMBIC.effects(call, words)  # type: ignore[arg-type]


_FLASK_DB: Final = Tool(
    "flask db",
    {name: meaning for name, meaning in ALEMBIC.verbs.items() if name != "init"} | {"init": "safe", "migrate": "safe",
     "list-templates": "safe"},
    "-d --directory DIR", "-m --message M", "-x --x-arg ARG", "--rev-id R",
    looks=("--sql",),
)  # fmt: skip


@program("flask", "quart")
def flask(call: Invocation) -> Effects:
    """`flask db` is alembic; other commands of the project are code."""
    line = Options("-A --app APP", "-e --env-file FILE", "--debug", "--no-debug", "--version", "--help",
                   stop_at_operand=True).parse(call.args)  # fmt: skip
    if not line.operands or line.has("--help", "--version"):
        return
    verb = line.operands[0].text
    rest = [word for word in line.operands[1:] if not (word.text or "").lstrip("-").isdigit()]
    if verb == "db":
        yield from _FLASK_DB.effects(call, rest)
    elif verb is None:
        yield Opaque(reason="flask command known only at run time", level=Risk.COMMITMENT)
    elif verb == "shell":
        if call.stdin is not None:
            yield from call.code("python", call.stdin, origin="stdin")
    elif verb not in {"run", "routes"}:
        how = destroys(verb)
        if how:
            yield ResetDatabase(tool="flask", how=how, what=verb, database=configured_database(call, None))
        else:
            yield RunCode(language="python", origin="workspace", what=f"flask {verb}")


_TOOLS: Final = {
    "aerich": Tool(
        "aerich",
        {"upgrade": "migrate apply", "downgrade": "reset rollback", "init-db": "migrate create", "migrate": "safe",
         "heads": "safe", "history": "safe", "init": "safe", "inspectdb": "safe"},
        "-c --config F", "--app A", "-v V", "-d",
    ),
    "piccolo": Tool(
        "piccolo",
        {"migrations forwards": "migrate apply", "migrations backwards": "reset rollback",
        "migrations clean": "migrate resolve",
         "migrations new": "safe", "migrations check": "safe", "schema generate": "safe",
         "fixtures load": "migrate load",
         "fixtures dump": "safe", "tester run": "safe", "user create": "migrate execute",
         "sql_shell run": "opaque SQL session"},
        looks=("--preview", "--fake"),
    ),
    "yoyo": Tool(
        "yoyo",
        {"apply": "migrate apply", "reapply": "reset rollback", "rollback": "reset rollback",
        "develop": "reset rollback",
         "mark": "migrate resolve", "unmark": "migrate resolve", "list": "safe", "new": "safe", "break-lock": "safe"},
        "-d --database URL", "-m --match P", "-r --revision R", "-c --config F", "-b --batch",
        url=("-d",),
    ),
    "sqitch": Tool(
        "sqitch",
        {"deploy": "migrate apply", "revert": "reset rollback", "rebase": "reset rollback",
        "checkout": "reset rollback",
         "verify": "safe", "status": "safe", "log": "safe", "plan": "safe", "add": "safe", "tag": "safe",
         "rework": "safe",
         "init": "safe", "bundle": "safe", "show": "safe", "check": "safe", "upgrade": "migrate apply"},
        "-t --target URL", "--db-name N", "--db-host H", "--to C", "-f --plan-file F", "-h H", "-d N",
        looks=("--log-only",), url=("-t",),
    ),
    "superset": Tool("superset", {"db upgrade": "migrate apply", "db downgrade": "reset rollback",
    "init": "migrate apply"}),
}  # fmt: skip


@program(*_TOOLS)
def table(call: Invocation) -> Effects:
    """Tools that are fully described by their verbs."""
    yield from _TOOLS[call.name].effects(call, call.args)


@program("airflow")
def airflow(call: Invocation) -> Effects:
    """Apache Airflow's metadata database, and deletion of what it schedules."""
    texts = [text or "?" for text in call.texts() if text is None or not text.startswith("-")]
    if "--dry-run" in call.texts() or "--help" in call.texts():
        return
    database = configured_database(call, None)
    match texts[:2]:
        case ["db", "reset" | "drop-archived" | "clean" as verb]:
            how = {"clean": "truncate", "drop-archived": "drop"}.get(verb, "reset")
            yield ResetDatabase(tool="airflow", how=how, what=f"db {verb}", database=database)
        case ["db", "downgrade"]:
            yield ResetDatabase(tool="airflow", how="rollback", what="db downgrade", database=database)
        case ["db", "migrate" | "upgrade" | "init"]:
            yield MigrateDatabase(tool="airflow", how="apply", database=database)
        case ["dags" | "connections" | "variables" | "pools" | "users", "delete"]:
            yield ChangeStore(tool="airflow", verb="delete", what=" ".join(texts[:3]), database=database)
        case ["tasks", "clear"]:
            yield ChangeStore(tool="airflow", verb="write", what=" ".join(texts[:3]), database=database)
