"""SQL that runs SQL: DO blocks, routine bodies, EXECUTE, PREPARE, and the text they build.

Text built at run time keeps its known parts; what is unknown becomes a hole, so that
`EXECUTE 'DROP TABLE ' || quote_ident(t)` is still seen to drop a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from enactd.effects.sql.facts import Facts
from enactd.effects.sql.tokens import HOLE, Token, tokenize

VERBS: Final = frozenset(
    "SELECT WITH INSERT UPDATE DELETE MERGE REPLACE TRUNCATE DROP ALTER CREATE RENAME GRANT REVOKE COPY CALL EXEC "
    "EXECUTE "
    "PREPARE PERFORM VALUES".split()
)
_CUTS: Final = frozenset("BEGIN THEN ELSE LOOP DECLARE EXCEPTION ATOMIC".split())
_SQL_LANGUAGES: Final = frozenset({"", "sql", "plpgsql", "plsql", "psql", "pgplsql"})
_FORMAT: Final = re.compile(r"%(?:\d+\$)?-?\d*[sILdv]")

Words = Sequence[Token]
Variables = Mapping[str, str]


def text_of(tokens: Words, variables: Variables) -> str:
    """The text that a string expression builds: literals, `||`, `+`, CONCAT, FORMAT; holes for the rest."""
    parts: list[str] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        calls = following is not None and following.is_symbol("(")
        if token.kind in {"string", "body"}:
            parts.append(token.value)
        elif token.is_word("FORMAT") and calls:
            index = _formatted(tokens, index + 2, parts)
        elif (
            token.is_name and calls and not token.is_word("CONCAT", "CONCAT_WS", "CAST", "N", "UPPER", "LOWER", "TRIM")
        ):
            parts.append(HOLE)
            index = _closing(tokens, index + 1)
        elif token.is_name and not calls and not token.is_word("AS", "TEXT", "VARCHAR", "CHAR", "NVARCHAR", "USING"):
            parts.append(variables.get(token.value.lower().lstrip("@"), HOLE))
            while index + 2 < len(tokens) and tokens[index + 1].is_symbol("."):
                index += 2
        elif token.is_symbol("::"):
            index += 1
        elif token.kind == "number" or token.is_symbol("?"):
            parts.append(token.value if token.kind == "number" else HOLE)
        index += 1
    return "".join(parts)


def _formatted(tokens: Words, index: int, parts: list[str]) -> int:
    """Append FORMAT's template with holes for its arguments; the index of the closing parenthesis."""
    template: list[str] = []
    depth = tokens[index].depth if index < len(tokens) else 0
    end = _closing(tokens, index - 1)
    for token in tokens[index:end]:
        if token.is_symbol(",") and token.depth == depth:
            break
        template.append(token.value if token.kind in {"string", "body"} else HOLE if token.is_name else "")
    parts.append(_FORMAT.sub(HOLE, "".join(template)).replace("%%", "%"))
    return end


def _closing(tokens: Words, index: int) -> int:
    """The index of the parenthesis that closes the one at `index`."""
    depth = tokens[index].depth
    for at in range(index + 1, len(tokens)):
        if tokens[at].is_symbol(")") and tokens[at].depth == depth:
            return at
    return len(tokens)


def assignment(tokens: Words) -> tuple[str, Words] | None:
    """The variable and expression of `SET @x = e`, `x := e`, `DECLARE x text := e`, `SELECT @x := e`."""
    for index, token in enumerate(tokens):
        if token.is_symbol(":=", "=") and index and not token.depth:
            head = [t for t in tokens[:index] if t.is_name and not t.is_word("SET", "DECLARE", "SELECT", "CONSTANT")]
            if not head or (token.value == "=" and not tokens[0].is_word("SET", "DECLARE", "SELECT")):
                return None
            if token.value == "=" and tokens[0].is_word("SELECT") and not head[0].value.startswith("@"):
                return None
            return head[0].value.lower().lstrip("@"), tokens[index + 1 :]
    return None


def do_block(tokens: Words, dialect: str) -> list[Facts]:
    """`DO [LANGUAGE x] $$ ... $$`."""
    body = next((t.value for t in tokens if t.kind in {"body", "string"}), None)
    if body is None:
        return [Facts(verb="execute", opaque="DO without a body that can be read")]
    language = _language(tokens)
    if language not in _SQL_LANGUAGES:
        return [Facts(verb="execute", language=language, code=body)]
    return body_facts(body, dialect, conditional=False)


