"""What git verbs share."""

from __future__ import annotations

import pytest

from enactd.effects.programs.git_context import VERBS, verb, wants_help
from enactd.effects.values import known


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ("--help", True),
        ("-h", True),
        ("-f --help", True),
        ("-h x", False),
        ("-- --help", False),
        ("--hard", False),
        ("", False),
    ],
)
def test_help(words: str, shows: bool) -> None:
    """A manual page or usage text instead of the command; behind `--` it is a path."""
    assert shows is wants_help([known(word) for word in words.split()])


def test_a_verb_is_described_once() -> None:
    """Two descriptions of one verb are a mistake."""
    assert "push" in VERBS
    with pytest.raises(ValueError, match="git push"):
        verb("push")(lambda git: iter(()))
