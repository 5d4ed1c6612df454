"""sqlite3, duckdb and litecli: a database in a file, dot commands, SQL in arguments and on standard input."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, known, program
from enactd.effects.model import ReadPath, RunCode, RunSql, WritePath
from enactd.effects.scripts import origin_of
from enactd.effects.sql.client import Client
from enactd.effects.sql.connection import file_database, opened_file

_FLAGS: Final = (
    "-append", "-ascii", "-bail", "-batch", "-box", "-column", "-csv", "-echo", "-header", "-noheader", "-help --help",
    "-html", "-interactive", "-json", "-line", "-list", "-markdown", "-memtrace", "-no-rowid-in-view", "-nofollow",
    "-quote", "-readonly", "-safe", "-stats", "-table", "-tabs", "-unsafe-testing", "-unsigned", "-version --version",
    "-zip", "-deserialize", "-pcachetrace", "-A", "-jsonlines", "-no-stdin", "-s", "-ui", "-r",
)  # fmt: skip
SQLITE: Final = Options(
    *_FLAGS, "-cmd COMMAND", "-init FILE", "-separator SEP", "-newline SEP", "-nullvalue TEXT", "-mmap N", "-heap N",
    "-maxsize N", "-vfs NAME", "-escape T", "-lookaside N", "-pagecache N", "-c COMMAND", "-f FILE",
)  # fmt: skip

_LOOKING: Final = ("select", "explain", "set", "transaction", "copy-out", "other")


@program("sqlite3", "sqlite", "duckdb", "litecli", "sqlcipher")
def sqlite(call: Invocation) -> Effects:
    """The first operand is the file; then statements, else standard input."""
    words = [_single_dash(word) for word in call.args]
    line = SQLITE.parse(words)
    if line.has("-help", "-version"):
        return
    dialect = "duckdb" if call.name == "duckdb" else "sqlite"
    path = line.operands[0] if line.operands else None
    client = Client(call, dialect, file_database(call, dialect, path))
    yield from opened_file(call, path, client.database)
    changes = False
    for done in _statements(call, line, client):
        changes = changes or (isinstance(done, RunSql) and done.verb not in _LOOKING)
        yield done
    if changes and path is not None and client.database.stage != "memory":
        yield WritePath(target=call.target(path), how="edit")


def _statements(call: Invocation, line: Line, client: Client) -> Effects:
    for word in line.values("-init"):
        yield from client.file(word)
    for word in line.values("-cmd"):
        yield from client.script(word)
    statements = [*line.values("-c"), *line.operands[1:]]
    for word in statements:
        yield from client.script(word)
        yield from _files_by_function(call, word)
    for word in line.values("-f"):
        yield from client.file(word)
    if not statements and not line.has("-f"):
        yield from client.standard_input()


_FILE_FUNCTION: Final = re.compile(r"\b(writefile|readfile|load_extension)\s*\(\s*'((?:[^']|'')*)'", re.IGNORECASE)


def _files_by_function(call: Invocation, statement: Value) -> Effects:
    """Functions of the shell that touch files: `writefile('f', …)`, `readfile('f')`, `load_extension('f')`."""
    for function, path in _FILE_FUNCTION.findall(statement.visible):
        target = call.target(known(path.replace("''", "'")))
        if function.lower() == "writefile":
            yield WritePath(target=target)
        elif function.lower() == "readfile":
            yield ReadPath(target=target)
        else:
            yield RunCode(language="program", origin=origin_of(target), what="load_extension", target=target)


def _single_dash(word: Value) -> Value:
    """sqlite3 takes `--option` for `-option`."""
    return word.cut(1) if word.startswith("--") and len(word.prefix) > 2 else word


@program("sqldiff", "sqlite3_analyzer", "sqlite3_rsync")
def harmless(call: Invocation) -> Effects:
    """Looks at database files."""
    for word in call.args:
        if not word.startswith("-"):
            yield ReadPath(target=call.target(word), shown=False)
    yield RunSql(verb="explain")
