"""A tool call is a value."""

from __future__ import annotations

import msgspec
import pytest

from enactd.toolcall import ToolCall


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
