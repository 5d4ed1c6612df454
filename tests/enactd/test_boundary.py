"""The boundary between the gate and people: who hears, how many must answer, what the dialog may."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.desk import request
from support.receipts import signer

import enactd.boundary
from enactd.boundary import Boundary
from enactd.config import Layout, Settings
from enactd.config.approvals import Approvals
from enactd.gate import Denial
from enactd.health import Health
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict


class Ledger:
    """Writes nothing."""

    def seal(self, name: str) -> str:
        return signer().digest(name.encode())

    def vouch(self, line: bytes) -> str:
        return signer().seal(line)

    async def approval(self, event: str, **known: Any) -> Any:
        class Slip:
            record = type("R", (), {"seq": 1})
            hash = "a" * 64

        return Slip()


def boundary(tmp_path: Path, health: Health | None = None, **approvals: Any) -> Boundary:
    layout = Layout.under(tmp_path / "e")
    layout.prepare()
    settings = Settings(approvals=Approvals(**approvals))
    return Boundary(layout, Ledger(), health or Health(), lambda: settings)  # type: ignore[arg-type]


async def test_a_question_does_not_wait_for_slow_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What plans at hand say is read briefly; what could not be read is said."""
    monkeypatch.setattr(enactd.boundary, "PLAN_S", 0.05)
    over = threading.Event()

    def slow(*_: Any, **__: Any) -> tuple[str, ...]:
        over.wait(60)
        return ("late",)

    monkeypatch.setattr(enactd.boundary.plans, "summary", slow)
    call = ToolCall(agent="a", session="s", tool="Bash", input={"command": "ls"}, cwd=str(tmp_path))
    holder = SimpleNamespace(workspace=str(tmp_path), home="/nonexistent", environment={})
    try:
        words, plan = await boundary(tmp_path)._words(call, asking("a.b"), SimpleNamespace(holder=holder))  # type: ignore[arg-type]
    finally:
        over.set()
    assert ("ls", ("what plans and states at hand say could not be read in time",)) == (words.call, plan)


def asking(*policies: str) -> Denial:
    return Denial(verdict=Verdict(Decision.ASK, tuple(Finding(policy, "ask", "why") for policy in policies)))


@pytest.mark.parametrize(
    ("approvals", "policies", "leaves"),
    [
        ({}, ("a.b",), True),
        ({"dialog": False}, ("a.b",), False),
        ({"proof": ("terminal", "pin")}, ("a.b",), False),
        ({"approvers": {"a.b": 2}}, ("a.b",), False),
        ({"approvers": {"a.b": 2}}, ("c.d",), True),
        ({"approvers": {"*": 2, "c.d": 1}}, ("c.d",), True),
        ({"approvers": {"*": 2, "c.d": 1}}, ("c.d", "a.b"), False),
    ],
)
def test_when_the_dialog_may_answer(
    tmp_path: Path, approvals: dict[str, Any], policies: tuple[str, ...], leaves: bool
) -> None:
    """Where one person at a terminal is enough, and the settings leave it to it."""
    assert leaves is boundary(tmp_path, **approvals).leaves_to_dialog(asking(*policies))


def test_somebody_hears_while_somebody_watches(tmp_path: Path) -> None:
    """And a moment later nobody does."""
    made = boundary(tmp_path)
    assert not made.is_audible()
    made.watched_by("w", 60)
    assert made.is_audible()
    made.watched_by("w", -1)
    assert not made.is_audible()


async def test_break_glass_is_seen_in_health_and_said(tmp_path: Path) -> None:
    """While it is on, and not after."""
    health = Health()
    made = boundary(tmp_path, health)
    assert "" == made.notice("claude-code", "s")
    await made.desk.pauses.begin(minutes=5, reason="fire", by="ada", session="s")
    assert ["paused"] == [ailment.code for ailment in health.ailments()]
    assert "fire" in made.notice("claude-code", "s")
    assert "" == made.notice("claude-code", "t")
    await made.desk.pauses.end(by="ada")
    assert () == health.ailments()


async def test_at_the_end_of_the_daemon_nobody_is_held(tmp_path: Path) -> None:
    """Who waits for an answer goes on with the ticket at once, and who watches is let go."""
    made, stop = boundary(tmp_path), asyncio.Event()
    running = asyncio.create_task(made.run(stop))
    slip = type("Slip", (), {"record": type("R", (), {"seq": 1}), "hash": "a" * 64})
    asked = await made.desk.ask(slip, request(until=2e12, held=True), bond="b")  # type: ignore[arg-type]
    held = asyncio.create_task(made.wait(asked.id, 60))
    watching = asyncio.create_task(made.changed_since(made.changes, 60))
    await asyncio.sleep(0.01)
    assert not held.done()
    stop.set()
    assert await asyncio.wait_for(held, 20) is None
    await asyncio.wait_for(watching, 20)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """The daemon starts, opens nothing, and says so."""
    layout = Layout.under(tmp_path / "e")
    layout.prepare()
    (layout.state / "approvals.jsonl").write_bytes(b"{}\n")
    health = Health()
    assert () == boundary(tmp_path, health).desk.book.all()
    assert ["approvals-lost"] == [ailment.code for ailment in health.ailments()]


async def test_files_that_hang_delay_no_write_and_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many questions about such files keep few threads busy, none of them one that a write or a PIN needs."""
    monkeypatch.setattr(enactd.boundary, "PLAN_S", 0.05)
    monkeypatch.setattr(enactd.boundary, "WORDS_S", 0.05)
    over, inside = threading.Event(), []

    def hang(*_: Any, **known: Any) -> Any:
        if known.get("world", "") is not None:
            inside.append(threading.current_thread())
            over.wait(60)
        return "words", (), ()

    monkeypatch.setattr(enactd.boundary.plans, "summary", hang)
    monkeypatch.setattr(enactd.boundary, "describe", hang)
    call = ToolCall(agent="a", session="s", tool="Bash", input={"command": "ls"}, cwd=str(tmp_path))
    holder = SimpleNamespace(workspace=str(tmp_path), home="/nonexistent", environment={})
    here = boundary(tmp_path)
    ask = partial(here._words, call, asking("a"), SimpleNamespace(holder=holder))  # type: ignore[arg-type]
    try:
        told = await asyncio.gather(*(ask() for _ in range(40)))
        assert {(("words", (), ()), enactd.boundary.UNREAD)} == set(told)
        assert 2 * enactd.boundary.READERS >= len(inside)
        assert all(thread.daemon for thread in inside)
        await here.desk.pauses.begin(minutes=1, reason="why", by="ada")
    finally:
        over.set()


async def test_a_fault_of_the_upkeep_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also one that nobody expected: where it came from, and the upkeep goes on."""
    here, again = boundary(tmp_path), asyncio.Event()
    monkeypatch.setattr(enactd.boundary, "TICK_S", 0.01)

    async def broken(times: list[int] = []) -> None:  # noqa: B006 - counts over calls
        times.append(1)
        if len(times) > 1:
            again.set()
        raise KeyError("x")

    monkeypatch.setattr(here.desk, "expire", broken)
    task = asyncio.create_task(here.run(asyncio.Event()))
    await asyncio.wait_for(again.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "KeyError" in capsys.readouterr().out
