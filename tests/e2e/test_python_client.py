"""A program that asks for itself: real client, real shim, real daemon, and a person at a terminal of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.daemon import ROOT, Daemon, layout, until
from support.person import Person
from support.plan_files import resource, state

from enactd import resources
from enactd.approvals.model import Request

PUSH = "git push --force origin main"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(layout(tmp_path)) as running:
        running.layout.bin.mkdir(parents=True, exist_ok=True)
        resources.install_shim(running.layout.shim)
        yield running


class Program:
    """A program of its own, with `gate` at hand."""

    def __init__(self, daemon: Daemon, folder: Path, body: str) -> None:
        lines = (
            "import subprocess, sys, os",
            "from enactd.client import *",
            f"gate = Gate(home={str(daemon.layout.root)!r})",
            body,
        )
        folder.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", "\n".join(lines)], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def said(self) -> str:
        """What it printed, once it has ended well."""
        out, err = self.process.communicate(timeout=100)
        assert 0 == self.process.returncode, err
        return out.strip()


def waiting(daemon: Daemon) -> Request:
    assert until(daemon.client.pending, 60)
    (request,) = daemon.client.pending()
    return request


def test_a_call_is_judged_recorded_and_reported(daemon: Daemon, tmp_path: Path) -> None:
    """As an agent's is: session, decision, outcome; a refused one does not run."""
    body = """
with gate.gate("Bash", {"command": "ls"}) as permit:
    print(permit.receipt)
try:
    with gate.gate("Bash", {"command": "rm -rf /"}):
        print("it ran")
except Denied as error:
    print(error.reason)
"""
    receipt, reason = Program(daemon, tmp_path / "w", body).said().splitlines()
    assert reason.startswith("files.catastrophic-delete")
    session, allowed, outcome, denied = daemon.receipts()[1:]
    assert ("session", "python") == (session.kind, session.agent)
    assert receipt.startswith(f"{allowed.seq}-")
    assert ("allow", "deny") == (allowed.verdict, denied.verdict)
    assert outcome.outcome is not None
    assert ("ok", [allowed.seq]) == (outcome.outcome.status, [link.seq for link in outcome.links])
    assert str(tmp_path / "w") == allowed.workspace


def test_a_function_is_read_by_name_and_arguments(daemon: Daemon, tmp_path: Path) -> None:
    """What looks is let through; what nobody knows is a question, and does not run."""
    body = """
@gate.gate
def lookup_order(number: int) -> str:
    return "found"

@gate.gate
def delete_customer(number: int) -> str:
    return "gone"

print(lookup_order(3))
try:
    print(delete_customer(3))
except ApprovalNeeded as error:
    print(error.ticket)
"""
    found, ticket = Program(daemon, tmp_path / "w", body).said().splitlines()
    assert "found" == found
    assert ticket == waiting(daemon).id
    assert "number: 3" in waiting(daemon).call


@pytest.mark.parametrize("held", [True, False])
def test_it_waits_until_a_person_approves(daemon: Daemon, tmp_path: Path, held: bool) -> None:
    """Held where somebody hears, else asked again; it runs once, and the next one is a question again."""
    body = f"""
run = gate.run_with_approval(lambda: print("it ran"), tool="Bash", input={{"command": {PUSH!r}}}, wait=100)
print(run.receipt)
try:
    gate.gate("Bash", {{"command": {PUSH!r}}})
except ApprovalNeeded:
    print("asked again")
"""
    with Person(daemon.layout) as person:
        if held:
            person.watch("test")
        program = Program(daemon, tmp_path / "w", body)
        request = waiting(daemon)
        assert "python" == request.agent
        person.answer(request.id, "approve")
        ran, receipt, again = program.said().splitlines()
    assert ("it ran", "asked again") == (ran, again)
    allowed = [entry for entry in daemon.receipts() if entry.kind == "decision" and entry.verdict == "allow"]
    assert [receipt] == [f"{entry.seq}-{receipt.partition('-')[2]}" for entry in allowed]


@pytest.mark.parametrize("held", [True, False])
def test_a_persons_no_aborts(daemon: Daemon, tmp_path: Path, held: bool) -> None:
    """Nothing runs, and the program hears of it."""
    body = f"""
try:
    gate.run_with_approval(lambda: print("it ran"), tool="Bash", input={{"command": {PUSH!r}}}, wait=100)
except Denied as error:
    print("denied", error.receipt)
"""
    with Person(daemon.layout) as person:
        if held:
            person.watch("test")
        program = Program(daemon, tmp_path / "w", body)
        request = waiting(daemon)
        person.answer(request.id, "deny", because="not today")
        word, receipt = program.said().split()
        assert "denied" == word
        # Who waited hears it at once; who was told to come back hears it of the call that asked again.
        assert held is (request.id == receipt)


def test_a_program_cannot_approve_itself(daemon: Daemon, tmp_path: Path) -> None:
    """It is its own agent: what it starts may not answer."""
    body = f"""
try:
    gate.gate("Bash", {{"command": {PUSH!r}}})
except ApprovalNeeded as error:
    words = [sys.executable, "-m", "enactd.cli", "--home", {str(daemon.layout.root)!r}, "approve", error.ticket]
    print(subprocess.run(words, capture_output=True).returncode)
"""
    assert "3" == Program(daemon, tmp_path / "w", body).said()
    assert waiting(daemon)


def test_a_question_says_what_the_state_at_hand_holds(daemon: Daemon, tmp_path: Path) -> None:
    """What would be destroyed, by type and name, for whoever decides."""
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "terraform.tfstate").write_text(
        state(resource("aws_db_instance", "main"), resource("aws_instance", "web", 0, 1), serial=7)
    )
    body = """
try:
    gate.gate("Bash", {"command": "terraform destroy -auto-approve"})
except ApprovalNeeded as error:
    print(error.ticket)
"""
    assert Program(daemon, folder, body).said()
    request = waiting(daemon)
    assert "terraform destroy -auto-approve" == request.call
    assert "destroys (terraform): infrastructure" == request.effects[0]
    assert "resources that are destroyed" in request.lasting[0]
    assert (
        "by terraform.tfstate (serial 7) this destroys 3 resources of 2 types:",
        "  1 aws_db_instance: main",
        "  2 aws_instance: web[0], web[1]",
    ) == request.plan


def test_forks_speak_for_themselves(daemon: Daemon, tmp_path: Path) -> None:
    """A worker process opens a session of its own, below its parent's."""
    body = """
gate.gate("Bash", {"command": "ls"}).done()
child = os.fork()
if child == 0:
    gate.gate("Bash", {"command": "ls"}).done()
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""
    assert "0" == Program(daemon, tmp_path / "w", body).said()
    first, second = [entry for entry in daemon.receipts() if entry.kind == "session"]
    assert first.session != second.session
    assert f"python/{first.session}" == second.parent


def test_without_a_daemon_nothing_runs(daemon: Daemon, tmp_path: Path) -> None:
    """Fails closed, and says what helps."""
    daemon.terminate()
    body = """
try:
    with gate.gate("Bash", {"command": "ls"}):
        print("it ran")
except Unreachable as error:
    print(error)
"""
    assert "it did not run" in Program(daemon, tmp_path / "w", body).said()
