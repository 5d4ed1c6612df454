"""`enactctl grant`: what was opened, made, listed and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.person import Question


def test_a_grant_from_add_to_revoke(tmp_path: Path) -> None:
    """It is for this workspace, counted, listed with its uses, and over when revoked."""
    with Question(tmp_path) as question:
        words = ("--policy", "git.force-push", "--workspace", str(question.project), "--reason", "my branches")
        code, shown = question.run("grant", "add", *words, "--count", "3", "--json")
        assert 0 == code, shown
        made = json.loads(shown)["grant"]
        assert ("policy", 3, ["git.force-push"]) == (made["scope"], made["count"], made["policies"])
        assert "allow" == question.ask()
        assert "1 of 3" in question.run("grant", "list")[1]
        assert 0 == question.run("grant", "revoke", made["id"])[0]
        assert "deny" == question.ask()
        assert "There are no grants." in question.run("grant", "list")[1]
        assert "revoked" in question.run("grant", "list", "--all")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reason", "x"), "of a policy or of a session"),
        (("--policy", "self.tamper", "--reason", "x"), "protects the gate"),
        (("--policy", "no.such", "--reason", "x"), "no policy"),
        (("--policy", "git.force-push", "--reason", " "), "needs a reason"),
        (("--policy", "git.force-push", "--reason", "x", "--for", "1y"), "no span of time"),
    ],
)
def test_what_is_no_grant(question: Question, words: tuple[str, ...], said: str) -> None:
    """Each refusal says what is missing, and nothing is made."""
    code, shown = question.run("grant", "add", *words)
    assert (2, True) == (code, said in shown), shown
    assert () == question.daemon.client.grants()


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Question]:
    with Question(tmp_path_factory.mktemp("q")) as made:
        yield made
