"""Supabase's command line: the local stack, the linked project, and what is deployed to it."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, program
from enactd.effects.model import (
    ChangeContainers,
    ChangeInfrastructure,
    Database,
    MigrateDatabase,
    Opaque,
    ResetDatabase,
    RevealSecret,
    RunSql,
    WritePath,
)
from enactd.effects.sql.connection import locate
from enactd.risk import Risk

OPTIONS: Final = Options(
    "--linked", "--local", "--db-url URL", "--project-ref REF", "-p --password PW", "--workdir DIR", "--experimental",
    "--debug", "--yes", "--create-ticket", "--dns-resolver R", "--network-id ID", "-o --output F", "-h --help",
    "--dry-run",
    "--include-all", "--include-roles", "--include-seed", "--no-seed", "--version V", "--last N", "-f --file FILE",
    "-s --schema S", "--data-only", "--role-only", "--use-copy", "-x --exclude T", "--no-backup", "--backup", "--all",
    "--ignore-health-check", "--status V", "--env-file FILE", "--no-verify-jwt", "--import-map F", "--prune",
    "--lang L",
    "--sql-paths P", "--profile P", "--level L", "--fail-on L", "--jobs N", "--region R", "--size S", "--db-password P",
    "--org-id O", "--reveal", "--use-api", "--keep-data",
)  # fmt: skip
_DESTROYING: Final = {
    ("projects", "delete"): "project",
    ("branches", "delete"): "branch",
    ("functions", "delete"): "function",
    ("secrets", "unset"): "secrets",
    ("storage", "rm"): "storage objects",
    ("domains", "delete"): "domain",
    ("vanity-subdomains", "delete"): "subdomain",
    ("sso", "remove"): "identity provider",
    ("branches", "disable"): "branches",
    ("snippets", "delete"): "snippet",
}
_CHANGING: Final = {
    ("functions", "deploy"): "deploy",
    ("projects", "create"): "create",
    ("branches", "create"): "create",
    ("branches", "update"): "change",
    ("config", "push"): "apply",
    ("secrets", "set"): "secret-write",
    ("storage", "cp"): "change",
    ("storage", "mv"): "change",
    ("domains", "create"): "dns",
    ("domains", "activate"): "dns",
    ("network-restrictions", "update"): "access",
    ("network-bans", "remove"): "access",
    ("ssl-enforcement", "update"): "access",
    ("postgres-config", "update"): "change",
    ("postgres-config", "delete"): "change",
    ("sso", "add"): "access",
    ("sso", "update"): "access",
    ("encryption", "update-root-key"): "destroy",
    ("seed", "buckets"): "change",
}


@program("supabase")
def supabase(call: Invocation) -> Effects:
    """Local unless --linked, --db-url or a remote-only verb says otherwise."""
    line = OPTIONS.parse(call.args)
    words = [word.text or "?" for word in line.operands]
    if line.has("--help", "--dry-run") or not words:
        return
    verb = (words[0], words[1] if len(words) > 1 else "")
    what = " ".join(words[1:3])
    database = _database(call, line.has("--linked"), line.has("--local"), line.value("--db-url"), verb)
    if verb[0] == "?" or verb[1] == "?":
        yield Opaque(reason="supabase command known only at run time", level=Risk.COMMITMENT)
    elif verb in _DESTROYING:
        yield ChangeInfrastructure(
            tool="supabase", verb="delete", what=f"{_DESTROYING[verb]} {' '.join(words[2:3])}".strip()
        )
    elif verb in _CHANGING:
        yield ChangeInfrastructure(tool="supabase", verb=_CHANGING[verb], what=what)
    elif verb[0] == "stop":
        volumes = line.has("--no-backup") or line.has("--all")
        yield ChangeContainers(
            tool="supabase", verb="remove" if line.has("--no-backup") else "stop", what="project", volumes=volumes
        )
        if line.has("--no-backup"):
            yield ResetDatabase(tool="supabase", how="drop", what="local database", database=database)
    elif verb in {("projects", "api-keys"), ("branches", "get"), ("status", "")}:
        if verb[0] == "projects" or (verb[0] == "status" and line.text("-o") == "env"):
            yield RevealSecret(what="API keys", by="supabase")
    elif verb[0] in {"db", "migration", "seed"}:
        yield from _database_verb(call, line.value("-f"), verb, words, database, line.has("--data-only"))


def _database(call: Invocation, linked: bool, local: bool, url: Value | None, verb: tuple[str, str]) -> Database:
    if url is not None:
        return locate(call, "postgres", url=url)
    remote_by_default = verb in {
        ("db", "push"),
        ("db", "dump"),
        ("db", "pull"),
        ("migration", "repair"),
        ("migration", "fetch"),
    }
    if linked or (remote_by_default and not local):
        return Database(dialect="postgres", host="linked project", stage="production")
    return Database(dialect="postgres", host="localhost", stage="local")


def _database_verb(
    call: Invocation, file: Value | None, verb: tuple[str, str], words: list[str], database: Database, rows: bool
) -> Effects:
    match verb:
        case ("db", "reset"):
            yield ResetDatabase(tool="supabase", how="reset", what="db reset", database=database)
        case ("db", "push"):
            yield MigrateDatabase(tool="supabase", how="push", database=database)
        case ("db", "dump"):
            if file is not None:
                yield WritePath(target=call.target(file))
            where = "file" if file is not None else "screen"
            yield RunSql(
                verb="copy-out" if rows else "explain",
                object="database",
                database=database,
                leaves=where,  # type: ignore[arg-type]
            )
        case ("db", "remote"):
            if "commit" in words or "changes" in words:
                return
            if "set" in words:
                yield ChangeInfrastructure(tool="supabase", verb="change", what="db remote")
        case ("migration", "up"):
            yield MigrateDatabase(tool="supabase", how="apply", database=database)
        case ("migration", "down"):
            yield ResetDatabase(tool="supabase", how="rollback", what="migration down", database=database)
        case ("migration", "repair"):
            yield ResetDatabase(tool="supabase", how="rollback", what="migration history", database=database)
        case ("migration", "squash"):
            yield MigrateDatabase(tool="supabase", how="squash", database=database)
