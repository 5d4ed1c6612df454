"""Policies of a person's own that raise, loop, dawdle, or come from the Enact SDK, in a daemon that lives on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.bundles import made
from support.enactctl import Enactctl, enactctl
from support.rules import folder, rule

from enactd.setup.selftest import Caller

BROKEN = {
    "raises": ("raise_ = {}['nothing']\n    yield Deny(raise_)", "KeyError"),
    "loops": ("while True:\n        pass\n    yield", "steps"),
    "loops in a comprehension": ("found = [a for a in range(9999) for b in range(9999)]\n    yield", "steps"),
    "yields for ever": ("while True:\n        yield Ask('again')", "steps"),
    "says what is no opinion": ("yield 'deny'", "TypeError"),
}
SDK = """from enact.models import WorkflowContext, PolicyResult


def no_deploy(context: WorkflowContext) -> PolicyResult:
    bad = "deploy" in context.payload["command"]
    return PolicyResult(policy="no_deploy", passed=not bad, reason="deploys are for people")


POLICIES = [no_deploy]
"""


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Enactctl]:
    with enactctl(tmp_path) as console:
        assert 0 == console("init").code
        yield console


def agent(gate: Enactctl) -> Caller:
    return Caller(gate.layout, home=gate.home, folder=gate.home, purpose="work")


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_policy_is_named_and_denied(how: str, gate: Enactctl) -> None:
    """The call is denied with the policy's name, others are answered as ever, and the statistics count it."""
    body, cause = BROKEN[how]
    folder(gate.layout.policies, team__broken=rule(body=body, examples=""))
    assert 0 == gate("reload").code
    caller = agent(gate)
    answer = caller.ask("Bash", {"command": "rm -f build/x"})
    assert "deny" == answer.decision
    assert answer.text.startswith("team.broken: the policy failed on DeletePath: ")
    assert cause in answer.text
    assert "allow" == caller.ask("Bash", {"command": "git status"}).decision
    rows = {row["id"]: row for row in gate("policy", "stats", "--json").json("stats")["policies"]}
    assert 1 == rows["team.broken"]["failed"]
    assert "health    green" in gate("status").out


def test_a_file_that_does_not_end_changes_nothing(gate: Enactctl) -> None:
    """A loop at the top of a file: refused with its name, and the policies before stay."""
    before = gate("status", "--json").json("status")["policies"]["digest"]
    folder(gate.layout.policies, team__broken="while True:\n    pass\n")
    said = gate("reload")
    assert (1, "loading it does not end") == (said.code, said.error["cause"])
    assert before == gate("status", "--json").json("status")["policies"]["digest"]
    assert "health    yellow" in gate("status").out


def test_a_file_of_the_sdks_style_decides(gate: Enactctl) -> None:
    """From the user's own folder as it is, whatever the call does."""
    folder(gate.layout.policies, shop=SDK)
    assert 0 == gate("reload").code
    caller = agent(gate)
    assert ["deny", "allow"] == [caller.ask("Bash", {"command": f"echo {word}"}).decision for word in ("deploy", "hi")]
    assert any("shop.no-deploy" == row["id"] for row in gate("policy", "list", "--json").json("policies"))
    assert 0 == gate("policy", "explain", "shop.no-deploy").code


def test_an_installed_bundle_that_was_changed_keeps_a_daemon_from_starting(gate: Enactctl, tmp_path: Path) -> None:
    """Weaker than what was installed is not what was installed: nobody is served by it, and the error says why."""
    assert 0 == gate("bundle", "install", made(tmp_path / "b", team__notes=rule())).code
    gate.end()
    (changed,) = gate.layout.bundles.rglob("notes.py")
    changed.write_text(rule(opinion="Ask"))
    said = gate("check", "--", "rm", "notes.txt")
    assert (1, "`team/notes.py` is not what the manifest says") == (said.code, said.error["cause"])
    assert "deny" == agent(gate).ask("Bash", {"command": "ls"}).decision
