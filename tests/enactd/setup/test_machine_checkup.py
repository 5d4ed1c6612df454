"""What doctor says of the machine's set-up: the real one, and each way in which it can be a lesser one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from support.machine import Machine, machine, needs_root
from support.required import need

from enactd.agents.claude_code import ADAPTER
from enactd.setup import machine_checkup, machine_wide
from enactd.setup.findings import Finding, examine, patient_of

pytestmark = needs_root


@pytest.fixture(scope="module")
def made() -> Iterator[Machine]:
    need("useradd", "the machine's set-up was NOT examined")
    with machine() as made:
        machine_wide.write(made.layout)
        made.start()
        yield made


def findings(made: Machine) -> dict[str, Finding]:
    patient = patient_of(made.layout, ADAPTER, made.home, str(made.home))
    return {finding.check: finding for finding in examine(patient, machine_checkup.CHECKS)}


def test_a_whole_set_up_is_full(made: Machine) -> None:
    """It names both users; only the hooks of the real machine are not there."""
    found = findings(made)
    assert f"user {made.guarded} is guarded by a daemon of user ed-" in found["set-up"].detail
    for check in ("set-up", "shim", "daemon", "self-test", "files", "units", "control: operators"):
        assert "full" == found[check].state, found[check]
    assert "full" == found["daemon: set-up"].state


def test_what_the_user_could_read_or_change_is_bad(made: Machine) -> None:
    """A state folder that is open, or his; settings that are not root's."""
    made.layout.state.chmod(0o755)
    try:
        assert "bad" == findings(made)["files"].state
    finally:
        made.layout.state.chmod(0o700)
    os.chown(made.layout.config, made.guarded, -1)
    try:
        assert "bad" == findings(made)["files"].state
    finally:
        os.chown(made.layout.config, 0, -1)
    assert "full" == findings(made)["files"].state


def test_an_edited_unit_is_told(made: Machine) -> None:
    """And a missing one is worse."""
    unit = next(path for path in machine_wide.files_of(made.layout) if path.name == "enactd@.service")
    text = unit.read_text()
    unit.write_text(text.replace("NoNewPrivileges=true", "NoNewPrivileges=false"))
    assert "partial" == findings(made)["units"].state
    unit.unlink()
    assert "bad" == findings(made)["units"].state
    unit.write_text(text)
    assert "full" == findings(made)["units"].state
