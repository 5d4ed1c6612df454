"""Doctor says before the first question that nobody could answer it, or that the agent would not wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import Enactctl
from support.enactctl import enactctl as opened

CONFIG = "[approvals]\n{line}\n"


@pytest.fixture
def enactctl(tmp_path: Path) -> Iterator[Enactctl]:
    with opened(tmp_path) as console:
        yield console


def findings(enactctl: Enactctl, line: str = "") -> dict[str, dict[str, str]]:
    if line:
        enactctl.layout.config_file.write_text(CONFIG.format(line=line))
    said = enactctl("doctor", "--json")
    return {found["check"]: found for found in said.json("doctor") if found["check"].startswith("approvals")}


def test_a_terminal_is_always_there(enactctl: Enactctl) -> None:
    """After init the way to answer is named, and nothing is wrong with it."""
    enactctl("init")
    found = findings(enactctl)
    assert ["approvals"] == list(found)
    assert "terminal" in found["approvals"]["detail"]


@pytest.mark.parametrize(("proof", "fix"), [("pin", "enactctl pin set"), ("totp", "enactctl totp enroll")])
def test_a_proof_that_nobody_set_up(enactctl: Enactctl, proof: str, fix: str) -> None:
    """Every answer needs it, so no question could be answered: that is bad, with the command that mends it."""
    enactctl("init")
    found = findings(enactctl, f'proof = ["terminal", "{proof}"]')[f"approvals: {proof}"]
    assert ("bad", fix) == (found["state"], found["fix"])


def test_hooks_that_wait_for_an_old_time(enactctl: Enactctl) -> None:
    """Hooks are registered with the time that held then; init brings them up to date."""
    enactctl("init")
    found = findings(enactctl, "hold_s = 17")["approvals: waiting"]
    assert ("partial", "enactctl init") == (found["state"], found["fix"])
    enactctl("init")
    assert "approvals: waiting" not in findings(enactctl)
