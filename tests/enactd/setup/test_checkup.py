"""Findings, in the words of doctor. What is found on a real machine is in test_doctor.py."""

from __future__ import annotations

import pytest

from enactd.setup import checkup
from enactd.setup.checkup import Finding


@pytest.mark.parametrize(
    ("finding", "shown"),
    [
        (Finding(check="x"), "full"),
        (Finding(check="x", state="partial", why="half"), "partial (half)"),
        (Finding(check="x", state="none", why="no kernel"), "none (no kernel)"),
        (Finding(check="x", state="bad", why="w"), "BAD"),
        (checkup._mechanism("x", "full"), "full"),
        (checkup._mechanism("x", "partial (no (real) pin)"), "partial (no (real) pin)"),
        (checkup._mechanism("x", "none (why)"), "none (why)"),
    ],
)
def test_shown(finding: Finding, shown: str) -> None:
    """How much is there, in the three words that the daemon uses, too."""
    assert shown == finding.shown
