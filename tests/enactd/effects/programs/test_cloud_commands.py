"""Meanings of sub-commands by table and by form."""

from __future__ import annotations

import pytest
from support.clouds import told

from enactd.effects.invocation import Value, known, unknown
from enactd.effects.programs.cloud_commands import Tool, by_form

TOOL = Tool({"nothing": "docs", "destroy": "app remove | x y z", "read": "app"}, options="-a --app A", bare="deploy")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("delete-user", "delete"),
        ("apps:destroy", "delete"),
        ("DeleteInstance", "delete"),
        ("DescribeInstances", "read"),
        ("batch-get-item", "read"),
        ("instance-delete", "delete"),
        ("frobnicate", ""),
        ("", ""),
        ("--", ""),
    ],
)
def test_by_form(word: str, expected: str) -> None:
    """The first part of a word decides, else the last."""
    assert expected == by_form(word)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "deploy"),
        (["docs"], "nothing"),
        (["app"], "read"),
        (["app", "remove", "me"], "destroy"),
        (["app", "me", "remove"], "read"),
        (["log-analytics", "workspace", "delete"], "delete"),
        (["metrics", "alert", "delete", "list"], "delete"),
        (["record-set", "list"], "read"),
        (["logs", "tail"], "read"),
        (["set-machine-type", "test"], "change"),
        (["frobnicate"], "change"),
        (["help", "delete"], "nothing"),
        ([None], None),
        (["group", None, "x"], None),
        (["delete", None], "delete"),
    ],
)
def test_meaning(words: list[str | None], expected: str | None) -> None:
    """The longest phrase of the table wins; names of groups wait for a real verb; holes are unknown."""
    values: list[Value] = [unknown("a variable") if word is None else known(word) for word in words]
    assert expected == TOOL.meaning(values)[1]


@pytest.mark.parametrize(
    "command", ["hcloud server delete x --help", "doctl compute droplet delete 1 --dry-run", "hcloud"]
)
def test_quiet(command: str) -> None:
    """Help, dry runs and bare names do nothing."""
    assert [] == told(command)


def test_dry_run_switched_off() -> None:
    """`--dry-run=false` is no dry run."""
    assert ["delete"] == told("doctl compute droplet delete 1 --dry-run=false")


def test_secrets_stay_out_of_what() -> None:
    """The value that a setting gets is not repeated in the effect."""
    from support.reading import effects

    assert ["config:set TOKEN=…"] == [effect.what for effect in effects("heroku config:set TOKEN=hunter2")]  # type: ignore[attr-defined]
