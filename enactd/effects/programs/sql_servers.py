"""Clients of further SQL servers: sqlcmd, bcp, sqlplus, clickhouse, cqlsh, usql, snowsql, trino and others."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program
from enactd.effects.model import Database, ReadPath, RunSql, WritePath
from enactd.effects.programs.cloud_commands import Tool, read_platform
from enactd.effects.sql.client import Client, leaves
from enactd.effects.sql.connection import dialect_of, is_url, locate

SQLCMD: Final = Options(
    "-S --server HOST", "-d --database-name NAME", "-U --user-name USER", "-P --password PW", "-E", "-C", "-G",
    "-N [X]",
    "-Q --query SQL", "-q --initial-query SQL", "-i --input-file FILE", "-o --output-file FILE", "-v --variables VAR",
    "-b", "-e", "-f CP", "-h N", "-H W", "-I", "-k [N]", "-K I", "-l N", "-L", "-m N", "-M", "-p [N]", "-R", "-r [N]",
    "-s SEP", "-t N", "-u", "-V N", "-w N", "-W", "-X [N]", "-x", "-y N", "-Y N", "-Z PW", "-z PW", "-?", "--help",
    "--version", "-j", "-g", "-a N", "-c X", "-A", "-D",
)  # fmt: skip


@program("sqlcmd", "osql", "isql", "tsql", "mssql-cli")
def sqlcmd(call: Invocation) -> Effects:
    """-Q and -q, files of -i, else standard input, in Transact-SQL."""
    line = SQLCMD.parse(call.args)
    if line.has("-?", "--help", "--version", "-L"):
        return
    host = line.value("-S")
    server = host.split(",")[0].split("\\")[0] if host is not None else None
    if server is not None and server.startswith("tcp:"):
        server = server.cut(4)
    client = Client(call, "sqlcmd", locate(call, "tsql", host=server, name=line.value("-d")))
    for word in line.values("-o"):
        yield from client.writes(word)
        client.rows_to = "file"
    for word in (*line.values("-Q"), *line.values("-q")):
        yield from client.script(word)
    for words in line.values("-i"):
        for word in words.split(","):
            yield from client.file(word)
    if not line.has("-Q", "-q", "-i"):
        yield from client.standard_input()


@program("bcp")
def bcp(call: Invocation) -> Effects:
    """`bcp table|query in|out|queryout file`."""
    line = Options("-S HOST", "-d NAME", "-U USER", "-P PW", "-T", "-c", "-w", "-n", "-N", "-t S", "-r S", "-F N",
    "-L N",
                   "-b N", "-e FILE", "-f FILE", "-E", "-k", "-q", "-u", "-h HINT", "-a N", "-m N",
                   "-C CP").parse(call.args)  # fmt: skip
    if len(line.operands) < 3:
        return
    what, direction, file = line.operands[:3]
    client = Client(call, "", locate(call, "tsql", host=line.value("-S"), name=line.value("-d")), rows_to="file")
    table = what.shown().lower()
    if direction.text == "in":
        yield ReadPath(target=call.target(file), shown=False)
        yield RunSql(verb="copy-in", tables=(table,), database=client.database)
        return
    yield WritePath(target=call.target(file))
    if direction.text == "queryout":
        yield from client.script(what)
    else:
        yield RunSql(
            verb="copy-out", tables=(table,), columns=("*",), where="none", database=client.database, leaves="file"
        )


@program("sqlplus", "sqlcl", "sql")
def sqlplus(call: Invocation) -> Effects:
    """`sqlplus user/pw@host/service @script`, else standard input."""
    line = Options("-S -s", "-L -l", "-R LEVEL", "-M OPTIONS", "-C VERSION", "-V -v", "-H -h", "-nolog", "-F").parse(
        call.args
    )
    if line.has("-V", "-H") or (call.name == "sql" and not call.args and call.stdin is None):
        return
    scripts = [word.cut(1) for word in line.operands if word.startswith("@")]
    login = next((word for word in line.operands if not word.startswith("@")), None)
    place = login.split("@")[-1] if login is not None and "@" in login.visible else None
    host = place.split("/")[0] if place is not None else None
    client = Client(call, "sqlplus", locate(call, "oracle", host=host, name=place))
    for word in scripts:
        yield from client.file(word)
    if not scripts:
        yield from client.standard_input()


CLICKHOUSE: Final = Options(
    "-h --host HOST", "--port P", "-u --user U", "--password P", "-q --query SQL", "--queries-file FILE",
    "-d --database NAME", "-m --multiline", "-n --multiquery", "-f --format F", "-t --time", "-E --vertical",
    "-s --secure",
    "--stacktrace", "-C --config-file F", "--connection NAME", "--progress [X]", "--param_x V", "-V --version",
    "--help",
    "-S --structure S", "-N --table T", "--input-format F", "--output-format F", "--file F", "--path P", "--readonly N",
)  # fmt: skip


@program("clickhouse-client", "clickhouse", "clickhouse-local", "chc")
def clickhouse(call: Invocation) -> Effects:
    """`clickhouse client -q`, `clickhouse local -q`."""
    args = list(call.args)
    local = call.name == "clickhouse-local"
    if call.name == "clickhouse":
        verb = args.pop(0).text if args else ""
        local = verb == "local"
        if verb not in {"client", "local"}:
            return
    line = CLICKHOUSE.parse(args)
    if line.has("--help", "--version"):
        return
    url = next((word for word in line.operands if is_url(word)), None)
    database = locate(call, "clickhouse", host=line.value("-h"), name=line.value("-d"), url=url)
    if local:
        database = Database(dialect="clickhouse", stage="memory")
    client = Client(call, "", database)
    yield from client.run(line.values("-q"), line.values("--queries-file"))


@program("cqlsh")
def cqlsh(call: Invocation) -> Effects:
    """Cassandra: -e, -f, else standard input."""
    line = Options("-e --execute SQL", "-f --file FILE", "-k --keyspace K", "-u --username U", "-p --password P",
    "--ssl",
                   "--cqlversion V", "--connect-timeout N", "--request-timeout N", "--encoding E", "-C --color",
                   "--debug",
                   "--no-color", "--tty", "--version", "-h --help",
                   "-b --secure-connect-bundle F").parse(call.args)  # fmt: skip
    if line.has("--help", "--version"):
        return
    host = line.operands[0] if line.operands else call.variable("CQLSH_HOST")
    client = Client(call, "cqlsh", locate(call, "cql", host=host, name=line.value("-k")))
    yield from client.run(line.values("-e"), line.values("-f"))


_GENERIC: Final = Options(
    "-c --command SQL", "-q --query SQL", "-e --execute SQL", "-f --file --filename FILE", "-o --output FILE",
    "-h --host HOST", "-d --database --dbname --dbName NAME", "-s --server --schema NAME", "--catalog C", "-u --user U",
    "-P --password P", "-p --port P", "--output-format F", "-w --no-password", "-W", "-t --tuples-only", "-v --set V",
    "-J --json", "-C --csv", "-X", "-1", "-a --accountname A", "--version", "-V", "--help", "-n NAME", "--silent",
    "--hiveconf V", "--hivevar V", "-i FILE", "-r --rolename R", "-D V",
)  # fmt: skip
_DIALECTS: Final = {
    "snowsql": "snowflake",
    "snow": "snowflake",
    "trino": "trino",
    "presto": "presto",
    "beeline": "hive",
    "hive": "hive",
    "spark-sql": "spark",
    "impala-shell": "hive",
    "db2": "",
    "usql": "",
    "ksql": "",
    "harlequin": "",
    "sqlline": "",
    "dolt": "mysql",
    "mclient": "",
    "monetdb": "",
    "ij": "",
    "fbsql": "",
    "isql-fb": "",
}


@program(
    "snowsql", "trino", "presto", "beeline", "hive", "spark-sql", "impala-shell", "usql", "sqlline", "mclient", "ij"
)
def generic(call: Invocation) -> Effects:
    """Clients that take -e, -c, -q or -f, a URL, or standard input."""
    line = _GENERIC.parse(call.args)
    if line.has("--help", "--version"):
        return
    url = next((w for w in (*line.operands, *line.values("-u")) if is_url(w) or w.startswith("jdbc:")), None)
    if url is not None and url.startswith("jdbc:"):
        url = url.cut(5)
    dialect = _DIALECTS.get(call.name, "")
    dialect = dialect_of(url, dialect) if url is not None else dialect
    kind = {"postgres": "psql"}.get(dialect, "psql" if call.name == "usql" else "")
    database = locate(call, dialect, host=line.value("-h"), name=line.value("-d"), url=url)
    if database.stage == "local" and url is None and not line.has("-h") and call.name in {"snowsql", "trino", "presto"}:
        database = Database(dialect=dialect, name=database.name)
    client = Client(call, kind, database)
    for word in line.values("-o"):
        yield from client.writes(word)
        client.rows_to = "file"
    scripts = [*line.values("-c"), *line.values("-q"), *line.values("-e")]
    yield from client.run(scripts, line.values("-f"))


_SNOW: Final = Tool(
    {
        "nothing": "connection list | connection test | connection add | connection set-default | init | helpers | snowpark build | app init",
        "read": "object list | object describe | stage list | streamlit list | snowpark list | cortex | logs | app events | spcs service logs",
    },
    options="-c --connection C | --database D | --schema S | --warehouse W | --role R | --format F | -D V",
)  # fmt: skip


@program("snow")
def snow(call: Invocation) -> Effects:
    """`snow sql` takes -q, -f or standard input; other commands are told by their verb."""
    words = [word.text for word in call.args if not word.prefix.startswith("-")]
    if words[:1] != ["sql"]:
        yield from read_platform(call, _SNOW)
        return
    line = Options("-q --query SQL", "-f --filename FILE", "-i --stdin", "-c --connection N", "--database D", "--schema S",
                   "--warehouse W", "--role R", "--format F", "-D --variable V", "--help -h").parse(call.args)  # fmt: skip
    if line.has("--help"):
        return
    client = Client(call, "", locate(call, "snowflake", host=known("?"), name=line.value("--database")))
    yield from client.run(line.values("-q"), line.values("-f"))


@program("dolt", "octosql", "textql", "datasette", "sqlite-utils", "turso")
def local_sql(call: Invocation) -> Effects:
    """Tools whose SQL is one of their arguments: `dolt sql -q`, `sqlite-utils query`, `turso db shell`."""
    words = list(call.args)
    texts = call.texts()
    dialect = "mysql" if call.name == "dolt" else "sqlite"
    database = Database(dialect=dialect, stage="unknown" if call.name == "turso" else "local")
    client = Client(call, "", database, rows_to=leaves(call))
    if call.name == "turso":
        if texts[:2] == ["db", "destroy"] or texts[:2] == ["group", "destroy"]:
            yield RunSql(verb="drop", object="database", tables=tuple(w.shown() for w in words[2:3]), database=database)
        elif texts[:2] == ["db", "shell"]:
            yield from _statements(client, words[3:])
    elif call.name == "dolt":
        if texts[:1] == ["sql"]:
            yield from _statements(client, [w for w in words[1:] if not w.startswith("-")])
    elif call.name == "sqlite-utils":
        if texts[:1] in (["query"], ["drop-table"], ["drop-view"], ["memory"]):
            if (texts[0] or "").startswith("drop-"):
                yield RunSql(
                    verb="drop",
                    object=(texts[0] or "")[5:],
                    tables=tuple(w.shown() for w in words[2:3]),
                    database=database,
                )
            else:
                yield from _statements(client, words[2:3] if texts[0] == "query" else words[-1:])
    else:
        yield from _statements(client, [w for w in words if " " in w.visible])


def _statements(client: Client, words: list[Value]) -> Effects:
    for word in words:
        yield from client.script(word)
    if not words:
        yield from client.standard_input()
