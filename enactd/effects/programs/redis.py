"""redis-cli and its kin: which keys a command reads, changes, deletes or flushes."""

from __future__ import annotations

import re
from typing import Final, Literal

from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program
from enactd.effects.model import ChangeService, ChangeStore, Database, Opaque, ReadPath, RunCode, WritePath
from enactd.effects.sql.connection import locate
from enactd.effects.values import unknown
from enactd.risk import Risk

Verb = Literal["read", "write", "delete", "flush"]

CLI: Final = Options(
    "-h HOST", "-p PORT", "-t SECONDS", "-s SOCKET", "-a --pass PASSWORD", "-u URI", "--user USER", "--askpass",
    "-r COUNT", "-i INTERVAL", "-n DB", "-2", "-3", "-x", "-X TAG", "-d DELIMITER", "-D DELIMITER", "-c", "-e",
    "-4", "-6",
    "--tls", "--sni HOST", "--cacert F", "--cacertdir F", "--insecure", "--cert F", "--key F", "--tls-ciphers C",
    "--tls-ciphersuites C", "--raw", "--no-raw", "--quoted-input", "--csv", "--json", "--quoted-json",
    "--show-pushes YN", "--stat", "--latency", "--latency-history", "--latency-dist", "--lru-test N", "--replica",
    "--slave",
    "--rdb FILE", "--functions-rdb FILE", "--pipe", "--pipe-timeout N", "--bigkeys", "--memkeys", "--memkeys-samples N",
    "--keystats", "--hotkeys", "--scan", "--pattern P", "--count N", "--quoted-pattern P", "--intrinsic-latency S",
    "--eval FILE", "--ldb", "--ldb-sync-mode", "--cluster COMMAND", "--verbose", "--no-auth-warning", "--help",
    "--version",
    "-v", "--cursor N", "--top N",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_FLUSH: Final = frozenset({"FLUSHALL", "FLUSHDB", "SLAVEOF", "REPLICAOF"})
_DELETE: Final = frozenset(
    "DEL UNLINK GETDEL HDEL SREM ZREM LREM LTRIM SPOP LPOP RPOP BLPOP BRPOP ZPOPMIN ZPOPMAX ZREMRANGEBYRANK "
    "ZREMRANGEBYSCORE ZREMRANGEBYLEX XDEL XTRIM EXPIRE PEXPIRE EXPIREAT PEXPIREAT LMPOP ZMPOP BLMPOP BZMPOP HGETDEL "
    "HEXPIRE".split()
)
_READ: Final = frozenset(
    "GET MGET KEYS SCAN EXISTS TYPE TTL PTTL EXPIRETIME STRLEN GETRANGE SUBSTR HGET HMGET HGETALL HKEYS HVALS HLEN "
    "HEXISTS "
    "HSCAN HSTRLEN HRANDFIELD SMEMBERS SCARD SISMEMBER SMISMEMBER SSCAN SRANDMEMBER SINTER SUNION SDIFF SINTERCARD "
    "ZRANGE "
    "ZRANGEBYSCORE ZRANGEBYLEX ZREVRANGE ZREVRANGEBYSCORE ZSCORE ZMSCORE ZCARD ZCOUNT ZRANK ZREVRANK ZSCAN ZLEXCOUNT "
    "ZRANDMEMBER LRANGE LLEN LINDEX LPOS XRANGE XREVRANGE XLEN XREAD XINFO XPENDING INFO PING ECHO DBSIZE RANDOMKEY "
    "TIME "
    "LASTSAVE ROLE OBJECT MEMORY COMMAND LATENCY MONITOR SUBSCRIBE PSUBSCRIBE PUBSUB DUMP BITCOUNT BITPOS GETBIT "
    "GEOPOS "
    "GEODIST GEOHASH GEOSEARCH PFCOUNT SLOWLOG HELLO AUTH SELECT QUIT CLIENT LOLWUT TOUCH WAIT READONLY ASKING WATCH "
    "UNWATCH MULTI EXEC DISCARD SAVE BGSAVE BGREWRITEAOF HELP CLEAR EXIT LCS SORT_RO EVAL_RO EVALSHA_RO "
    "FCALL_RO".split()
)  # fmt: skip
PORT: Final = "6379"
_LUA_CALL: Final = re.compile(r"""(?:redis|server)\s*\.\s*p?call\s*\(\s*(?:(['"])(\w+)\1|(\w))""")
# `local call = redis.call`, `redis["call"](...)`, `local r = redis`
_LUA_OTHER_NAME: Final = re.compile(
    r"\b(?:redis|server)\s*(?:\.\s*p?call\b(?!\s*\()|\[)|=\s*(?:redis|server)\s*(?=[\n;]|\b(?:local|return|for)\b|$)"
)


@program("redis-cli", "valkey-cli", "keydb-cli", "iredis", "dragonfly-cli", "redis-cli.exe")
def redis_cli(call: Invocation) -> Effects:
    """One command from the arguments, else one per line of standard input."""
    line = CLI.parse(call.args)
    if line.has("--help", "--version", "-v"):
        return
    name = line.value("-n")
    database = locate(
        call, "redis", host=line.value("-h") or call.variable("REDISCLI_HOST"), name=name, url=line.value("-u")
    )
    for word in (*line.values("--rdb"), *line.values("--functions-rdb")):
        if word.text != "-":
            yield WritePath(target=call.target(word))
    if line.has("--cluster"):
        yield from _cluster(call, line.text("--cluster"), database)
        return
    for word in line.values("--eval"):
        yield ReadPath(target=call.target(word), shown=False)
        yield from _lua(call, call.text_of(word), database)
    if line.has("--eval", "--rdb", "--functions-rdb", "--stat", "--latency", "--bigkeys", "--memkeys", "--hotkeys",
    "--scan",
                "--latency-history", "--latency-dist", "--keystats", "--intrinsic-latency", "--replica"):  # fmt: skip
        return
    words = list(line.operands)
    if line.has("-x", "-X") and call.stdin is not None:
        words.append(call.stdin)
    if words:
        if len(words) == 1 and " " in words[0].visible:
            words = words[0].words()
        yield from _command(call, words, database)
    elif call.stdin is not None:
        if line.has("--pipe") and not call.stdin.visible.strip():
            yield ChangeStore(tool=call.name, verb="write", what="commands known only at run time", database=database)
        for text in call.stdin.lines():
            parts = text.words()
            if parts and parts[0].prefix[:1] not in {"*", "$", "#"}:
                yield from _command(call, parts, database)


def spoken(call: Invocation, port: str | None, text: Value | None) -> Effects:
    """What is sent over a plain connection to a store's port: its own commands, one a line."""
    if port != PORT or text is None:
        return
    database = locate(call, "redis")
    if not text.visible.strip():
        yield ChangeStore(tool=call.name, verb="write", what="commands known only at run time", database=database)
    for line in text.lines():
        words = line.words()
        if words and words[0].prefix[:1] not in {"*", "$", "#"}:
            yield from _command(call, words, database)


def _command(call: Invocation, words: list[Value], database: Database) -> Effects:
    text = words[0].text
    if text is None:
        yield Opaque(reason="Redis command known only at run time", level=Risk.COMMITMENT)
        return
    name = text.strip("\"'").upper()
    arguments = words[1:]
    # Keys, never values: they may be secrets.
    shown = arguments[:2] if name in {"CONFIG", "ACL", "SCRIPT", "MODULE", "CLUSTER"} else arguments[:1]
    keys = " ".join(word.shown() for word in (arguments[:5] if name in _DELETE | _READ else shown))
    second = (arguments[0].text or "").upper() if arguments else ""
    if name in {"EVAL", "EVALSHA", "FCALL"}:
        if name == "EVAL" and arguments:
            yield from _lua(call, arguments[0], database)
        else:
            yield ChangeStore(tool=call.name, verb="write", what=f"{name} {keys}", database=database)
    elif name == "SHUTDOWN" or (name == "DEBUG" and second in {"SEGFAULT", "RESTART", "CRASH-AND-RECOVER", "PANIC"}):
        yield ChangeService(tool=call.name, verb="stop", what="redis")
    elif name == "MODULE" and second in {"LOAD", "LOADEX"}:
        yield RunCode(language="native", origin="outside", what=keys)
    else:
        verb = _verb(name, second, arguments)
        if verb is not None:
            yield ChangeStore(
                tool=call.name,
                verb=verb,
                what=f"{name} {keys}".strip(),
                everything=verb == "flush" or (verb == "delete" and _any_key(name, arguments)),
                database=database,
            )


def _any_key(name: str, arguments: list[Value]) -> bool:
    """Whether whole keys are deleted that only the run will name: what a listing gave."""
    return name in {"DEL", "UNLINK"} and any(not word.visible.strip() for word in arguments)


def _verb(name: str, second: str, arguments: list[Value]) -> Verb | None:
    if name in _FLUSH:
        return "read" if name.endswith("OF") and second == "NO" else "flush"
    if name in {"CONFIG", "ACL", "SCRIPT", "FUNCTION", "CLUSTER", "LATENCY", "SENTINEL", "XGROUP", "CLIENT", "SLOWLOG"}:
        if second in {"FLUSHSLOTS", "RESET"} and name == "CLUSTER":
            return "flush"
        if second in {"DELUSER", "FLUSH", "DELETE", "DESTROY", "FORGET", "REMOVE", "DELCONSUMER"}:
            return "delete"
        if second in {
            "SET",
            "SETUSER",
            "REWRITE",
            "LOAD",
            "RESTORE",
            "RESETSTAT",
            "FAILOVER",
            "KILL",
            "MEET",
            "SETSLOT",
        }:
            return "write"
        return "read"
    if name in _DELETE:
        return "delete"
    if name in _READ:
        return "read"
    if "." in name:  # modules: JSON.GET, FT.DROPINDEX
        verb = name.rpartition(".")[2]
        if "DEL" in verb or "DROP" in verb or verb in {"CLEAR", "FORGET"}:
            return "delete"
        if verb.startswith(("GET", "MGET", "SEARCH", "INFO", "LIST", "RANGE", "AGGREGATE", "EXISTS", "QUERY", "_LIST")):
            return "read"
    return "write"


def _lua(call: Invocation, script: Value, database: Database) -> Effects:
    if not script.known and not script.visible.strip():
        yield RunCode(language="lua", origin="unknown", what=script.shown())
        return
    calls = _LUA_CALL.findall(script.visible)
    # Whatever a listing gave is deleted, were it every key of the store.
    listing = {name.upper() for _, name, _ in calls} & {"KEYS", "SCAN", "RANDOMKEY"}
    key = unknown("") if listing else known("(in a script)")
    for quote, name, variable in calls:
        if quote:
            yield from _command(call, [known(name), key], database)
        elif variable:
            yield Opaque(reason="Redis command that a script chooses", level=Risk.COMMITMENT)
    if _LUA_OTHER_NAME.search(script.visible):
        yield Opaque(reason="Redis commands that a script gives under another name", level=Risk.COMMITMENT)


def _cluster(call: Invocation, command: str, database: Database) -> Effects:
    if command in {"check", "info", "help", "backup"}:
        yield ChangeStore(tool=call.name, verb="read", what=f"cluster {command}", database=database)
    elif command == "call":
        yield from _command(
            call, [word for word in call.args[-2:] if not word.startswith("-")] or [known("?")], database
        )
    else:
        verb: Verb = "delete" if command in {"del-node"} else "write"
        yield ChangeStore(tool=call.name, verb=verb, what=f"cluster {command}", database=database)


@program("redis-benchmark", "valkey-benchmark", "memtier_benchmark")
def benchmark(call: Invocation) -> Effects:
    """Writes test keys."""
    yield ChangeStore(tool=call.name, verb="write", what="benchmark keys", database=locate(call, "redis"))


@program("redis-dump", "redis-check-aof", "redis-check-rdb", "valkey-check-aof", "valkey-check-rdb")
def check(call: Invocation) -> Effects:
    """Reads files; --fix cuts a damaged one."""
    fixes = "--fix" in call.texts()
    for word in call.args:
        if not word.startswith("-"):
            target = call.target(word)
            yield WritePath(target=target, how="edit") if fixes else ReadPath(target=target, shown=False)
