"""Programs that nobody described: only grave verbs in a sub-command's place count."""

from __future__ import annotations

import pytest

from enactd.effects.unfamiliar import grave_name, grave_verb, is_statement, named_outputs, statements
from enactd.effects.values import known, unknown


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("server destroy web-1", "destroy"),
        ("db:drop", "db:drop"),
        ("cluster delete-node n1", "delete-node"),
        ("topics purge", "purge"),
        ("unregistervm x --everything", "unregistervm"),
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
        ("vm.destroy web-1", "vm.destroy"),
        ("snapshot.remove -vm web", "snapshot.remove"),
        ("deleteVM web.vmx", "deleteVM"),
        ("nbconvert --tags remove_cell", ""),
        ("rollback 100 pre", "rollback"),
        ("delete.py out", ""),
        ("app-remove -a api", "app-remove"),
        ("--upload-app -f App.ipa", "--upload-app"),
        ("--source a --purge", "--purge"),
        ("--purge --dry-run", ""),
        ("--delete-branch-name x", ""),
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


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("cloud-nuke", "aws --force", "nuke"),
        ("aws-nuke", "run --config x.yml", "nuke"),
        ("cloud-nuke", "--help", ""),
        ("cloud-nuke", "", ""),
        ("wipe", "x", ""),
        ("nuke-ui", "x", ""),
    ],
)
def test_names_that_say_it(name: str, words: str, expected: str) -> None:
    """A part behind the first says what a program is for."""
    assert expected == grave_name(name, [known(word) for word in words.split()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DROP TABLE users", True),
        ("  truncate events;", True),
        ("delete from t where a = 1", True),
        ("UPDATE t SET a = 1", True),
        ("create or replace table t as select 1", True),
        ("drop the lamp", False),
        ("truncate long lines in the report", False),
        ("update the readme", False),
        ("select 1", False),
    ],
)
def test_statements(text: str, expected: bool) -> None:
    """A sentence that begins with the same word is no statement."""
    assert expected == is_statement(text)


def test_messages_are_no_statements() -> None:
    """What stands behind an option for text is said, not run; what flows in is run."""
    words = [known(word) for word in ("--message", "DROP TABLE a", "--query", "DROP TABLE b")]
    assert ["DROP TABLE b"] == [word.text for word in statements(words, None)]
    assert ["DROP TABLE c"] == [word.text for word in statements([], known("DROP TABLE c"))]
