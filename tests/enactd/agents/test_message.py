"""A message has one reading or none."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enactd.agents import message
from enactd.errors import ProtocolError


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not JSON"),
        (b"null", "not an object"),
        (b"[]", "not an object"),
        (b'"text"', "not an object"),
        (b'{"a": 1', "not JSON"),
        (b'{"a": 1} {"a": 1}', "not JSON"),
        (b'{"a": 1}\n{', "not JSON"),
        (b'{"a": 1, "a": 2}', "two readings"),
        (b'{"x": {"a": 1, "a": 1}}', "two readings"),
        (b'{"x": [{"a": 1, "\\u0061": 1}]}', "two readings"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": -Infinity}', "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        (b'{"a": "\n"}', "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "number too long"),
    ],
)
def test_what_is_not_one_object_is_refused(data: bytes, problem: str) -> None:
    """Each malformed message is named, none is guessed at."""
    with pytest.raises(ProtocolError, match=problem):
        message.parse(data)


@given(st.binary(max_size=200))
def test_no_bytes_cause_anything_else(data: bytes) -> None:
    """Reading is total: an object or a `ProtocolError`."""
    with contextlib.suppress(ProtocolError):
        assert isinstance(message.parse(data), dict)


@pytest.mark.parametrize("value", ["", None, 7, [], {}, "a\0b", "\udc00"])
def test_a_required_text_is_a_text(value: Any) -> None:
    """Empty, absent, of another type, with NUL or half a character: refused."""
    with pytest.raises(ProtocolError):
        message.text({"key": value}, "key")


@pytest.mark.parametrize("fields", [{}, {"key": None}, {"key": ""}])
def test_an_optional_text_may_be_absent(fields: dict[str, Any]) -> None:
    """Absent, null and empty are the same for a field that nobody needs."""
    assert "" == message.text(fields, "key", required=False)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("Bash", {"command": "ls\0rm"}),
        ("Bash", {"comm\0and": "ls"}),
        ("mcp__fs__run", {"argv": ["a", {"deep": "b\0"}]}),
        ("Write", {"file_path": "a\0b", "content": "x"}),
        ("Write", {"file_path": "a", "content": "\ud83d"}),
        ("Bash", {"command": "echo \ud83d"}),
    ],
)
def test_arguments_that_cannot_be_meant_literally_are_refused(tool: str, arguments: dict[str, Any]) -> None:
    """NUL ends a string for the kernel, half a character has no bytes."""
    with pytest.raises(ProtocolError):
        message.check_input(tool, arguments)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("Write", {"file_path": "a", "content": "bin\0ary"}),
        ("MultiEdit", {"file_path": "a", "edits": [{"old_string": "\0", "new_string": "x"}]}),
        ("Bash", {"command": "printf '\\033[1m'; echo \x1b"}),
        ("Any", {"n": 1.5, "b": True, "z": None, "l": [[[]]]}),
    ],
)
def test_arguments_that_are_unusual_but_clear_pass(tool: str, arguments: dict[str, Any]) -> None:
    """File content may hold NUL; escapes are ordinary characters of a command."""
    message.check_input(tool, arguments)


def test_deep_arguments_are_refused() -> None:
    """Readers behind this one may recurse."""
    deep: Any = "x"
    for _ in range(message.DEPTH_LIMIT + 1):
        deep = [deep]
    with pytest.raises(ProtocolError, match="nested"):
        message.check_input("Any", {"deep": deep})


@pytest.mark.parametrize("value", [[0] * message.PARTS_LIMIT, [{}] * message.PARTS_LIMIT, [[0] * 1000] * 101])
def test_arguments_of_countless_parts_are_refused(value: object) -> None:
    """Before they are looked at one by one: the time belongs to other calls, too."""
    with pytest.raises(ProtocolError, match="parts"):
        message.check_input("Any", {"x": value, "y": ""})
    message.check_input("Any", {"x": [0] * (message.PARTS_LIMIT - 1)})
