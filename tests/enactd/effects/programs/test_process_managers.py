"""pm2 and its kin."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pm2 delete all", ["SignalProcess scope=named what=all"]),
        ("pm2 kill", ["SignalProcess scope=named what=pm2"]),
        ("pm2 stop api", ["SignalProcess scope=one what=api"]),
        ("pm2 list", []),
        ("pm2 logs api", []),
    ],
)
def test_effects(command: str, expected: list[str]) -> None:
    """All of them, one of them, none."""
    assert expected == lines(command)
