"""`enactctl approve`: let a call pass that waits for a person."""

from __future__ import annotations

from typing import Any

import click

from enactd.cli.allow import seconds_of
from enactd.cli.answering import LONG_S, outcome, proof
from enactd.cli.output import as_json, say
from enactd.cli.places import layout_of
from enactd.control_client import Client


@click.command()
@click.argument("request")
@click.option("--because", default="", metavar="TEXT", help="Why; kept in the receipt.")
@click.option(
    "--scope", type=click.Choice(["call", "shape", "policy", "session"]), default="call", show_default=True,
    help="This call; calls with the same effects; what these policies ask; what this session is asked.",
)  # fmt: skip
@click.option("--for", "span", metavar="TIME", help="How long it holds: `30m`, `2h`, `7d`. [default: as configured]")
@click.option("--count", type=click.IntRange(0, 100_000), help="How often a wider scope may be used; 0: any number.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, request: str, **options: Any) -> None:
    """Approve a call. It is judged again when it runs, and passes if nothing has changed meanwhile.

    By default just this call passes, once. Wider scopes need a reason; none of them opens a denial, or what
    protects the gate. Agents may not do it.

    \b
    enactctl approve 1042
    enactctl approve 1042 --scope session --for 30m --because "cleaning up the staging cluster together"
    """
    layout = layout_of(ctx)
    more: dict[str, Any] = {"because": options["because"], "scope": options["scope"]}
    if options["span"]:
        more["seconds"] = seconds_of(options["span"])
    if options["count"] is not None:
        more["count"] = options["count"]
    elif options["scope"] != "call":
        more["count"] = 0
    more["given"] = proof(layout)
    settled = Client(layout, timeout=LONG_S).answer(request, "approve", **more)
    say(as_json("settled", settled) if options["machine"] else outcome(settled))
