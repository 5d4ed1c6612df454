"""Reading one JSON message of an agent so that it has one reading, or none.

What two parsers could read differently is refused: repeated keys, NaN, lone surrogates, bytes that are no
UTF-8. So is what no honest message holds: NUL in names, paths and commands.
"""

from __future__ import annotations

import json
from typing import Any, Final

from enactd.errors import ProtocolError

DEPTH_LIMIT: Final = 64
PARTS_LIMIT: Final = 100_000
"""Values in the arguments of one call. Looking at millions would take longer than agents wait."""

# Arguments of these tools are file content, where NUL is a character like others.
_CONTENT: Final = {
    "Write": frozenset({"content"}),
    "Edit": frozenset({"old_string", "new_string"}),
    "MultiEdit": frozenset({"edits"}),
    "NotebookEdit": frozenset({"new_source"}),
}


def parse(data: bytes) -> dict[str, Any]:
    """The one object that `data` is. Raises `ProtocolError` for anything else."""
    try:
        value = _reader.decode(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise ProtocolError("the message is not UTF-8") from None
    except RecursionError:
        raise ProtocolError("the message is nested too deeply") from None
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError):
            raise ProtocolError(f"the message is not JSON: {error.msg} at character {error.pos}") from None
        raise ProtocolError("the message holds a number too long to read") from None
    if not isinstance(value, dict):
        raise ProtocolError("the message is not an object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ProtocolError("the message repeats a key, so it has two readings")
    return value


def _no_constant(name: str) -> Any:
    raise ProtocolError(f"the message holds `{name}`, which is not JSON")


_reader: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def text(message: dict[str, Any], key: str, *, required: bool = True) -> str:
    """A field that must be a string; empty where it is absent and not `required`."""
    value = message.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise ProtocolError(f"`{key}` is {'missing' if key not in message else 'not a text'}")
    check_text(value, key)
    return value


def check_text(value: str, where: str, *, content: bool = False) -> None:
    """Refuse NUL (unless this is file `content`) and lone surrogates."""
    if not content and "\0" in value:
        raise ProtocolError(f"`{where}` holds a NUL character")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ProtocolError(f"`{where}` holds half of a surrogate pair") from None


def check_input(tool: str, arguments: dict[str, Any]) -> None:
    """Refuse arguments that a reader could not take literally, or that are too deep or too many to be judged."""
    content = _CONTENT.get(tool, frozenset())
    pending: list[tuple[Any, str, bool, int]] = [(value, key, key in content, 1) for key, value in arguments.items()]
    for key in arguments:
        check_text(key, "tool_input")
    parts = len(arguments)
    while pending:
        value, where, free, depth = pending.pop()
        if depth > DEPTH_LIMIT:
            raise ProtocolError("the arguments are nested too deeply")
        parts += len(value) if isinstance(value, list | dict) else 0
        if parts > PARTS_LIMIT:
            raise ProtocolError(f"the arguments have more than {PARTS_LIMIT} parts")
        if isinstance(value, str):
            check_text(value, where, content=free)
        elif isinstance(value, list):
            pending.extend((item, where, free, depth + 1) for item in value)
        elif isinstance(value, dict):
            for key, item in value.items():
                check_text(key, where)
                pending.append((item, where, free, depth + 1))
