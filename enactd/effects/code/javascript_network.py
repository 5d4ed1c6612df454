"""Requests, sockets, mail and databases in JavaScript."""

from __future__ import annotations

import re
from typing import Final, Literal

from enactd.effects.code import operations
from enactd.effects.code.javascript_modules import Given, function, method
from enactd.effects.code.objects import Thing, joined, json_text, text, untold
from enactd.effects.http import exchange
from enactd.effects.invocation import Value, concat, known, unknown
from enactd.effects.model import ChangeStore, Database, ResetDatabase, SendData, SendMessage
from enactd.effects.sql.connection import file_database, locate, opened_file
from enactd.effects.values import ENVIRONMENT, NETWORK, SECRET

_VERBS: Final = ("get", "post", "put", "patch", "delete", "head", "options", "del")
_CLIENTS: Final = (
    "axios",
    "got",
    "ky",
    "superagent",
    "needle",
    "request",
    "wretch",
    "$fetch",
    "ofetch",
    "phin",
    "bent",
    "undici",
)
_WITH_BODY: Final = frozenset(("axios", "needle", "$fetch", "superagent"))
_DIALECTS: Final = (
    ("mysql", "mysql"), ("maria", "mysql"), ("sqlite", "sqlite"), ("libsql", "sqlite"), ("mssql", "tsql"), ("oracledb", "oracle"),
    ("clickhouse", "clickhouse"), ("duckdb", "duckdb"), ("snowflake", "snowflake"), ("pg", "postgres"), ("postgres", "postgres"),
    ("neon", "postgres"), ("prisma", ""), ("knex", ""), ("sequelize", ""), ("typeorm", ""),
)  # fmt: skip


def _response(given: Given) -> Thing:
    return Thing((unknown("what came from the network", NETWORK),), f"{given.name}()")


def _headers(options: Thing) -> list[Value]:
    found = options.field("headers")
    fields = found.fields if found is not None else None
    return [concat((known(f"{name}: "), part.text)) for name, part in (fields or {}).items()]


def _body(part: Thing | None) -> Value | None:
    if part is None:
        return None
    content = json_text(part) if part.fields is not None or part.items is not None else part.text
    return content.tainted(*part.all_origins())


def _request(given: Given, verb: str | None, url: Thing | None, options: Thing, body: Thing | None) -> Thing:
    """One request; the method may be an option."""
    told = options.field("method")
    if told is not None:
        verb = told.plain
    body = body or options.field("body", "data", "json", "form", "formData", "searchParams", "params")
    insecure = (options.field("rejectUnauthorized", "strictSSL") or Thing((known("true"),))).plain == "false"
    for address in (url or options.field("url", "uri") or untold("a URL")).texts[:6]:
        if "://" in address.visible or not address.known or address.visible.startswith("//"):
            given.emit(exchange(verb, address, headers=_headers(options), body=_body(body), insecure=insecure))
    return _response(given)


@function("fetch", "Bun.fetch", "undici.fetch", "undici.request", "undici.stream", "node-fetch", "ofetch", "$fetch", "ofetch.ofetch",
          "ky", "got", "got.stream", "phin", "request", "superagent", "wretch", "zx.fetch", "ofetch.$fetch")  # fmt: skip
def fetch(given: Given) -> Thing | None:
    first = given.at(0)
    if first is not None and first.fields is not None and first.name != "URL()":
        return _request(given, "GET", None, first, None)
    return _request(given, "GET", first, given.options(), None)


@function("axios", "axios.request", "axios.default")
def axios(given: Given) -> Thing | None:
    return fetch(given)


@function(*(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS))
def verb_request(given: Given) -> Thing | None:
    """`client.post(url, body, options)`; got and ky put the body among the options."""
    client, _, verb = given.name.partition(".")
    second = given.at(1)
    body = second if client in _WITH_BODY and verb in ("post", "put", "patch") else None
    options = given.at(2) if body is not None else second
    if client == "superagent":
        return Thing(
            (unknown("a request", NETWORK),),
            "superagent()",
            None,
            {"url": given.at(0) or untold(), "method": text(verb)},
        )
    verb = "DELETE" if verb == "del" else verb.upper()
    return _request(given, verb, given.at(0), options or Thing((known(""),)), body)


@method("send")
def send(given: Given) -> Thing | None:
    """superagent's body, XMLHttpRequest's and a WebSocket's."""
    subject = given.subject
    url, verb = subject.field("url"), subject.field("method")
    if subject.name == "superagent()" and url is not None:
        return _request(
            given, (verb.plain or "post").upper() if verb else "POST", url, Thing((known(""),)), given.at(0)
        )
    if subject.name == "XMLHttpRequest()" and url is not None:
        return _request(given, (verb.plain if verb else None), url, Thing((known(""),)), given.at(0))
    if "sendgrid" in subject.name or "sgMail" in subject.name or "emails" in given.name:
        return _mail(given, given.name)
    if given.carried() & {SECRET, ENVIRONMENT} and ("Socket" in subject.name or "ws" in subject.name):
        given.emit(iter([SendData(to=None, by=subject.name, carries=given.carried())]))
    return None


