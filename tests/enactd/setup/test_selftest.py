"""The agent's view of an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.enactctl import enactctl

from enactd.errors import InstallError
from enactd.setup import selftest
from enactd.setup.selftest import Caller


def spoken(decision: str, reason: str) -> str:
    return json.dumps({"hookSpecificOutput": {"permissionDecision": decision, "permissionDecisionReason": reason}})


@pytest.mark.parametrize(
    ("code", "out", "decision"),
    [
        (0, "", "allow"),
        (0, spoken("allow", ""), "allow"),
        (0, spoken("deny", "no"), "deny"),
        (0, spoken("ask", "hm"), "ask"),
        (2, "", "deny"),
        (2, spoken("deny", "x. Only a person can decide this"), "ask"),
        (1, "", "deny"),
        (0, "[1]", "allow"),
        (2, "{", "deny"),
    ],
)
def test_answer(code: int, out: str, decision: str) -> None:
    """Exit 2 stops whatever is printed; an answer may stop besides."""
    assert decision == selftest._answer(code, out, "enactd: refused").decision


def test_a_dead_gate_is_no_proof(tmp_path: Path) -> None:
    """Without a daemon the shim refuses, and that is not taken for a rule that stopped a call."""
    with enactctl(tmp_path) as console:
        assert 0 == console("init").code
        console.end()
        (console.layout.bin / "spawn").unlink()
        with pytest.raises(InstallError, match="self-test failed"):
            selftest.prove(console.layout, home=console.home, effect="")


def test_no_shim(tmp_path: Path) -> None:
    """A missing shim is a denial in the agent's eyes."""
    with enactctl(tmp_path) as console:
        caller = Caller(console.layout, home=console.home, folder=console.home, purpose="x")
        assert caller.ask("Bash", {"command": "ls"}).stopped


def test_what_was_only_asked_about_is_told_not_to_have_run(tmp_path: Path) -> None:
    """No self-test stands in the log as a call whose end nobody knows."""
    with enactctl(tmp_path) as console:
        assert 0 == console("init").code
        log = console("log", "--all", "--json").json("log")
        assert ["outcome not-run Bash"] == [entry["action"] for entry in log if entry["kind"] == "outcome"]
