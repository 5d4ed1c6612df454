"""`enactctl pin`: the PIN that an answer takes where `approvals.proof` says so."""

from __future__ import annotations

import click

from enactd.cli.output import say
from enactd.cli.places import layout_of
from enactd.control_client import Client

LONG_S = 30.0


@click.group()
def command() -> None:
    """Set or remove the PIN of the operator. It counts where `approvals.proof` names `pin`."""


@command.command("set")
@click.pass_context
def set_pin(ctx: click.Context, /) -> None:
    """Set or change the PIN; it is asked for, never given on the command line. Agents may not do it.

    \b
    enactctl pin set
    enactctl config set approvals.proof '["terminal", "pin"]'
    """
    client = Client(layout_of(ctx), timeout=LONG_S)
    old = click.prompt("PIN so far", hide_input=True, err=True) if client.proofs()["pin"] else ""
    fresh = click.prompt("New PIN", hide_input=True, confirmation_prompt="Again", err=True)
    client.set_pin(fresh, old)
    say('the PIN is set; enactctl config set approvals.proof \'["terminal", "pin"]\' makes every answer take it')


@command.command("remove")
@click.pass_context
def remove_pin(ctx: click.Context, /) -> None:
    """Remove the PIN. While `approvals.proof` names it, no answer is taken then.

    \b
    enactctl pin remove
    """
    client = Client(layout_of(ctx), timeout=LONG_S)
    client.remove_pin(click.prompt("PIN", hide_input=True, err=True))
    say("the PIN is removed")
