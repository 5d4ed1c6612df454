"""`enactctl allow`: one command from a false alarm to an exception that is listed and revocable."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.enactctl import Enactctl

from enactd.cli.allow import seconds_of
from enactd.errors import UsageError
from enactd.setup.selftest import Caller

PUSH = {"command": "git push --force origin feature/x"}


def test_allow_list_and_revoke(enactctl: Enactctl, tmp_path: Path) -> None:
    """What was held is allowed, is in the list, and is held again."""
    assert 0 == enactctl("init").code
    caller = Caller(enactctl.layout, home=enactctl.home, folder=enactctl.home, purpose="work")
    held = caller.ask("Bash", PUSH)
    assert "ask" == held.decision
    tried = enactctl("allow", "--from", held.receipt, "--reason", "mine", "--dry-run")
    assert (0, True) == (tried.code, "would be allowed" in tried.out)
    assert "There are no exceptions." in enactctl("allow", "--list").out
    said = enactctl("allow", "--from", held.receipt, "--reason", "mine", "--for", "2d")
    assert 0 == said.code, said.err
    assert "git.force-push" in said.out
    assert "allow" == caller.ask("Bash", PUSH).decision
    listed = enactctl("allow", "--list", "--json").json("exceptions")
    assert [("mine", held.receipt)] == [(one["reason"], one["receipt"]) for one in listed]
    assert "mine" in enactctl("allow", "--list").out
    revoked = enactctl("allow", "--revoke", listed[0]["id"])
    assert "asked again" in revoked.out
    assert "ask" == caller.ask("Bash", PUSH).decision
    floor = caller.ask("Bash", {"command": "rm -rf /"})
    refused = enactctl("allow", "--from", floor.receipt, "--reason", "x")
    assert 2 == refused.code
    assert "floor" in refused.error["cause"]


@pytest.mark.parametrize(
    "words", [(), ("--list", "--revoke", "x"), ("--from", "1"), ("--from", "999", "--reason", "x"), ("--revoke", "x")]
)
def test_what_makes_no_sense_is_told(enactctl: Enactctl, words: tuple[str, ...]) -> None:
    """Usage errors in the usual form; without a daemon nothing is revoked."""
    said = enactctl("allow", *words)
    assert said.code in (2, 4)
    assert said.error["fix"]


@pytest.mark.parametrize(("text", "expected"), [("2h", 7200.0), ("7d", 604800.0), (" 4w ", 2419200.0), ("90s", 90.0)])
def test_spans(text: str, expected: float) -> None:
    """Hours, days, weeks."""
    assert expected == seconds_of(text)


@pytest.mark.parametrize("text", ["", "d", "7", "7y", "-1d", "1e3d", "99999999d", "７d"])
def test_no_spans(text: str) -> None:
    """Everything else is told."""
    with pytest.raises(UsageError):
        seconds_of(text)
