"""Cypher, the language of graph databases: which statements change or delete what.

Not a parser: clauses are found by their words, outside strings and comments. A pattern that names no property and
that no WHERE narrows means everything of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Verb = Literal["read", "write", "delete", "flush"]

_SILENT: Final = re.compile(r"""'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?|//[^\n]*|/\*.*?(?:\*/|$)""", re.DOTALL)
_STATEMENT: Final = re.compile(r"\b(?:match|merge|create|drop|call|unwind|foreach|load\s+csv|return|show)\b", re.I)
_DROP: Final = re.compile(
    r"\bdrop\s+(database|composite\s+database|alias|user|role|index|constraint)\b\s*`?([\w.-]*)", re.I
)
_LABEL: Final = re.compile(r"\(\s*\w*\s*:\s*`?(\w+)")
_NARROW: Final = re.compile(r"\bwhere\b|\{\s*`?\w+`?\s*:|\blimit\b", re.I)
_DELETE: Final = re.compile(r"\bdelete\b", re.I)
_SET: Final = re.compile(r"\bset\b|\bremove\b", re.I)
_NEW: Final = re.compile(r"\b(?:create|merge|load\s+csv)\b", re.I)
_EMPTIES: Final = re.compile(
    r"apoc\.(?:schema\.assert|nodes\.delete|periodic\.truncate|trigger\.(?:drop|remove)all)", re.I
)


class Change(NamedTuple):
    """What a statement does. `everything`: nothing narrows the pattern."""

    verb: Verb
    what: str
    everything: bool


def is_cypher(text: str) -> bool:
    """Whether text begins as statements of Cypher do."""
    return _STATEMENT.match(_plain(text).lstrip()) is not None


def changes(text: str) -> Iterator[Change]:
    """One change a statement; statements that only look are `read`."""
    for statement in _plain(text).split(";"):
        if statement.strip():
            yield _change(statement)


def _plain(text: str) -> str:
    return _SILENT.sub(lambda found: "''" if found[0][0] in "'\"" else " ", text)


def _change(statement: str) -> Change:
    dropped = _DROP.search(statement)
    label = _LABEL.search(statement)
    what = label[1] if label is not None else ""
    narrow = _NARROW.search(statement) is not None
    if dropped is not None:
        return Change("flush" if "database" in dropped[1].lower() else "delete", dropped[2] or dropped[1], True)
    if _EMPTIES.search(statement):
        return Change("flush", what, True)
    if _DELETE.search(statement):
        return Change("delete", what, not narrow)
    if _SET.search(statement) and not re.search(r"\bon\s+(?:create|match)\s+set\b", statement, re.I):
        return Change("write", what, not narrow and _NEW.search(statement) is None)
    return Change("write" if _NEW.search(statement) else "read", what, False)
