"""gcloud and bq: the verb stands behind the groups, `gcloud compute instances delete x`."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, program
from enactd.effects.model import ChangeInfrastructure, Database, Opaque, OpenShell, RunSql, SendData, WritePath
from enactd.effects.programs.cloud_commands import Reading, Tool, effects_of
from enactd.effects.programs.object_storage import Store
from enactd.effects.sql.reading import read_sql
from enactd.effects.values import NETWORK, join, unknown
from enactd.risk import Risk

_GCLOUD: Final = Tool(
    {
        "nothing": """config | config set | config get | config list | config configurations | config unset | init | info
            | version | components | topic | help | cheat-sheet | feedback | survey | emulators | auth list | auth login
            | auth application-default login | auth configure-docker | auth activate-service-account | auth revoke
            | auth application-default revoke | auth application-default set-quota-project | auth login --help
            | container clusters get-credentials | sql connect --help | docker | meta | interactive --help | source
            | projects list | artifacts docker --help | storage hash | auth application-default | auth describe
            | compute config-ssh | container hub memberships get-credentials | dataproc jobs wait | app browse | code""",
        "secret-read": """auth print-access-token | auth print-identity-token | auth application-default print-access-token
            | secrets versions access | kms decrypt | kms asymmetric-decrypt | config config-helper
            | sql generate-login-token | iam service-accounts sign-jwt | iam service-accounts sign-blob
            | services api-keys get-key-string | storage sign-url | compute reset-windows-password""",
        "secret-write": "secrets create | secrets versions add | secrets update | secrets versions enable",
        "deploy": """run deploy | app deploy | functions deploy | builds submit | deploy releases create | deploy releases promote
            | run services update-traffic | app services set-traffic | endpoints services deploy | run jobs deploy
            | run services replace | run services update | app versions migrate | builds triggers run""",
        "run": "run jobs execute | functions call | workflows run | workflows execute | scheduler jobs run | dataproc jobs submit"
        " | compute ssh --help | ai endpoints predict --help | dataflow jobs run",
        "plan": "deployment-manager deployments preview | infra-manager previews create",
        "change": "sql export | sql import | datastore export | datastore import | firestore export | firestore import"
        " | sql backups restore | firestore databases update | logging write | sql instances patch | logging update",
        "read": "logging read | logging tail | asset search-all-resources | compute instances get-serial-port-output"
        " | app logs read | functions logs read | run services logs read | builds log | policy-intelligence"
        " | recommender | storage ls | storage cat | storage du | compute instances tail-serial-port-output",
        "delete": "secrets versions destroy | kms keys versions destroy | app versions delete",
        "destroy": "projects delete | deployment-manager deployments delete | container clusters delete"
        " | sql instances delete | sql databases delete | firestore databases delete",
    },
    options="--project P | --account A | --region R | --zone Z | --location L | --format F | --filter F | --configuration C"
    " | --verbosity V | --impersonate-service-account S | --limit N | --sort-by S | --billing-project P | -q --quiet"
    " | --access-token-file F | --flags-file F | --log-http | --user-output-enabled | --command C | --secret S | --member M"
    " | --role R | --image I | --source S | --async | --recursive -r -R | --delete-unmatched-destination-objects"
    " | --cluster C | --instance I | --database D | --validate-only",
    context="--project --region --zone --location",
    groups="run deploy app logging logs builds source policies storage functions services test-lab images backup backups"
    " transfer artifacts exports imports build triggers organizations access-context-manager versions events",
)  # fmt: skip
_ACCESS: Final = frozenset("iam organizations access-context-manager iap identity resource-manager policy".split())
_SHELL: Final = re.compile(r"(?:alpha|beta|preview)$")


@program("gcloud")
def gcloud(call: Invocation) -> Effects:
    """One command; `alpha` and `beta` are only its ripeness."""
    args = [word for word in call.args if word.text is None or not _SHELL.match(word.text)]
    cut = next((i for i, word in enumerate(args) if word.text == "--"), len(args))
    reading = _GCLOUD.read(call, args[:cut])
    words, line = reading.words, reading.line
    texts = [word.text or "" for word in words]
    if reading.dry or line.has("--validate-only") or "--help" in texts:
        return
    if texts[:1] == ["storage"] and len(texts) > 1 and texts[1] in ("cp", "mv", "rsync", "rm"):
        yield from _storage(call, reading, texts[1])
    elif (
        texts[1:2] in (["ssh"], ["connect-to-serial-port"]) or texts[2:3] == ["ssh"] or texts[:2] == ["sql", "connect"]
    ):
        yield from _session(call, line, words, args[cut + 1 :])
    elif texts[1:2] == ["scp"] or texts[2:3] == ["scp"]:
        yield from _copy(call, words)
    elif texts[:1] == ["interactive"]:
        yield OpenShell(by="gcloud", to="interactive")
    else:
        yield from effects_of(call, meaning_of(reading, texts), reading.what, context=reading.context)


def meaning_of(reading: Reading, texts: list[str]) -> str | None:
    """The table's meaning, with what is said by the group: access, names."""
    meaning = reading.meaning
    if meaning is None or meaning in ("read", "nothing", "secret-read", "plan"):
        if meaning == "read" and any("iam-policy" in text and not text.startswith("get") for text in texts):
            return "access"
        return meaning
    if any(text.endswith("iam-policy-binding") or text == "set-iam-policy" for text in texts):
        return "access"
    if texts[0] in _ACCESS or "service-accounts" in texts[:2]:
        return "access"
    return "dns" if texts[0] in ("dns", "domains") else meaning


