"""Observe mode, from the settings to the receipt: it decides, records, lets pass, and says so loudly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.enactctl import Enactctl, enactctl

from enactd.receipts import segments
from enactd.setup.selftest import Caller

WHOLE = "observe = true\n"
ONE = '[policies."secrets.read-file"]\nlevel = "observe"\n'


class Observed:
    """A gate under these settings, and an agent that asks it."""

    def __init__(self, console: Enactctl, settings: str) -> None:
        self.console = console
        assert 0 == console("init").code
        console.layout.config_file.write_text(settings)
        assert 0 == console("reload").code
        self.caller = Caller(console.layout, home=console.home, folder=console.home, purpose="work")

    def ask(self, command: str) -> str:
        return self.caller.ask("Bash", {"command": command}).decision

    def newest(self) -> Any:
        return segments.newest(str(self.console.layout.receipts), 1)[0].record


@pytest.fixture
def gate(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    with enactctl(tmp_path) as console:
        yield Observed(console, request.param)


@pytest.mark.parametrize("gate", [WHOLE], indirect=True)
def test_as_a_whole(gate: Observed) -> None:
    """What would be stopped passes, and the receipt says what would have been; status shouts."""
    assert ["allow", "allow", "allow"] == [gate.ask(command) for command in ("cat .env", "chmod -R 777 /srv/x", "ls")]
    gate.ask("git push --force origin main")
    entry = gate.newest()
    assert "allow" == entry.verdict
    assert {"ask", "deny"} & {note.would for note in entry.findings}
    assert {"allow"} == {note.decision for note in entry.findings}
    calls = gate.console("replay", "--since", "1h", "--json").json("replay")["calls"]
    assert {("cat .env", "newly refused")} <= {(call["action"], call["direction"]) for call in calls}
    assert "OBSERVING EVERYTHING IS LET THROUGH" in gate.console("status").out
    assert "record only, and stop nothing" in gate.console("doctor").out
    assert "observed only" in gate.console("explain", str(entry.seq)).out
    assert "(observed: " in gate.console("log").out
    assert any(row["observed"] for row in gate.console("policy", "stats", "--json").json("stats")["policies"])


@pytest.mark.parametrize("gate", [WHOLE], indirect=True)
@pytest.mark.parametrize(
    "command",
    ["enactd stop", "pkill enactd", "enactctl uninstall", "rm -rf {config}", "rm -rf {data}/bundles/acme-1.0.0"],
)
def test_never_for_the_gate_itself(gate: Observed, command: str) -> None:
    """What would end, unwire or disarm the gate is denied as ever; its bundles are its own."""
    layout = gate.console.layout
    assert "deny" == gate.ask(command.format(config=layout.config, data=layout.data))


@pytest.mark.parametrize("gate", [ONE], indirect=True)
def test_one_policy(gate: Observed) -> None:
    """The others decide as ever, and status names the one."""
    assert ["allow", "deny"] == [gate.ask(command) for command in ("cat .env", "rm -rf /")]
    assert "OBSERVING 1 policies stop nothing, they only record: secrets.read-file" in gate.console("status").out
