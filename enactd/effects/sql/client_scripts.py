"""What an interactive client does with a script: SQL in between its own commands.

psql's backslash commands, the mysql client's words, SQLite's and DuckDB's dot commands, sqlcmd's colons,
SQL*Plus's words. Each becomes a `Step`; the program modules turn steps into effects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from enactd.effects.sql import routines
from enactd.effects.sql.tokens import HOLE, find_backslash, tokenize
from enactd.effects.values import Hole, Piece, Value, value

Kind = Literal["sql", "shell", "include", "write", "read", "pipe", "connect", "generated", "harmless", "drop", "native"]


class Step(NamedTuple):
    """`sql` text to run, a `shell` command, a file to `include`, `write` or `read`, rows to `pipe` to a command.

    `generated`: the rows of the query before are run as SQL; `text` is what they look like. `drop`: a command
    that replaces the database.
    """

    kind: Kind
    text: str


def marked(text: Value) -> str:
    """The text with a mark for each part known only at run time."""
    return "".join(HOLE if isinstance(piece, Hole) else piece for piece in text.pieces)


def unmarked(text: str) -> Value:
    """The opposite of `marked`."""
    pieces: list[Piece] = []
    for number, part in enumerate(text.split(HOLE)):
        if number:
            pieces.append(Hole("unknown part of a SQL script"))
        pieces.append(part)
    return value(*pieces)


def steps(text: str, client: str) -> Iterator[Step]:
    """The steps of a script for psql, mysql, sqlite, sqlcmd, sqlplus, cqlsh; other clients take plain SQL."""
    if client == "psql":
        return _psql(text)
    commands = _LINE_COMMANDS.get(client)
    return _by_line(text, commands) if commands is not None else iter([Step("sql", text)])


def _psql(text: str) -> Iterator[Step]:
    start = at = 0
    variables: dict[str, str] = {}
    while True:
        backslash = find_backslash(text, at)
        if backslash < 0:
            break
        end = text.find("\n", backslash)
        end = len(text) if end < 0 else end
        command, argument, end = _psql_command(text, backslash, end)
        if command == ";":
            at = end
            continue
        sql = _substituted(text[start:backslash], variables)
        if command == "copy":
            yield from ([Step("sql", sql)] if sql.strip() else [])
            yield from _psql_copy(argument)
        else:
            yield from _psql_step(command, argument, sql)
        if command == "set":
            name, _, setting = argument.partition(" ")
            variables[name] = setting.strip().strip("'")
        start = at = end
    rest = _substituted(text[start:], variables)
    if rest.strip():
        yield Step("sql", rest)


def _psql_command(text: str, backslash: int, end: int) -> tuple[str, str, int]:
    if text.startswith("\\;", backslash):
        return ";", "", backslash + 2
    match = re.compile(r"\\([A-Za-z_]+|[!?]|\\)?[+Sx]*").match(text, backslash)
    command = (match.group(1) if match is not None else None) or ""
    argument = text[match.end() if match is not None else backslash + 1 : end]
    if command not in {"!", "copy", "o", "out", "g", "gx"} and "\\\\" in argument:
        argument = argument.partition("\\\\")[0]
        end = text.index("\\\\", backslash) + 2
    return command, argument.strip(), end


def _psql_step(command: str, argument: str, sql: str) -> Iterator[Step]:
    if command == "gexec":
        yield from ([Step("sql", sql)] if sql.strip() else [])
        yield Step("generated", _generated(sql))
        return
    if command in {"g", "gx"} and argument:
        # The query's rows go to this file or command.
        bare = re.sub(r"^\([^)]*\)\s*", "", argument)
        if bare:
            yield Step("pipe" if bare.startswith("|") else "write", bare.lstrip("| "))
    if sql.strip():
        yield Step("sql", sql)
    match command:
        case "!":
            yield Step("shell", argument)
        case "i" | "ir" | "include" | "include_relative":
            yield Step("include", _bare(argument))
        case "o" | "out" | "w" | "write" | "s":
            if argument:
                yield Step("pipe" if argument.startswith("|") else "write", _bare(argument.lstrip("| ")))
        case "c" | "connect":
            yield Step("connect", argument)
        case "lo_export" if argument:
            yield Step("write", _bare(argument.rsplit(maxsplit=1)[-1]))
    for quoted in re.findall(r"`([^`]*)`", argument if command not in {"!"} else ""):
        yield Step("shell", quoted)


def _psql_copy(argument: str) -> Iterator[Step]:
    """`\\copy t to 'file'`: the same rows as COPY, but the client reads and writes the file."""
    match = re.search(r"(?is)^(.*)\s(from|to)\s+(program\s+)?('(?:[^']|'')*'|\S+)", argument)
    if match is None:
        yield Step("sql", f"COPY {argument}")
        return
    subject, direction, program, place = match.groups()
    place = place.strip("'").replace("''", "'")
    if program:
        yield Step("shell", place)
    elif place.lower() not in {"stdin", "stdout", "pstdin", "pstdout"}:
        yield Step("read" if direction.lower() == "from" else "write", place)
    quoted = place.replace("'", "''")
    yield Step("sql", f"COPY {subject} {direction} '{quoted}'")


def _substituted(sql: str, variables: dict[str, str]) -> str:
    if not variables or ":" not in sql:
        return sql
    return re.sub(
        r"(?<![:\w]):(['\"]?)(\w+)\1", lambda m: m.group(1) + variables.get(m.group(2), m.group(0)) + m.group(1), sql
    )


def substitute(sql: str, variables: dict[str, str]) -> str:
    """psql's `:name`, `:'name'` and `:"name"` with the values of `-v`."""
    return _substituted(sql, variables)


