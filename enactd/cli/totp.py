"""`enactctl totp`: the authenticator whose codes an answer takes where `approvals.proof` says so."""

from __future__ import annotations

import getpass
import socket

import click

from enactd.cli.output import say
from enactd.cli.places import layout_of
from enactd.control_client import Client

LONG_S = 30.0


@click.group()
def command() -> None:
    """Enrol or remove the operator's authenticator. It counts where `approvals.proof` names `totp`."""


@command.command()
@click.pass_context
def enroll(ctx: click.Context, /) -> None:
    """Show a fresh secret once, and keep it when a code of it is typed. Agents may not do it.

    Do it where no agent can read the screen: a recorded terminal keeps what it shows.

    \b
    enactctl totp enroll
    enactctl config set approvals.proof '["terminal", "totp"]'
    """
    client = Client(layout_of(ctx), timeout=LONG_S)
    old = click.prompt("Code so far", hide_input=True, err=True) if client.proofs()["totp"] else ""
    uri = client.offer_totp(old, f"{getpass.getuser()}@{socket.gethostname()}")
    say(f"Add this to your authenticator; it is not shown again:\n\n{uri}\n")
    client.confirm_totp(click.prompt("Its code now", hide_input=True, err=True))
    say("the authenticator is enrolled; the code just typed is used up")


@command.command()
@click.pass_context
def remove(ctx: click.Context, /) -> None:
    """Forget the authenticator. While `approvals.proof` names it, no answer is taken then.

    \b
    enactctl totp remove
    """
    client = Client(layout_of(ctx), timeout=LONG_S)
    client.remove_totp(click.prompt("Code", hide_input=True, err=True))
    say("the authenticator is forgotten")