def _storage(call: Invocation, reading: Reading, verb: str) -> Effects:
    rest = reading.words[2:]
    line = reading.line
    store = Store(call, "gcloud", reading.context, by="gcloud storage")
    if verb == "rm":
        yield store.change("delete", rest, bulk=line.has("--recursive") or any("**" in w.visible for w in rest))
    elif len(rest) > 1:
        for source in rest[:-1]:
            yield from store.move(
                source, rest[-1], moves=verb == "mv", deletes=line.has("--delete-unmatched-destination-objects"),
                recursive=line.has("--recursive") or verb == "rsync",
            )  # fmt: skip


def _session(call: Invocation, line: Line, words: list[Value], rest: list[Value]) -> Effects:
    """`compute ssh host --command=…` or `-- …` runs there; without either somebody types."""
    host = words[2].shown(60) if len(words) > 2 else words[-1].shown(60)
    command = line.value("--command")
    place = f"gcloud {host}"
    if command is not None:
        yield from call.shell(command, via=place, place=place)
    elif rest and not rest[0].prefix.startswith("-"):
        yield from call.shell(join(rest), via=place, place=place)
    elif call.stdin is not None:
        yield from call.shell(call.stdin, via=place, place=place, origin="stdin")
    else:
        yield OpenShell(by="gcloud", to=host)


def _copy(call: Invocation, words: list[Value]) -> Effects:
    files = words[words.index(next(w for w in words if w.text == "scp")) + 1 :]
    if len(files) < 2:
        return
    if ":" in files[-1].visible:
        yield SendData(
            to=files[-1].shown(80), by="gcloud scp", carries=frozenset({"file"}),
            uploads=tuple(call.target(word) for word in files[:-1] if ":" not in word.visible),
        )  # fmt: skip
    else:
        yield WritePath(target=call.target(files[-1]), origins=frozenset({NETWORK}), recursive=True)


_BQ: Final = Options(
    "--project_id P", "--dataset_id D", "--location L", "--format F", "-n --max_rows N", "-q --quiet", "--headless",
    "-f --force", "-r --recursive", "-t --table", "-d --dataset", "-m --model", "-j --jobs", "--use_legacy_sql",
    "--nouse_legacy_sql", "--dry_run", "--destination_table T", "--replace", "--noreplace", "--append_table",
    "--source_format F", "--autodetect", "--schema S", "--skip_leading_rows N", "--job_id J", "--api A", "-a --all",
    "--batch", "--maximum_bytes_billed N", "--parameter P", "--flagfile F", "--help", "-h", "--expiration N",
    "--time_partitioning_field F", "--label L", "--destination_schema S", "--field_delimiter D", "--apilog F",
    "--nosync", "--sync", "--routine", "--transfer_config", "--materialized_view", "--view V", "--clustering_fields F",
    abbreviate=False,
)  # fmt: skip


@program("bq")
def bigquery(call: Invocation) -> Effects:
    """BigQuery: queries are SQL, `rm` takes tables and datasets away."""
    line = _BQ.parse(call.args)
    words = line.operands
    if line.has("--help", "-h", "--dry_run") or not words:
        return
    verb, rest = words[0].text, words[1:]
    project = line.text("--project_id")
    database = Database(dialect="bigquery", name=project, host="bigquery", stage="unknown")
    what = " ".join(word.shown(80) for word in rest[:2])
    match verb:
        case None:
            yield Opaque(reason="bq command known only at run time", level=Risk.COMMITMENT)
        case "query":
            text = join(rest) if rest else call.stdin
            if text is not None:
                yield from read_sql(text, "bigquery", database)
            if line.has("--replace"):
                table = line.text("--destination_table", "?")
                yield RunSql(verb="drop", tables=(table,), text="--replace", database=database)
            yield Output(unknown("rows of a query", NETWORK))
        case "rm":
            yield ChangeInfrastructure(tool="bq", verb="delete", what=what, context=project, bulk=line.has("-r"))
        case "load":
            files = tuple(call.target(word) for word in rest[1:2] if "://" not in word.prefix)
            if files:
                yield SendData(to="bigquery", by="bq load", carries=frozenset({"file"}), uploads=files)
            verb = "delete" if line.has("--replace") else "change"
            yield ChangeInfrastructure(tool="bq", verb=verb, what=what, context=project)
        case "ls" | "show" | "head" | "version" | "wait" | "init" | "help" | "info" | "get-iam-policy":
            yield ChangeInfrastructure(tool="bq", verb="read", what=what, context=project)
        case "shell":
            if call.stdin is not None:
                yield from read_sql(call.stdin, "bigquery", database)
        case "set-iam-policy" | "add-iam-policy-binding" | "remove-iam-policy-binding":
            yield ChangeInfrastructure(tool="bq", verb="access", what=what, context=project)
        case _:
            create = verb in ("mk", "cp", "mkdef", "extract", "insert", "partition")
            yield ChangeInfrastructure(tool="bq", verb="create" if create else "change", what=what, context=project)
