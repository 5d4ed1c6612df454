"""`enactctl sessions` draws how a session climbed, and who let it."""

from __future__ import annotations

import json
from pathlib import Path

from support.person import Question


def test_the_climb_is_drawn(tmp_path: Path) -> None:
    """Asked, approved by whom, crossed: oldest first, with receipts; a wrong id is an error in words."""
    with Question(tmp_path) as question:
        question.ask("git status")
        question.ask()
        (request,) = question.daemon.client.pending()
        question.run("approve", request.id)
        question.ask()
        code, shown = question.run("sessions", "show", "s", "--json")
        assert 0 == code, shown
        climb = json.loads(shown)["session"]["climb"]
        assert ["start", "ask", "approved", "grant-used", "allow", "crossed"] == [step["what"] for step in climb]
        assert ["SAFE"] * 4 + ["IRREVERSIBLE"] * 2 == [step["level"] for step in climb]
        assert "(terminal)" in climb[2]["by"]
        assert all("git push" in step["call"] for step in climb[1:3])
        shown = question.run("sessions", "show", "s")[1]
        assert "at IRREVERSIBLE" in shown
        assert "IRREVERSIBLE" in question.run("sessions", "list")[1]
        assert 2 == question.run("sessions", "show", "nobody")[0]
