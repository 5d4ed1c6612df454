"""MongoDB: the shells, and the import, export, dump and restore tools."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, program, unknown
from enactd.effects.model import (
    ChangeService,
    ChangeStore,
    Database,
    ReadPath,
    ResetDatabase,
    RunCode,
    WritePath,
)
from enactd.effects.mongo import Change, changes
from enactd.effects.sql.connection import is_url, locate

_CONNECTION: Final = (
    "--host -h HOST",
    "--port PORT",
    "--username -u USER",
    "--password -p PW",
    "--authenticationDatabase DB",
    "--authenticationMechanism M",
    "--uri URI",
    "--tls --ssl",
    "--tlsCAFile F",
    "--tlsCertificateKeyFile F",
    "--sslCAFile F",
    "--sslPEMKeyFile F",
    "--tlsAllowInvalidCertificates",
    "--version",
    "--help",
    "--quiet",
    "--verbose -v",
    "--apiVersion V",
    "--awsAccessKeyId K",
    "--db -d NAME",
    "--collection -c NAME",
)
SHELL: Final = Options(
    "--eval CODE", "--file -f FILE", "--shell", "--nodb", "--norc", "--json [X]", "--retryWrites",
    "--disableImplicitSessions",
    "--networkMessageCompressors X", "--jsContext X", *_CONNECTION,
)  # fmt: skip
TOOLS: Final = Options(
    "--drop", "--dryRun", "--archive [FILE]", "--gzip", "--out -o FILE", "--file FILE", "--type T", "--fields -f F",
    "--fieldFile F", "--headerline", "--jsonArray", "--mode M", "--upsert", "--upsertFields F", "--stopOnError",
    "--nsInclude NS", "--nsExclude NS", "--nsFrom NS", "--nsTo NS", "--query -q Q", "--queryFile F", "--oplog",
    "--oplogReplay", "--dir F", "--numParallelCollections -j N", "--numInsertionWorkers N", "--limit N", "--skip N",
    "--sort S", "--pretty", "--noIndexRestore", "--preserveUUID", "--maintainInsertionOrder", "--writeConcern W",
    "--excludeCollection C", "--dumpDbUsersAndRoles", "--restoreDbUsersAndRoles", "--objcheck",
    "--bypassDocumentValidation",
    "--columnsHaveTypes", "--ignoreBlanks", "--parseGrace P", "--readPreference P", "--forceTableScan",
    "--noHeaderLine",
    *_CONNECTION,
)  # fmt: skip


def _database(call: Invocation, line: Line, operand: Value | None = None) -> Database:
    url = line.value("--uri") or (operand if is_url(operand) else None)
    if url is None and operand is not None and "/" in operand.visible:
        parts = operand.split("/", 1)
        return locate(call, "mongodb", host=parts[0], name=parts[1])
    return locate(call, "mongodb", host=line.value("--host"), name=line.value("--db") or operand, url=url)


@program("mongosh", "mongo")
def shell(call: Invocation) -> Effects:
    """--eval, script files, standard input: calls on `db` are changes of a store."""
    line = SHELL.parse(call.args)
    if line.has("--help", "--version"):
        return
    files = [word for word in line.operands if word.suffix.endswith((".js", ".mjs", ".mongodb"))]
    rest = [word for word in line.operands if word not in files]
    database = _database(call, line, rest[0] if rest else None)
    for word in line.values("--eval"):
        yield from _script(call, word, database, "argument")
    for word in (*line.values("--file"), *files):
        yield ReadPath(target=call.target(word), shown=False)
        yield from _script(call, call.text_of(word), database, "workspace")
    if not line.has("--eval", "--file") and not files and call.stdin is not None:
        yield from _script(call, call.stdin, database, "stdin")


def _script(call: Invocation, text: Value, database: Database, origin: str) -> Effects:
    if not text.known and not text.visible.strip():
        yield RunCode(language="javascript", origin=origin, what=text.shown())
        return
    found = list(changes("".join(p if isinstance(p, str) else "unknown" for p in text.pieces)))
    for change in found:
        yield from _effect(call, change, database)
    if not found:
        yield ChangeStore(tool=call.name, verb="read", database=database)
    if any(
        word in text.visible for word in ("require(", "import(", "process.", "child_process", "runProgram", "eval(")
    ):
        yield from call.code("javascript", text)
    for holes in text.split("db.")[1:]:
        if not holes.prefix and holes.holes:
            yield RunCode(language="javascript", origin=origin, what="a MongoDB command known only at run time")


def _effect(call: Invocation, change: Change, database: Database) -> Effects:
    if change.method in {"shutdownServer", "shutdown"}:
        yield ChangeService(tool=call.name, verb="stop", what="mongod")
    elif change.method == "dropDatabase":
        yield ResetDatabase(tool=call.name, how="drop", what=database.name, database=database)
    else:
        what = change.what if change.verb != "flush" else f"collection {change.what or '?'}"
        yield ChangeStore(tool=call.name, verb=change.verb, what=what, everything=change.everything, database=database)


@program("mongoimport", "mongorestore")
def load(call: Invocation) -> Effects:
    """Brings documents in; --drop removes the collections first."""
    line = TOOLS.parse(call.args)
    if line.has("--help", "--version", "--dryRun"):
        return
    for word in (*line.values("--file"), *line.values("--archive"), *line.values("--dir"), *line.operands):
        if not is_url(word):
            yield ReadPath(target=call.target(word), shown=False, recursive=call.name == "mongorestore")
    url = next((word for word in line.operands if is_url(word)), None)
    database = _database(call, line, url)
    what = ".".join(word.shown() for word in (*line.values("--db"), *line.values("--collection")))
    if line.has("--drop") or call.name == "mongorestore":
        yield ResetDatabase(tool=call.name, how="restore", what=what, database=database)
    else:
        everything = line.text("--mode") == "delete"
        yield ChangeStore(tool=call.name, verb="delete" if everything else "write", what=what, database=database)


@program("mongodump", "mongoexport", "bsondump", "mongofiles", "mongostat", "mongotop")
def dump(call: Invocation) -> Effects:
    """Reads; the documents go to files or the output."""
    line = TOOLS.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in (*line.values("--out"), *line.values("--archive")):
        if word.text != "-":
            yield WritePath(target=call.target(word), recursive=call.name == "mongodump")
    url = next((word for word in line.operands if is_url(word)), None)
    database = _database(call, line, url)
    if call.name == "mongofiles":
        verbs = [word.text for word in line.operands]
        for verb, effect in (("delete", "delete"), ("delete_id", "delete"), ("put", "write")):
            if verb in verbs:
                yield ChangeStore(tool=call.name, verb=effect, what="files", database=database)  # type: ignore[arg-type]
        return
    yield ChangeStore(tool=call.name, verb="read", everything=not line.has("--query"), database=database)
    yield Output(unknown("documents of a database", "personal"))
