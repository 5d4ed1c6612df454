"""`enactctl pause`: break-glass, from the terminal."""

from __future__ import annotations

from pathlib import Path

from support.person import Question


def test_it_lets_through_and_says_so_everywhere(tmp_path: Path) -> None:
    """Questions and denials pass in that session; status is red and exits so."""
    with Question(tmp_path) as question:
        assert 2 == question.run("pause", "--minutes", "5", "--reason", " ")[0]
        assert 2 == question.run("pause", "--minutes", "999", "--reason", "x")[0]
        question.ask()
        code, shown = question.run("pause", "--minutes", "5", "--reason", "production is down", "--session", "s")
        assert (0, True) == (code, "BREAK-GLASS is on" in shown), shown
        assert ["allow", "allow"] == [question.ask(), question.ask("rm -rf ~")]
        assert ["deny", "deny"] == [question.ask(session="t"), question.ask("enactctl uninstall")]
        code, shown = question.run("status")
        assert (6, True) == (code, "production is down" in shown)
