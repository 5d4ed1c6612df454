"""wrangler: workers, D1 databases, KV, R2 and queues; `--local` stays on this machine."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Value, program
from enactd.effects.model import Database, MigrateDatabase, SendData, WritePath
from enactd.effects.programs.cloud_commands import Tool, effects_of
from enactd.effects.sql.reading import read_sql

_WRANGLER: Final = Tool(
    {
        "nothing": """login | logout | whoami | init | generate | types | dev | pages dev | docs | telemetry | check | setup | build
            | pages functions build | d1 migrations create | complete | deploy --dry-run | cert list | mtls-certificate list""",
        "read": """tail | pages deployment tail | deployments list | deployments status | deployments view | versions list | versions view
            | kv namespace list | kv key list | kv key get | kv:key get | kv:key list | kv:namespace list | r2 bucket list | r2 bucket info
            | d1 list | d1 info | d1 insights | d1 migrations list | secret list | pages project list | pages deployment list
            | queues list | queues info | hyperdrive list | vectorize list | vectorize query | d1 time-travel info | ai models | pipelines list
            | workflows list | r2 object get | pages secret list | containers list | secrets-store store list""",
        "secret-write": "secret put | secret delete | secret bulk | secret:bulk | pages secret put | pages secret delete | pages secret bulk"
        " | versions secret put | versions secret delete | secrets-store secret create | secrets-store secret delete",
        "deploy": "deploy | publish | pages deploy | pages publish | rollback | versions deploy | versions upload | triggers deploy"
        " | workflows trigger | containers push",
        "create": "kv namespace create | kv:namespace create | r2 bucket create | d1 create | queues create | pages project create"
        " | hyperdrive create | vectorize create | kv key put | kv:key put | kv bulk put | kv:bulk put | r2 object put | vectorize insert",
        "destroy": "delete | d1 delete | r2 bucket delete | pages project delete | kv namespace delete | kv:namespace delete"
        " | queues delete | hyperdrive delete | vectorize delete | pages deployment delete | queues purge | containers delete | workflows delete",
        "delete": "kv key delete | kv:key delete | kv bulk delete | kv:bulk delete | r2 object delete | dispatch-namespace delete"
        " | r2 bucket lifecycle | d1 time-travel restore | vectorize delete-vectors | pipelines delete",
        "access": "r2 bucket cors set | r2 bucket dev-url | r2 bucket domain | r2 bucket notification",
    },
    options="-c --config F | -e --env E | --name N | --command C | --file F | --local | --remote | --persist-to D | -y --yes"
    " | --binding B | --namespace-id I | --project-name P | --branch B | --preview | --cwd D | --env-file F | --message M | --json"
    " | --output O | --pipe | --table T | --no-data | --outdir D",
    context="--env",
)  # fmt: skip
_SQL: Final = frozenset(("d1 execute", "d1 migrations apply", "d1 export", "d1 backup restore"))


@program("wrangler", "wrangler2")
def wrangler(call: Invocation) -> Effects:
    """What goes to Cloudflare, and what stays local; D1 executes SQL locally unless `--remote` is given."""
    reading = _WRANGLER.read(call)
    line = reading.line
    if reading.dry or (reading.phrase in ("deploy", "publish") and line.has("--dry-run")):
        return
    words = reading.words
    head = " ".join(word.text or "?" for word in words[:3])
    command = next((name for name in _SQL if head.startswith(name)), "")
    if command:
        yield from _database(call, line, command, words)
        return
    if head.startswith("r2 object put") and not line.has("--local") and line.value("--file") is not None:
        file = line.value("--file") or words[-1]
        yield SendData(to=words[-1].shown(80), by="wrangler", carries=frozenset({"file"}), uploads=(call.target(file),))
    local = line.has("--local") and not line.has("--remote")
    yield from effects_of(call, reading.meaning, reading.what, context=reading.context, local=local)


def _database(call: Invocation, line: Line, command: str, words: list[Value]) -> Effects:
    remote = line.has("--remote", "--preview")
    name = words[-1].shown(60) if len(words) > 2 else ""
    database = Database(
        dialect="sqlite", name=name, host="cloudflare" if remote else "", stage="production" if remote else "local"
    )
    if command == "d1 migrations apply":
        yield MigrateDatabase(tool="wrangler", how="apply", database=database)
    elif command == "d1 export":
        for file in line.values("--output"):
            yield WritePath(target=call.target(file))
    else:
        text = line.value("--command")
        if text is None and line.value("--file") is not None:
            text = call.text_of(line.value("--file") or words[-1])
        if text is not None:
            yield from read_sql(text, "sqlite", database)
