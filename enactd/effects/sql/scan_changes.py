"""DROP, TRUNCATE, ALTER, RENAME, CREATE, GRANT read from tokens: these need no tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.sql.facts import Facts
from enactd.effects.sql.scan_queries import where_at
from enactd.effects.sql.tokens import Token, name_at

_ADJECTIVES: Final = frozenset(
    "TEMP TEMPORARY UNLOGGED GLOBAL LOCAL EXTERNAL FOREIGN MATERIALIZED VIRTUAL UNIQUE CLUSTERED NONCLUSTERED FULLTEXT "
    "SPATIAL TRANSIENT DYNAMIC PUBLIC RECURSIVE OR REPLACE CONCURRENTLY IF EXISTS NOT ALGORITHM DEFINER SECURITY "
    "CONSTRAINT AGGREGATE HYBRID ICEBERG SECURE VOLATILE BITMAP DEFAULT PROCEDURAL TRUSTED ONLINE OFFLINE".split()
)
_HARMLESS_DROPS: Final = frozenset({"DEFAULT", "NOT", "EXPRESSION", "IDENTITY"})
_DROPPED_PARTS: Final = {
    "CONSTRAINT": "constraint",
    "CHECK": "constraint",
    "PARTITION": "partition",
    "PART": "partition",
    "INDEX": "index",
    "KEY": "index",
    "PRIMARY": "primary key",
    "FOREIGN": "foreign key",
    "UNIQUE": "constraint",
    "PERIOD": "period",
    "COLUMN": "column",
    "COLUMNS": "column",
    "PROJECTION": "projection",
    "VALUE": "value",
    "ATTRIBUTE": "column",
    "FEATURE": "feature",
    "ROW": "row level security",
}

Words = Sequence[Token]


def skip(tokens: Words, index: int, *words: str) -> int:
    """The index after any of these words."""
    while index < len(tokens) and tokens[index].is_word(*words):
        index += 1
    return index


def names_at(tokens: Words, index: int) -> tuple[tuple[str, ...], int]:
    """A comma-separated list of names, arguments and options in between ignored."""
    names: list[str] = []
    while True:
        index = skip(tokens, index, "IF", "EXISTS", "ONLY", "TABLE", "CONCURRENTLY", "NOT")
        name, index = name_at(tokens, index)
        if name:
            names.append(name)
        depth = tokens[index].depth if index < len(tokens) else 0
        while index < len(tokens) and (tokens[index].is_symbol("(", ")", "*") or tokens[index].depth > depth):
            index += 1
        if index < len(tokens) and tokens[index].is_symbol(","):
            index += 1
            continue
        return tuple(names), index


def drop(tokens: Words) -> list[Facts]:
    """DROP of anything."""
    kind, at, adjectives = _object_at(tokens, 1)
    if kind == "prepare":
        return [Facts(verb="set")]
    if kind == "owned":
        return [Facts(verb="drop", object="owned", tables=names_at(tokens, skip(tokens, at, "BY"))[0])]
    names, at = names_at(tokens, at)
    if at < len(tokens) and tokens[at].is_word("ON"):
        # An index, trigger or policy goes; the table it hangs on is what people protect.
        table, _ = name_at(tokens, at + 1)
        names = (*names, table)
    if adjectives & {"TEMP", "TEMPORARY"}:
        kind = f"temporary {kind}"
    return [Facts(verb="drop", object=kind, tables=names or ("?",))]


def _object_at(tokens: Words, index: int) -> tuple[str, int, frozenset[str]]:
    adjectives: set[str] = set()
    while index < len(tokens) and tokens[index].kind == "word" and tokens[index].value in _ADJECTIVES:
        adjectives.add(tokens[index].value)
        index += 1
        if index < len(tokens) and tokens[index].is_symbol("="):  # DEFINER = `root`@`%`
            index += 2
            while index < len(tokens) and (tokens[index].value in {"@", "(", ")"} or tokens[index].kind != "word"):
                index += 1
    if index >= len(tokens):
        return "?", index, frozenset(adjectives)
    kind = tokens[index].value.lower()
    if kind == "access" or (kind == "retention" and index + 1 < len(tokens)):
        kind, index = f"{kind} policy", index + 1
    elif (
        kind in {"event", "text", "search", "user"} and index + 1 < len(tokens) and tokens[index + 1].is_word("MAPPING")
    ):
        index += 1
    return kind, index + 1, frozenset(adjectives)


def truncate(tokens: Words) -> list[Facts]:
    """TRUNCATE of a list of tables; of a database in ClickHouse."""
    at = skip(tokens, 1, "IF", "EXISTS", "ALL", "TABLES", "FROM")
    kind = "table"
    if at < len(tokens) and tokens[at].is_word("DATABASE", "SCHEMA"):
        kind, at = "database", at + 1
    names, _ = names_at(tokens, at)
    return [Facts(verb="truncate", object=kind, tables=names or ("?",))]


def rename(tokens: Words) -> list[Facts]:
    """MySQL's and ClickHouse's RENAME TABLE a TO b, c TO d."""
    at, found = 1, []
    if at < len(tokens) and tokens[at].is_word("USER", "DATABASE", "DICTIONARY"):
        return [Facts(verb="alter", object=tokens[at].value.lower(), tables=names_at(tokens, at + 1)[0])]
    at = skip(tokens, at, "TABLE", "TABLES")
    while at < len(tokens):
        before, at = name_at(tokens, skip(tokens, at, "IF", "EXISTS"))
        after, at = name_at(tokens, skip(tokens, at, "TO"))
        found.append(Facts(verb="rename", tables=(before or "?",), renames=(before or "?", after or "?")))
        if not (at < len(tokens) and tokens[at].is_symbol(",")):
            break
        at += 1
    return found or [Facts(verb="rename", tables=("?",))]


def create(tokens: Words) -> list[Facts]:
    """CREATE; OR REPLACE of a table drops the old one first."""
    kind, at, adjectives = _object_at(tokens, 1)
    at = skip(tokens, at, "IF", "NOT", "EXISTS", "CONCURRENTLY")
    name, at = name_at(tokens, at)
    if kind == "index":
        on = next((i for i in range(at, len(tokens)) if tokens[i].is_word("ON")), None)
        name = name_at(tokens, skip(tokens, on + 1, "ONLY"))[0] if on is not None else name
    if adjectives & {"TEMP", "TEMPORARY"}:
        kind = f"temporary {kind}"
    facts = [Facts(verb="create", object=kind, tables=(name,) if name else ())]
    if "REPLACE" in adjectives and kind == "table":
        facts.insert(0, Facts(verb="drop", tables=(name or "?",)))
    return facts


def alter(tokens: Words) -> list[Facts]:
    """ALTER: what it drops, what it renames, and ClickHouse's ALTER ... DELETE."""
    kind, at, _ = _object_at(tokens, 1)
    name, at = name_at(tokens, skip(tokens, at, "IF", "EXISTS", "ONLY"))
    if at + 1 < len(tokens) and tokens[at].is_word("ON") and tokens[at + 1].is_word("CLUSTER"):
        _, at = name_at(tokens, at + 2)
    drops: list[str] = []
    found: list[Facts] = []
    starts = True
    for index in range(at, len(tokens)):
        token = tokens[index]
        if token.depth == 0 and starts and token.kind == "word":
            found += _alteration(tokens, index, name or "?", drops)
        starts = token.is_symbol(",") or (starts and token.is_symbol("*", "("))
    plain = Facts(verb="alter", object=kind, tables=(name,) if name else ("?",), drops=tuple(drops))
    return found + ([plain] if drops or not found else [])


