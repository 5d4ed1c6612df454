"""Requests, sockets, mail, databases and clouds in Python."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, json_text, text, untold
from enactd.effects.code.python_modules import Given, function, method
from enactd.effects.http import exchange
from enactd.effects.model import ChangeInfrastructure, ChangeStore, Database, ResetDatabase, SendData, SendMessage
from enactd.effects.programs.redis import spoken
from enactd.effects.sql.connection import file_database, locate, opened_file
from enactd.effects.values import NETWORK, Value, concat, known, unknown

_RUNNERS: Final = frozenset(("`session`", "`c`", "`ctx`", "`context`"))
_VERBS: Final = ("get", "post", "put", "patch", "delete", "head", "options")
_DIALECTS: Final = {"sqlite3": "sqlite", "aiosqlite": "sqlite", "duckdb": "duckdb", "psycopg2": "postgres", "asyncpg": "postgres", "mysql": "mysql",
                    "cx_Oracle": "oracle", "oracledb": "oracle", "pyodbc": "tsql", "pymssql": "tsql", "snowflake.connector": "snowflake",
                    "clickhouse_connect": "clickhouse", "clickhouse_driver": "clickhouse"}  # fmt: skip


def _response(given: Given) -> Thing:
    return Thing((unknown("what came from the network", NETWORK),), f"{given.name}()")


def _body(part: Thing | None) -> Value | None:
    if part is None:
        return None
    return (json_text(part) if part.fields is not None and part.name != "file" else part.text).tainted(
        *part.all_origins()
    )


def _request(given: Given, verb: str | None, at: int = 0) -> Thing:
    """One request; files and open files in it are uploads."""
    url = given.at(at, "url", "endpoint")
    body = given.at(at + 1, "data", "json", "content") if verb not in ("GET", "HEAD", "OPTIONS", "DELETE") else None
    body = body or next((given.keywords[n] for n in ("data", "json", "content", "files") if n in given.keywords), None)
    headers = given.keywords.get("headers")
    lines = [
        concat((known(f"{name}: "), part.text))
        for name, part in ((headers.fields if headers is not None else None) or {}).items()
    ]
    sent = given.keywords.get("params")
    carries = sent.all_origins() if sent is not None else frozenset[str]()
    insecure = (given.keywords.get("verify") or text("True")).plain == "False"
    uploads = [given.call.target(path.text) for part in (body, given.keywords.get("files")) for path in _files(part)]
    for address in (url or untold("a URL")).texts[:4]:
        if "://" in address.visible or not address.known:
            given.emit(
                exchange(
                    verb, address, headers=lines, body=_body(body), uploads=uploads, insecure=insecure, carries=carries
                )
            )
    return _response(given)


def _files(part: Thing | None) -> list[Thing]:
    """Open files inside an argument."""
    if part is None:
        return []
    path = part.field("...path")
    inner = (
        [p for item in [*(part.items or []), *(part.fields or {}).values()] for p in _files(item)]
        if path is None
        else []
    )
    return [path] if path is not None else inner[:8]


def _verb(name: str) -> None:
    @function(
        *(
            f"{client}.{name}"
            for client in (
                "requests",
                "httpx",
                "aiohttp",
                "niquests",
                "grequests",
                "requests_html",
                "cloudscraper",
                "primp",
            )
        )
    )
    def verb(given: Given) -> Thing | None:
        return _request(given, name.upper())


for _name in _VERBS:
    _verb(_name)


@function("requests.request", "httpx.request", "aiohttp.request", "requests.Request", "httpx.Request", "httpx.stream", "urllib3.request",
          "urllib3.PoolManager().request", "http.client.HTTPSConnection().request_")  # fmt: skip
def request(given: Given) -> Thing | None:
    verb = given.at(0, "method")
    return _request(given, verb.plain.upper() if verb is not None and verb.plain is not None else None, 1)


@function(
    "urllib.request.urlopen",
    "urllib.request.Request",
    "urllib.request.urlretrieve",
    "urllib.urlopen",
    "urlopen",
    "wget.download",
)
def urlopen(given: Given) -> Thing | None:
    """A request object keeps what it will send; `urlretrieve` writes a file."""
    first = given.at(0, "url")
    if first is not None and first.name == "urllib.request.Request()":
        return _response(given)
    verb = given.keywords.get("method")
    data = given.at(1, "data") if given.method != "urlretrieve" else None
    method_name = verb.plain if verb is not None else "POST" if data is not None and data.plain != "None" else "GET"
    for address in (first or untold("a URL")).texts[:4]:
        given.emit(exchange(method_name, address, body=_body(data)))
    if given.method in ("urlretrieve", "download"):
        goal = given.at(1, "filename", "out")
        if goal is not None:
            given.emit(operations.write(given.call, goal.text, unknown("what came from the network", NETWORK)))
    return _response(given)


@function("http.client.HTTPSConnection", "http.client.HTTPConnection")
def connection(given: Given) -> Thing | None:
    return Thing(
        (unknown("a connection", NETWORK),), f"{given.name}()", None, {"host": given.at(0, "host") or untold()}
    )


@method("request")
def connection_request(given: Given) -> Thing | None:
    """`connection.request(method, path, body)`."""
    host = given.subject.field("host")
    if host is None:
        return None
    scheme = "https" if "HTTPS" in given.subject.name else "http"
    url = concat((known(f"{scheme}://"), host.text, given.text(1, "url")))
    given.emit(exchange(given.text(0, "method").text, url, body=_body(given.at(2, "body"))))
    return _response(given)


@function("socket.create_connection", "asyncio.open_connection", "ftplib.FTP", "ftplib.FTP_TLS", "telnetlib.Telnet", "websocket.create_connection",
          "websockets.connect", "ssl.create_connection")  # fmt: skip
def connect(given: Given) -> Thing | None:
    address = given.at(0, "address", "host", "uri")
    host = address.items[0] if address is not None and address.items else address
    plain = host.text if host is not None else None
    if plain is not None and "://" in plain.visible:
        plain = known(re.sub(r"^\w+://([^/:?]*).*", r"\1", plain.visible, flags=re.DOTALL))
    given.emit(operations.connect(given.call, plain, "a socket"))
    fields = {"host": Thing((plain or unknown("a host"),)), "port": _port(address)}
    return Thing((unknown("a socket", NETWORK),), "socket.socket()", None, fields)


def _port(address: Thing | None) -> Thing:
    """The second part of an address."""
    return address.items[1] if address is not None and address.items and len(address.items) > 1 else untold("a port")


@method("connect", "connect_ex", "sendto")
def socket_connect(given: Given) -> Thing | None:
    """Of a socket, or of an ssh client, which opens another machine."""
    if given.subject.name.startswith("socket."):
        address = given.at(1 if given.method == "sendto" else 0)
        host = address.items[0] if address is not None and address.items else address
        given.subject.fields = {"host": host or untold(), "port": _port(address)}
        given.emit(operations.connect(given.call, host.text if host is not None else None, "a socket", given.carried()))
    elif "SSHClient" in given.subject.name:
        given.subject.fields = {"host": given.at(0, "hostname") or untold()}
    return None


@method("send", "sendall")
def socket_send(given: Given) -> Thing | None:
    host = given.subject.field("host")
    if given.subject.name.startswith("socket.") and given.carried():
        given.emit(operations.connect(given.call, host.text if host is not None else None, "a socket", given.carried()))
    port = given.subject.field("port")
    if given.subject.name.startswith("socket.") and port is not None:
        given.emit(operations.only_effects(spoken(given.call, port.text.text, given.text(0))))
    return None


@method("exec_command")
def ssh_command(given: Given) -> Thing | None:
    """A command on another machine."""
    host = given.subject.field("host")
    place = f"ssh {host.text.shown(40)}" if host is not None else "ssh"
    for value in given.values(0, "command")[:4]:
        given.emit(operations.shell(given.call, value, place=place))
    return untold("output of a program")


@function("socket.gethostbyname", "socket.getaddrinfo", "dns.resolver.resolve", "socket.gethostbyname_ex")
def look_up(given: Given) -> Thing | None:
    """A name that is looked up leaves the machine, and what is in it."""
    if given.text(0).origins:
        given.emit(iter([SendData(to=None, by="a name look-up", carries=given.text(0).origins)]))
    return untold("an address")


@function("smtplib.SMTP", "smtplib.SMTP_SSL", "yagmail.SMTP")
def smtp(given: Given) -> Thing | None:
    return Thing(
        (unknown("a mail server"),), "smtplib.SMTP()", None, {"host": given.at(0, "host") or text("localhost")}
    )


@method("sendmail", "send_message", "send_mail")
def send_mail(given: Given) -> Thing | None:
    to = given.at(1, "to_addrs") if given.method == "sendmail" else given.keywords.get("to_addrs") or given.at(0)
    people = to.items or [] if to is not None else []
    shown = ", ".join(p.text.shown(40) for p in people[:3]) if people else to.text.shown(60) if to is not None else ""
    given.emit(iter([SendMessage(by="smtplib", to=shown, bulk=len(people) > 5, carries=given.carried())]))
    return None


@method("chat_postMessage", "files_upload", "files_upload_v2")
def chat(given: Given) -> Thing | None:
    to = given.keywords.get("channel") or given.at(0)
    given.emit(iter([SendMessage(by="slack", to=to.text.shown(60) if to is not None else "", carries=given.carried())]))
    return None


# Databases


@method("execute", "executemany", "executescript", "exec_driver_sql", "raw", "run_sql", "fetch", "fetchrow", "fetchval", "sql", "query", "execute_sql",
        "run", "scalar", "scalars", "fetch_all", "fetch_one", "command", "begin_nested_", "mogrify_")  # fmt: skip
@function("pandas.read_sql", "pandas.read_sql_query", "pd.read_sql", "duckdb.sql", "duckdb.query", "spark.sql")
def statement(given: Given) -> Thing | None:
    """A first argument that begins like SQL is SQL, whatever the client."""
    first = given.at(0, "sql", "query", "statement", "operation")
    if first is None:
        return None
    if given.method == "run" and any(hole.why in _RUNNERS for text in given.subject.texts for hole in text.holes):
        return _ran(given)
    database = given.subject.database
    told = [value for value in first.texts if operations.is_sql(value)]
    for value in told[:6]:
        given.emit(operations.sql(value, database.dialect if database is not None else "", database))
    fields = {"...sql": Thing(tuple(told))}
    return Thing((unknown("rows"),), f"{given.name}()", None, fields, database=database) if told else None


@method(
    "to_csv", "to_json", "to_excel", "to_parquet", "to_pickle", "to_feather", "to_html", "write_csv", "write_parquet"
)
def rows_written(given: Given) -> Thing | None:
    """A table goes to a file; rows of a query go there with it."""
    goal, query = given.at(0, "path_or_buf", "path", "excel_writer"), given.subject.field("...sql")
    if goal is None:
        return untold("text", given.subject.all_origins())
    for path in goal.texts if goal.name != "file" else ():
        given.emit(operations.write(given.call, path, unknown("a table", *given.subject.all_origins())))
    database = given.subject.database
    for value in query.texts if query is not None else ():
        given.emit(operations.sql(value, database.dialect if database is not None else "", database, leaves="file"))
    return None


def _ran(given: Given) -> Thing | None:
    """`session.run("pytest", "-q")` of nox is words, `c.run("make x")` of invoke a line for the shell."""
    words = [thing.text for thing in given.arguments]
    if len(words) > 1 and not given.subject.text.holes[0].why.startswith("`c"):
        given.emit(operations.run(given.call, words))
    else:
        given.emit(operations.shell(given.call, words[0]))
    return untold("output of a program")


@function("sqlalchemy.text", "sqlalchemy.sql.text", "text", "psycopg2.sql.SQL", "django.db.models.expressions.RawSQL")
def wrapped(given: Given) -> Thing | None:
    return given.at(0, "text")


@function(*(f"{module}.connect" for module in _DIALECTS), "sqlalchemy.create_engine", "asyncpg.create_pool", "databases.Database", "create_engine",
          "sqlmodel.create_engine", "sqlalchemy.ext.asyncio.create_async_engine", "records.Database", "dataset.connect")  # fmt: skip
def database(given: Given) -> Thing | None:
    """A connection: its URL, file or host says which database it is."""
    dialect = _DIALECTS.get(given.name.rpartition(".")[0], "")
    first = given.at(0, "dsn", "database", "url")
    told = first.text if first is not None else None
    if dialect in ("sqlite", "duckdb"):
        place = file_database(given.call, dialect, told)
        given.emit(opened_file(given.call, told, place))
    elif told is not None and "://" in told.visible:
        place = locate(given.call, dialect, url=told)
    else:
        host, name = (
            given.keywords.get("host"),
            given.keywords.get("dbname") or given.keywords.get("database") or given.keywords.get("db"),
        )
        place = locate(given.call, dialect, host=host.text if host else None, name=name.text if name else None)
    return Thing((unknown("a database"),), f"{given.name}()", database=place)


@method(
    "drop_all",
    "drop_database",
    "dropDatabase",
    "drop_collection",
    "drop_table",
    "drop_tables",
    "drop_schema",
    "reset_db",
    "drop_index_",
)
def drop(given: Given) -> Thing | None:
    what = given.text(0).shown(40) if given.arguments else given.subject.name
    things = [given.subject, *given.arguments, *given.keywords.values()]
    database = next((thing.database for thing in things if thing.database is not None), Database())
    given.emit(iter([ResetDatabase(tool="python", how="drop", what=what, database=database)]))
    return None


@method("flushall", "flushdb")
def flush(given: Given) -> Thing | None:
    given.emit(iter([ChangeStore(tool="redis", verb="flush", what="the whole store", everything=True)]))
    return None


# Clouds


@function(
    "boto3.client",
    "boto3.resource",
    "boto3.Session().client",
    "boto3.session.Session().client",
    "aioboto3.Session().client",
)
def aws(given: Given) -> Thing | None:
    return Thing((unknown("a client"),), "aws", None, {"service": given.at(0, "service_name") or untold()})


_CLOUD: Final = re.compile(
    r"(delete|terminate|destroy|purge|remove|create|put|update|modify|run|stop|start|reboot|attach|detach|get_secret_value|upload)_?"
)


@function("aws.*")
def cloud_method(given: Given) -> Thing | None:
    """A method of a cloud client, by its verb."""
    match = _CLOUD.match(given.method)
    verb = match.group(1) if match else ""
    meaning = (
        "delete"
        if verb in ("delete", "terminate", "destroy", "purge", "remove")
        else "secret-read"
        if "secret" in verb
        else "create"
        if verb in ("create", "run", "put", "upload")
        else "access"
        if given.method.endswith(("_policy", "_role_policy", "_to_group", "_access_key", "_login_profile"))
        else "change"
    )
    if given.method.startswith(
        ("send_email", "send_raw_email", "send_templated_email", "send_bulk", "send_text", "publish")
    ):
        to = given.keywords.get("Destination") or given.keywords.get("TopicArn")
        shown = to.text.shown(60) if to is not None else ""
        given.emit(iter([SendMessage(by="aws", to=shown, carries=given.carried())]))
    if verb:
        service = given.subject.field("service")
        given.emit(
            iter(
                [
                    ChangeInfrastructure(
                        tool="aws", verb=meaning, what=f"{service.text.shown(20) if service else ''} {given.method}"
                    )
                ]
            )
        )
    if given.method[:1].isupper():
        return given.subject  # `resource.Table('users')` is acted on like a client
    return untold("an answer of the cloud", {NETWORK})
