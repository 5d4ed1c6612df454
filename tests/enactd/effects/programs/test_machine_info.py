"""Looking at the machine."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("whoami", []),
    ("uname -a", []),
    ("nproc", []),
    ("uptime", []),
    ("id -un", []),
    ("date", []),
    ("date +%F", []),
    ("date -s 12:00", ["ChangeService date set the clock"]),
    ("date 010203042025", ["ChangeService date set the clock"]),
    ("date --file .env", ["content ./.env"]),
    ("ps", []),
    ("ps aux", []),
    ("ps -ef", []),
    ("ps auxe", ["RevealSecret the environment of processes ps"]),
    ("ps eww", ["RevealSecret the environment of processes ps"]),
    ("ps -E", ["RevealSecret the environment of processes ps"]),
    ("lsof -i :3000", []),
    ("dc -e '!rm x'", ["delete ./x"]),
    ("sleep 1", []),
    ("rm /tmp/x.$(date +%s)", ["delete /tmp/x.*"]),
    ("tldr rm", []),
    ("hostname", []),
    ("hostname x", ["ChangeService hostname set x"]),
    ("dmesg", []),
    ("dmesg -C", ["ChangeService dmesg clear the kernel's log"]),
    ("hwclock -w", ["ChangeService hwclock set the clock"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_machine_info_rows(command: str, expected: list[str]) -> None:
    """Looking is nothing; the few options that change something are said."""
    assert expected == summaries(command)
