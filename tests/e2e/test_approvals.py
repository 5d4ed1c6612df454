"""A person at the boundary: a real daemon, real hook calls, and answers from outside the agent."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.daemon import Daemon, bash, hook, layout, until
from support.person import Person
from support.processes import Agent
from support.repositories import make_repo

from enactd import resources
from enactd.approvals.model import Request
from enactd.call import Reply
from enactd.errors import EnactError, RefusedError, UsageError
from enactd.receipts.record import Record

PUSH = "git push --force origin feature/x"
SETTINGS = "[approvals]\nproof = ['terminal']\nhold_s = 40\n"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    home = layout(tmp_path)
    home.prepare()
    home.config_file.write_text(SETTINGS)
    with Daemon(home) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_repo(tmp_path).top


@pytest.fixture
def agent(project: Path) -> Iterator[Agent]:
    made = Agent(cwd=project)
    yield made
    made.kill()


class Call:
    """A hook call in a thread of its own, because it may be held."""

    def __init__(self, agent: Agent, daemon: Daemon, command: str, **more: Any) -> None:
        self.reply: Reply | None = None
        stdin = bash(command, cwd=str(agent_folder(agent)), **more)

        def work() -> None:
            self.reply = hook(agent, daemon.layout, stdin, deadline_ms=30_000)

        self.thread = threading.Thread(target=work)
        self.thread.start()

    def answer(self) -> tuple[str, str]:
        """The decision and its reason, once there is one."""
        self.thread.join(60)
        assert self.reply is not None
        return decided(self.reply)


def agent_folder(agent: Agent) -> str:
    return os.readlink(f"/proc/{agent.pid}/cwd")


def decided(reply: Reply) -> tuple[str, str]:
    answer = json.loads(reply.stdout or b"{}").get("hookSpecificOutput", {})
    return answer.get("permissionDecision", "allow"), answer.get("permissionDecisionReason", "")


def asks(agent: Agent, daemon: Daemon, command: str, **more: Any) -> str:
    """A call that is not held: its decision."""
    return decided(hook(agent, daemon.layout, bash(command, cwd=str(agent_folder(agent)), **more)))[0]


def waiting(daemon: Daemon) -> Request:
    """The one request that waits."""
    assert until(daemon.client.pending, 20)
    (request,) = daemon.client.pending()
    return request


def approvals(daemon: Daemon) -> list[Record]:
    return [entry for entry in daemon.receipts() if entry.kind == "approval"]


@pytest.fixture
def person(daemon: Daemon) -> Iterator[Person]:
    with Person(daemon.layout) as made:
        yield made


def test_a_held_call_runs_once_and_asks_again(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """Held, approved, judged again, let through; the next one is a question again."""
    person.watch("test")
    call = Call(agent, daemon, PUSH)
    request = waiting(daemon)
    assert request.held
    assert (PUSH in request.call, str(project), "git.force-push") == (True, request.cwd, request.questions[0].policy)
    settled = person.answer(request.id, "approve", because="my branch")
    assert "approved" == settled.state
    assert "allow" == call.answer()[0]
    again = Call(agent, daemon, PUSH, call_id="toolu_2")
    second = waiting(daemon)
    assert request.id != second.id
    person.answer(second.id, "deny", because="once is enough")
    decision, reason = again.answer()
    assert "deny" == decision
    assert "once is enough" in reason
    assert {"approved", "crossed", "grant-used", "denied"} == {entry.event for entry in approvals(daemon)}
    crossed = next(entry for entry in approvals(daemon) if entry.event == "crossed")
    assert ("SAFE", "IRREVERSIBLE") == (crossed.risk_before, crossed.risk_after)
    allowed = next(entry for entry in daemon.receipts() if entry.kind == "decision" and entry.verdict == "allow")
    assert ["approval"] == [link.relation for link in allowed.links]


def test_a_ticket_lets_the_retry_through_once(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """Nobody hears: denied at once with a ticket. Approved later, just this call passes, once, also after a restart."""
    decision, reason = decided(hook(agent, daemon.layout, bash(PUSH, cwd=str(project))))
    request = waiting(daemon)
    assert "deny" == decision
    assert f"enactctl approve {request.id}" in reason
    person.answer(request.id.split("-")[0], "approve")
    daemon.kill()
    with Daemon(daemon.layout) as again:
        assert "deny" == asks(agent, again, PUSH.replace("/x", "/y"))
        assert "deny" == asks(agent, again, PUSH, session="another")
        (other, _) = again.client.pending()
        assert "allow" == asks(agent, again, PUSH)
        assert "deny" == asks(agent, again, PUSH)
        assert other.id != request.id


def test_a_denial_and_an_expiry_open_nothing(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """After a no the next try hears it and asks nobody; what a daemon's end interrupts still waits afterwards."""
    assert "deny" == asks(agent, daemon, PUSH)
    request = waiting(daemon)
    person.answer(request.id, "deny", because="no")
    with pytest.raises(RefusedError, match="already"):
        person.answer(request.id, "approve")
    decision, reason = decided(hook(agent, daemon.layout, bash(PUSH, cwd=str(project))))
    assert ("deny", True, ()) == (decision, "a person said no: no" in reason, tuple(daemon.client.pending()))
    other = PUSH.replace("/x", "/y")
    assert "deny" == asks(agent, daemon, other)
    second = waiting(daemon)
    daemon.kill()
    with Daemon(daemon.layout) as again:
        assert second.id == waiting(again).id
        assert "deny" == asks(agent, again, other)
        assert second.id == waiting(again).id


