"""Trackers of tasks on the command line."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("jira issue view ACME-12 --comments 5", ["read"]),
    ("jira issue list -q 'status = Done' --plain", ["read"]),
    ("jira sprint list --current", ["read"]),
    ("jira me", ["read"]),
    ("jira issue create -tBug -s'Crash' -b'steps'", ["SendMessage jira issue create"]),
    ("jira issue move ACME-12 Done", ["SendMessage issue move ACME-12 Done"]),
    ("jira issue assign ACME-12 ada", ["SendMessage issue assign ACME-12 ada"]),
    ("jira issue comment add ACME-12 'done'", ["SendMessage"]),
    ("jira issue delete ACME-12", ["delete"]),
    ("acli jira workitem view ACME-1", ["read"]),
    ("acli jira workitem transition --key ACME-1 --status Done", ["SendMessage"]),
    ("linear issue list", ["read"]),
    ("linear issue create --title x", ["SendMessage"]),
    ("trello card:archive --board b --card c", ["delete"]),
    ("todoist list", ["read"]),
    ("todoist add 'buy milk'", ["SendMessage"]),
    ("linear auth login", []),
    ("jira issue create --help", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """Reading is told from what people get to read."""
    assert [line.split(" ")[0] for line in expected] == [line.split(" ")[0] for line in told(command)]
