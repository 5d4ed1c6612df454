"""mysql, mariadb and their tools: clients, dump, import, admin."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, program, unknown
from enactd.effects.model import ChangeService, Database, OpenShell, ReadPath, ResetDatabase, RunSql, WritePath
from enactd.effects.sql.client import Client, leaves
from enactd.effects.sql.connection import is_url, locate

_CONNECTION: Final = (
    "-h --host HOST",
    "-P --port PORT",
    "-u --user USER",
    "-p --password [PASSWORD]",
    "-S --socket PATH",
    "--protocol P",
    "--ssl-mode M",
    "--ssl-ca F",
    "--ssl-cert F",
    "--ssl-key F",
    "--ssl",
    "--skip-ssl",
    "-C --compress",
    "--default-character-set C",
    "--defaults-file F",
    "--defaults-extra-file F",
    "--defaults-group-suffix S",
    "--login-path P",
    "--no-defaults",
    "--print-defaults",
    "-V --version",
    "-? --help -I",
    "-v --verbose",
    "-f --force",
    "--enable-cleartext-plugin",
    "--get-server-public-key",
    "--connect-timeout N",
    "--plugin-dir D",
)
MYSQL: Final = Options(
    "-e --execute SQL",
    "-D --database NAME",
    "-N --skip-column-names",
    "-B --batch",
    "-s --silent",
    "-r --raw",
    "-t --table",
    "-E --vertical",
    "-H --html",
    "-X --xml",
    "-A --no-auto-rehash",
    "-b --no-beep",
    "-q --quick",
    "-n --unbuffered",
    "-o --one-database",
    "-U --safe-updates --i-am-a-dummy",
    "-w --wait",
    "-L --skip-line-numbers",
    "-c --comments",
    "-G --named-commands",
    "-i --ignore-spaces",
    "-m --sigint-ignore",
    "--init-command SQL",
    "--tee FILE",
    "--pager [COMMAND]",
    "--delimiter D",
    "--local-infile [N]",
    "--max-allowed-packet N",
    "--binary-mode",
    "--column-names",
    "--auto-rehash",
    "--reconnect",
    "--show-warnings",
    *_CONNECTION,
)
DUMP: Final = Options(
    "-A --all-databases", "-B --databases", "--tables", "-d --no-data", "-t --no-create-info", "-r --result-file FILE",
    "-T --tab DIR", "-w --where W", "--single-transaction", "--quick -q", "--lock-tables -l", "--add-drop-table",
    "--add-drop-database", "--routines -R", "--triggers", "--events -E", "-F --flush-logs", "--master-data [N]",
    "--source-data [N]", "--ignore-table T", "--set-gtid-purged V", "--column-statistics V", "--hex-blob",
    "-c --complete-insert", "-e --extended-insert", "--skip-extended-insert", "--skip-lock-tables", "--skip-comments",
    "--no-tablespaces -y", "--compact", "--opt", "--skip-opt", "--skip-add-drop-table", "-n --no-create-db", "-X --xml",
    "--delete-master-logs", "--delete-source-logs", "--max-allowed-packet N", "--net-buffer-length N", *_CONNECTION,
)  # fmt: skip


def mysql_database(call: Invocation, line: Line) -> Database:
    """The database that options, operands and variables name."""
    name = line.value("-D") or (line.operands[0] if line.operands else None)
    host = line.value("-h") or call.variable("MYSQL_HOST")
    return locate(call, "mysql", host=host, name=name, url=name if is_url(name) else None)


@program("mysql", "mariadb", "mycli", "mysqlsh")
def mysql(call: Invocation) -> Effects:
    """-e, else standard input; the client's own words run programs and files."""
    line = MYSQL.parse(call.args)
    if line.has("--help", "--version", "--print-defaults"):
        return
    client = Client(call, "mysql", mysql_database(call, line))
    for word in line.values("--tee"):
        yield from client.writes(word)
    for word in line.values("--init-command"):
        yield from client.script(word)
    if not line.has("-e"):
        yield from client.standard_input()
        if call.stdin is None and client.database.stage in {"production", "unknown"}:
            yield OpenShell(by=call.name, to=client.database.host or client.database.name)
    for word in line.values("-e"):
        yield from client.script(word)


@program("mysqldump", "mariadb-dump", "mydumper", "mysqlpump")
def dump(call: Invocation) -> Effects:
    """Reads everything; --delete-master-logs removes the server's logs."""
    line = DUMP.parse(call.args)
    if line.has("--help", "--version"):
        return
    database = mysql_database(call, line)
    for word in line.values("-r", "-T"):
        yield WritePath(target=call.target(word))
    if line.has("--delete-master-logs", "--delete-source-logs"):
        yield RunSql(verb="drop", object="binary logs", database=database)
    only_schema = line.has("-d")
    yield RunSql(
        verb="explain" if only_schema else "copy-out",
        object="database",
        tables=tuple(word.shown().lower() for word in line.operands[1:]) if not line.has("-B") else (),
        columns=() if only_schema else ("*",),
        where="some" if line.has("-w") else "none",
        database=database,
        leaves="file" if line.has("-r", "-T") else leaves(call),
    )
    yield Output(unknown("dump of a database", *(() if only_schema else ("personal",))))


@program("mysqlimport", "mariadb-import")
def load(call: Invocation) -> Effects:
    """Rows from files; -d empties the table first."""
    line = Options("-d --delete", "-L --local", "-r --replace", "-i --ignore", "--fields-terminated-by S",
                   "--lines-terminated-by S", "--ignore-lines N",
                   "-c --columns C", *_CONNECTION).parse(call.args)  # fmt: skip
    if line.has("--help", "--version"):
        return
    database = mysql_database(call, line)
    for word in line.operands[1:]:
        yield ReadPath(target=call.target(word), shown=False)
        table = word.visible.rsplit("/", 1)[-1].split(".", 1)[0].lower() if word.known else "?"
        if line.has("-d"):
            yield RunSql(verb="delete", tables=(table,), where="none", database=database)
        yield RunSql(verb="copy-in", tables=(table,), database=database)


@program("mysqladmin", "mariadb-admin")
def admin(call: Invocation) -> Effects:
    """drop deletes a database, shutdown stops the server; the rest looks or flushes."""
    line = Options(
        "-r --relative", "-i --sleep N", "-c --count N", "-b --no-beep", "-w --wait [N]", *_CONNECTION
    ).parse(call.args)
    if line.has("--help", "--version"):
        return
    host = line.value("-h") or call.variable("MYSQL_HOST")
    words = list(line.operands)
    while words:
        verb = words.pop(0).text
        if verb == "drop":
            name = words.pop(0) if words else unknown("database to drop")
            yield ResetDatabase(
                tool=call.name, how="drop", what=name.shown(), database=locate(call, "mysql", host=host, name=name)
            )
        elif verb == "create":
            name = words.pop(0) if words else unknown("database")
            database = locate(call, "mysql", host=host, name=name)
            yield RunSql(verb="create", object="database", tables=(name.shown(),), database=database)
        elif verb in {"shutdown", "stop-slave", "stop-replica", "kill"}:
            yield ChangeService(tool=call.name, verb=verb, what="mysql")
        elif verb == "password":
            words = words[1:]
            yield RunSql(verb="alter", object="user", tables=("?",), database=locate(call, "mysql", host=host))


@program("mysqlcheck", "mysqlshow", "mysqlslap", "mysqlbinlog", "mariadb-check", "mariadb-show", "mysql_config_editor")
def harmless(call: Invocation) -> Effects:
    """Looks, checks or prints."""
    yield RunSql(verb="explain", database=locate(call, "mysql"))
