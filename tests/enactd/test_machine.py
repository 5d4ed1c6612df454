"""A daemon of the machine has eyes and an authority; a user's own has neither."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enactd import machine
from enactd.config import Layout
from enactd.errors import ScoutError
from enactd.health import SCOUT_SILENT, Health
from enactd.machine import Machine
from enactd.origin import Origins


def test_a_daemon_of_ones_own_sees_for_itself(tmp_path: Path) -> None:
    """Nothing stands between, so nothing is slower."""
    assert None is Machine.of(Layout.under(tmp_path), Origins(), Health())


def test_a_scout_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """Health says what it means and what helps."""
    health = Health()
    made = Machine.of(Layout.system(os.getuid(), tmp_path), Origins(), health)
    assert made is not None
    with pytest.raises(ScoutError):
        made.sight.scout.ask("stat", "/")
    assert [SCOUT_SILENT] == [ailment.code for ailment in health.ailments()]


def test_a_missing_socket_names_its_unit(tmp_path: Path) -> None:
    """The daemon may not make one in root's folder."""
    layout = Layout.system(os.getuid(), tmp_path)
    assert f"systemctl start enactd@{os.getuid()}.socket" == machine.not_handed_over(layout).fix
