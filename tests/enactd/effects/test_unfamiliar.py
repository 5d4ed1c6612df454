"""Programs that nobody described: only grave verbs in a sub-command's place count."""

from __future__ import annotations

import pytest

from enactd.effects.unfamiliar import grave_verb, named_outputs
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
        ("book clean -y", ""),
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


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("-o /etc/x in", ["/etc/x"]),
        ("--output_dir ~/x", ["~/x"]),
        ("--outputFile=../x", ["../x"]),
        ("--log-file /var/log/x", ["/var/log/x"]),
        ("-o json", []),
        ("--output=build/x", []),
        ("--outlook /x", []),
        ("in /etc/x", []),
        ("-o", []),
    ],
)
def test_named_outputs(words: str, expected: list[str]) -> None:
    """Only paths that lie outside by their look count, and only behind an option for output."""
    assert expected == [word.text for word in named_outputs([known(word) for word in words.split()])]


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        (["encrypt-file", "git_deploy_key"], ""),
        (["delete_hc", "x"], "delete_hc"),
        (["db:drop"], "db:drop"),
        (["drop-table", "t"], "drop-table"),
        (["upload", "name/model", "./model.bin"], "upload"),
        (["upload", "--dry-run"], ""),
    ],
)
def test_a_verb_stands_first_or_last(words: list[str], verb: str) -> None:
    """`delete_hc` and `db:drop` are verbs, a `git_deploy_key` is a thing."""
    assert verb == grave_verb([known(word) for word in words])
