"""Any value as what a record may hold: JSON without floats and big integers, redacted, bounded, in fixed order.

Facts, effects and tool input come from agents and from a foreign world: they may be huge, deep, or hold what
canonical JSON cannot. Nothing here raises for the value of its argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from enum import Enum
from functools import cache
from typing import Any, Final

import msgspec

from enactd.receipts import canonical
from enactd.receipts.redact import Redactor, is_reference, is_sensitive_key

DEPTH: Final = 12
ITEMS: Final = 256  # members of one container
KEY_LIMIT: Final = 256
_NO_DEFAULT: Final = object()


class Plainer:
    """Turns values into bounded plain ones; one budget of characters for all that it is given."""

    def __init__(self, redactor: Redactor, *, budget: int, string_limit: int) -> None:
        self._redactor = redactor
        self._left = budget
        self._string_limit = string_limit
        self.cut = False

    def plain(self, value: Any, depth: int = 0) -> Any:
        """The value as JSON types; what is beyond the budget becomes a short text that says so."""
        kind = type(value)
        if kind is str:
            return self._text(value)
        if kind is dict and self._left > 0 and depth < DEPTH:
            return self._mapping(value, depth)
        if (kind is tuple or kind is list) and self._left > 0 and depth < DEPTH:
            return self._items(value, depth)
        if isinstance(value, str) and not isinstance(value, Enum):
            return self._text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return self._text(value.name)
        if isinstance(value, int):
            fits = -canonical.INTEGER_LIMIT < value < canonical.INTEGER_LIMIT
            return value if fits else f"integer of {value.bit_length()} bits"
        if self._left <= 0 or depth >= DEPTH:
            return self._leave_out(value)
        if isinstance(value, msgspec.Struct):
            return self._struct(value, depth)
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._text(bytes(value[: self._string_limit * 4]).decode("utf-8", "replace"))
        if isinstance(value, Set):
            value = sorted(value, key=repr)
        if isinstance(value, Sequence):
            return self._items(value, depth)
        return self._text(repr(value) if isinstance(value, float) else f"<{type(value).__name__}>")

    def _text(self, value: str) -> str:
        if self._left <= 0:
            return str(self._leave_out(value)) if value else value
        shown = self._redactor.text(value, min(self._string_limit, self._left))
        if len(value) > self._left or len(value) > self._string_limit:
            self.cut = True
        self._left -= len(shown) + 4
        return shown

    def _struct(self, value: msgspec.Struct, depth: int) -> dict[str, Any]:
        """Type and those fields that differ from their defaults."""
        plain: dict[str, Any] = {}
        tag = value.__struct_config__.tag
        if tag is not None:
            plain["type"] = str(tag)
        for name, default in _fields(type(value)):
            member = getattr(value, name)
            if member is not default and member != default:
                self._left -= len(name) + 4
                plain[name] = self.plain(member, depth + 1)
        return plain

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for index, (name, member) in enumerate(value.items()):
            if index >= ITEMS or self._left <= 0:
                plain["(left out)"] = len(value) - index
                self.cut = True
                break
            spelled = canonical.key(self._redactor.text(str(name), KEY_LIMIT))
            self._left -= len(spelled) + 4
            hidden = is_sensitive_key(spelled)
            if hidden and isinstance(member, (list, tuple)):
                plain[spelled] = [self._named(item, depth + 1) for item in member[:ITEMS]]
            else:
                plain[spelled] = self._named(member, depth) if hidden else self.plain(member, depth + 1)
        return plain

    def _named(self, value: Any, depth: int) -> Any:
        """A value whose key says that it is a secret: text goes whole, unless it only names one."""
        if isinstance(value, str) and value and not is_reference(value):
            self._left -= 24
            return self._redactor.take("named-secret")
        return self.plain(value, depth + 1)

    def _items(self, value: Sequence[Any], depth: int) -> list[Any]:
        plain: list[Any] = []
        for index, member in enumerate(value):
            if index >= ITEMS or self._left <= 0:
                plain.append(f"({len(value) - index} left out)")
                self.cut = True
                break
            plain.append(self.plain(member, depth + 1))
            self._left -= 2
        return plain

    def _leave_out(self, value: Any) -> Any:
        self.cut = True
        if isinstance(value, (Mapping, Sequence, Set)) and not value:
            return [] if not isinstance(value, Mapping) else {}
        return f"({type(value).__name__} left out)"


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """Names and defaults of a struct's fields."""
    return tuple(
        (field.name, _NO_DEFAULT if field.default is msgspec.NODEFAULT else field.default)
        for field in msgspec.structs.fields(kind)
    )
