"""Canonical JSON (RFC 8785) for our own fields, by the fast encoder.

msgspec's sorted output and RFC 8785 agree as long as keys are ASCII, numbers are integers below 2^53 and
strings are valid Unicode. The schema admits nothing else; `text` and `key` bring foreign text into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

INTEGER_LIMIT: Final = 2**53
DEPTH: Final = 64

_encoder: Final = msgspec.json.Encoder(order="sorted")
_decoder: Final = msgspec.json.Decoder()


def encode(value: Any) -> bytes:
    """The canonical bytes. Only for values that `fits` accepts and structs made of such."""
    return _encoder.encode(value)


def decode(line: bytes) -> Any:
    """Parsed JSON; raises `ValueError` for what is not JSON in UTF-8, or nested beyond all reason."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None


def is_canonical(line: bytes, parsed: Any) -> bool:
    """Whether `line` is the one canonical spelling of `parsed`. Duplicate keys and floats are not."""
    try:
        return fits(parsed) and encode(parsed) == line
    except (UnicodeError, RecursionError):
        return False


def fits(value: Any, depth: int = DEPTH) -> bool:
    """Whether a parsed value stays inside what both encoders spell alike, and is not nested too deep."""
    if depth < 0:
        return False
    if value is None or isinstance(value, (str, bool)):
        return True
    if isinstance(value, int):
        return -INTEGER_LIMIT < value < INTEGER_LIMIT
    if isinstance(value, list):
        members: Iterable[Any] = value
    elif isinstance(value, dict):
        members = value.values()
        for name in value:
            if not isinstance(name, str) or not name.isascii():
                return False
    else:
        return False
    for member in members:  # noqa: SIM110 - runs for every receipt; a generator takes twice the time
        if (type(member) is not str or depth == 0) and not fits(member, depth - 1):
            return False
    return True


def text(value: str) -> str:
    """The same text as valid Unicode: a lone surrogate becomes U+FFFD, a pair becomes its character."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def key(value: str) -> str:
    """An ASCII spelling of a foreign object key: other characters as Python writes them in escapes."""
    return value if value.isascii() else value.encode("ascii", "backslashreplace").decode("ascii")
