"""What the checks say of a home where nothing was set up. What is found on a real machine is in test_doctor.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enactd import agents
from enactd.config import Layout
from enactd.errors import UnreachableError
from enactd.setup import checkup
from enactd.setup.findings import Patient


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    adapter = agents.find("claude-code")
    assert adapter is not None
    return Patient(
        layout=Layout.under(tmp_path / "enactd"), adapter=adapter, home=tmp_path / "home", folder=str(tmp_path),
        status=UnreachableError("nobody answers", fix="enactd start"),
    )  # fmt: skip


def test_settings_without_our_hooks(patient: Patient) -> None:
    """A settings file of other hooks is fine by itself; that none holds ours is not."""
    settings = patient.home / ".claude" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"hooks": {}}))
    found = {finding.check: finding for finding in checkup.hooks(patient)}
    assert ("full", "bad") == (found["hooks: user"].state, found["hooks"].state)
    assert "enactctl init" == found["hooks"].fix


def test_a_daemon_that_does_not_answer(patient: Patient) -> None:
    """Its check says so and what starts it; those that ask it say nothing they do not know."""
    (finding,) = checkup.daemon(patient)
    assert ("bad", "enactd start") == (finding.state, finding.fix)
    assert "bad" not in [one.state for one in checkup.health_of(patient)]
