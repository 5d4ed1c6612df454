"""Other guards are asked as the agent would ask them, and read as it would read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import peers
from bench.peers import Hook, Installed, Peer

HOOK = """#!/bin/sh
read -r message
case "$message" in
  *rm*) echo '{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny"}}' ;;
  *slow*) exit 1 ;;
esac
"""


@pytest.mark.parametrize(
    ("code", "stdout", "word"),
    [
        (0, b"", "pass"),
        (2, b"", "deny"),
        (1, b"", "error"),
        (0, b"not JSON", "pass"),
        (0, b"[]", "pass"),
        (0, b'{"decision": "block"}', "deny"),
        (0, b'{"decision": "approve"}', "pass"),
        (0, b'{"continue": false}', "deny"),
        (0, b'{"hookSpecificOutput": {"permissionDecision": "deny"}}', "deny"),
        (0, b'{"hookSpecificOutput": {"permissionDecision": "ask"}}', "ask"),
        (0, b'{"hookSpecificOutput": {"permissionDecision": "allow"}}', "pass"),
        (0, b'{"hookSpecificOutput": {"hookEventName": "PreToolUse"}}', "pass"),
    ],
)
def test_an_answer_is_read_as_the_agent_reads_it(code: int, stdout: bytes, word: str) -> None:
    """Exit 2 and every form of JSON stop; a failing hook stops nothing, as with the agent."""
    assert word == peers.verdict(code, stdout)


def test_a_peer_is_set_up_by_its_own_installer(tmp_path: Path) -> None:
    """What that writes into the settings is what is asked, in the peer's own home, for the tools it names."""
    program = tmp_path / "cache" / "guard==1" / "bin" / "guard"
    program.parent.mkdir(parents=True)
    settings = {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "guard"}]}]}}
    installer = program.with_name("install-guard")
    installer.write_text(f"#!/bin/sh\ncat > $HOME/.claude/settings.json <<'END'\n{json.dumps(settings)}\nEND\n")
    program.write_text(HOOK)
    for file in (program, installer):
        file.chmod(0o755)
    peer = Peer("guard", "pypi", "guard==1", setup="install-guard")
    ready = peers.set_up(peer, tmp_path / "cache", tmp_path / "place")
    assert isinstance(ready, Installed)
    assert (Hook("Bash", (str(program),)),) == ready.hooks
    said = [peers.ask(ready, tool, text) for tool, text in (("Bash", b"rm\n"), ("Bash", b"ls\n"), ("Read", b"rm\n"))]
    assert ["deny", "pass", "pass"] == said
    assert "error" == peers.ask(ready, "Bash", b"slow\n")
    assert {str(tmp_path / "place" / "home")} == {ready.environment()["HOME"]}


def test_who_cannot_be_set_up_is_named(tmp_path: Path) -> None:
    """An installer that fails, or registers nothing, is a reason and no silence."""
    broken = Peer("a", "pypi", "a==1", setup="exit 3")
    silent = Peer("b", "pypi", "b==1", setup="true")
    reasons = [peers.set_up(one, tmp_path, tmp_path / one.name) for one in (broken, silent)]
    assert all(isinstance(reason, str) for reason in reasons)
    assert "ends with 3" in str(reasons[0])


def test_the_list_is_whole() -> None:
    """Every entry has a pinned version, and a way to its hook or the reason why there is none."""
    listed = peers.listed()
    assert len({peer.name for peer in listed}) == len(listed) >= 6
    for peer in listed:
        assert ("==" if peer.registry == "pypi" else "@") in peer.package[1:]
        assert peer.setup or peer.hook or peer.absent
        assert peer.scope or peer.absent
