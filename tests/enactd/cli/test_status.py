"""`enactctl status`: what it shows, and what it exits with."""

from __future__ import annotations

import resource

from support.enactctl import Enactctl, Inhabited

from enactd.setup.selftest import Caller


def test_unreachable(enactctl: Enactctl) -> None:
    """Without a daemon: four lines that say what that means for agents, and exit 4."""
    said = enactctl("status")
    assert 4 == said.code
    assert "" == said.out
    assert "agents using the hook are denied until the daemon answers" == said.error["effect"]
    assert f"enactd start --home {enactctl.layout.root}" == said.error["fix"]


def test_well(inhabited: Inhabited) -> None:
    """Daemon, policies, health, agents and sessions, and exit 0."""
    said = inhabited.console("status", "--all")
    assert 0 == said.code
    assert "health    green" in said.out
    assert "AGENT        LAST CALL" in said.out
    row = next(text for text in said.out.splitlines() if text.startswith(inhabited.caller.session))
    assert ["claude-code", "SAFE", "IRREVERSIBLE"] == row.split()[1:4]


def test_json(inhabited: Inhabited) -> None:
    """The same for programs."""
    status = inhabited.console("status", "--json").json("status")
    assert "green" == status["colour"]
    assert status["policies"]["count"] > 40
    assert inhabited.caller.session in [session["session"] for session in status["sessions"]]


def test_unhealthy(enactctl: Enactctl) -> None:
    """Where no receipt can be written every call is denied, health is red, and status exits 6."""
    enactctl("init")
    size = next(enactctl.layout.receipts.glob("*.jsonl")).stat().st_size
    resource.prlimit(enactctl.client.version().pid, resource.RLIMIT_FSIZE, (size, size))
    caller = Caller(enactctl.layout, home=enactctl.home, folder=enactctl.home, purpose="test")
    assert "deny" == caller.ask("Bash", {"command": "ls"}).decision
    said = enactctl("status")
    assert 6 == said.code, said.out
    assert "health    red" in said.out
    assert "receipts cannot be written" in said.out


def test_refused_configuration_shows(enactctl: Enactctl) -> None:
    """What does not load changes nothing and is told."""
    enactctl("init")
    enactctl.layout.config_file.write_text("nonsense = 1\n")
    assert 2 == enactctl("reload").code
    said = enactctl("status")
    assert 0 == said.code
    assert "health    yellow" in said.out
    assert "nonsense" in said.out


def test_calls_and_their_outcomes(inhabited: Inhabited) -> None:
    """How many calls were let through since yesterday, and whether something ran that the gate did not see."""
    value = inhabited.console("status", "--json").json("status")["calls"]
    assert value["calls"] >= 1
    assert f"{value['calls']} let through" in inhabited.console("status").out
    verified = inhabited.console("receipts", "verify", "--json").json("verify")["calls"]
    assert value["calls"] == verified["calls"]
