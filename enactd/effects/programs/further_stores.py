"""Stores with languages and tools of their own: SurrealDB, HBase, ArangoDB, Couchbase, Cassandra's nodetool, Kafka's kcat."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, program
from enactd.effects.model import ChangeService, ChangeStore, Database, ReadPath, ResetDatabase, WritePath
from enactd.effects.sql.client import Client
from enactd.effects.sql.connection import locate

# What empties or drops, and what only changes, in the texts that these shells take.
_FLUSHES: Final = {
    "surreal": r"\bremove\s+(?:table|database|namespace|field|index)\b|\bdelete\s+(?:only\s+)?\w+\s*(?:;|$|return)|\bupdate\s+\w+\s+(?:set|merge|content)\b(?!.*\bwhere\b)",
    "hbase": r"\b(?:disable|drop|truncate|truncate_preserve|delete_snapshot|drop_namespace|disable_all|drop_all|delete_all_snapshot)\b",
    "arangosh": r"_dropDatabase|\b_drop\b|\.drop\(|\.truncate\(|_truncate\b|\bremoveByExample|\bfor\s+\w+\s+in\s+\w+\s+remove\b",
}
_WRITES: Final = {
    "surreal": r"\b(?:create|insert|update|upsert|delete|relate|define|alter)\b",
    "hbase": r"\b(?:put|delete|deleteall|alter|create|grant|revoke|snapshot|restore_snapshot|major_compact|split)\b",
    "arangosh": r"\.(?:save|insert|update|replace|remove)\(|_create|\b(?:insert|update|replace|remove|upsert)\b",
}


def _told(call: Invocation, text: Value | None, database: Database) -> Effects:
    if text is None:
        return
    shown = text.visible
    if re.search(_FLUSHES[call.name], shown, re.IGNORECASE):
        yield ChangeStore(tool=call.name, verb="flush", what=shown.strip()[:60], everything=True, database=database)
    elif re.search(_WRITES[call.name], shown, re.IGNORECASE):
        yield ChangeStore(tool=call.name, verb="write", what=shown.strip()[:60], database=database)


@program("surreal")
def surreal(call: Invocation) -> Effects:
    """`surreal sql` takes statements from standard input; `import` runs a file."""
    options = Options("-e --endpoint --conn URL", "--ns --namespace N", "--db --database N", "-u --user U", "-p --pass P",
                      "-h --help", "--pretty", "--json", "--hide-welcome", "--multi")  # fmt: skip
    line = options.parse(call.args)
    verb = line.operands[0].text if line.operands else ""
    database = locate(call, "", url=line.value("-e"), name=line.value("--db"))
    if verb == "sql" and not line.has("--help"):
        yield from _told(call, call.stdin, database)
    elif verb == "import":
        for word in line.operands[1:]:
            yield ReadPath(target=call.target(word), shown=False)
        yield ChangeStore(tool=call.name, verb="write", what="an import", database=database)


@program("hbase")
def hbase(call: Invocation) -> Effects:
    """`hbase shell` takes its commands from standard input or a file."""
    words = call.texts()
    if words[:1] == ["shell"]:
        for word in call.args[1:]:
            if not word.prefix.startswith("-"):
                yield ReadPath(target=call.target(word), shown=False)
                yield from _told(call, call.text_of(word), Database())
        yield from _told(call, call.stdin, Database())


@program("arangosh")
def arangosh(call: Invocation) -> Effects:
    """JavaScript from options, files or standard input."""
    options = Options("--javascript.execute-string CODE", "--javascript.execute FILE", "--server.endpoint URL",
                      "--server.database N", "--server.username U", "--server.password P", "--help")  # fmt: skip
    line = options.parse(call.args)
    database = locate(call, "", url=line.value("--server.endpoint"), name=line.value("--server.database"))
    for word in line.values("--javascript.execute"):
        yield ReadPath(target=call.target(word), shown=False)
    for text in (*line.values("--javascript.execute-string"), *map(call.text_of, line.values("--javascript.execute"))):
        yield from _told(call, text, database)
    if not line.has("--javascript.execute-string", "--javascript.execute"):
        yield from _told(call, call.stdin, database)


@program("cbq", "cbc")
def couchbase(call: Invocation) -> Effects:
    """`cbq -s STATEMENT`: SQL on buckets."""
    line = Options("-e --engine URL", "-s --script SQL", "-f --file F", "-u --user U", "-p --password P", "-o --output F",
                   "-q --quiet", "--help -h", "-t --timeout T").parse(call.args)  # fmt: skip
    if call.name == "cbc" or line.has("--help"):
        return
    client = Client(call, "", locate(call, "mysql", url=line.value("-e")))
    yield from client.run(line.values("-s"), line.values("-f"))


_NODETOOL: Final = {
    "delete": {"clearsnapshot", "assassinate", "removenode", "truncatehints", "decommission"},
    "service": {"drain", "stopdaemon", "disablegossip", "disablebinary", "disablethrift", "stop", "move", "rebuild", "refresh", "import"},
}  # fmt: skip


@program("nodetool")
def nodetool(call: Invocation) -> Effects:
    """A node of Cassandra: snapshots and members that go, and the node itself stopped."""
    verbs = {word.text or "" for word in call.args}
    if "help" in verbs:
        return
    for verb in sorted(verbs & _NODETOOL["delete"]):
        yield ChangeStore(tool=call.name, verb="delete", what=verb, everything=True)
    for verb in sorted(verbs & _NODETOOL["service"]):
        yield ChangeService(tool=call.name, verb=verb)


@program("kcat", "kafkacat", "kafka-console-producer", "kafka-console-producer.sh")
def produce(call: Invocation) -> Effects:
    """Messages for a topic; whoever listens acts on them. Consumers and listings only look."""
    line = Options("-b --bootstrap-server --broker-list HOSTS", "-t --topic T", "-P", "-C", "-L", "-Q", "-G G", "-F F", "-X P", "-K S",
                   "-D S", "-k K", "-p N", "-o O", "-c N", "-e", "-q", "-l", "-f FMT", "-s S", "-r URL", "-J", "-u", "-z C", "-h --help",
                   "--property P", "--producer.config F", "--producer-property P").parse(call.args)  # fmt: skip
    producing = line.has("-P") or call.name.startswith("kafka-console-producer")
    if not producing or line.has("--help"):
        return
    hosts = line.value("-b")
    host = hosts.split(",")[0].split(":")[0] if hosts is not None else None
    for word in line.operands:
        yield ReadPath(target=call.target(word), shown=False)
    topic = line.text("-t") or "a topic"
    if host is None or locate(call, "", host=host).stage not in ("local", "test"):
        yield ChangeStore(
            tool=call.name, verb="write", what=topic, everything=True, database=locate(call, "", host=host)
        )


_DUMPS: Final = Options(
    "--input -i URL", "--output -o URL", "--type T", "--limit N", "--overwrite [B]", "--delete [B]", "--help"
)


@program("elasticdump", "multielasticdump")
def elasticdump(call: Invocation) -> Effects:
    """Copies an index between servers and files: into a server it writes, into a file it dumps."""
    line = _DUMPS.parse(call.args)
    if line.has("--help"):
        return
    for option, word in (("in", line.value("--input")), ("out", line.value("--output"))):
        if word is None or word.text in ("$", "-"):
            continue
        if "://" not in word.visible:
            target = call.target(word)
            yield ReadPath(target=target, shown=False) if option == "in" else WritePath(target=target)
        elif option == "out":
            database = locate(call, "", url=word)
            yield ResetDatabase(tool=call.name, how="restore", what=word.shown(80), database=database)
    if line.has("--delete") and line.text("--delete") != "false":
        yield ChangeStore(tool=call.name, verb="delete", what="what was dumped", everything=True)
