"""`enactctl approvals test`: the table, the JSON, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import Enactctl, enactctl
from support.unhelpful import Taken, closing, unhelpful

from enactd import instance
from enactd.errors import ExitCode


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Enactctl]:
    with enactctl(tmp_path) as one:
        yield one


def test_without_channels_it_says_so(console: Enactctl) -> None:
    """An empty result is a sentence."""
    instance.start_in_background(console.layout)
    said = console("approvals", "test")
    assert (0, True) == (said.code, said.out.startswith("no channel is configured")), said


def test_it_tells_what_works_and_what_does_not(console: Enactctl) -> None:
    """With the reason, for people and for programs."""
    with unhelpful(Taken()) as good, unhelpful(closing) as bad:
        console.layout.prepare()
        console.layout.config_file.write_text(
            f'[approvals]\nwebhooks = [{{url = "http://127.0.0.1:{good}/x", approver = "ada"}}, '
            f'{{url = "http://127.0.0.1:{bad}/x", approver = "bob"}}]\n'
        )
        instance.start_in_background(console.layout)
        said = console("approvals", "test")
        assert ExitCode.FAILED == said.code, said
        assert ["webhook", "ada", "yes"] == said.out.splitlines()[1].split()
        assert ["webhook", "bob", "no"] == said.out.splitlines()[2].split()
        assert "did not take the message" in said.out
        tried = console("approvals", "test", "--json").json("tried")
    assert [("ada", ""), ("bob", "the webhook at 127.0.0.1 did not take the message")] == [
        (one["approver"], one["problem"]) for one in tried
    ]


def test_an_agent_sends_no_messages(console: Enactctl) -> None:
    """People who are told too often do not look any more."""
    instance.start_in_background(console.layout)
    said = console("approvals", "test", CLAUDECODE="1")
    assert (ExitCode.STOPPED, "this may not be done from here") == (said.code, said.error["error"])
