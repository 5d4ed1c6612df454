"""Programs that only look."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import RevealSecret, SignalProcess

ROWS: list[Row] = [
    ("ps aux", []),
    ("ps -ef", []),
    ("ps auxe", [(RevealSecret, {})]),
    ("pgrep -fl node", []),
    ("lsof -i :3000", []),
    ("ss -tlnp", []),
    ("ss -K dst 1.2.3.4", [(SignalProcess, {})]),
    ("netstat -an", []),
    ("free -h", []),
    ("top -b -n1", []),
    ("uptime", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Looking has no effect, except where it shows environments."""
    assert_effects(command, expected)
