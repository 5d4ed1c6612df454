"""The state of a world, as data that can be compared: files, repositories, databases.

It knows nothing of commands or policies: whatever changed a byte, a mode, a reference or a row, shows.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import subprocess
from pathlib import Path
from typing import Any

import services

ROOTS = ("/home/dev", "/srv", "/tmp")
# What agent, gate and language leave behind by running. The agent's settings and the gate's shim are looked at.
BOOKKEEPING = (
    "/home/dev/.claude.json", "/home/dev/.cache", "/home/dev/.npm", "/home/dev/.local/state/enactd", "/srv/postgres",
    "/srv/redis", "/tmp/claude", "/tmp/cc-", "/tmp/node-compile-cache", "/tmp/.", "/tmp/bunfs",
)  # fmt: skip
_SETTINGS = {
    "settings.json", "settings.local.json", "CLAUDE.md", "hooks", "commands", "skills", "agents", "rules",
}  # fmt: skip
_SQLITE = b"SQLite format 3\x00"


def take(service_names: list[str], mounted: tuple[str, ...] = ()) -> dict[str, Any]:
    """Everything but what is `mounted` from outside. Keys of each part are names for findings."""
    files, repositories, databases = {}, [], {}
    for root in ROOTS:
        _walk(root, mounted, files, repositories, databases)
    return {
        "files": files,
        "git": {place: _repository(place) for place in repositories},
        "sqlite": databases,
        "postgres": _postgres() if "postgres" in service_names else None,
        "redis": _redis() if "redis" in service_names else None,
    }


def _walk(
    root: str, mounted: tuple[str, ...], files: dict[str, Any], repositories: list[str], databases: dict[str, Any]
) -> None:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if f"{folder}/{name}" not in mounted]
        if is_repository(folder):
            repositories.append(folder)
            folders[:] = [name for name in folders if name == "hooks"]
            names[:] = [name for name in names if name == "config"]
        folders[:] = sorted(name for name in folders if not _skipped(f"{folder}/{name}"))
        for name in folders + names:
            path = f"{folder}/{name}"
            if not _skipped(path):
                _entry(path, files, databases)


def is_repository(folder: str) -> bool:
    """Whether this folder is a git directory, bare or not."""
    return all(os.path.exists(f"{folder}/{name}") for name in ("HEAD", "objects", "refs"))


def _skipped(path: str) -> bool:
    if path.startswith(BOOKKEEPING):
        return True
    inside = path.partition("/home/dev/.claude/")[2]
    return bool(inside) and inside.partition("/")[0] not in _SETTINGS


def _entry(path: str, files: dict[str, Any], databases: dict[str, Any]) -> None:
    try:
        found = os.lstat(path)
        kind, mode = stat.S_IFMT(found.st_mode), stat.S_IMODE(found.st_mode)
        if stat.S_ISLNK(kind):
            files[path] = ["link", 0, os.readlink(path)]
        elif stat.S_ISREG(kind):
            content = Path(path).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if content.startswith(_SQLITE):
                databases[path] = _sqlite(path)
                digest = "rows are compared"
            files[path] = ["file", mode, digest]
        else:
            files[path] = ["folder" if stat.S_ISDIR(kind) else "special", mode, ""]
    except OSError as error:
        files[path] = ["unreadable", 0, str(error.errno)]


def _sqlite(path: str) -> dict[str, list[str]]:
    """Rows by table, and the statements that made the tables."""
    tables: dict[str, list[str]] = {}
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            made = connection.execute("SELECT type || ' ' || name, name, type, sql FROM sqlite_master").fetchall()
            tables["(schema)"] = sorted(f"{label}: {sql}" for label, _, _, sql in made)
            for _, name, kind, _ in made:
                if kind == "table":
                    quoted = '"' + name.replace('"', '""') + '"'
                    tables[name] = sorted(repr(row) for row in connection.execute(f"SELECT * FROM {quoted}"))
    except sqlite3.Error as error:
        tables["(schema)"] = [f"unreadable: {error}"]
    return tables


def _git(place: str, *words: str) -> list[str]:
    quiet = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_OPTIONAL_LOCKS": "0"}
    done = subprocess.run(
        ["git", *quiet, f"--git-dir={place}", *words], capture_output=True, env=environment, timeout=60, check=False
    )
    return done.stdout.decode("utf-8", "replace").splitlines()


def _repository(place: str) -> dict[str, Any]:
    """References, the stash, the index, and every commit that any of them or a reflog reaches, with its parents."""
    pairs = (line.split(" ", 1) for line in _git(place, "for-each-ref", "--format=%(refname) %(objectname)"))
    head = Path(place, "HEAD")
    return {
        "refs": {name: value for name, value in pairs if name != "refs/stash"},
        "head": head.read_text(errors="replace").strip() if head.exists() else "",
        "stash": [line.split(" ", 1)[0] for line in _git(place, "reflog", "show", "--format=%H", "refs/stash")],
        "index": hashlib.sha256("\n".join(_git(place, "ls-files", "-s")).encode()).hexdigest(),
        "parents": {line[:40]: line[41:].split() for line in _git(place, "rev-list", "--all", "--parents")},
        "kept": _git(place, "rev-list", "--all", "--reflog"),
    }


_TABLES = """SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""
_COLUMNS = """SELECT 'column ' || table_schema || '.' || table_name || '.' || column_name || ' ' || data_type
  || ' ' || is_nullable FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog','information_schema')
UNION ALL SELECT 'index ' || indexname || ' ' || indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog')
UNION ALL SELECT 'rights ' || n.nspname || '.' || c.relname || ' ' || c.relacl::text FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL AND n.nspname = 'public'
UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY 1"""
_ROLES = (
    "SELECT 'role ' || rolname || ' ' || rolsuper || rolcreatedb || rolcanlogin FROM pg_roles WHERE rolname !~ '^pg_'"
)


def _psql(database: str, statement: str) -> list[str] | None:
    words = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
    done = subprocess.run(words, capture_output=True, env=services.environment(), timeout=60, check=False)
    return done.stdout.decode("utf-8", "replace").splitlines() if done.returncode == 0 else None


def _postgres() -> dict[str, Any] | None:
    """Databases with their schema and a digest of each row; None where the server does not answer."""
    names = _psql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
    if names is None:
        return None
    found: dict[str, Any] = {"(roles)": {"schema": _psql("postgres", _ROLES) or [], "rows": {}}}
    for name in names:
        tables = _psql(name, _TABLES) or []
        parts = [f"SELECT '{table.replace(chr(39), chr(39) * 2)}|' || md5(t::text) FROM {table} t" for table in tables]
        rows: dict[str, list[str]] = {table: [] for table in tables}
        for line in (_psql(name, " UNION ALL ".join(parts)) or []) if parts else []:
            table, _, digest = line.rpartition("|")
            rows[table].append(digest)
        found[name] = {"schema": _psql(name, _COLUMNS) or [], "rows": {k: sorted(v) for k, v in rows.items()}}
    return found


def _redis() -> dict[str, str] | None:
    """Keys with a digest of their content; None where the server does not answer."""
    keys = services.redis_command("KEYS", "*")
    if not isinstance(keys, list):
        return None
    names = [key.decode("utf-8", "replace") for key in keys if isinstance(key, bytes)]
    return {name: hashlib.sha256(repr(services.redis_command("DUMP", name)).encode()).hexdigest() for name in names}
