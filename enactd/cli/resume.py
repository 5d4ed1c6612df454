"""`enactctl resume`: the end of break-glass."""

from __future__ import annotations

import click

from enactd.cli.output import as_json, say
from enactd.cli.places import layout_of
from enactd.control_client import Client


@click.command()
@click.option("--session", default="", metavar="ID", help="Only the one of this session.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, session: str, machine: bool) -> None:
    """End what `enactctl pause` began. Agents may not do it.

    \b
    enactctl resume
    """
    ended = Client(layout_of(ctx)).resume(session)
    text = "break-glass is over; calls are stopped as ever" if ended else "break-glass was not on"
    say(as_json("pauses", ended) if machine else text)
