"""`enactctl receipts`: the log as an auditor sees it. Needs nothing but the folder."""

from __future__ import annotations

import json

import click

from enactd.cli import entries, receipts_export, receipts_proofs, receipts_search, receipts_verify
from enactd.cli.explain import find
from enactd.cli.output import as_json, clock, say, table
from enactd.cli.receipts_verify import folder_of
from enactd.receipts import segments

_FOLDER = click.option("--folder", metavar="DIR", help="A log elsewhere. [default: this gate's own]")
_JSON = click.option("--json", "machine", is_flag=True, help="Answer in JSON.")


@click.group()
def command() -> None:
    """List, search, show, verify, prove and export receipts."""


command.add_command(receipts_export.command)
command.add_command(receipts_search.command)
command.add_command(receipts_verify.command)
for verb in receipts_proofs.commands:
    command.add_command(verb)


@command.command("list")
@click.option(
    "-n", "--number", type=click.IntRange(1, 100_000), default=20, show_default=True, help="The newest so many."
)
@click.option("--since", metavar="TIME", help="From then on: 10m, 2h, 1d, or 2026-11-21T14:00.")
@_FOLDER
@_JSON
@click.pass_context
def list_(ctx: click.Context, /, *, number: int, since: str | None, folder: str | None, machine: bool) -> None:
    """List receipts of all kinds, newest first.

    \b
    enactctl receipts list --since 1d
    """
    where = folder_of(ctx, folder)
    found = list(entries.from_time(where, entries.since(since))) if since else segments.newest(where, number)
    if machine:
        say(as_json("receipts", [entries.summary(receipt) for receipt in reversed(found)]))
        return
    rows = [
        (r.id, clock(r.record.time), r.record.kind, r.record.agent, r.record.verdict, entries.action(r.record))
        for r in reversed(found)
    ]
    say(table(("receipt", "when", "kind", "agent", "verdict", "what"), rows, empty=f"There is no receipt in {where}."))


@command.command()
@click.argument("receipt")
@_FOLDER
@click.pass_context
def show(ctx: click.Context, /, *, receipt: str, folder: str | None) -> None:
    """Show one receipt whole, as JSON over many lines.

    Characters that steer a terminal are escaped; `receipts export` has the exact bytes.

    \b
    enactctl receipts show 1042
    """
    say(json.dumps(json.loads(find(folder_of(ctx, folder), receipt).line), indent=2))
