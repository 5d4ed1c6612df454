"""`enactctl reload`: read settings and policies again now. The daemon does so by itself when a file changes."""

from __future__ import annotations

from collections.abc import Callable

import click

from enactd.cli.answering import proof
from enactd.cli.output import as_json, line, say
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.errors import UsageError
from enactd.report import Reloaded


@click.command()
@click.option("--confirm", is_flag=True, help="Take the changes that loosen and wait, after having been shown them.")
@click.option("--name", help="With --confirm: take just the changes of this name, without being asked.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, confirm: bool, name: str | None, machine: bool) -> None:
    """Read settings and policies again, and say what is in force.

    Seldom needed: the daemon notices changed files at once. What does not load changes nothing, and this
    says why. With `reload = "confirm"` in config.toml, or where `approvals.proof` wants more than a terminal, a
    change that loosens waits until it is confirmed here, with that proof. Agents may not do it.

    \b
    enactctl reload
    enactctl reload --confirm
    """
    client = Client(layout_of(ctx), timeout=60)
    done = client.reload()
    if confirm:
        done = _confirmed(client, done, name, lambda: proof(layout_of(ctx)), machine=machine)
    if machine:
        say(as_json("reload", done))
        return
    what = "changed" if done.changed else "nothing had changed"
    say("\n".join([*_waiting(done), f"{what}: {done.count} policies in force, digest {done.digest[:12]}"]))


def _confirmed(
    client: Client, done: Reloaded, name: str | None, proved: Callable[[], dict[str, str]], *, machine: bool
) -> Reloaded:
    if not done.waiting:
        raise UsageError("no change waits", cause="everything that was read is in force", fix="enactctl reload")
    if name is None and machine:
        raise UsageError("`--json` cannot ask", fix=f"enactctl reload --confirm --name {done.waiting} --json")
    if name is None:
        say("\n".join(_waiting(done)))
        click.confirm("Bring this into force?", abort=True)
    return client.confirm_reload(name or done.waiting, given=proved())


def _waiting(done: Reloaded) -> list[str]:
    """What waits for a person, line by line."""
    if not done.waiting:
        return []
    return [
        f"a change that loosens waits, `{done.waiting}`:",
        *(f"  {line(change)}" for change in done.changes),
        "what tightens is in force already; the rest: enactctl reload --confirm",
    ]
