"""Every fault ends in the agent's own no; an allowed call has its receipt before anybody hears of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.daemon import bash, message
from support.place import Place
from support.processes import Agent

from enactd import health, peer, policy
from enactd.agents.base import Registration
from enactd.call import HookCall
from enactd.config import Daemon, Freeze, Settings
from enactd.errors import ReceiptError, RefusedError
from enactd.gate import Denial, Gate, InForce
from enactd.health import Health
from enactd.origin import Origins
from enactd.peer import Seen
from enactd.report import PolicySetSeen
from enactd.risk import Risk
from enactd.verdict import Decision, Finding, Verdict

SHIM = Registration(shim="/opt/enact-hook", home="/opt/home")


class Receipt:
    id = "7-abcdef"


class Ledger:
    """Remembers in order what it was told; fails where it is told to."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        self.fail: dict[str, Exception] = {}
        self.inside = 0

    @contextlib.asynccontextmanager
    async def turn(self, agent: str, session: str) -> AsyncIterator[None]:
        self.inside += 1
        assert 1 == self.inside
        try:
            yield
        finally:
            self.inside -= 1

    def view(self, agent: str, session: str) -> policy.Session:
        return policy.Session()

    def reserve(self, agent: str, session: str) -> Place[Receipt]:
        return Place()

    def decide(self, place: Place[Receipt], *arguments: Any) -> None:
        if fault := self.fail.get("decided"):
            place.leave(fault)
            return
        *known, took_us = arguments
        self.told.append(("decided", tuple(known), {"attended": False, "took_us": took_us}))
        place.come(Receipt())

    def __getattr__(self, name: str) -> Any:
        async def tell(*arguments: Any, **named: Any) -> Receipt:
            if name in self.fail:
                raise self.fail[name]
            self.told.append((name, arguments, named))
            return Receipt()

        return tell

    def names(self) -> list[str]:
        return [name for name, _, _ in self.told]


class Judge:
    """Says what it was made with, or does what it was made to do."""

    def __init__(
        self, decision: Decision = Decision.ALLOW, *, fault: Exception | None = None, seconds: float = 0
    ) -> None:
        self.decision, self.fault, self.seconds = decision, fault, seconds
        self.asked: list[dict[str, Any]] = []

    def judge(self, call: Any, **known: Any) -> Denial:
        self.asked.append(known)
        time.sleep(self.seconds)
        if self.fault:
            raise self.fault
        findings = (
            () if self.decision is Decision.ALLOW else (Finding("p.q", str(self.decision), "it is bad", "be good"),)
        )
        return Denial(verdict=Verdict(self.decision, findings), risk=Risk.SAFE)