def _generated(sql: str) -> str:
    """What the rows of this query look like, for `\\gexec`."""
    tokens = list(tokenize(sql, "postgres").tokens)
    start = next((i + 1 for i, t in enumerate(tokens) if t.is_word("SELECT") and not t.depth), None)
    if start is None:
        return HOLE
    end = next((i for i, t in enumerate(tokens) if i > start and not t.depth and t.is_word("FROM")), len(tokens))
    return routines.text_of(tokens[start:end], {})


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


_Commands = tuple[tuple[re.Pattern[str], Kind], ...]


def _patterns(*rows: tuple[str, Kind]) -> _Commands:
    return tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in rows)


# One group: the argument that matters.
_DOTS: Final = _patterns(
    (r"\.(?:shell|system|sh|sy\w*)\s+(.*)", "shell"),
    (r"\.read\s+\|\s*(.*)", "shell"),
    (r"\.read\s+(.*)", "include"),
    (r"\.(?:output|once|excel|log|o|on|ou\w*)\s+\|\s*(.*)", "pipe"),
    (r"\.(?:output|once|out\w*|backup|save|clone|archive|ba\w*|sa\w*)\s+(?:main\s+)?(\S.*)", "write"),
    (r"\.import\s+(?:-\S+\s+)*\|\s*(.*)", "shell"),
    (r"\.import\s+(?:-\S+\s+)*(\S+)", "read"),
    (r"\.restore\s+(?:main\s+)?(\S+)", "drop"),
    (r"\.load\s+(\S+)", "native"),
    (r"\.open\s+(?:-\S+\s+)*(\S*)", "connect"),
    (r"\.(.*)", "harmless"),
)
_LINE_COMMANDS: Final[dict[str, _Commands]] = {
    "mysql": _patterns(
        (r"(?:source\s+|\\\.\s*)(.*?);?$", "include"),
        (r"(?:system\s+|\\!\s*)(.*?)$", "shell"),
        (r"(?:tee\s+|\\T\s*)(.*?);?$", "write"),
        (r"(?:pager\s+|\\P\s*)(.+?);?$", "pipe"),
        (r"(?:use\s+|\\u\s+)(.*?);?$", "connect"),
        (r"(?:connect|\\r|\\[a-z#?])(.*)$", "harmless"),
    ),
    "sqlite": _DOTS,
    "duckdb": _DOTS,
    "sqlcmd": _patterns(
        (r":?!!\s*(.*)", "shell"),
        (r":r\s+(.*)", "include"),
        (r":(?:out|error|perftrace)\s+(.*)", "write"),
        (r":connect\s+(.*)", "connect"),
        (r":(\w.*)", "harmless"),
    ),
    "sqlplus": _patterns(
        (r"(?:host\s+|!\s*|\$\s*)(.*)", "shell"),
        (r"(?:@@?|start\s+|sta\s+)(.*?);?$", "include"),
        (r"(?:spool|spo)\s+(?!off)(.*)", "write"),
        (r"conn(?:ect)?\s+(.*)", "connect"),
        (r"(?:prompt|set|column|show|exit|quit|whenever|define|describe|desc|accept|spool|rem|clear|ttitle)\b(.*)",
         "harmless"),
    ),
    "cqlsh": _patterns(
        (r"source\s+(.*?);?$", "include"),
        (r"capture\s+(?!off)(.*?);?$", "write"),
        (r"(?:describe|desc|consistency|paging|tracing|expand|exit|quit|show|login|help|clear)\b(.*)", "harmless"),
    ),
}  # fmt: skip


def _by_line(text: str, commands: _Commands) -> Iterator[Step]:
    sql: list[str] = []
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        found = next(((m, kind) for pattern, kind in commands if (m := pattern.match(stripped))), None)
        if found is None or (sql and not _ended(sql)):
            sql.append(re.sub(r"\\[Gg]\s*$", ";", line))
            continue
        if "".join(sql).strip():
            yield Step("sql", "".join(sql))
        sql = []
        yield Step(found[1], _bare(found[0].group(1).strip()))
    if "".join(sql).strip():
        yield Step("sql", "".join(sql))


def _ended(sql: list[str]) -> bool:
    """Whether a statement is complete, so that a client command may follow."""
    last = next((line.strip() for line in reversed(sql) if line.strip()), "")
    return not last or last.endswith((";", "/")) or last.startswith("--") or last.upper() == "GO"
