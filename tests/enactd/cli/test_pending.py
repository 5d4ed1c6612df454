"""`enactctl pending` shows what waits, and nothing of it steers a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from support.person import Question

STEERING = "git push --force origin feature/x # \x1b[2J\x9b31m\u202e gone \x07"


def test_what_waits_is_shown_whole_and_harmless(tmp_path: Path) -> None:
    """Nothing; a list; one with all that it takes to decide; JSON; escapes of the agent stay text."""
    with Question(tmp_path) as question:
        assert "Nothing waits for you." in question.run("pending")[1]
        question.ask(STEERING)
        (request,) = question.daemon.client.pending()
        for words in (("pending",), ("pending", request.id)):
            code, shown = question.run(*words)
            assert 0 == code
            assert request.id in shown
            assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(shown)
        assert all(word in shown for word in ("runs", "risk", "does", "why", "git.force-push", str(question.project)))
        machine = json.loads(question.run("pending", "--json")[1])
        assert [request.id] == [one["id"] for one in machine["pending"]]
        assert 2 == question.run("pending", "999")[0]
        assert 2 == question.run("pending", request.id, "--link")[0]