def _alteration(tokens: Words, index: int, name: str, drops: list[str]) -> list[Facts]:
    token = tokens[index]
    following = [t.value for t in tokens[index + 1 : index + 5] if t.kind == "word"]
    match token.value:
        case "DROP":
            dropped = _dropped(tokens, index + 1)
            if dropped:
                drops.append(dropped)
        case "TRUNCATE" | "DISCARD" | "CLEAR":
            drops.append("partition" if "PARTITION" in following else "data")
        case "DISABLE" if following[:1] == ["ROW"]:
            drops.append("row level security")
        case "EXCHANGE" | "REPLACE" if following[:1] == ["PARTITION"]:
            drops.append("partition")
        case "DELETE" | "UPDATE":
            return [Facts(verb=token.value.lower(), tables=(name,), where=where_at(tokens, index, 0))]
        case "RENAME":
            return _renamed(tokens, index, name)
        case "SET" if following[:1] == ["SCHEMA"]:
            schema, _ = name_at(tokens, index + 2)
            return [Facts(verb="rename", tables=(name,), renames=(name, f"{schema}.{name.rpartition('.')[2]}"))]
    return []


def _renamed(tokens: Words, index: int, name: str) -> list[Facts]:
    at = index + 1
    if at < len(tokens) and tokens[at].is_word("TO", "AS"):
        at += 1
    elif at < len(tokens) and tokens[at].is_word("COLUMN", "CONSTRAINT", "INDEX", "KEY", "ATTRIBUTE", "VALUE"):
        return []
    elif any(token.is_word("TO") for token in tokens[at : at + 3]):
        return []  # RENAME a TO b: a column
    after, _ = name_at(tokens, at)
    return [Facts(verb="rename", tables=(name,), renames=(name, after or "?"))]


def _dropped(tokens: Words, index: int) -> str:
    if index >= len(tokens):
        return "?"
    token = tokens[index]
    if token.is_word(*_HARMLESS_DROPS):
        return ""
    if token.is_symbol("("):  # Oracle: DROP (a, b)
        return "column " + ", ".join(names_at(tokens, index + 1)[0])
    kind = _DROPPED_PARTS.get(token.value, "") if token.kind == "word" else ""
    if kind in {"primary key", "row level security"}:
        return kind
    at = index + 1 if kind else index
    if kind == "foreign key":
        at += 1
    name, _ = name_at(tokens, skip(tokens, at, "IF", "EXISTS", "KEY"))
    return f"{kind or 'column'} {name}".strip()


def grant(tokens: Words) -> list[Facts]:
    """GRANT, REVOKE, DENY: on which tables or roles."""
    verb = "grant" if tokens[0].is_word("GRANT") else "revoke"
    on = next((i for i in range(1, len(tokens)) if tokens[i].is_word("ON")), None)
    if on is None:
        return [Facts(verb=verb, object="role", tables=names_at(tokens, 1)[0])]
    at, kind = on + 1, "table"
    if at + 1 < len(tokens) and tokens[at].is_word("ALL"):
        return [Facts(verb=verb, object="schema", tables=())]
    if at < len(tokens) and tokens[at].is_word(
        "TABLE", "SCHEMA", "DATABASE", "SEQUENCE", "FUNCTION", "PROCEDURE", "LANGUAGE", "TYPE", "ROUTINE", "KEYSPACE"
    ):
        kind, at = tokens[at].value.lower(), at + 1
    return [Facts(verb=verb, object=kind, tables=names_at(tokens, at)[0])]
