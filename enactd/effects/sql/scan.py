"""One statement read from its tokens: what kind it is, and all that needs no syntax tree.

Queries and changes of rows go to the parser first (`needs_parser`); for everything else this is the
reading, and for those it is the fallback. What starts with no known word is searched for verbs, and is
opaque where none is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from enactd.effects.sql import routines, scan_changes
from enactd.effects.sql.facts import Facts
from enactd.effects.sql.scan_queries import scan_query
from enactd.effects.sql.split import Statement
from enactd.effects.sql.tokens import HOLE, Token, name_at

_QUERIES: Final = frozenset("SELECT WITH DELETE UPDATE INSERT MERGE REPLACE VALUES TABLE FROM UPSERT".split())
_SHOWN: Final = frozenset("SHOW DESCRIBE DESC HELP LIST SUMMARIZE PRINT".split())
_SETTINGS: Final = frozenset(
    "SET RESET USE DISCARD FLUSH DETACH LOAD INSTALL DEALLOCATE CLOSE FETCH MOVE OPEN LISTEN NOTIFY UNLISTEN DECLARE "
    "UNSET UNCACHE CACHE DELIMITER RETURN RAISE NULL CONSISTENCY TRACING PAGING".split()
)
_TRANSACTIONS: Final = frozenset("BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE ABORT END LOCK UNLOCK XA SAVE".split())
_UPKEEP: Final = frozenset(
    "VACUUM ANALYZE ANALYSE OPTIMIZE REINDEX CLUSTER CHECKPOINT REFRESH CHECK REPAIR COMMENT MSCK".split()
)
_AFTER_BEGIN: Final = frozenset("TRANSACTION WORK TRAN DEFERRED IMMEDIATE EXCLUSIVE CONCURRENT ISOLATION READ".split())
_FILE_READERS: Final = frozenset(
    "PG_READ_FILE PG_READ_BINARY_FILE PG_LS_DIR LOAD_FILE LO_IMPORT READ_TEXT READ_BLOB READ_CSV READ_CSV_AUTO "
    "READ_JSON "
    "READ_JSON_AUTO READ_PARQUET READFILE FILE OPENROWSET BFILENAME".split()
)
_FILE_WRITERS: Final = frozenset({"LO_EXPORT", "WRITEFILE", "PG_FILE_WRITE", "PG_FILE_UNLINK", "PG_FILE_RENAME"})
_RUNNERS: Final = frozenset({"SYS_EXEC", "SYS_EVAL", "XP_CMDSHELL", "SHELL", "EDIT"})
_SQL_RUNNERS: Final = frozenset({"DBLINK_EXEC", "DBLINK", "QUERY_TO_XML", "SP_EXECUTESQL", "RUN_COMMAND_ON_WORKERS"})
_SERVER: Final = frozenset({"PG_TERMINATE_BACKEND", "PG_PROMOTE", "PG_ROTATE_LOGFILE", "PG_SWITCH_WAL"})
_LOADERS: Final = frozenset({"LOAD_EXTENSION"})

Words = Sequence[Token]


def needs_parser(statement: Statement) -> bool:
    """Whether the statement's meaning depends on its tree."""
    first = statement.tokens[0]
    return first.is_symbol("(") or (first.kind == "word" and first.value in _QUERIES)


def scan(statement: Statement, dialect: str = "") -> list[Facts]:
    """What the statement does, as far as tokens tell. Never empty for a statement that does something."""
    tokens = statement.tokens
    first = tokens[0]
    if first.kind == "word" and HOLE.upper() in first.value:
        return [Facts(opaque="statement known only at run time")]
    if needs_parser(statement):
        return scan_query(tokens) or [Facts(verb="select")]
    handler = _HANDLERS.get(first.value) if first.kind == "word" else None
    if handler is not None:
        return handler(tokens, statement.text, dialect)
    if first.kind == "word":
        for words, verb in (
            (_SHOWN, "explain"),
            (_SETTINGS, "set"),
            (_TRANSACTIONS, "transaction"),
            (_UPKEEP, "vacuum"),
        ):
            if first.value in words:
                return [Facts(verb=verb)]
    return _search(tokens, statement.text, dialect)


