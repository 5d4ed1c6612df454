"""`gate` as a call, a block and a decorator; `run_with_approval`: nothing runs without a yes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from support.scripted_gate import ScriptedGate, allow, ask, deny

from enactd.client import ApprovalNeeded, Denied, Gate, GateError, Unreachable
from enactd.client import waiting as waits


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptedGate:
    monkeypatch.setattr(waits, "FIRST_PAUSE", 0.01)
    return ScriptedGate(tmp_path / "e")


@pytest.fixture
def gate(scripted: ScriptedGate) -> Gate:
    return Gate(home=scripted.home)


def test_a_call(scripted: ScriptedGate, gate: Gate) -> None:
    """Asked at once; the end is told when the program says so, and once."""
    permit = gate.gate("Bash", {"command": "ls"})
    assert "1-aa" == permit.receipt
    assert 1 == len(scripted.heard())
    permit.done(exit_code=3)
    permit.done()
    (told,) = scripted.heard("PostToolUse")
    assert (False, 3, True) == (told["ok"], told["exit_code"], told["ran"])


def test_a_block(scripted: ScriptedGate, gate: Gate) -> None:
    """How it ended is told; what an exception says is not."""
    with gate.gate("Bash", {"command": "ls"}):
        pass
    with pytest.raises(KeyError), gate.gate("Bash", {"command": "ls"}):
        raise KeyError("secret")
    fine, failed = scripted.heard("PostToolUse")
    assert (True, "") == (fine["ok"], fine["summary"])
    assert (False, "KeyError") == (failed["ok"], failed["summary"])


def test_an_exit_code_is_part_of_the_report(scripted: ScriptedGate, gate: Gate) -> None:
    """A program that fails without an exception has failed."""
    with gate.gate("Bash", {"command": "false"}) as permit:
        permit.exited(1)
    (told,) = scripted.heard("PostToolUse")
    assert (False, 1) == (told["ok"], told["exit_code"])


def test_a_function(scripted: ScriptedGate, gate: Gate) -> None:
    """Each call is asked about by name and arguments, and gives what the function gives."""

    @gate.gate
    def double(number: int, more: int = 0) -> int:
        """Twice."""
        return 2 * number + more

    @gate.gate("other_name")
    def other() -> str:
        return "x"

    assert (8, "x") == (double(3, more=2), other())
    assert ("double", "Twice.") == (double.__name__, double.__doc__)
    first, second = scripted.heard("PreToolUse")
    assert ("double", {"number": 3, "more": 2}) == (first["tool_name"], first["tool_input"])
    assert "other_name" == second["tool_name"]


async def test_a_coroutine_function(scripted: ScriptedGate, gate: Gate) -> None:
    """The same decorator, without blocking the loop."""

    @gate.gate
    async def fetch(number: int) -> int:
        return number

    assert 4 == await fetch(4)
    assert ["PreToolUse", "PostToolUse"] == [told["hook_event_name"] for told in scripted.heard()]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (deny(), Denied),
        (ask(), ApprovalNeeded),
        ((2, "", "enactd: denied, x"), Unreachable),
        ((0, "", ""), Unreachable),
    ],
)
def test_nothing_runs_without_a_yes(
    scripted: ScriptedGate, gate: Gate, answer: tuple[int, str, str], error: type[GateError]
) -> None:
    """Whatever the form, and whatever the answer that is no yes."""
    ran: list[str] = []
    scripted.will(answer)

    @gate.gate
    def act() -> None:
        ran.append("function")

    with pytest.raises(error):
        act()
    with pytest.raises(error), gate.gate("t", {}):
        ran.append("block")
    with pytest.raises(error):
        gate.run_with_approval(lambda: ran.append("action"), tool="t", input={}, wait=0)
    assert [] == ran
    assert [] == scripted.heard("PostToolUse")


def test_it_waits_for_a_person(scripted: ScriptedGate, gate: Gate) -> None:
    """The same call is asked again until it is approved; the program hears once what is asked."""
    told: list[str] = []
    scripted.will(ask("5-x"), ask("5-x"), ask("5-x"), allow("9-y"))
    run = gate.run_with_approval(
        lambda: 42, tool="Bash", input={"command": "rm x"}, wait=60, on_wait=lambda asked: told.append(asked.ticket)
    )
    assert (42, "9-y", ["5-x"]) == (run.result, run.receipt, told)
    questions = scripted.heard("PreToolUse")
    assert 4 == len(questions)
    assert 1 == len({(q["session_id"], q["tool_use_id"], str(q["tool_input"])) for q in questions})


def test_a_persons_no(scripted: ScriptedGate, gate: Gate) -> None:
    """Ends the wait; the action does not run."""
    scripted.will(ask("5-x"), deny("a person said no", "6-z"))
    with pytest.raises(Denied, match="a person said no") as raised:
        gate.run_with_approval(lambda: pytest.fail("it ran"), tool="t", input={}, wait=60)
    assert "6-z" == raised.value.receipt


def test_nobody_answers(scripted: ScriptedGate, gate: Gate) -> None:
    """The ticket stays for later."""
    scripted.will(ask("5-x"))
    with pytest.raises(ApprovalNeeded) as raised:
        gate.run_with_approval(lambda: pytest.fail("it ran"), tool="t", input={}, wait=0.2)
    assert "5-x" == raised.value.ticket


def test_an_outcome_that_is_not_taken_costs_nothing(
    scripted: ScriptedGate, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """What has run has run; the log says that the gate does not know."""
    (scripted.home / "outcome-code").write_text("2")
    with gate.gate("t", {}):
        pass
    assert "did not take an outcome" in caplog.text
    permit = gate.gate("t", {})
    scripted.program.unlink()
    permit.done()
    assert "was not told" in caplog.text


def test_one_session_for_a_process(scripted: ScriptedGate, gate: Gate) -> None:
    """Threads share it; one that was named stays."""
    threads = [threading.Thread(target=lambda: gate.gate("t", {})) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {gate.session} == {told["session_id"] for told in scripted.heard()}
    assert "mine" == Gate(session="mine").session


def test_wrong_input_is_the_programs_error(gate: Gate) -> None:
    """It is told before anybody is asked."""
    with pytest.raises(TypeError):
        gate.gate("t", ["x"])  # type: ignore[call-overload]
