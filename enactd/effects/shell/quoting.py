"""Text as bash quotes it for itself."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile(r"[ !\"$&'()*,;<>?\[\\\]^`{|}]|^[#~]|(?<=[:=])~")
_NAMED: Final = {
    "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\v": "\\v", "\f": "\\f", "\x1b": "\\E", "\\": "\\\\",
    "'": "\\'",
}  # fmt: skip
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
    if _CONTROL.search(text):
        return _ansi(text)
    return _SPECIAL.sub(r"\\\g<0>", text)


def _ansi(text: str) -> str:
    return "$'" + "".join(_NAMED.get(c) or (f"\\{ord(c):03o}" if _CONTROL.match(c) else c) for c in text) + "'"
