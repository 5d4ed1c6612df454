"""`enactctl grant`: what people have opened, and until when."""

from __future__ import annotations

import os
import time
from typing import Any

import click

from enactd.cli.allow import seconds_of
from enactd.cli.answering import LONG_S, clock, proof
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of, workspace_of
from enactd.control_client import Client
from enactd.report import Grant


@click.group()
def command() -> None:
    """See, add and take back what lets questions pass: approvals, exceptions, and grants of a policy or a session.

    A grant opens questions only: never a denial, never what protects the gate, and it lowers no risk.
    """


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Show those that ended lately, too.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def listing(ctx: click.Context, /, *, everything: bool, machine: bool) -> None:
    """Show every grant that holds.

    \b
    enactctl grant list --all
    """
    now = time.time()
    every = [grant for grant in Client(layout_of(ctx)).grants() if everything or grant.holds(now)]
    rows = [
        (
            g.id, g.scope, g.ended or ("expired" if now >= g.until else clock(g.until)),
            f"{g.used} of {g.count}" if g.count else f"{g.used}" if g.used else "-", _opens(g),
            g.session or "every", g.workspace, ", ".join(g.by), g.reason,
        )
        for g in every
    ]  # fmt: skip
    header = ("id", "scope", "until", "used", "opens", "session", "workspace", "by", "reason")
    say(as_json("grants", every) if machine else table(header, rows, empty="There are no grants.", limit=40))


@command.command()
@click.option("--policy", "policies", multiple=True, metavar="ID", help="What this policy asks; can be repeated.")
@click.option("--session", default="", metavar="ID", help="Only in this session; without `--policy` all it is asked.")
@click.option("--agent", default="", metavar="NAME", help="Only for this agent.")
@click.option("--workspace", metavar="DIR", help="Only in this workspace. [default: the one here; `*` for any]")
@click.option("--cwd", default="", metavar="DIR", help="Only from this folder.")
@click.option("--for", "span", metavar="TIME", default="30m", show_default=True, help="How long: `30m`, `2h`, `7d`.")
@click.option("--count", type=click.IntRange(0, 100_000), default=0, help="How often; 0: any number.")
@click.option("--reason", required=True, help="Why; kept in the receipt and shown in the list.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def add(ctx: click.Context, /, **options: Any) -> None:
    """Let what a policy asks, or what a session is asked, pass for a while. Agents may not do it.

    \b
    enactctl grant add --policy git.force-push --for 2h --count 3 --reason "tidying my branches"
    """
    layout = layout_of(ctx)
    place = options["workspace"]
    workspace = "" if place == "*" or (place is None and options["session"]) else workspace_of(place or os.getcwd())
    made = Client(layout, timeout=LONG_S).grant(
        reason=options["reason"], seconds=seconds_of(options["span"]), policies=list(options["policies"]),
        session=options["session"], agent=options["agent"], workspace=workspace, cwd=options["cwd"],
        count=options["count"], given=proof(layout),
    )  # fmt: skip
    say(as_json("grant", made) if options["machine"] else f"granted: {_told(made)}")


@command.command()
@click.argument("grant")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def revoke(ctx: click.Context, /, *, grant: str, machine: bool) -> None:
    """Take one back, by its id or by the receipt it is from. Agents may not do it.

    \b
    enactctl grant revoke 4f2a9c01
    """
    gone = Client(layout_of(ctx), timeout=30).revoke_grant(grant)
    say(as_json("grant", gone) if machine else f"revoked: {_told(gone)}\nfrom now on this is asked again")


def _opens(grant: Grant) -> str:
    if grant.opens:
        return "; ".join(opening.shown for opening in grant.opens)
    return ", ".join(grant.policies) or "all that is asked"


def _told(grant: Grant) -> str:
    times = f", {grant.count} times" if grant.count else ""
    return f"{grant.id}, scope {grant.scope}, until {clock(grant.until)}{times}: {line(_opens(grant))}"
