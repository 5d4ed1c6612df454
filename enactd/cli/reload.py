"""`enactctl reload`: read settings and policies again now. The daemon does so by itself when a file changes."""

from __future__ import annotations

import click

from enactd.cli.output import as_json, say
from enactd.cli.places import layout_of
from enactd.client import Client


@click.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, machine: bool) -> None:
    """Read settings and policies again, and say what is in force.

    Seldom needed: the daemon notices changed files at once. What does not load changes nothing, and this
    says why. Agents may not do it.

    \b
    enactctl reload
    """
    done = Client(layout_of(ctx), timeout=30).reload()
    if machine:
        say(as_json("reload", done))
        return
    what = "changed" if done.changed else "nothing had changed"
    say(f"{what}: {done.count} policies in force, digest {done.digest[:12]}")
