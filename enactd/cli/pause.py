"""`enactctl pause`: break-glass, for some minutes and with a receipt of everything."""

from __future__ import annotations

import click

from enactd.cli.answering import LONG_S, clock, proof
from enactd.cli.output import as_json, line, say
from enactd.cli.places import layout_of
from enactd.control_client import Client


@click.command()
@click.option("--minutes", type=click.FloatRange(0.01, 240), required=True, help="It ends by itself after so many.")
@click.option("--reason", required=True, help="Why; kept in each receipt, and shown wherever the gate is.")
@click.option("--session", default="", metavar="ID", help="Only in this session.")
@click.option("--agent", default="", metavar="NAME", help="Whose session it is, if several have one of that name.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, minutes: float, reason: str, session: str, agent: str, machine: bool) -> None:
    """Let calls through that would be stopped, denied ones too. Agents may not do it.

    What protects the gate itself stays, each call keeps its receipt, and the risk of a session rises as ever.

    \b
    enactctl pause --minutes 10 --reason "production is down, ticket 4711"
    enactctl resume
    """
    layout = layout_of(ctx)
    given = proof(layout)
    made = Client(layout, timeout=LONG_S).pause(
        minutes=minutes, reason=reason, agent=agent, session=session, given=given
    )  # fmt: skip
    where = f"in session {line(session, 60)}" if session else "in every session"
    told = f"BREAK-GLASS is on {where} until {clock(made.until)}; end it with: enactctl resume"
    say(as_json("pause", made) if machine else told)
