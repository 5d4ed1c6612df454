"""`enactctl deny`: say no to a call that waits for a person."""

from __future__ import annotations

import click

from enactd.cli.answering import LONG_S, outcome, proof
from enactd.cli.output import as_json, say
from enactd.cli.places import layout_of
from enactd.control_client import Client


@click.command()
@click.argument("request")
@click.option("--because", default="", metavar="TEXT", help="Why; the agent is told, and the receipt keeps it.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, request: str, because: str, machine: bool) -> None:
    """Deny a call. The agent hears your reason.

    \b
    enactctl deny 1042 --because "use the staging bucket"
    """
    layout = layout_of(ctx)
    given = proof(layout)
    settled = Client(layout, timeout=LONG_S).answer(request, "deny", because=because, given=given)
    say(as_json("settled", settled) if machine else outcome(settled))
