"""Tools that change tables beside the database's own client: pt-online-schema-change, gh-ost, pt-archiver, dbt."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.frameworks import Tool
from enactd.effects.invocation import Effects, Invocation, Options, Value, join, known, program
from enactd.effects.model import RunSql
from enactd.effects.sql.client import Client
from enactd.effects.sql.connection import locate

_ONLINE: Final = Options(
    "--alter SQL", "--execute", "--dry-run", "--database NAME", "--table NAME", "--host H", "--port N", "--user U",
    "--password P", "-h H", "-u U", "-p P", "-D NAME", "-t NAME", "--help", "--version", "--noop", "--conf F",
    "--defaults-file F", "--recursion-method M", "--chunk-size N", "--max-load L", "--critical-load L", "--ask-pass",
)  # fmt: skip


def _parts(word: Value) -> dict[str, Value]:
    """A data source name of Percona's tools: `h=db1,D=shop,t=users`."""
    found = {}
    for part in word.split(","):
        name, equals, _ = part.prefix.partition("=")
        if equals:
            found[name] = part.cut(len(name) + 1)
    return found


@program("pt-online-schema-change", "gh-ost")
def online(call: Invocation) -> Effects:
    """An ALTER by copying; without --execute nothing happens."""
    line = _ONLINE.parse(call.args)
    alter = line.value("--alter")
    if not line.has("--execute") or line.has("--help", "--version") or alter is None:
        return
    named = {key: part for word in line.operands for key, part in _parts(word).items()}
    table = line.value("--table") or line.value("-t") or named.get("t") or known("unknown_table")
    host, name = line.value("--host") or named.get("h"), line.value("--database") or named.get("D")
    client = Client(call, "", locate(call, "mysql", host=host, name=name))
    yield from client.script(join([known("ALTER TABLE"), table, alter]))


@program("pt-archiver")
def archiver(call: Invocation) -> Effects:
    """Rows move or go by a condition; --purge keeps none of them."""
    line = Options("--source DSN", "--dest DSN", "--where SQL", "--purge", "--file F", "--dry-run", "--no-delete", "--help",
                   "--limit N", "--txn-size N", "--progress N", "--statistics", "--commit-each").parse(call.args)  # fmt: skip
    source = line.value("--source")
    if line.has("--dry-run", "--help", "--no-delete") or source is None:
        return
    named = _parts(source)
    table = named.get("t") or known("unknown_table")
    client = Client(call, "", locate(call, "mysql", host=named.get("h"), name=named.get("D")))
    where = line.value("--where")
    if where is None:
        yield RunSql(verb="delete", tables=(table.shown(),), where="none", database=client.database)
    else:
        yield from client.script(join([known("DELETE FROM"), table, known("WHERE"), where]))


_DBT: Final = Tool(
    "dbt",
    {
        "run": "migrate apply", "build": "migrate apply", "seed": "migrate seed", "snapshot": "migrate apply",
        "retry": "migrate apply", "clone": "migrate apply", "run-operation": "migrate execute", "test": "safe", "compile": "safe",
        "parse": "safe", "docs": "safe", "debug": "safe", "deps": "safe", "list": "safe", "ls": "safe", "show": "safe",
        "source": "safe", "clean": "safe", "init": "safe",
    },
    "-t --target NAME", "--profile NAME", "--profiles-dir D", "--project-dir D", "-s --select --models -m NODES",
    "--exclude NODES", "--full-refresh -f", "--vars V", "--args A", "--threads N", "--state D", "--empty",
)  # fmt: skip
_DROPS: Final = re.compile(r"drop|delete|clean|purge|truncate", re.IGNORECASE)


@program("dbt")
def dbt(call: Invocation) -> Effects:
    """Models are tables that a run makes again; an operation is a macro whose name may say that it drops."""
    names = [word for word in call.args if not word.prefix.startswith("-")]
    texts = [word.text or "" for word in names[:2]]
    if texts[:1] == ["run-operation"] and _DROPS.search(texts[-1]):
        yield from Tool("dbt", {texts[-1]: "reset drop"}).effects(call, names[1:2])
    else:
        yield from _DBT.effects(call, call.args)