def extras(statement: Statement) -> list[Facts]:
    """Files, programs and further SQL that functions and clauses inside a query reach."""
    found: list[Facts] = []
    tokens = statement.tokens
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind != "word" or following is None:
            continue
        if token.value in {"OUTFILE", "DUMPFILE"} and following.kind in {"string", "name"}:
            found.append(Facts(verb="copy-out", path=following.value))
        elif following.is_symbol("("):
            found += _called(token.value, tokens[index + 2 :])
    return found


def _called(function: str, rest: Words) -> list[Facts]:
    text = next((t.value for t in rest[:6] if t.kind == "string"), None)
    if function in _FILE_READERS:
        return [Facts(verb="copy-in", path=text or HOLE)]
    if function in _FILE_WRITERS:
        strings = [t.value for t in rest[:12] if t.kind == "string"]
        return [Facts(verb="copy-out", path=strings[-1] if strings else HOLE)]
    if function in _RUNNERS:
        return [Facts(verb="execute", program=text or HOLE)]
    if function in _SERVER:
        return [Facts(verb="other", object="server")]
    if function in _LOADERS:
        return [Facts(verb="execute", opaque="loads native code into the database")]
    if function in _SQL_RUNNERS:
        strings = [t.value for t in rest[:12] if t.kind == "string"]
        inner = [Facts(verb="execute", inner=text) for text in strings if " " in text.strip()]
        return inner or [Facts(verb="execute", opaque=f"{function.lower()} of text that cannot be read")]
    return []


def _search(tokens: Words, text: str, dialect: str) -> list[Facts]:
    """A statement that starts with no known word, such as `IF EXISTS (...) DROP TABLE x`."""
    for index, token in enumerate(tokens[1:], 1):
        if token.kind == "word" and (token.value in routines.VERBS or token.value in _HANDLERS):
            rest = Statement(text[token.start - tokens[0].start :], tuple(tokens[index:]))
            found = [facts for facts in scan(rest, dialect) if facts.verb != "select"]
            if found:
                return found
    if tokens[0].is_word("IF", "ELSE", "WHILE", "END"):
        return [Facts(verb="set")]
    return [Facts(opaque="statement that is no SQL known here")]


def _begin(tokens: Words, text: str, dialect: str) -> list[Facts]:
    """BEGIN opens a transaction, or a block whose first statement follows at once."""
    if len(tokens) == 1 or (tokens[1].kind == "word" and tokens[1].value in _AFTER_BEGIN):
        return [Facts(verb="transaction")]
    return routines.body_facts(text, dialect, conditional=False) or [Facts(verb="transaction")]


def _explain(tokens: Words, text: str, dialect: str) -> list[Facts]:
    """EXPLAIN shows a plan; EXPLAIN ANALYZE runs the statement."""
    at, runs = 1, False
    while at < len(tokens) and not (
        tokens[at].kind == "word" and tokens[at].value in routines.VERBS and not tokens[at].depth
    ):
        if tokens[at].is_word("ANALYZE", "ANALYSE"):
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            runs = following is None or not (following.is_word("FALSE", "OFF") or following.value == "0")
        at += 1
    if at >= len(tokens) or not runs:
        return [Facts(verb="explain")]
    return [Facts(verb="explain"), Facts(verb="execute", inner=text[tokens[at].start - tokens[0].start :])]


