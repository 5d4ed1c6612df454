"""What `enactctl` says of policies and receipts, as values."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import Enactctl, Inhabited, enactctl

from enactd.client import Gate, GateError, Unreachable, records
from enactd.client.aio import AsyncGate


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inhabited]:
    """A gate that has answered a few calls."""
    with enactctl(tmp_path_factory.mktemp("c")) as console:
        yield Inhabited(console)


def gate(console: Enactctl) -> Gate:
    return Gate(home=console.layout.root, cwd=console.home)


def test_check(inhabited: Inhabited) -> None:
    """The verdict and its reasons; nothing is recorded."""
    before = inhabited.console("log", "--all", "-n", "500", "--json").json("log")
    ruling = gate(inhabited.console).check("Bash", {"command": "rm -rf /"})
    assert "deny" == ruling.decision
    assert "files.catastrophic-delete" in ruling.reason
    assert gate(inhabited.console).check("Bash", {"command": "ls"}).allowed
    assert before == inhabited.console("log", "--all", "-n", "500", "--json").json("log")


async def test_a_receipt(inhabited: Inhabited) -> None:
    """By the id that a permit or an error carries."""
    found = gate(inhabited.console).receipt(inhabited.receipt("rm -rf /"))
    assert ("decision", "deny", "IRREVERSIBLE") == (found.kind, found.verdict, found.risk)
    assert "files.catastrophic-delete" in found.policies
    assert found == await AsyncGate.of(gate(inhabited.console)).receipt(found.id)


def test_no_such_receipt(inhabited: Inhabited) -> None:
    """An error in words."""
    with pytest.raises(GateError, match="there is no receipt"):
        gate(inhabited.console).receipt("999999")


def test_a_repositorys_own_enactd_is_not_run(
    inhabited: Inhabited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that we happen to be in may hold anything."""
    (tmp_path / "enactd").mkdir()
    (tmp_path / "enactd/__init__.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    assert gate(inhabited.console).check("Bash", {"command": "ls"}).allowed


@pytest.mark.parametrize("script", ["exit 0", "echo nonsense", "echo '{}'", "exit 7"])
def test_another_enactctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """What is no answer is an error, whatever it is."""
    program = tmp_path / "enactctl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(records, "_program", lambda: [str(program)])
    with pytest.raises(GateError):
        Gate(home=tmp_path).check("t", {})


def test_without_enactctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of PATH is taken instead."""
    monkeypatch.setattr(records, "_program", lambda: [str(tmp_path / "none")])
    with pytest.raises(Unreachable):
        Gate(home=tmp_path).receipt("1")


def test_the_same_environments_enactctl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the one in the home of the password database."""
    assert [sys.executable, "-I"] == records._program()[:2]
    monkeypatch.setattr(records.importlib.util, "find_spec", lambda name: None)
    (program,) = records._program()
    assert os.path.isabs(program)
    assert program.endswith(".local/bin/enactctl")
