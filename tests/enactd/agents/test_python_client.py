"""Programs that ask for themselves: what is read, what is refused, and the one line they are answered with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from enactd import agents
from enactd.agents.base import Outcome, Registration, SessionEnded, ToolRequest
from enactd.agents.python_client import ADAPTER
from enactd.client.messages import Ending, new_call, outcome, question, ruling
from enactd.errors import ConfigError, ProtocolError
from enactd.verdict import Decision

PRE, POST = "PreToolUse", "PostToolUse"
CALL = {"session_id": "s", "cwd": "/w", "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "c"}
DONE = {
    "session_id": "s", "cwd": "/w", "tool_name": "Bash", "tool_use_id": "c", "ok": True, "ran": True, "interrupted": False,
    "exit_code": 0, "summary": "fine", "duration_ms": 12,
}  # fmt: skip


def read(event: str, **fields: Any) -> Any:
    return ADAPTER.read(event, json.dumps({"hook_event_name": event, **fields}).encode())


def test_it_is_an_agent() -> None:
    """Under the name that the client gives."""
    assert ADAPTER is agents.find("python")


def test_a_question() -> None:
    """Tool, input, folder, session; a function is read as the tool of a server is."""
    request = read(PRE, **CALL)
    assert isinstance(request, ToolRequest)
    call = request.call
    assert ("python", "s", "Bash", {"command": "ls"}, "/w", "c", "python") == (
        call.agent, call.session, call.tool, call.input, call.cwd, call.call_id, call.mcp_server,
    )  # fmt: skip


def test_an_outcome() -> None:
    """How it went, with what is known of it."""
    assert Outcome(
        session="s", call_id="c", tool="Bash", ok=True, exit_code=0, summary="fine", duration_ms=12
    ) == read(POST, **DONE)  # fmt: skip
    assert not read(POST, **{**DONE, "ran": False, "ok": False}).ran
    assert SessionEnded(session="s", reason="over") == read("SessionEnd", session_id="s", reason="over")


def test_the_client_speaks_so() -> None:
    """What the client sends is what this reads."""
    call = new_call("Write", {"file_path": "/w/x", "content": "a"}, "s", "/w")
    assert call.input == ADAPTER.read(PRE, question(call)).call.input  # type: ignore[union-attr]
    told = ADAPTER.read(POST, outcome(call, Ending(ok=False, exit_code=3, summary="OSError", duration_ms=5)))
    assert Outcome(
        session="s", call_id=call.id, tool="Write", ok=False, exit_code=3, summary="OSError", duration_ms=5
    ) == told  # fmt: skip


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("PreCompact", {}),
        (PRE, {**CALL, "cwd": "w"}),
        (PRE, {**CALL, "cwd": 7}),
        (PRE, {**CALL, "tool_name": ""}),
        (PRE, {**CALL, "tool_input": "ls"}),
        (PRE, {**CALL, "tool_input": {"a": "\0"}}),
        (PRE, {key: value for key, value in CALL.items() if key != "session_id"}),
        (PRE, {key: value for key, value in CALL.items() if key != "tool_use_id"}),
        (POST, {**DONE, "ok": 1}),
        (POST, {key: value for key, value in DONE.items() if key != "ran"}),
    ],
)
def test_half_messages_are_refused(event: str, fields: dict[str, Any]) -> None:
    """Nothing is guessed."""
    with pytest.raises(ProtocolError):
        read(event, **fields)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    """Bytes of any kind."""
    with pytest.raises(ProtocolError):
        ADAPTER.read(PRE, data)


def test_another_event_than_registered_is_refused() -> None:
    """The command line and the message must agree."""
    with pytest.raises(ProtocolError):
        ADAPTER.read(PRE, json.dumps({**DONE, "hook_event_name": POST}).encode())


@pytest.mark.parametrize("code", [True, 2**60, "0", None])
def test_odd_numbers_are_none(code: Any) -> None:
    """An exit code is a number of an ordinary size."""
    assert read(POST, **{**DONE, "exit_code": code}).exit_code is None


@pytest.mark.parametrize("decision", [Decision.ALLOW, Decision.ASK, Decision.DENY])
def test_answers_are_understood(decision: Decision) -> None:
    """What is rendered here, the client reads; only an allow ends with 0."""
    reply = ADAPTER.render(PRE, decision, "a rule: why", receipt="7-aa", ticket="7-aa" if decision == 1 else "")
    assert (0 if decision is Decision.ALLOW else 2) == reply.exit_code
    found = ruling("Bash", reply.exit_code, reply.stdout, reply.stderr)
    assert (str(decision), "7-aa") == (found.decision, found.receipt)
    assert decision is Decision.ALLOW or b"a rule: why" in reply.stderr


def test_no_judgement_is_a_no() -> None:
    """For a question; a report is answered with nothing."""
    reply = ADAPTER.closed(PRE, "it broke")
    assert "deny" == ruling("Bash", reply.exit_code, reply.stdout, reply.stderr).decision
    assert 0 == ADAPTER.closed(POST, "it broke").exit_code
    assert ADAPTER.blocks("anything new")


def test_no_settings_and_no_dialog() -> None:
    """A program asks by itself, and has nobody in front of it that only a person can be."""
    call = read(PRE, **CALL).call
    assert not ADAPTER.attended(call, argv=("python",), terminal=True, settings={})
    assert {} == ADAPTER.settings_files(home="/h", project="/w")
    assert ADAPTER.disarms({}, Registration(shim="/s", home="")) is None
    assert ADAPTER.registered(None, Registration(shim="/s", home=""))
    assert "x" == ADAPTER.unregister("x")
    with pytest.raises(ConfigError):
        ADAPTER.register("", Registration(shim="/s", home=""))
    assert "1" == ADAPTER.check_version("1\n")