def _copy(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    """COPY table|(query) TO|FROM file|PROGRAM|STDIN."""
    direction = next((i for i, t in enumerate(tokens) if t.depth == 0 and t.is_word("TO", "FROM") and i), None)
    verb = "copy-in" if direction is not None and tokens[direction].is_word("FROM") else "copy-out"
    tables: tuple[str, ...] = (name_at(tokens, 1)[0],)
    columns: tuple[str, ...] = ("*",)
    where, limit = "none", False
    if len(tokens) > 1 and tokens[1].is_symbol("("):
        queries = [q for q in scan_query(tokens[2:direction]) if q.verb == "select"]
        tables = tuple(dict.fromkeys(name for q in queries for name in q.tables))
        columns = queries[0].columns if queries else ()
        where, limit = (queries[0].where, queries[0].limit) if queries else ("none", False)
        writes = [q for q in scan_query(tokens[2:direction]) if q.verb != "select"]
    else:
        writes = []
        listed = [t for t in tokens[2:direction] if t.depth == 1 and t.is_name]
        columns = tuple(t.value.lower() for t in listed) or columns
    target = tokens[direction + 1] if direction is not None and direction + 1 < len(tokens) else None
    program = path = None
    if target is not None and target.is_word("PROGRAM") and direction is not None:
        program = next((t.value for t in tokens[direction + 2 :] if t.kind in {"string", "body"}), HOLE)
    elif (target is not None and target.kind in {"string", "name", "number"}) or (
        target is not None and not target.is_word("STDIN", "STDOUT", "PSTDIN", "PSTDOUT")
    ):
        path = target.value
    return [
        *writes,
        Facts(verb=verb, tables=tables, columns=columns, where=where, limit=limit, program=program, path=path),
    ]


def _load(tokens: Words, _text: str, dialect: str) -> list[Facts]:
    """LOAD DATA INFILE; LOAD 'library' in PostgreSQL runs native code."""
    if len(tokens) > 1 and tokens[1].is_word("DATA", "XML"):
        into = next((i for i, t in enumerate(tokens) if t.is_word("TABLE")), None)
        path = next((t.value for t in tokens if t.kind in {"string", "name"}), HOLE)
        name = name_at(tokens, into + 1)[0] if into is not None else "?"
        return [Facts(verb="copy-in", tables=(name,), path=path)]
    if dialect == "postgres" and len(tokens) > 1 and tokens[1].kind == "string":
        return [Facts(verb="execute", opaque="loads native code into the database")]
    return [Facts(verb="set")]


def _call(tokens: Words, _text: str, dialect: str) -> list[Facts]:
    """CALL or EXEC of a procedure, EXEC of text; EXECUTE of a prepared statement, which PREPARE told."""
    if len(tokens) > 1 and (tokens[1].is_symbol("(") or tokens[1].kind == "string"):
        return [routines.execute(tokens, {})]
    at = 1
    if len(tokens) > 3 and tokens[2].is_symbol("="):  # EXEC @result = procedure
        at = 3
    name, end = name_at(tokens, at)
    if tokens[0].is_word("EXECUTE") and dialect in {"postgres", "mysql", "mariadb", "duckdb"}:
        return [Facts(verb="set")]
    short = name.rpartition(".")[2].upper()
    strings = [t.value for t in tokens[end:] if t.kind == "string"]
    if short in _RUNNERS:
        return [Facts(verb="execute", program=strings[0] if strings else HOLE)]
    if short in _SQL_RUNNERS or short in {"SP_MSFOREACHTABLE", "SP_MSFOREACHDB"}:
        if not strings:
            return [Facts(verb="execute", opaque=f"{name} of text known only at run time")]
        return [Facts(verb="execute", inner=strings[0].replace("?", HOLE))]
    if short == "SP_RENAME" and len(strings) > 1:
        if len(strings) > 2:
            return [Facts(verb="alter", tables=(strings[0].lower(),))]
        return [Facts(verb="rename", tables=(strings[0].lower(),), renames=(strings[0].lower(), strings[1].lower()))]
    if short in {"SP_HELP", "SP_HELPTEXT", "SP_WHO", "SP_WHO2", "SP_TABLES", "SP_COLUMNS", "SP_SPACEUSED", "SP_HELPDB"}:
        return [Facts(verb="explain")]
    return [Facts(verb="call", object="procedure", tables=(name or "?",))]


def _create(tokens: Words, text: str, dialect: str) -> list[Facts]:
    found = scan_changes.create(tokens)
    kind = found[-1].object
    if kind in {"function", "procedure", "trigger", "event", "package", "routine"}:
        return found + routines.routine(tokens, text, dialect)
    start = next((i for i, t in enumerate(tokens) if t.is_word("AS", "SELECT") and i > 2), None)
    if start is not None and kind.endswith("table"):
        found += [q for q in scan_query(tokens[start:]) if q.verb == "select"]
    if kind in {"role", "user", "login"} and any(t.is_word("SUPERUSER", "CREATEROLE", "SYSADMIN") for t in tokens):
        found.append(Facts(verb="grant", object="role", tables=found[-1].tables))
    return found


def _alter(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    return scan_changes.alter(tokens)


def _pragma(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    """PRAGMA reads or sets; writable_schema lets later statements break the file."""
    on = any(t.value in {"1", "ON", "TRUE", "YES"} for t in tokens[2:])
    if len(tokens) > 1 and tokens[1].is_word("WRITABLE_SCHEMA") and on:
        return [Facts(verb="alter", object="database", drops=("schema protection",))]
    return [Facts(verb="set" if len(tokens) > 2 else "explain")]


def _vacuum(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    into = next((i for i, t in enumerate(tokens) if t.is_word("INTO")), None)
    if into is not None:
        path = next((t.value for t in tokens[into:] if t.kind in {"string", "name"}), HOLE)
        return [Facts(verb="copy-out", path=path)]
    return [Facts(verb="vacuum")]


def _purge(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    what = " ".join(t.value.lower() for t in tokens[1:3] if t.kind == "word")
    return [Facts(verb="drop", object=what or "log", tables=())]


def _reset(tokens: Words, text: str, dialect: str) -> list[Facts]:
    if len(tokens) > 1 and tokens[1].is_word("MASTER", "BINARY"):
        return _purge(tokens, text, dialect)
    return [Facts(verb="set")]


def _declare(tokens: Words, text: str, dialect: str) -> list[Facts]:
    """DECLARE c CURSOR FOR query; DECLARE @x ... = value."""
    cursor = next((i for i, t in enumerate(tokens) if t.is_word("FOR")), None)
    if cursor is not None and cursor + 1 < len(tokens):
        return [Facts(verb="execute", inner=text[tokens[cursor + 1].start - tokens[0].start :])]
    return [Facts(verb="set")] if not any(t.is_word("BEGIN") for t in tokens) else _begin(tokens, text, dialect)


def _backup(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    path = next((t.value for t in tokens if t.kind == "string"), HOLE)
    if tokens[0].is_word("BACKUP", "EXPORT", "UNLOAD"):
        return [Facts(verb="copy-out", tables=names_after(tokens), path=path, columns=("*",))]
    return [Facts(verb="drop", object="database (restored over)", tables=names_after(tokens))]


def names_after(tokens: Words) -> tuple[str, ...]:
    """The names after the first two words of a statement."""
    return scan_changes.names_at(tokens, 2)[0]


def _stop(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    return [Facts(verb="other", object="server" if tokens[0].is_word("SHUTDOWN") else "session")]


def _attach(tokens: Words, _text: str, _dialect: str) -> list[Facts]:
    return [Facts(verb="set", object="database")]


Handler = Callable[[Words, str, str], list[Facts]]
_HANDLERS: Final[dict[str, Handler]] = {
    "DROP": lambda tokens, _text, _dialect: scan_changes.drop(tokens),
    "UNDROP": lambda _tokens, _text, _dialect: [Facts(verb="create")],
    "TRUNCATE": lambda tokens, _text, _dialect: scan_changes.truncate(tokens),
    "RENAME": lambda tokens, _text, _dialect: scan_changes.rename(tokens),
    "GRANT": lambda tokens, _text, _dialect: scan_changes.grant(tokens),
    "REVOKE": lambda tokens, _text, _dialect: scan_changes.grant(tokens),
    "DENY": lambda tokens, _text, _dialect: scan_changes.grant(tokens),
    "REASSIGN": lambda _tokens, _text, _dialect: [Facts(verb="grant", object="owned")],
    "CREATE": _create,
    "ALTER": _alter,
    "COPY": _copy,
    "LOAD": _load,
    "DO": lambda tokens, _text, dialect: routines.do_block(tokens, dialect),
    "BEGIN": _begin,
    "EXPLAIN": _explain,
    "PROFILE": _explain,
    "CALL": _call,
    "EXEC": _call,
    "EXECUTE": _call,
    "PREPARE": lambda tokens, _text, _dialect: [routines.execute(tokens, {})],
    "PRAGMA": _pragma,
    "VACUUM": _vacuum,
    "PURGE": _purge,
    "RESET": _reset,
    "DECLARE": _declare,
    "BACKUP": _backup,
    "EXPORT": _backup,
    "UNLOAD": _backup,
    "RESTORE": _backup,
    "IMPORT": lambda _tokens, _text, _dialect: [Facts(verb="copy-in", tables=("?",))],
    "FLASHBACK": lambda tokens, _text, _dialect: [Facts(verb="drop", object="database", tables=names_after(tokens))],
    "SHUTDOWN": _stop,
    "KILL": _stop,
    "ATTACH": _attach,
}