@method("open")
def open_request(given: Given) -> Thing | None:
    if given.subject.name == "XMLHttpRequest()":
        given.subject.fields = {"method": given.at(0) or untold(), "url": given.at(1) or untold()}
        given.emit(exchange(given.text(0).text, given.text(1)))
    return None


@function("http.request", "https.request", "http.get", "https.get")
def node_request(given: Given) -> Thing | None:
    """A URL, or an object with host, path and method."""
    first, options = given.at(0), given.options()
    scheme = given.name.split(".")[0]
    if first is not None and first.fields is not None and first.name != "URL()":
        host = first.field("hostname", "host") or text("localhost")
        port = first.field("port")
        path = first.field("path", "pathname") or text("/")
        where = joined([host, text(":"), port]) if port is not None else host
        first = joined([text(f"{scheme}://"), where, path])
    _request(given, "GET", first, options, None)
    verb = options.field("method") or text("GET")
    fields = {"url": first or untold(), "method": verb}
    return Thing((unknown("what came from the network", NETWORK),), "http.request()", None, fields)


@method("write", "end")
def written(given: Given) -> Thing | None:
    """A body written into a request or a socket that was opened before."""
    subject, carried = given.subject, given.carried()
    if subject.name == "http.request()" and given.arguments and given.arguments[0].function is None:
        url, verb = subject.field("url"), subject.field("method")
        if url is not None:
            given.emit(exchange(verb.plain if verb else None, url.text, body=_body(given.at(0))))
    elif carried and subject.name in ("net.connect()", "net.createConnection()", "tls.connect()", "net.Socket()"):
        given.emit(operations.connect(given.call, (subject.field("host") or untold()).text, "a socket", carried))
    return None


@function("net.connect", "net.createConnection", "tls.connect", "Deno.connect", "Deno.connectTls", "Bun.connect")
def connect(given: Given) -> Thing | None:
    """A port alone means this machine."""
    options = given.options()
    host = options.field("host", "hostname") or given.at(1)
    if host is None or host.fields is not None or host.function is not None:
        host = text("localhost")
    given.emit(operations.connect(given.call, host.text, "a socket"))
    return Thing((unknown("a socket", NETWORK),), "net.connect()", None, {"host": host})


@method("connect")
def socket_connect(given: Given) -> Thing | None:
    if given.subject.name in ("net.Socket()", "net.Socket", "tls.TLSSocket()"):
        given.subject.fields = connect(given).fields if connect(given) else None  # type: ignore[union-attr]
        return given.subject
    return None


@function("WebSocket", "ws", "ws.WebSocket", "socket.io-client.io", "socket.io-client", "EventSource")
def web_socket(given: Given) -> Thing | None:
    host = re.sub(r"^\w+://([^/:?]*).*", r"\1", given.text(0).text or "", flags=re.DOTALL) or None
    given.emit(operations.connect(given.call, known(host) if host else None, "a web socket"))
    return Thing((unknown("a socket", NETWORK),), "WebSocket()")


@function("dns.lookup", "dns.resolve", "dns.resolve4", "dns.resolveTxt", "Deno.resolveDns")
def look_up(given: Given) -> Thing | None:
    """A name that is looked up leaves the machine, and what is in it."""
    if given.text(0).origins:
        given.emit(iter([SendData(to=None, by="a name look-up", carries=given.text(0).origins)]))
    return None


@method("sendMail", "sendEmail", "sendTransacEmail")
def mail(given: Given) -> Thing | None:
    return _mail(given, "nodemailer" if given.method == "sendMail" else given.method)


@method("postMessage")
def post(given: Given) -> Thing | None:
    return _mail(given, "chat") if "chat" in given.name else None


def _mail(given: Given, by: str) -> Thing | None:
    to = given.options().field("to", "bcc", "channel", "Destination")
    people = to.items if to is not None and to.items is not None else []
    shown = to.text.shown(80) if to is not None else ""
    given.emit(iter([SendMessage(by=by, to=shown, bulk=len(people) > 5, carries=given.carried())]))
    return None


# Databases


@method("query", "execute", "exec", "run", "all", "get", "each", "prepare", "raw", "unsafe", "none", "any", "one", "many", "oneOrNone",
        "manyOrNone", "batch", "$executeRaw", "$queryRaw", "$executeRawUnsafe", "$queryRawUnsafe", "sql", "command", "multi", "result",
        "executeMultiple", "request", "simple", "values", "queryRaw", "executeRaw", "runSql", "stream")  # fmt: skip
