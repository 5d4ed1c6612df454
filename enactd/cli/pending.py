"""`enactctl pending`: what waits for a person."""

from __future__ import annotations

import time

import click

from enactd.cli.answering import LONG_S, age, told
from enactd.cli.output import as_json, say, table
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.errors import UsageError


@click.command()
@click.argument("request", required=False)
@click.option("--link", is_flag=True, help="Print the address of its page, to be opened by you.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, request: str | None, link: bool, machine: bool) -> None:
    """Show the calls that wait for your answer; with an id, one of them whole.

    \b
    enactctl pending
    enactctl pending 1042
    enactctl approve 1042
    enactctl deny 1042 --because "use the staging bucket"
    """
    client = Client(layout_of(ctx))
    waiting = client.pending()
    if request is None and link:
        raise UsageError("the page of which request?", fix="enactctl pending ID --link")
    if request is None:
        now = time.time()
        rows = [
            (r.id, age(now - r.since), "waits" if r.held else "ticket", r.risk, r.agent, r.call, r.cwd) for r in waiting
        ]
        header = ("id", "age", "agent is", "risk", "agent", "call", "in")
        say(as_json("pending", waiting) if machine else table(header, rows, empty="Nothing waits for you.", limit=64))
        return
    found = next((r for r in waiting if request in (r.id, r.id.split("-")[0])), None)
    if found is None:
        raise UsageError(f"no request `{request[:40]}` waits", fix="enactctl pending")
    if link:
        address = Client(layout_of(ctx), timeout=LONG_S).link(found.id)
        say(as_json("link", address) if machine else address)
        return
    say(as_json("pending", (found,)) if machine else told(found))
