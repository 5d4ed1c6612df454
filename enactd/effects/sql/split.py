"""Script text into statements, by tokens: quotes, bodies, blocks and the clients' own delimiters.

A syntax error in one statement hides none of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from enactd.effects.sql.tokens import Token, Tokens, tokenize

_ROUTINES: Final = ("FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "PACKAGE")
_STARTS: Final = frozenset(
    {"DROP", "TRUNCATE", "DELETE", "INSERT", "UPDATE", "MERGE", "EXEC", "EXECUTE", "ALTER", "CREATE", "GRANT", "REVOKE"}
)
# After these words a verb belongs to the statement it stands in.
_CONTINUES: Final = frozenset(
    {"ON", "FOR", "AFTER", "BEFORE", "OF", "THEN", "DO", "OR", "INSTEAD", "GRANT", "REVOKE", "DENY", "WITH", "AS"}
)


class Statement(NamedTuple):
    """One statement: its text, its tokens (offsets into `source`), and whether it ended properly."""

    text: str
    tokens: tuple[Token, ...]
    broken: bool = False


def statements(text: str, dialect: str = "", *, backslash: bool | None = None) -> Iterator[Statement]:
    """The statements of a script in order; empty ones are left out."""
    for chunk in _chunks(text, dialect):
        read = tokenize(chunk, dialect, backslash=backslash)
        groups = list(_groups(read, dialect))
        for number, group in enumerate(groups):
            last = number == len(groups) - 1
            yield Statement(read.text[group[0].start : group[-1].end], tuple(group), read.broken and last)


def _chunks(text: str, dialect: str) -> Iterator[str]:
    """Cut at client lines: DELIMITER (MySQL), GO (SQL Server), a lone slash (Oracle)."""
    upper = text.upper()
    if "DELIMITER" not in upper and dialect not in {"tsql", "oracle"}:
        yield text
        return
    delimiter = ";"
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        words = line.split()
        first = words[0].upper() if words else ""
        if first == "DELIMITER" and len(words) > 1:
            yield "".join(lines)
            lines, delimiter = [], words[1]
        elif len(words) == 1 and ((first == "GO" and dialect == "tsql") or (first == "/" and dialect == "oracle")):
            yield "".join(lines)
            lines = []
        elif delimiter != ";" and delimiter in line:
            head, _, tail = line.partition(delimiter)
            yield "".join([*lines, head])
            lines = [tail]
        else:
            lines.append(line)
    yield "".join(lines)


def _groups(read: Tokens, dialect: str) -> Iterator[list[Token]]:
    group: list[Token] = []
    blocks = 0
    for token in read.tokens:
        if token.is_symbol(";") and blocks == 0:
            if group:
                yield group
            group = []
            continue
        if group and blocks == 0 and dialect in {"tsql", ""} and _starts_anew(token, group):
            yield group
            group = []
        group.append(token)
        blocks = _blocks_after(token, group, blocks)
    if group:
        yield group


def _blocks_after(token: Token, group: list[Token], blocks: int) -> int:
    """How many BEGIN or CASE blocks of a routine's body are open; semicolons inside do not end it."""
    if token.kind != "word":
        return blocks
    if not _is_routine(group):
        return 0
    previous = group[-2] if len(group) > 1 else None
    if token.value in {"BEGIN", "CASE"} and not (previous is not None and previous.is_word("END")):
        return blocks + 1
    if token.value == "END":
        return max(blocks - 1, 0)
    if token.value in {"IF", "LOOP", "REPEAT", "WHILE", "FOR"} and previous is not None and previous.is_word("END"):
        return blocks + 1  # `END IF` closes no BEGIN
    return blocks


def _is_routine(group: list[Token]) -> bool:
    if not group[0].is_word("CREATE", "ALTER"):
        return False
    return any(token.is_word(*_ROUTINES) for token in group[1:8])


def _starts_anew(token: Token, group: list[Token]) -> bool:
    """SQL Server needs no semicolon between statements; nor does, perhaps, a server nobody knows."""
    previous = group[-1]
    if token.depth or token.kind != "word" or token.value not in _STARTS or group[0].is_word("EXPLAIN"):
        return False
    if _is_routine(group) or previous.is_word(*_CONTINUES) or previous.is_symbol(",", ".", "("):
        return False
    if group[0].is_word("ALTER") and token.value in {"DROP", "ALTER", "TRUNCATE", "DELETE", "UPDATE"}:
        return False
    if group[0].is_word("WITH"):  # the statement that uses the common table expressions
        return any(t.depth == 0 and t.is_word("SELECT", *_STARTS) for t in group)
    return not group[0].is_word("GRANT", "REVOKE", "DENY") or any(t.is_word("TO", "FROM") for t in group)
