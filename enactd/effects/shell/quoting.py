"""Text as bash quotes it for itself."""

from __future__ import annotations

import re
from typing import Final

_SAFE: Final = re.compile(r"[A-Za-z0-9_@%+=:,./^~-]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def quoted_for_shell(text: str) -> str:
    """`${x@Q}`: text that the shell reads back as itself."""
    if _CONTROL.search(text):
        return _ansi(text)
    return "'" + text.replace("'", "'\\''") + "'"


def escaped_for_shell(text: str) -> str:
    """`printf %q`."""
    if not text:
        return "''"
    if _SAFE.fullmatch(text) and not text.startswith("~"):
        return text
    if _CONTROL.search(text):
        return _ansi(text)
    return re.sub(r"[^A-Za-z0-9_@%+=:,./^~\x80-\U0010ffff-]|^~", r"\\\g<0>", text)


def _ansi(text: str) -> str:
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", "'": "\\'"}
    return (
        "$'" + "".join(named.get(c) or (f"\\{ord(c):03o}" if ord(c) < 32 or ord(c) == 127 else c) for c in text) + "'"
    )