@function("sql", "postgres()", "Bun.sql", "bun.sql", "neon()", "vercel-postgres.sql", "@vercel/postgres.sql")
def statement(given: Given) -> Thing | None:
    """A first argument that begins like SQL is SQL, whatever the client."""
    first = given.at(0)
    if first is None:
        return None
    content = first.field("text", "sql", "query") or first
    told = [value for value in content.texts if operations.is_sql(value)]
    dialect, database = _database(given)
    for value in told[:6]:
        given.emit(operations.sql(value, dialect, database))
    return Thing((unknown("rows"),), f"{given.name}()", database=given.subject.database) if told else None


def _database(given: Given) -> tuple[str, Database]:
    subject = f"{given.subject.name}.{given.name}".lower()
    database = given.subject.database
    dialect = next((told for word, told in _DIALECTS if word in subject), "")
    return (database.dialect or dialect, database) if database is not None else (dialect, Database(dialect=dialect))


@function("better-sqlite3", "sqlite3.Database", "better-sqlite3.Database", "Database", "bun:sqlite.Database", "node:sqlite.DatabaseSync",
          "sqlite.DatabaseSync", "pg.Client", "pg.Pool", "postgres", "mysql2.createConnection", "mysql.createConnection", "mysql2.createPool",
          "mysql2/promise.createConnection", "mysql.createPool", "mysql2/promise.createPool", "sequelize", "sequelize.Sequelize", "Sequelize",
          "Client", "Pool", "knex", "@libsql/client.createClient", "mssql.connect", "mariadb.createPool", "neon", "@neondatabase/serverless.neon")  # fmt: skip
def client(given: Given) -> Thing | None:
    """A connection: its URL, file or host says which database it is."""
    dialect = next((told for word, told in _DIALECTS if word in given.name.lower()), "")
    options = given.options()
    url = options.field("connectionString", "uri", "url", "connection")
    first = given.at(0)
    if url is None and first is not None and first.fields is None:
        url = first
    host, name = options.field("host"), options.field("database", "filename", "storage")
    if dialect == "sqlite":
        path = url.text if url is not None else None
        database = file_database(given.call, dialect, path)
        given.emit(opened_file(given.call, path, database))
    elif url is not None and "://" in url.text.visible:
        database = locate(given.call, dialect, url=url.text)
    else:
        database = locate(given.call, dialect, host=host.text if host else None, name=name.text if name else None)
    return Thing((unknown("a database"),), f"{given.name}()", database=database)


@method("dropDatabase", "dropAllTables", "dropSchema", "dropTable", "dropTableIfExists", "dropAllSchemas", "dropCollection", "truncate",
        "synchronize", "sync", "drop", "dropAllModels")  # fmt: skip
def drop(given: Given) -> Thing | None:
    """What empties or drops; `sync` only with `force`, and no function of the file system."""
    name = given.subject.name
    if given.method in ("sync", "synchronize"):
        dropping = given.flag("force") if given.method == "sync" else given.text(0).text == "true"
        if not dropping or not re.search(r"sequel|model|db|source|connection|orm", name, re.IGNORECASE):
            return None
    elif given.method in ("truncate", "drop") and (
        name.startswith(("fs.", "[]", "fs", "path", "_", "lodash")) or given.subject.items is not None or not name
    ):
        return None
    what = given.text(0).shown(40) if given.arguments else name
    given.emit(
        iter([ResetDatabase(tool="javascript", how="drop", what=what, database=given.subject.database or Database())])
    )
    return None


@method("deleteMany", "updateMany", "deleteOne", "updateOne", "update", "remove", "del", "delete", "destroy")
def delete_rows(given: Given) -> Thing | None:
    """Without a filter the whole collection is meant; only words like `deleteMany` are a database's for sure."""
    first = given.at(0)
    verb: Literal["write", "delete"] = "write" if given.method.startswith("update") else "delete"
    where = given.options().field("where") if given.method == "destroy" else first.field("where") if first else None
    if given.method == "destroy":
        everything = given.flag("truncate") or (where is not None and where.fields == {})
        if where is None and not everything:
            return None
    elif given.method == "update" and len(given.arguments) == 2 and (where := given.arguments[1].field("where")):
        verb, everything = "write", where.fields == {}
    elif given.method == "del" and "knex" in given.subject.name.lower():
        everything = re.search(r"where", given.subject.name, re.IGNORECASE) is None
    elif given.method not in ("deleteMany", "updateMany", "deleteOne", "updateOne"):
        return None
    else:
        told = where or first
        prisma = where is None and first is not None and first.field("data") is not None  # an `updateMany` of all rows
        everything = given.method.endswith("Many") and (told is None or told.fields == {} or prisma)
    what = given.subject.name
    given.emit(iter([ChangeStore(tool="javascript", verb=verb, what=what, everything=everything)]))
    return None


@method("flushall", "flushAll", "flushdb", "flushDb", "FLUSHALL", "FLUSHDB")
def flush(given: Given) -> Thing | None:
    given.emit(iter([ChangeStore(tool="redis", verb="flush", what="the whole store", everything=True)]))
    return None
