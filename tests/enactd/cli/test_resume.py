"""`enactctl resume`: the end of break-glass."""

from __future__ import annotations

from pathlib import Path

from support.person import Question


def test_over_means_over(tmp_path: Path) -> None:
    """From the moment it is answered; without a pause it says so."""
    with Question(tmp_path) as question:
        assert "was not on" in question.run("resume")[1]
        assert 0 == question.run("pause", "--minutes", "5", "--reason", "x")[0]
        assert "allow" == question.ask()
        assert "is over" in question.run("resume")[1]
        assert "deny" == question.ask()
