"""Marks: how text with parts that only the run will tell passes through a lexer.

Each such part stands in the text as its number between two characters that no language gives a meaning. The
text's own such characters are marked in the same way, as what they are, so that nobody can write a mark.
"""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.values import NONE, Hole, Value, value

OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
_MARK: Final = re.compile(f"{OPEN}([0-9]+){CLOSE}")
_OWN: Final = re.compile(f"[{OPEN}{CLOSE}]")


class Marks:
    """What the marks of one reading stand for. The same part gets the same mark again."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str | Hole, frozenset[str]], int] = {}
        self._parts: list[tuple[str | Hole, frozenset[str]]] = []

    def marked(self, text: Value) -> str:
        """The text with a mark for each part that is not known."""
        if text.text is not None and OPEN not in text.text and CLOSE not in text.text:
            return text.text
        return "".join(
            _OWN.sub(lambda found: self._mark(found[0], NONE), piece)
            if isinstance(piece, str)
            else self._mark(piece, text.origins)
            for piece in text.pieces
        )

    def unmarked(self, text: str) -> Value:
        """Marks back to what they stand for. What is no mark stays as it is: nothing of a text is ever lost."""
        pieces: list[str | Hole] = []
        origins: frozenset[str] = frozenset()
        last = 0
        for found in _MARK.finditer(text):
            if int(found[1][:9]) < len(self._parts):
                part, taints = self._parts[int(found[1][:9])]
                pieces += [text[last : found.start()], part]
                origins |= taints
                last = found.end()
        return value(*pieces, text[last:], origins=origins)

    def _mark(self, part: str | Hole, origins: frozenset[str]) -> str:
        number = self._numbers.setdefault((part, origins), len(self._parts))
        if number == len(self._parts):
            self._parts.append((part, origins))
        return f"{OPEN}{number}{CLOSE}"