class Story:
    """A gate with its stand-ins, and an agent that calls."""

    def __init__(self, agent: Agent, judge: Judge, settings: Settings) -> None:
        self.agent, self.ledger, self.health = agent, Ledger(), Health()
        self.pool = ThreadPoolExecutor(2)
        held = InForce(settings=settings, judge=judge, policies=PolicySetSeen(digest="d", count=1, loaded=0))
        self.gate = Gate(
            in_force=lambda: held,
            origins=Origins(),
            ledger=self.ledger,
            health=self.health,
            pool=self.pool,
            registration=SHIM,
        )

    async def ask(self, stdin: Any, *, name: str = "claude-code", event: str = "", deadline_ms: int = 5000) -> Any:
        text = stdin if isinstance(stdin, bytes) else json.dumps(stdin).encode()
        event = event or (stdin["hook_event_name"] if isinstance(stdin, dict) else "PreToolUse")
        process = peer.process_of(self.agent.start("sleep", "60"))
        assert process is not None
        witness = Seen(uid=os.getuid(), gid=0, process=process)
        return await self.gate.answer(HookCall(name, event, deadline_ms, "1", text), witness)

    def wrong(self) -> list[str]:
        return [ailment.code for ailment in self.health.ailments()]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    (tmp_path / "work").mkdir()
    with Agent(cwd=tmp_path / "work", env={"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}) as started:
        yield started


def story(agent: Agent, judge: Judge | None = None, **limits: Any) -> Story:
    return Story(agent, judge or Judge(), Settings(daemon=Daemon(**limits), freeze=Freeze(reason="release")))


async def test_an_allowed_call_is_recorded_and_gets_no_objection(agent: Agent) -> None:
    """The judge is given what was witnessed, the ledger comes before the answer."""
    judge = Judge()
    told = story(agent, judge)
    answer = await told.ask(bash("ls", cwd="/claimed"))
    assert (0, "7-abcdef") == (answer.reply.exit_code, answer.receipt.id)
    assert ["opened", "decided"] == told.ledger.names()
    asked = judge.asked[0]
    assert (peer.folder(agent.pid), "release") == (asked["workspace"], asked["frozen"])
    assert "HOME" in asked["environment"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("release week", "ENACT_FREEZE=release week"),
        ("1", "ENACT_FREEZE=1"),
        ("x" * 200, "ENACT_FREEZE=" + "x" * 80),
        *((off, "release") for off in ("", " ", "0", "off", "OFF", "no", "False", None)),
    ],
)
@pytest.mark.parametrize("configured", ["release", ""])
async def test_the_agents_environment_only_tightens(
    value: str | None, expected: str, configured: str, tmp_path: Path
) -> None:
    """`ENACT_FREEZE` begins a freeze; no value of it ends one that is configured."""
    (tmp_path / "work").mkdir()
    environment = {"PATH": os.environ["PATH"], **({} if value is None else {"ENACT_FREEZE": value})}
    judge = Judge()
    with Agent(cwd=tmp_path / "work", env=environment) as started:
        await Story(started, judge, Settings(freeze=Freeze(reason=configured))).ask(bash("ls"))
    begun = "" if expected == "release" else expected
    assert (configured or begun) == judge.asked[0]["frozen"]


@pytest.mark.parametrize(("decision", "ticket"), [(Decision.DENY, False), (Decision.ASK, True)])
async def test_a_stopped_call_is_told_why(agent: Agent, decision: Decision, ticket: bool) -> None:
    """Rule, reason and alternative reach the model; without a person in front an ask is a no with a ticket."""
    answer = await story(agent, Judge(decision)).ask(bash("x"))
    assert 2 == answer.reply.exit_code
    text = answer.reply.stdout.decode()
    assert "p.q: it is bad. Instead: be good." in text
    assert "[receipt 7-abcdef]" in text
    assert ticket == ("ticket 7-abcdef" in text)


@pytest.mark.parametrize(
    "fault", [ValueError("secret"), RecursionError(), MemoryError(), OSError(5, "x"), KeyError("k")]
)
async def test_a_judge_that_fails_is_a_no(agent: Agent, fault: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    """A crash is a denial with a receipt, and its message goes nowhere."""
    told = story(agent, Judge(fault=fault))
    answer = await told.ask(bash("x"))
    assert (2, None) == (answer.reply.exit_code, answer.receipt)
    assert ["opened", "refused"] == told.ledger.names()
    assert [health.FAULTS] == told.wrong()
    assert "secret" not in capsys.readouterr().out + answer.reply.stderr.decode()


async def test_a_verdict_that_comes_too_late_is_a_no(agent: Agent) -> None:
    """Before the agent stops waiting it hears a denial, which is recorded."""
    told = story(agent, Judge(seconds=1.0), patience_ms=400)
    began = time.monotonic()
    answer = await told.ask(bash("x"))
    assert time.monotonic() - began < 0.9
    assert 2 == answer.reply.exit_code
    assert b"gate.deadline" in answer.reply.stdout
    assert ["opened", "decided"] == told.ledger.names()
    assert [health.VERDICTS_LATE] == told.wrong()


@pytest.mark.parametrize("where", ["opened", "decided"])
async def test_no_receipt_no_yes(agent: Agent, where: str) -> None:
    """When nothing can be written, nothing is allowed, and health is red; it clears with the next receipt."""
    told = story(agent)
    told.ledger.fail[where] = ReceiptError("x", cause="no space left on device")
    answer = await told.ask(bash("ls"))
    assert 2 == answer.reply.exit_code
    assert b"no space left on device" in answer.reply.stderr
    assert "red" == told.health.colour
    told.ledger.fail.clear()
    assert 0 == (await told.ask(bash("ls"))).reply.exit_code
    assert "green" == told.health.colour
    assert ["opened", "decided"] == told.ledger.names()


async def test_a_ledger_that_hangs_is_a_no(agent: Agent) -> None:
    """A disk that does not answer does not hold the agent past its time."""

    async def hang(*_: Any, **__: Any) -> None:
        await asyncio.sleep(60)

    told = story(agent, patience_ms=300)
    told.ledger.decided = told.ledger.refused = hang  # type: ignore[attr-defined]
    told.ledger.decide = lambda *_: None  # type: ignore[method-assign]
    began = time.monotonic()
    assert 2 == (await told.ask(bash("ls"))).reply.exit_code
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("name", "event", "stdin"),
    [
        ("nobody", "PreToolUse", bash("ls")),
        ("claude-code", "PreToolUse", b"{"),
        ("claude-code", "PreToolUse", b"\xff\xfe"),
        ("claude-code", "Unheard", bash("ls")),
        ("claude-code", "PreToolUse", message("SessionEnd")),
        ("../x", "PreToolUse", bash("ls")),
    ],
)
async def test_what_is_not_understood_is_a_no_with_a_receipt(agent: Agent, name: str, event: str, stdin: Any) -> None:
    """Unknown agents, events and broken messages."""
    told = story(agent)
    assert 2 == (await told.ask(stdin, name=name, event=event)).reply.exit_code
    assert [("refused", "malformed")] == [(what, arguments[-1]) for what, arguments, _ in told.ledger.told]


async def test_a_fault_in_recording_a_refusal_is_still_a_no(agent: Agent) -> None:
    """Nothing gets better by failing twice."""
    told = story(agent)
    told.ledger.fail["refused"] = ValueError("x")
    assert 2 == (await told.ask(b"{")).reply.exit_code
    assert 2 == (await told.ask(bash("ls"), name="nobody")).reply.exit_code


async def test_a_caller_that_cannot_be_told_is_refused(agent: Agent) -> None:
    """The kernel's doubt is a no."""
    told = story(agent)
    hook = HookCall("claude-code", "PreToolUse", 5000, "1", json.dumps(bash("ls")).encode())
    answer = await told.gate.answer(hook, RefusedError("the caller is gone"))
    assert 2 == answer.reply.exit_code
    assert [health.REFUSED_CALLERS] == told.wrong()


async def test_events_that_observe_never_block(agent: Agent) -> None:
    """After the call, at start and end: recorded, and even a fault stays out of the agent's way."""
    told = story(agent)
    for stdin in (
        message("SessionStart", source="startup"),
        message("PostToolUse", tool_name="Bash", tool_use_id="t", tool_input={}, tool_response={}),
        message("SessionEnd", reason="other"),
        message("Stop"),
    ):
        assert 0 == (await told.ask(stdin)).reply.exit_code
    assert ["opened", "outcome", "ended"] == told.ledger.names()
    told.ledger.fail["outcome"] = ValueError("x")
    assert 0 == (await told.ask(stdin, event="PostToolUse")).reply.exit_code


async def test_a_session_that_starts_again_in_its_process_is_recorded(agent: Agent) -> None:
    """A compact or a resume inside the same process is told to the ledger as well."""
    told = story(agent)
    await told.ask(message("SessionStart", source="startup"))
    await told.ask(message("SessionStart", source="compact"))
    assert ["opened", "opened"] == told.ledger.names()


@pytest.mark.parametrize("present", [True, False])
async def test_settings_that_disarm_the_gate_are_vetoed(agent: Agent, tmp_path: Path, present: bool) -> None:
    """A change after which the hooks would not run does not come into force; any other does."""
    from enactd.agents.claude_registration import EVENTS, group

    folder = tmp_path / "home/.claude"
    folder.mkdir(parents=True)
    hooks = {event: [group(event, SHIM)] for event in EVENTS} if present else {}
    (folder / "settings.json").write_text(json.dumps({"hooks": hooks}))
    told = story(agent)
    answer = await told.ask(message("ConfigChange", source="user_settings", file_path=str(folder / "settings.json")))
    assert (0 if present else 2) == answer.reply.exit_code
    why_not = told.ledger.told[-1][1][-1]
    assert present == (why_not == ""), why_not


async def test_an_answer_that_found_nobody_is_recorded(agent: Agent) -> None:
    """Decided but not delivered is a receipt of its own, and its failure is no crash."""
    told = story(agent)
    answer = await told.ask(bash("ls"))
    await told.gate.undelivered(answer)
    assert "undelivered" == told.ledger.names()[-1]
    told.ledger.fail["undelivered"] = ReceiptError("x")
    await told.gate.undelivered(answer)
    assert [health.UNDELIVERED] == told.wrong()


async def test_agents_are_counted(agent: Agent) -> None:
    """Status knows who called last and with which shim; strangers are not counted."""
    told = story(agent)
    await told.ask(bash("ls"))
    await told.ask(bash("ls"))
    await told.ask(bash("ls"), name="nobody")
    assert {"claude-code": (2, "1")} == {name: (seen.calls, seen.shim) for name, seen in told.gate.agents.items()}
