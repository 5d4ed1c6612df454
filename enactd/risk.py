"""How grave an effect is, in four levels; a session only ever rises."""

from __future__ import annotations

from enum import IntEnum


class Risk(IntEnum):
    """SAFE < SENSITIVE < COMMITMENT < IRREVERSIBLE."""

    SAFE = 0
    SENSITIVE = 1
    COMMITMENT = 2
    IRREVERSIBLE = 3

    def __str__(self) -> str:
        return self.name
