"""psql and the clients that speak its language: where statements come from and where rows go."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import EMPTY, Effects, Invocation, Line, Options, program
from enactd.effects.model import Database, OpenShell, RunSql
from enactd.effects.sql.client import Client
from enactd.effects.sql.connection import is_url, locate

PSQL: Final = Options(
    "-c --command COMMAND",
    "-d --dbname DBNAME",
    "-f --file FILE",
    "-l --list",
    "-v --set --variable ASSIGNMENT",
    "-V --version",
    "-X --no-psqlrc",
    "-1 --single-transaction",
    "-? --help [TOPIC]",
    "-a --echo-all",
    "-b --echo-errors",
    "-e --echo-queries",
    "-E --echo-hidden",
    "-L --log-file FILE",
    "-n --no-readline",
    "-o --output FILE",
    "-q --quiet",
    "-s --single-step",
    "-S --single-line",
    "-A --no-align",
    "--csv",
    "-F --field-separator STRING",
    "-H --html",
    "-P --pset VAR",
    "-R --record-separator STRING",
    "-t --tuples-only",
    "-T --table-attr TEXT",
    "-x --expanded",
    "-z --field-separator-zero",
    "-0 --record-separator-zero",
    "-h --host HOST",
    "-p --port PORT",
    "-U --username USER",
    "-w --no-password",
    "-W --password",
)
PGCLI: Final = Options(
    "-h --host HOST", "-p --port PORT", "-U --username USER", "-u --user USER", "-W --password", "-w --no-password",
    "-d --dbname DB", "-v --version", "-D --dsn ALIAS", "-l --list", "-c --command C", "-f --file FILE", "--help",
)  # fmt: skip


def postgres_database(call: Invocation, line: Line, name: str = "-d", operand: int = 0) -> Database:
    """The database that options, operands and PG* variables name."""
    word = line.value(name)
    if word is None and len(line.operands) > operand:
        word = line.operands[operand]
    if is_url(word):
        return locate(call, "postgres", url=word)
    service = call.variable("PGSERVICE")
    host = line.value("-h") or call.variable("PGHOST") or call.variable("PGHOSTADDR") or service
    return locate(call, "postgres", host=host, name=word or call.variable("PGDATABASE"))


@program("psql", "ysqlsh", "gsql", "vsql")
def psql(call: Invocation) -> Effects:
    """-c and -f in order, else standard input; backslash commands run programs and write files."""
    line = PSQL.parse(call.args)
    if line.has("--help", "--version"):
        return
    database = postgres_database(call, line)
    variables = dict(v.visible.split("=", 1) for v in line.values("-v") if v.known and "=" in v.visible)
    client = Client(call, "psql", database, variables=variables)
    for option in ("-o", "-L"):
        for word in line.values(option):
            if word.startswith("|"):
                yield from call.shell(word.cut(1))
                client.rows_to = "program"
            else:
                yield from client.writes(word)
                client.rows_to = "file"
    if line.has("-l"):
        yield RunSql(verb="explain", database=database)
        return
    scripts = [(name, word or EMPTY) for name, word in line.found if name in {"-c", "-f"}]
    for name, word in scripts:
        yield from client.script(word) if name == "-c" else client.file(word)
    if not scripts:
        yield from client.standard_input()
        if call.stdin is None and database.stage in {"production", "unknown"}:
            yield OpenShell(by=call.name, to=database.host or database.name)


@program("pgcli")
def pgcli(call: Invocation) -> Effects:
    """psql with completion."""
    line = PGCLI.parse(call.args)
    if line.has("--help", "-v", "-l"):
        return
    client = Client(call, "psql", postgres_database(call, line))
    yield from client.run(line.values("-c"), line.values("-f"))


COCKROACH: Final = Options(
    "-e --execute SQL", "-f --file FILE", "--url URL", "--host ADDRESS", "-p --port PORT", "-d --database NAME",
    "-u --user USER", "--insecure", "--certs-dir DIR", "--format KIND", "--watch TIME", "--set VAR", "--read-only",
    "--help", "--store DIR", "--echo-sql", "--embedded", "--no-line-editor", "--yes",
)  # fmt: skip


@program("cockroach")
def cockroach(call: Invocation) -> Effects:
    """`cockroach sql`; `demo` is a throw-away server in memory."""
    line = COCKROACH.parse(call.args)
    verb = line.operands[0].text if line.operands else ""
    if line.has("--help") or verb not in {"sql", "demo"}:
        return
    url = line.value("--url") or call.variable("COCKROACH_URL")
    database = locate(call, "postgres", host=line.value("--host"), name=line.value("-d"), url=url)
    if verb == "demo":
        database = Database(dialect="postgres", stage="memory")
    client = Client(call, "psql", database)
    yield from client.run(line.values("-e"), line.values("-f"))
