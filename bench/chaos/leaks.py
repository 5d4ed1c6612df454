"""Decoy secrets in any of the forms in which text can carry them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

LEAST: Final = 8
_PART: Final = 16


def patterns(secrets: Mapping[str, str]) -> dict[str, list[re.Pattern[str]]]:
    """What to search for, by name: whole, a long part of it, reversed, hexadecimal, base64 at any offset, escaped."""
    return {name: _forms(value) for name, value in secrets.items() if len(value) >= LEAST}


def _forms(value: str) -> list[re.Pattern[str]]:
    # A part of a secret is a secret: the first and the last letters of a long one are looked for, too.
    pieces = {value, value[:_PART], value[-_PART:]} if len(value) > _PART + 4 else {value}
    forms = {form for piece in pieces for form in (piece, piece[::-1], piece.encode().hex(), quote(piece, safe=""))}
    for piece in pieces:
        forms |= set(_base64(piece.encode()))
    return [re.compile(re.escape(form), re.IGNORECASE if form == form.lower() else 0) for form in sorted(forms)]


def _base64(value: bytes) -> list[str]:
    """The letters that stay the same whatever stands before or behind, for each of the three offsets."""
    found = []
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + value).decode().rstrip("=")
        first = (0, 2, 3)[offset]
        last = len(text) - (1 if (offset + len(value)) % 3 else 0)
        found.append(text[first:last])
    return found