def routine(tokens: Words, text: str, dialect: str) -> list[Facts]:
    """What the body of CREATE FUNCTION, PROCEDURE, TRIGGER or EVENT does once it is called."""
    language = _language(tokens)
    bodies = [t.value for t in tokens if t.kind == "body"]
    if not bodies:
        after_as = next((i for i, t in enumerate(tokens) if t.is_word("AS") and i > 2), None)
        if after_as is not None and after_as + 1 < len(tokens) and tokens[after_as + 1].kind == "string":
            bodies = [tokens[after_as + 1].value]
    if bodies:
        if language not in _SQL_LANGUAGES:
            return [Facts(verb="execute", language=language, code=body, conditional=True) for body in bodies]
        return [facts for body in bodies for facts in body_facts(body, dialect, conditional=True)]
    start = next((t for i, t in enumerate(tokens) if i > 2 and t.is_word("BEGIN", "AS", "DO", "RETURN")), None)
    if start is None:
        start = next((t for i, t in enumerate(tokens) if i > 2 and t.is_word("DELETE", "UPDATE", "INSERT")
                      and not tokens[i - 1].is_word("AFTER", "BEFORE", "OR", "ON", "OF", "INSTEAD")), None)  # fmt: skip
        return [] if start is None else body_facts(text[start.start - tokens[0].start :], dialect, conditional=True)
    return body_facts(text[start.end - tokens[0].start :], dialect, conditional=True)


def _language(tokens: Words) -> str:
    at = next((i for i, t in enumerate(tokens) if t.is_word("LANGUAGE")), None)
    return tokens[at + 1].value.lower() if at is not None and at + 1 < len(tokens) else ""


def body_facts(body: str, dialect: str, *, conditional: bool) -> list[Facts]:
    """The statements inside a procedural body, as text to read on its own."""
    read = tokenize(body, dialect)
    variables: dict[str, str] = {}
    found: list[Facts] = []
    for group in _segments(read.tokens):
        assigned = assignment(group)
        if assigned is not None and not group[0].is_word("UPDATE", "INSERT", "DELETE"):
            variables[assigned[0]] = text_of(assigned[1], variables)
            continue
        start = next((i for i, t in enumerate(group) if t.depth == 0 and t.kind == "word" and t.value in VERBS), None)
        if start is None:
            continue
        statement = group[start:]
        if statement[0].is_word("EXECUTE", "PREPARE", "EXEC"):
            found.append(execute(statement, variables, conditional=conditional))
        else:
            text = read.text[statement[0].start : statement[-1].end]
            if statement[0].is_word("PERFORM"):
                text = "SELECT" + text[len("PERFORM") :]
            found.append(Facts(verb="execute", inner=text, conditional=conditional))
    return found


def _segments(tokens: Words) -> list[list[Token]]:
    groups: list[list[Token]] = [[]]
    cases = 0
    for token in tokens:
        if token.is_word("CASE") and groups[-1] and not groups[-1][-1].is_word("END"):
            cases += 1
        elif token.is_word("END") and cases:
            cases -= 1
        elif token.is_symbol(";"):
            cases = 0
            groups.append([])
            continue
        elif token.kind == "word" and token.value in _CUTS and not cases and token.depth == 0:
            groups.append([])
            continue
        groups[-1].append(token)
    return [group for group in groups if group]


def execute(tokens: Words, variables: Variables, *, conditional: bool = False) -> Facts:
    """EXECUTE or PREPARE: the text that will run, where any of it is known."""
    rest = list(tokens[1:])
    while rest and rest[0].is_word("IMMEDIATE"):
        rest.pop(0)
    if tokens[0].is_word("PREPARE"):
        start = next((i for i, t in enumerate(rest) if t.is_word("FROM", "AS")), None)
        if start is None:
            return Facts(verb="execute", opaque="PREPARE of text that cannot be read", conditional=conditional)
        if rest[start].is_word("AS"):
            return Facts(verb="execute", inner=_rebuilt(rest[start + 1 :]), conditional=conditional)
        rest = rest[start + 1 :]
    stop = next((i for i, t in enumerate(rest) if t.depth <= tokens[0].depth and t.is_word("USING", "INTO")), len(rest))
    text = text_of(rest[:stop], variables)
    if not text.replace(HOLE, "").strip():
        return Facts(verb="execute", opaque="EXECUTE of text known only at run time", conditional=conditional)
    return Facts(verb="execute", inner=text, conditional=conditional)


def _rebuilt(tokens: Words) -> str:
    words = [f"'{t.value}'" if t.kind == "string" else f'"{t.value}"' if t.kind == "name" else t.value for t in tokens]
    return " ".join(words)
