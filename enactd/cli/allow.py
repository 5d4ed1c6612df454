"""`enactctl allow`: answer one question for a while, so that it is not asked again."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import click

from enactd.cli.answering import LONG_S, proof
from enactd.cli.entries import UNITS
from enactd.cli.explain import find
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import grants_of, layout_of, local_judge
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError, UnreachableError, UsageError
from enactd.granted import from_receipt
from enactd.report import Grant


@click.command()
@click.option("--from", "receipt", metavar="RECEIPT", help="The receipt of the call that was held for a person.")
@click.option("--reason", help="Why; kept in the receipt and shown in the list.")
@click.option("--for", "span", metavar="TIME", default="7d", show_default=True, help="How long: `2h`, `7d`, `4w`.")
@click.option("--session", is_flag=True, help="Only in the session that asked.")
@click.option("--dry-run", is_flag=True, help="Show what would be allowed, and change nothing.")
@click.option("--list", "listing", is_flag=True, help="Show every exception there is.")
@click.option("--revoke", metavar="ID", help="Take one back, by its id or its receipt.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Make the narrowest exception that answers what a call was held for.

    It holds for the same rule, the same effect and target, in the same workspace, for the same agent, until it
    ends. A denial is the floor: nothing opens it, and nothing opens what protects the gate. Agents may not do it.

    \b
    enactctl allow --from 1042 --reason "our staging bucket" --for 2d
    enactctl allow --list
    enactctl allow --revoke 1042
    """
    layout, machine = layout_of(ctx), options["machine"]
    chosen = [name for name in ("receipt", "listing", "revoke") if options[name]]
    if len(chosen) != 1:
        raise UsageError("say one of `--from`, `--list` and `--revoke`", fix="enactctl allow --help")
    if options["listing"]:
        every = _every(layout)
        say(as_json("exceptions", every) if machine else _table(every))
        return
    client = Client(layout, timeout=LONG_S)
    if options["revoke"]:
        gone = client.revoke(options["revoke"])
        say(as_json("exception", gone) if machine else f"revoked: {_told(gone)}\nfrom now on this is asked again")
        return
    if not options["reason"]:
        raise UsageError("an exception needs a reason", fix='--reason "…"')
    found, seconds = find(str(layout.receipts), options["receipt"]), seconds_of(options["span"])
    if options["dry_run"]:
        protected = _protected(ctx)
        made = from_receipt(
            found, reason=options["reason"], seconds=seconds, session=options["session"], protected=protected,
            now=time.time(),
        )  # fmt: skip
    else:
        made = client.allow(
            found.id, reason=options["reason"], seconds=seconds, session=options["session"], given=proof(layout)
        )  # fmt: skip
    word = "would be allowed" if options["dry_run"] else "allowed"
    say(as_json("exception", made) if machine else f"{word}: {_told(made)}")


def seconds_of(text: str) -> float:
    """`2h`, `7d`, `4w` in seconds. Raises `UsageError`."""
    number, unit = text.strip()[:-1], text.strip()[-1:]
    if not (number.isascii() and number.isdecimal() and unit in UNITS and len(number) < 7):
        raise UsageError(f"`{line(text, 40)}` is no span of time", fix="2h, 7d, 4w")
    return float(int(number) * UNITS[unit])


def _every(layout: Layout) -> tuple[Grant, ...]:
    """All exceptions, from the daemon; from its file where it does not answer."""
    try:
        found = Client(layout).grants()
    except UnreachableError:
        found = grants_of(layout)
    return tuple(grant for grant in found if grant.scope == "shape" and not grant.ended)


def _protected(ctx: click.Context) -> list[str]:
    try:
        policies = local_judge(layout_of(ctx)).judge.policies.policies
    except EnactError:
        return []
    return [policy.id for policy in policies if policy.declaration.protects_gate]


def _told(one: Grant) -> str:
    where = f"session {one.session}" if one.session else f"every session of {one.agent or 'any agent'}"
    until = datetime.fromtimestamp(one.until).strftime("%F %H:%M")
    lines = [f"{one.id}, from receipt {one.receipt}, until {until}"]
    lines += [f"  rule   {opening.policy}\n  for    {line(opening.shown, 200)}" for opening in one.opens]
    lines += [f"  in     {line(one.workspace)}, {line(where)}", f"  why    {line(one.reason)}"]
    return "\n".join(lines)


def _table(every: tuple[Grant, ...]) -> str:
    now = time.time()
    rows = [
        (
            one.id, "ended" if now >= one.until else datetime.fromtimestamp(one.until).strftime("%F %H:%M"),
            ", ".join(opening.policy for opening in one.opens), "; ".join(opening.shown for opening in one.opens),
            one.workspace, one.session or "every", one.reason,
        )
        for one in every
    ]  # fmt: skip
    header = ("id", "until", "rule", "for", "workspace", "session", "reason")
    return table(header, rows, empty="There are no exceptions.", limit=48)
