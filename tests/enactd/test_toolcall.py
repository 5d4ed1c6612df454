"""A tool call is a value."""

from __future__ import annotations

import msgspec
import pytest

from enactd.toolcall import ToolCall, well_formed


def test_a_call_cannot_be_changed_after_it_was_read() -> None:
    """What is judged is what was asked: the fields are fixed."""
    call = ToolCall(agent="a", session="s", tool="Bash", input={"command": "ls"}, cwd="/w")
    with pytest.raises(AttributeError):
        call.tool = "Read"  # type: ignore[misc]


def test_a_call_survives_json() -> None:
    """A call that was stored is the same call when it is read again."""
    call = ToolCall(
        agent="a", session="s", tool="mcp__x__y", input={"n": [1, None, "é"]}, cwd="/w", subagent="sub", attended=True
    )
    assert call == msgspec.json.decode(msgspec.json.encode(call), type=ToolCall)


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    """What no encoding can carry is replaced in names, keys, values and folder; all else stays."""
    call = ToolCall(
        agent="a", session="s", tool="T\ud800", input={"k\udfff": ["x\ud83dy", {"z": "\U0001f98a"}, 4]}, cwd="/\udc80"
    )
    found = well_formed(call)
    assert ("T\ufffd", {"k\ufffd": ["x\ufffdy", {"z": "\U0001f98a"}, 4]}, "/\ufffd") == (
        found.tool,
        found.input,
        found.cwd,
    )


def test_a_well_formed_call_is_left_alone() -> None:
    """An ordinary call is the same object afterwards."""
    call = ToolCall(agent="a", session="s", tool="T", input={"k": "\U0001f98a\0"}, cwd="/w")
    assert call is well_formed(call)
