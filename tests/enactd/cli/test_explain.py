"""`enactctl explain`: which rule, where it is, what it matched, what would pass."""

from __future__ import annotations

import pytest
from support.enactctl import Enactctl, Inhabited


def test_denial(inhabited: Inhabited) -> None:
    """A denial names rule, file, layer, matched effect, target, and the way out."""
    said = inhabited.console("explain", inhabited.receipt("rm -rf /"))
    assert 0 == said.code
    for text in (
        "verdict   deny, risk IRREVERSIBLE",
        "call      Bash: rm -rf /",
        "deny  files.catastrophic-delete: ",
        "matched  deletes / and everything in it (DeletePath)",
        "target   `/` is /",
        "to pass  name the paths inside the workspace",
        "(shipped: ",
        "policies/files/catastrophic_delete.py)",
        "facts used",
    ):
        assert text in said.out


def test_question(inhabited: Inhabited) -> None:
    """What was held for a person says so."""
    said = inhabited.console("explain", inhabited.receipt("cat .env"))
    assert "or a person runs it" in said.out or "a person runs it" in said.out
    assert "ask   secrets.read-file" in said.out


def test_outcome_is_linked(inhabited: Inhabited) -> None:
    """A decision shows its outcome, and the outcome its decision."""
    entries = inhabited.console("log", "--all", "-n", "500", "--json").json("log")
    decision = next(e for e in entries if e["action"] == "git status" and e["kind"] == "decision")
    outcome = next(e for e in entries if e["action"] == "outcome ok Bash")
    assert f"{outcome['id']}" in inhabited.console("explain", decision["id"]).out
    told = inhabited.console("explain", str(outcome["seq"])).out
    assert decision["id"] in told
    assert "outcome   ok, 12 ms" in told


def test_json(inhabited: Inhabited) -> None:
    """The same for programs."""
    value = inhabited.console("explain", inhabited.receipt("rm -rf /"), "--json").json("explain")
    assert "deny" == value["verdict"]
    assert "shipped" == value["findings"][0]["layer"]
    assert "DeletePath" == value["effects"][0]["type"]


@pytest.mark.parametrize("wanted", ["999999", "nonsense", "0-ffffff", "\x1b[2J"])
def test_no_such_receipt(inhabited: Inhabited, wanted: str) -> None:
    """An id that is none is told, and the newest one is named."""
    said = inhabited.console("explain", wanted)
    assert 2 == said.code
    assert "\x1b" not in said.err
    assert said.error["cause"].startswith("the newest is ")


def test_without_a_daemon(enactctl: Enactctl) -> None:
    """No daemon is needed to read."""
    said = enactctl("explain", "1")
    assert 2 == said.code
    assert "there are none yet" == said.error["cause"]
