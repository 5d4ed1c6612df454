"""`enactctl deny` settles a request, and the agent hears why."""

from __future__ import annotations

from pathlib import Path

from support.person import Question


def test_a_denial_is_final_for_its_request(tmp_path: Path) -> None:
    """What was denied cannot be approved any more, and the next try hears the same no without a new question."""
    with Question(tmp_path) as question:
        question.ask()
        (request,) = question.daemon.client.pending()
        code, shown = question.run("deny", request.id, "--because", "use the staging bucket")
        assert (0, True) == (code, f"denied: {request.id}" in shown)
        assert 3 == question.run("approve", request.id)[0]
        assert "deny" == question.ask()
        assert () == question.daemon.client.pending()
