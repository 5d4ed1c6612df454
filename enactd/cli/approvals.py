"""`enactctl approvals`: whether questions reach people."""

from __future__ import annotations

import click

from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.errors import ExitCode

LONG_S = 120.0


@click.group()
def command() -> None:
    """Try the ways by which questions reach people. What waits now: `enactctl pending`."""


@command.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def test(ctx: click.Context, /, *, machine: bool) -> int:
    """Send a test message over every configured channel. It carries no link, and nothing can be answered to it.

    Exits with 1 if one of them did not take it.

    \b
    enactctl approvals test
    """
    tried = Client(layout_of(ctx), timeout=LONG_S).test_channels()
    if machine:
        say(as_json("tried", tried))
    else:
        rows = [(one.channel, one.approver, "no" if one.problem else "yes") for one in tried]
        say(table(("channel", "approver", "taken"), rows, empty="no channel is configured: [approvals] in config.toml"))
        for one in tried:
            if one.problem:
                say(f"\n error: {line(one.problem)}\n cause: {line(one.cause)}\n   fix: {line(one.fix)}")
    return ExitCode.FAILED if any(one.problem for one in tried) else ExitCode.OK
