"""Programs that nobody described: only grave verbs in a sub-command's place count."""

from __future__ import annotations

import pytest

from enactd.effects.unfamiliar import grave_verb
from enactd.effects.values import known, unknown


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("server destroy web-1", "destroy"),
        ("db:drop", "db:drop"),
        ("cluster delete-node n1", "delete-node"),
        ("topics purge", "purge"),
        ("remove --all", "remove"),
        ("images rm x -f", "rm"),
        ("send 4 coins", "send"),
        ("remove item", ""),
        ("rm 3", ""),
        ("delete x --dry-run", ""),
        ("destroy --help", ""),
        ("convert delete.txt out.txt", ""),
        ("one two three delete", ""),
        ("--message=delete", ""),
        ("list deleted", ""),
    ],
)
def test_verb(words: str, verb: str) -> None:
    """Verbs by place and by the options that go with them."""
    assert verb == grave_verb([known(word) for word in words.split()])


def test_unknown_words_are_no_verbs() -> None:
    """A word that only the run will tell says nothing."""
    assert "" == grave_verb([unknown("x"), known("status")])
