"""The same for an event loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.scripted_gate import ScriptedGate, allow, ask, deny

from enactd.client import ApprovalNeeded, Denied, Gate
from enactd.client import waiting as waits
from enactd.client.aio import AsyncGate


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptedGate:
    monkeypatch.setattr(waits, "FIRST_PAUSE", 0.01)
    return ScriptedGate(tmp_path / "e")


@pytest.fixture
def gate(scripted: ScriptedGate) -> AsyncGate:
    return AsyncGate(home=scripted.home)


async def test_awaited(scripted: ScriptedGate, gate: AsyncGate) -> None:
    """A permit, and its end told later."""
    permit = await gate.gate("Bash", {"command": "ls"})
    await permit.adone(exit_code=0)
    assert ["PreToolUse", "PostToolUse"] == [told["hook_event_name"] for told in scripted.heard()]


async def test_nothing_is_asked_before_it_is_awaited(scripted: ScriptedGate, gate: AsyncGate) -> None:
    """A question that nobody awaits is none."""
    gate.gate("t", {})
    assert [] == scripted.heard()


async def test_a_block(scripted: ScriptedGate, gate: AsyncGate) -> None:
    """How it ended is told."""
    with pytest.raises(ZeroDivisionError):
        async with gate.gate("t", {}):
            raise ZeroDivisionError
    assert "ZeroDivisionError" == scripted.heard("PostToolUse")[0]["summary"]


async def test_a_cancelled_block_is_told(scripted: ScriptedGate, gate: AsyncGate) -> None:
    """As interrupted."""
    inside = asyncio.Event()

    async def run() -> None:
        async with gate.gate("t", {}):
            inside.set()
            await asyncio.sleep(600)

    task = asyncio.ensure_future(run())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (told,) = scripted.heard("PostToolUse")
    assert (False, True) == (told["ok"], told["interrupted"])


async def test_functions(scripted: ScriptedGate, gate: AsyncGate) -> None:
    """Asked about before each call; a function without a loop is told apart."""

    @gate.gate("named")
    async def act(number: int) -> int:
        return number + 1

    assert 3 == await act(2)
    assert "named" == scripted.heard()[0]["tool_name"]
    with pytest.raises(TypeError, match="no coroutine function"):
        gate.gate(lambda: None)  # type: ignore[arg-type,return-value]


async def test_nothing_runs_without_a_yes(scripted: ScriptedGate, gate: AsyncGate) -> None:
    """Neither function nor block nor action."""

    async def act() -> None:
        pytest.fail("it ran")

    scripted.will(deny())
    with pytest.raises(Denied):
        await gate.gate(act)()
    with pytest.raises(Denied):
        await gate.run_with_approval(act, tool="t", input={})
    scripted.will(ask())
    with pytest.raises(ApprovalNeeded):
        async with gate.gate("t", {}):
            pytest.fail("it ran")


async def test_it_waits_for_a_person(scripted: ScriptedGate, gate: AsyncGate) -> None:
    """And others go on meanwhile."""
    scripted.will(ask("5-x"), ask("5-x"), allow("9-y"))
    told: list[str] = []

    async def act() -> int:
        return 42

    run = await gate.run_with_approval(
        act, tool="t", input={}, wait=60, on_wait=lambda asked: told.append(asked.ticket)
    )
    assert (42, "9-y", ["5-x"]) == (run.result, run.receipt, told)


def test_of_a_gate() -> None:
    """The same session."""
    gate = Gate(session="mine")
    assert "mine" == AsyncGate.of(gate).session