def test_what_changed_meanwhile_is_asked_again(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """The answer is bound to what was looked through: a script that is another one by now is not approved."""
    (project / "x.sh").write_text(f"{PUSH}\n")
    assert "deny" == asks(agent, daemon, "sh x.sh")
    request = waiting(daemon)
    (project / "x.sh").write_text(f"{PUSH}\n# and more\n")
    person.answer(request.id, "approve")
    assert "deny" == asks(agent, daemon, "sh x.sh")
    (project / "x.sh").write_text(f"{PUSH}\n")
    assert "allow" == asks(agent, daemon, "sh x.sh")


def test_of_two_answers_at_once_one_counts(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """Whoever is first; the other is told, and the call runs at most once."""
    assert "deny" == asks(agent, daemon, PUSH)
    request = waiting(daemon)
    said: list[str] = []

    def answer(decision: Any) -> None:
        with Person(daemon.layout) as somebody:
            try:
                said.append(somebody.answer(request.id, decision).state)
            except EnactError:
                said.append("refused")

    threads = [threading.Thread(target=answer, args=(decision,)) for decision in ("approve", "deny", "approve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert 2 == said.count("refused")
    passed = [asks(agent, daemon, PUSH) for _ in range(3)].count("allow")
    assert passed == said.count("approved")


def test_grants_by_scope(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """Of a policy, of a session, as often as was said; never what protects the gate, never a denial."""
    with pytest.raises(UsageError, match="protects the gate"):
        person.grant(reason="x", seconds=60, policies=("self.tamper",))
    made = person.grant(reason="release", seconds=60, policies=("git.force-push",), count=2)
    assert ["allow", "allow", "deny"] == [asks(agent, daemon, PUSH) for _ in range(3)]
    assert "used" == next(grant for grant in person.grants() if grant.id == made.id).ended
    person.grant(reason="mine", seconds=60, session="s")
    assert "allow" == asks(agent, daemon, PUSH)
    assert "deny" == asks(agent, daemon, "enactctl uninstall")
    assert "deny" == asks(agent, daemon, "rm -rf ~")
    assert "deny" == asks(agent, daemon, PUSH, session="t")


def test_break_glass_is_loud_ends_and_leaves_the_gate_alone(
    daemon: Daemon, agent: Agent, project: Path, person: Person
) -> None:
    """Let through with a receipt and a word to the person; the gate's own protection stays; over means over."""
    person.pause(minutes=5, reason="production is down")
    reply = hook(agent, daemon.layout, bash(PUSH, cwd=str(project)))
    assert "allow" == decided(reply)[0]
    assert "BREAK-GLASS" in json.loads(reply.stdout)["systemMessage"]
    assert "deny" == asks(agent, daemon, "enactctl uninstall")
    assert "paused" in [ailment.code for ailment in daemon.client.health()]
    decision = next(entry for entry in daemon.receipts() if entry.kind == "decision")
    assert any("break-glass" in note.reason for note in decision.findings)
    assert decision.links
    daemon.kill()
    with Daemon(daemon.layout) as again:
        assert "allow" == asks(agent, again, PUSH)
        person.resume()
        assert "deny" == asks(agent, again, PUSH)
        again.kill()
    with Daemon(daemon.layout) as last:
        assert "deny" == asks(agent, last, PUSH)


def test_an_agent_answers_nothing(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """Not by the socket, not by the tool; it may look."""
    assert "deny" == asks(agent, daemon, PUSH)
    request = waiting(daemon)
    root = Path(__file__).resolve().parents[2]
    command = (sys.executable, "-m", "enactd.cli", "--home", str(daemon.layout.root))
    for verb in (("approve", request.id), ("deny", request.id, "--because", "x"), ("resume",)):
        code, _, err = agent.run(*command, *verb, env={"PYTHONPATH": str(root)})
        assert 3 == code, err
    code, out, err = agent.run(*command, "pending", "--json", env={"PYTHONPATH": str(root)})
    assert 0 == code, err
    assert request.id in out
    assert (request.id,) == tuple(one.id for one in daemon.client.pending())


def test_the_real_shim_waits_for_a_person(daemon: Daemon, agent: Agent, project: Path, person: Person) -> None:
    """Longer than its usual deadline, in time for the agent: the answer comes through, whichever it is."""
    daemon.layout.shim.parent.mkdir(parents=True, exist_ok=True)
    resources.install_shim(daemon.layout.shim)
    person.watch("test")
    for number, (decision, code) in enumerate((("approve", 0), ("deny", 2))):
        stdin = json.dumps(bash(f"{PUSH}{number}", cwd=str(project), call_id=f"toolu_{number}"))
        words = ("claude-code", "PreToolUse", "--home", str(daemon.layout.root), "--deadline", "3", "--hold", "60")
        ended: list[int] = []

        def run(words: tuple[str, ...] = words, stdin: str = stdin, ended: list[int] = ended) -> None:
            ended.append(agent.run(str(daemon.layout.shim), *words, stdin=stdin)[0])

        shim = threading.Thread(target=run)
        shim.start()
        request = waiting(daemon)
        time.sleep(4)
        person.watch("test")
        person.answer(request.id, decision)  # type: ignore[arg-type]
        shim.join(60)
        assert [code] == ended
