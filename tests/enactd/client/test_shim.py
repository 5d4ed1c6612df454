"""The way to the gate: a shim that nobody else could have put there, or none."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from support.daemon import until
from support.scripted_gate import ScriptedGate

from enactd.client import shim
from enactd.client.errors import Unreachable
from enactd.client.shim import Shim


@pytest.fixture
def scripted(tmp_path: Path) -> ScriptedGate:
    return ScriptedGate(tmp_path / "e")


def test_the_command_line(scripted: ScriptedGate) -> None:
    """Agent, event, where the gate is, and how long."""
    words = [str(scripted.program), "python", "PreToolUse", "--home", str(scripted.home), "--deadline", "10.00"]
    assert words == Shim(scripted.home).words("PreToolUse")
    assert [*words, "--hold", "7.00"] == Shim(scripted.home).words("PreToolUse", 7)
    assert "3600.00" == Shim(scripted.home).words("PreToolUse", 1e9)[-1]


def test_the_usual_place_is_the_password_databases(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable moves it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ENACT_HOME", str(tmp_path))
    monkeypatch.setattr(shim, "MACHINE", tmp_path / "none")
    path, where = Shim()._find()
    assert not str(path).startswith(str(tmp_path))
    assert str(path).endswith(".local/share/enactd/bin/enact-hook")
    assert () == tuple(where)


def test_the_machines_gate_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where root set one up for this user, and only root."""
    (tmp_path / str(os.getuid())).mkdir()
    monkeypatch.setattr(shim, "MACHINE", tmp_path)
    path, where = Shim()._find()
    found = (str(path), tuple(where))
    machine = ("/usr/local/lib/enactd/enact-hook", ("--system", "/run/enactd"))
    assert (found == machine) == (os.getuid() == 0)


def test_without_a_gate_nothing_runs(tmp_path: Path) -> None:
    """And the error says what to do."""
    with pytest.raises(Unreachable, match="enactctl init"):
        Shim(tmp_path).send("PreToolUse", b"{}")


def test_a_shim_that_others_may_write_is_not_started(scripted: ScriptedGate) -> None:
    """It could say yes to everything."""
    scripted.program.chmod(0o777)
    with pytest.raises(Unreachable, match="changed by others"):
        Shim(scripted.home).send("PreToolUse", b"{}")
    assert [] == scripted.heard()


def test_a_shim_that_cannot_run(scripted: ScriptedGate) -> None:
    """Fails closed."""
    scripted.program.write_text("#!/nonexistent/interpreter\n")
    with pytest.raises(Unreachable):
        Shim(scripted.home).send("PreToolUse", b"{}")
    with pytest.raises(Unreachable):
        asyncio.run(Shim(scripted.home).send_async("PreToolUse", b"{}"))


def test_variables_do_not_reach_it(scripted: ScriptedGate, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a repository sets for a program is not what its gate starts with."""
    monkeypatch.setenv("LD_PRELOAD", "/nonexistent.so")
    scripted.program.write_text('#!/bin/sh\nprintf "%s" "$LD_PRELOAD" >&2\n')
    assert b"" == Shim(scripted.home).send("PreToolUse", b"{}").err


async def test_a_cancelled_question_is_taken_back(scripted: ScriptedGate) -> None:
    """Its shim ends with it."""
    scripted.program.write_text(f'#!/bin/sh\necho $$ >"{scripted.home}/pid"\nexec sleep 600\n')
    asking = asyncio.ensure_future(Shim(scripted.home).send_async("PreToolUse", b"{}", 500))
    place = scripted.home / "pid"
    assert await asyncio.to_thread(until, lambda: place.exists() and place.read_text().strip(), 60)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(ProcessLookupError):
        os.kill(int(place.read_text()), 0)
