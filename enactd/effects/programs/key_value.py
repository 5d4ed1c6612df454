"""etcdctl, influx, and the like: stores with verbs of their own."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, program
from enactd.effects.model import ChangeStore, ReadPath, ResetDatabase, WritePath
from enactd.effects.sql.client import Client
from enactd.effects.sql.connection import locate

ETCD: Final = Options(
    "--endpoints HOSTS", "--cacert F", "--cert F", "--key F", "--user U", "--password P", "--command-timeout T",
    "--dial-timeout T", "-w --write-out F", "--prefix", "--from-key", "--prev-kv", "--range", "--lease L",
    "--ignore-value",
    "--keys-only", "--limit N", "--rev N", "--order O", "--sort-by S", "--print-value-only", "--hex",
    "--insecure-skip-tls-verify",
    "--insecure-transport", "--debug", "--cluster", "--data-dir D", "--name N", "--initial-cluster C", "--physical",
    "-h --help", "--skip-hash-check", "--force",
)  # fmt: skip


@program("etcdctl", "etcdutl")
def etcd(call: Invocation) -> Effects:
    """Keys, members, snapshots."""
    line = ETCD.parse(call.args)
    if line.has("--help") or not line.operands:
        return
    database = locate(call, "etcd", host=line.value("--endpoints"), url=line.value("--endpoints"))
    words = ["?" if word.text is None else word.text for word in line.operands]
    verb, rest = words[0], words[1:]
    what = " ".join(words[:3])
    everything = line.has("--prefix", "--from-key", "--range") and (not rest or rest[0] in {"", "/", "\\0"})
    if verb in {"del", "rm", "rmdir"}:
        yield ChangeStore(
            tool=call.name,
            verb="flush" if everything else "delete",
            what=what,
            everything=everything,
            database=database,
        )
    elif verb == "snapshot" and rest[:1] == ["restore"]:
        yield ResetDatabase(tool=call.name, how="restore", what=what, database=database)
    elif verb == "snapshot" and rest[:1] == ["save"] and len(line.operands) > 2:
        yield WritePath(target=call.target(line.operands[2]))
    elif (verb in {"member", "user", "role"} and rest[:1] in (["remove"], ["delete"])) or verb == "compact":
        yield ChangeStore(tool=call.name, verb="delete", what=what, database=database)
    elif verb in {"put", "txn", "lease", "auth", "member", "user", "role", "defrag", "move-leader", "set", "mk"}:
        reading = rest[:1] in (["list"], ["get"], ["status"], ["timetolive"])
        yield ChangeStore(tool=call.name, verb="read" if reading else "write", what=what, database=database)
    else:
        yield ChangeStore(tool=call.name, verb="read", what=what, database=database)


INFLUX: Final = Options(
    "--host URL", "-t --token T", "-o --org O", "--org-id O", "-b --bucket B", "--bucket-id B", "-p --predicate P",
    "--start T", "--stop T", "-n --name N", "-i --id N", "-f --file FILE", "-c --active-config C", "--configs-path F",
    "--skip-verify", "--json", "--hide-headers", "-execute --execute SQL", "-database --database NAME", "-host HOST",
    "-port N", "-username U", "-password P", "-import", "-path F", "-format F", "-precision P", "-ssl", "-unsafeSsl",
    "-h --help", "--full", "--force", "-r --retention R", "--precision P", "--raw", "-version", "-pretty",
)  # fmt: skip


@program("influx", "influxd")
def influx(call: Invocation) -> Effects:
    """Version 1: -execute with InfluxQL. Version 2: delete, bucket delete, restore, write."""
    line = INFLUX.parse(call.args)
    if line.has("--help", "-version"):
        return
    words = [word.text or "?" for word in line.operands]
    url = line.value("--host")
    database = locate(
        call, "influxql", host=line.value("-host"), name=line.value("-database") or line.value("-b"), url=url
    )
    for word in line.values("-execute"):
        yield from Client(call, "", database).script(word)
    what = " ".join(words[:2])
    if not words:
        return
    if words[0] == "delete":
        everything = not line.has("--predicate")
        yield ChangeStore(tool=call.name, verb="delete", what=what, everything=everything, database=database)
    elif "delete" in words[1:2] or "rm" in words[1:2]:
        yield ResetDatabase(tool=call.name, how="drop", what=what, database=database)
    elif words[0] == "restore":
        yield ResetDatabase(tool=call.name, how="restore", what=what, database=database)
    elif words[0] in {"write", "setup"} or words[1:2] in (["create"], ["update"]):
        for word in line.values("-f"):
            yield ReadPath(target=call.target(word), shown=False)
        yield ChangeStore(tool=call.name, verb="write", what=what, database=database)
    else:
        yield ChangeStore(tool=call.name, verb="read", what=what, database=database)
