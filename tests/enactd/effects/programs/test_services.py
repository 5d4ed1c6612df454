"""Services, jobs, power."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import ChangeService, PowerState, ReadPath, ScheduleJob, TamperGate

ROWS: list[Row] = [
    ("systemctl status nginx", []),
    ("systemctl list-units --all", []),
    ("systemctl --user is-active x", []),
    ("systemctl restart nginx", [(ChangeService, {"verb": "restart", "what": "nginx"})]),
    ("systemctl --user stop enactd", [(TamperGate, {}), (ChangeService, {"verb": "stop"})]),
    ("systemctl reboot", [(PowerState, {"verb": "reboot"})]),
    ('systemctl "$V" nginx', [(ChangeService, {})]),
    ("service nginx status", []),
    ("service nginx restart", [(ChangeService, {"verb": "restart", "what": "nginx"})]),
    ("launchctl list", []),
    ("launchctl load x.plist", [(ScheduleJob, {})]),
    ("launchctl bootout gui/501/com.enactd.daemon", [(TamperGate, {}), (ChangeService, {"verb": "bootout"})]),
    ("crontab -l", []),
    ("crontab -r", [(ScheduleJob, {"removes": True})]),
    (
        "crontab jobs.txt",
        [(ReadPath, {"target": "/home/u/proj/jobs.txt", "shown": False}), (ScheduleJob, {"removes": False})],
    ),
    ('echo "* * * * * x" | crontab -', [(ScheduleJob, {"what": "* * * * * x\n"})]),
    ("atq", []),
    ("atrm 3", [(ScheduleJob, {"removes": True})]),
    ("shutdown -h now", [(PowerState, {})]),
    ("shutdown -c", []),
    ("reboot", [(PowerState, {"verb": "reboot"})]),
    ("init 6", [(PowerState, {"verb": "reboot"})]),
    ("journalctl --lines=100", []),
    ("journalctl -b", []),
    ("journalctl --vacuum-time=1d", [(ChangeService, {"verb": "vacuum-time"})]),
    ("supervisorctl status", []),
    ("supervisorctl restart web", [(ChangeService, {"verb": "restart", "what": "web"})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Looking at services is free of effects; the gate is recognised among them."""
    assert_effects(command, expected)
