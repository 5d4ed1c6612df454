"""Queries read from tokens alone: what is reported where the parser cannot follow.

Errs toward the effect: a condition counts as real only when it compares something that can differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.sql.facts import Facts
from enactd.effects.sql.tokens import HOLE, Token, name_at, shown

_MODIFIERS: Final = ("LOW_PRIORITY", "QUICK", "IGNORE", "ONLY", "DELAYED", "HIGH_PRIORITY", "OR", "ROLLBACK", "ABORT",
                     "FAIL", "REPLACE", "INTO", "OVERWRITE", "TABLE", "FROM", "TOP", "PERCENT")  # fmt: skip
_CLAUSES: Final = ("RETURNING", "ORDER", "LIMIT", "GROUP", "HAVING", "UNION", "OUTPUT", "OFFSET", "FETCH", "WINDOW",
                   "FOR", "OPTION", "WHEN", "INTO")  # fmt: skip
LIMIT_THAT_BOUNDS: Final = 1000  # rows; more is no limit to what leaves
WORK_LIMIT: Final = 200_000  # tokens looked at for all queries of one statement: nested ones are looked at again
_VERBS: Final = frozenset(("SELECT", "DELETE", "UPDATE", "INSERT", "REPLACE", "MERGE"))

Words = Sequence[Token]


def scan_query(tokens: Words) -> list[Facts]:
    """Every SELECT, DELETE, UPDATE, INSERT, MERGE of a statement, nested ones included."""
    found: list[Facts] = []
    left = WORK_LIMIT
    for index, token in enumerate(tokens):
        if token.kind != "word" or token.value not in _VERBS:
            continue
        left -= len(tokens) - index
        if left < 0:
            return [*found, Facts(opaque="more queries in one statement than are read")]
        previous = tokens[index - 1] if index else None
        facts = _query_at(tokens, index, token, previous)
        if facts is not None:
            found.append(facts)
    return found


def _query_at(tokens: Words, index: int, token: Token, previous: Token | None) -> Facts | None:
    after = previous.value if previous is not None and previous.kind == "word" else ""
    if token.value == "DELETE" and after not in {"ON", "FOR", "THEN", "OR"}:
        return _delete(tokens, index)
    if token.value == "UPDATE" and after not in {"ON", "FOR", "DO", "THEN", "OR", "KEY"}:
        return _update(tokens, index)
    if token.value in {"INSERT", "REPLACE"} and after not in {"THEN", "OR"} and not _is_call(tokens, index):
        return _named("insert", tokens, index)
    if token.value == "MERGE" and not _is_call(tokens, index):
        return _named("merge", tokens, index)
    if token.value == "SELECT":
        return _select(tokens, index)
    return None


def _is_call(tokens: Words, index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].is_symbol("(")


def _named(verb: str, tokens: Words, index: int) -> Facts:
    name, _ = name_at(tokens, _after_modifiers(tokens, index + 1))
    return Facts(verb=verb, tables=(name or "?",))


def _after_modifiers(tokens: Words, index: int) -> int:
    while index < len(tokens) and (
        tokens[index].is_word(*_MODIFIERS) or tokens[index].is_symbol("(", ")") or tokens[index].kind == "number"
    ):
        index += 1
    return index


def _delete(tokens: Words, index: int) -> Facts:
    depth = tokens[index].depth
    names: list[str] = []
    at = _after_modifiers(tokens, index + 1)
    while True:
        name, at = name_at(tokens, at)
        names.append(name or "?")
        if at < len(tokens) and tokens[at].is_symbol(","):
            at += 1
            continue
        break
    return Facts(
        verb="delete",
        tables=tuple(names),
        where=where_at(tokens, at, depth),
        limit=_has(tokens, at, depth, "LIMIT"),
    )


def _update(tokens: Words, index: int) -> Facts:
    depth = tokens[index].depth
    name, at = name_at(tokens, _after_modifiers(tokens, index + 1))
    return Facts(
        verb="update",
        tables=(name or "?",),
        where=where_at(tokens, at, depth),
        columns=_assigned(tokens, at, depth),
        limit=_has(tokens, at, depth, "LIMIT"),
    )


def _assigned(tokens: Words, index: int, depth: int) -> tuple[str, ...]:
    columns: list[str] = []
    inside = False
    for at in range(index, len(tokens)):
        token = tokens[at]
        if token.depth != depth:
            continue
        if token.is_word("SET"):
            inside = True
        elif token.is_word("WHERE", "FROM", *_CLAUSES):
            break
        elif inside and token.is_symbol("=") and tokens[at - 1].is_name:
            columns.append(shown(tokens[at - 1].value.lower()))
    return tuple(dict.fromkeys(columns))


def _select(tokens: Words, index: int) -> Facts:
    depth = tokens[index].depth
    columns, at = _projection(tokens, index + 1, depth)
    tables: list[str] = []
    where = "none"
    for position in range(at, len(tokens)):
        token = tokens[position]
        if token.depth < depth:
            break
        if token.is_word("FROM", "JOIN") or (token.is_symbol(",") and tables and where == "none"):
            name, end = name_at(tokens, position + 1)
            if (
                name
                and not (end < len(tokens) and tokens[end].is_symbol("("))
                and not _is_keyword(tokens[position + 1])
            ):
                tables.append(name)
        elif token.depth == depth and token.is_word("WHERE"):
            where = where_at(tokens, position, depth)
            break
    return Facts(
        verb="select",
        tables=tuple(dict.fromkeys(tables)),
        columns=columns,
        where=where,
        limit=_bounded(tokens, index, depth),
    )


def _is_keyword(token: Token) -> bool:
    return token.is_word("SELECT", "LATERAL", "UNNEST", "VALUES", "ONLY")


def _projection(tokens: Words, index: int, depth: int) -> tuple[tuple[str, ...], int]:
    columns: list[str] = []
    at = index
    while at < len(tokens):
        token = tokens[at]
        if token.depth < depth or (token.depth == depth and token.is_word("FROM", "INTO", "WHERE", *_CLAUSES)):
            break
        next_token = tokens[at + 1] if at + 1 < len(tokens) else None
        calls = next_token is not None and next_token.is_symbol("(")
        qualifies = next_token is not None and next_token.is_symbol(".")
        alias = at > index and tokens[at - 1].is_word("AS")
        if token.is_symbol("*") and (
            at == index or tokens[at - 1].is_symbol(",", ".") or tokens[at - 1].kind == "word"
        ):
            columns.append("*")
        elif token.is_name and not calls and not qualifies and not alias and not token.is_word("AS", "DISTINCT", "ALL"):
            columns.append(shown(token.value.lower()))
        at += 1
    return tuple(dict.fromkeys(columns)), at


def _has(tokens: Words, index: int, depth: int, word: str) -> bool:
    return any(token.depth == depth and token.is_word(word) for token in tokens[index:])


def _bounded(tokens: Words, index: int, depth: int) -> bool:
    for at in range(index, len(tokens) - 1):
        token = tokens[at]
        if token.depth < depth:
            return False
        if token.depth == depth and token.is_word("LIMIT", "TOP", "FIRST", "NEXT"):
            number = next((t for t in tokens[at + 1 : at + 3] if t.kind == "number"), None)
            if number is not None:
                return number.value.isdigit() and int(number.value) <= LIMIT_THAT_BOUNDS
            return tokens[at + 1].is_word(HOLE.upper())
    return False


def where_at(tokens: Words, index: int, depth: int) -> str:
    """none | always | some for the WHERE that follows at this depth."""
    start = next(
        (at + 1 for at in range(index, len(tokens)) if tokens[at].depth == depth and tokens[at].is_word("WHERE")), None
    )
    if start is None or any(t.depth < depth for t in tokens[index:start]):
        return "none"
    condition: list[Token] = []
    for token in tokens[start:]:
        if token.depth < depth or (token.depth == depth and (token.is_symbol(")") or token.is_word(*_CLAUSES))):
            break
        condition.append(token)
    return "always" if _always(condition) else "some"


def _always(condition: list[Token]) -> bool:
    values = [token.value for token in condition if not token.is_symbol("(", ")")]
    if not values or values in (["TRUE"], [HOLE.upper()]):
        return True
    if "OR" in values:
        parts: list[list[Token]] = [[]]
        for token in condition:
            if token.is_word("OR"):
                parts.append([])
            else:
                parts[-1].append(token)
        return any(_always(part) for part in parts if part)
    if len(values) == 1:
        return values[0].isdigit() and int(values[0]) != 0
    if len(values) == 2:
        return values in (["NOT", "FALSE"], ["NOT", "0"])
    return len(values) == 3 and values[1] in {"=", "<=", ">=", "IS", "LIKE"} and values[0] == values[2]
