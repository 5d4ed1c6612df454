"""Values to messages and back: any input is sent as JSON, and only a whole answer is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.client.errors import ApprovalNeeded, Denied, Unreachable
from enactd.client.messages import Ending, Ruling, new_call, new_session, outcome, plain_value, question, ruling


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ((1, {2}), [1, [2]]),
        (Path("/a"), "/a"),
        ({1: {"x": None}}, {"1": {"x": None}}),
        (float("nan"), "nan"),
        (2**80, str(2**80)),
        (b"raw", "b'raw'"),
        (ValueError("x"), "ValueError('x')"),
        (1.5, 1.5),
    ],
)
def test_values(value: Any, sent: Any) -> None:
    """What JSON has not is sent as it shows."""
    assert sent == plain_value(value)


def test_endless_values_end() -> None:
    """A list that holds itself is cut."""
    ring: list[Any] = []
    ring.append(ring)
    json.dumps(plain_value(ring))


VALUES = st.recursive(st.none() | st.text(max_size=9) | st.floats() | st.integers(), st.lists, max_leaves=4)


@settings(max_examples=examples(50))
@given(st.dictionaries(st.text(max_size=9), VALUES, max_size=4))
def test_any_input_can_be_asked_about(arguments: dict[str, Any]) -> None:
    """A question is always valid JSON, in ASCII."""
    call = new_call("t", arguments, "s", "/w")
    assert json.loads(question(call))["tool_input"].keys() == arguments.keys()


def test_a_call_needs_a_tool_and_names() -> None:
    """Anything else is a mistake of the program."""
    with pytest.raises(ValueError, match="name of its tool"):
        new_call(" ", {}, "s", None)
    with pytest.raises(TypeError, match="must be a mapping"):
        new_call("t", ["x"], "s", None)  # type: ignore[arg-type]


def test_a_call_is_made_where_the_program_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative folder is below it."""
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path) == new_call("t", {}, "s", None).cwd
    assert str(tmp_path / "x") == new_call("t", {}, "s", "x").cwd


def test_an_outcome_says_how_it_ended() -> None:
    """All of it, and a long summary cut."""
    told = json.loads(outcome(new_call("t", {}, "s", "/w"), Ending(ok=False, summary="x" * 5000, exit_code=2)))
    assert (False, True, 2, 1000) == (told["ok"], told["ran"], told["exit_code"], len(told["summary"]))


@pytest.mark.parametrize(
    ("code", "out"),
    [
        (0, b""),
        (0, b"{}"),
        (0, b"[]"),
        (0, b"nonsense"),
        (0, b'{"decision": "deny"}'),
        (2, b'{"decision": "allow"}'),
        (1, b'{"decision": "allow"}'),
        (0, b'{"decision": "maybe"}'),
        (-9, b""),
    ],
)
def test_only_a_whole_answer_is_one(code: int, out: bytes) -> None:
    """Anything else means that the gate was not asked, so nothing may run."""
    with pytest.raises(Unreachable):
        ruling("t", code, out, b"enactd: no daemon")


def test_rulings_say_what_they_mean() -> None:
    """A yes is silent; a question without a ticket is a no."""
    Ruling("allow").check("t")
    with pytest.raises(Denied):
        Ruling("deny", "r").check("t")
    with pytest.raises(Denied):
        Ruling("ask", "r").check("t")
    with pytest.raises(ApprovalNeeded) as raised:
        Ruling("ask", "r", ticket="7").check("t")
    assert "7" == raised.value.ticket


def test_sessions_are_told_apart() -> None:
    """No two are the same, and each is a proper name."""
    assert new_session() != new_session()
    assert new_session().startswith("python-")
