"""`enactctl approve` lets one call pass, and says so."""

from __future__ import annotations

from pathlib import Path

from support.person import Question


def test_it_opens_the_call_once(tmp_path: Path) -> None:
    """By id or number, from a terminal; a second answer and a wrong id are errors in words."""
    with Question(tmp_path) as question:
        assert "deny" == question.ask()
        (request,) = question.daemon.client.pending()
        code, shown = question.run("approve", request.id.split("-")[0], "--because", "my branch")
        assert 0 == code, shown
        assert f"approved: {request.id}" in shown
        assert ["allow", "deny"] == [question.ask(), question.ask()]
        assert 3 == question.run("approve", request.id)[0]
        assert 2 == question.run("approve", "999")[0]


def test_wider_scopes_have_a_reason_and_an_end(tmp_path: Path) -> None:
    """Without a reason none is made; with one it holds for calls like it, and shows among the exceptions."""
    with Question(tmp_path) as question:
        question.ask()
        (request,) = question.daemon.client.pending()
        code, shown = question.run("approve", request.id, "--scope", "shape")
        assert (2, True) == (code, "needs a reason" in shown)
        assert 2 == question.run("approve", request.id, "--scope", "session", "--because", "x", "--for", "ever")[0]
        assert 0 == question.run("approve", request.id, "--scope", "shape", "--because", "mine", "--for", "30m")[0]
        assert ["allow", "allow"] == [question.ask(), question.ask(session="another")]
        assert "deny" == question.ask("git push --force origin other")
        assert "mine" in question.run("allow", "--list")[1]
