"""`enactctl log`: what agents asked for and what they were told, newest first, or as it happens."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

from enactd.cli import entries
from enactd.cli.output import as_json, cell, clock, say, table
from enactd.cli.places import layout_of
from enactd.receipts import record, search, segments
from enactd.receipts.query import Query
from enactd.receipts.record import Receipt

HEADER: Final = ("when", "agent", "verdict", "risk", "action", "policy", "receipt")
WIDTHS: Final = (8, 11, 7, 12, 60, 26, 7)
PAUSE_S: Final = 0.2
_WORDS: Final = {"deny": "denied", "ask": "asked", "allow": "allowed"}


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Go on with what happens from now on, until Ctrl-C.")
@click.option("--since", metavar="TIME", help="From then on: 10m, 2h, 1d, or 2026-11-21T14:00.")
@click.option(
    "-n", "--number", type=click.IntRange(1, 100_000), default=20, show_default=True, help="At most this many."
)
@click.option("--session", metavar="ID", help="Of one session; the beginning of its id is enough.")
@click.option("--verdict", type=click.Choice(["allow", "ask", "deny"]), help="Only these.")
@click.option("--all", "everything", is_flag=True, help="Outcomes, sessions and the daemon's own records, too.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON; with --follow, one object per line.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Show decisions, newest first. Reads the receipts; the daemon need not run.

    RISK is that of the call, also of one that was stopped.

    \b
    enactctl log --since 10m
    enactctl log -f --verdict deny
    enactctl log --json | jq '.log[] | select(.risk == "IRREVERSIBLE") | .action'
    """
    folder = str(layout_of(ctx).receipts)
    if options["follow"]:
        _follow(folder, options)
        return
    found = _newest(folder, str(layout_of(ctx).search_index), options)
    if options["machine"]:
        say(as_json("log", [entries.summary(receipt) for receipt in found]))
        return
    empty = "Nothing was asked" + (f" since {options['since']}." if options["since"] else ".")
    say(table(HEADER, [_row(receipt) for receipt in found], empty=empty))
    if found:
        say(f"\n{_counted(found)}")


def _newest(folder: str, index: str, options: dict[str, Any]) -> list[Receipt]:
    """The newest ones that are meant, newest first. With a time, all from then on."""
    if options["since"]:
        wanted = [r for r in entries.from_time(folder, entries.since(options["since"])) if _is_meant(r, options)]
        return wanted[::-1]
    looked = segments.newest(folder, 4 * options["number"])
    wanted = [receipt for receipt in looked if _is_meant(receipt, options)]
    if len(wanted) >= options["number"] or len(looked) < 4 * options["number"]:
        return wanted[-options["number"] :][::-1]
    # They are rare, and may be far back.
    query = Query(
        kinds=frozenset() if options["everything"] else frozenset(["decision"]),
        session=options["session"] or "",
        verdicts=frozenset([options["verdict"]] if options["verdict"] else []),
    )
    return [record.receipt(hit.line) for hit in search.search(folder, index, query, options["number"])]


def _follow(folder: str, options: dict[str, Any]) -> None:
    """What is meant from the beginning asked for, then whatever is added; ends with the reader."""
    last = segments.newest(folder, 1)
    following = last[0].record.seq + 1 if last else 0
    if not options["machine"]:
        say(_fixed([name.upper() for name in HEADER]))
    for receipt in _newest(folder, "", options)[::-1] if options["since"] else []:
        if receipt.record.seq < following:
            _tell(receipt, options)
    for receipt in _coming(folder, following):
        if _is_meant(receipt, options):
            _tell(receipt, options)


def _coming(folder: str, first: int) -> Iterator[Receipt]:
    while True:
        for receipt in segments.receipts(folder, first):
            first = receipt.record.seq + 1
            yield receipt
        time.sleep(PAUSE_S)


def _tell(receipt: Receipt, options: dict[str, Any]) -> None:
    say(as_json("entry", entries.summary(receipt)) if options["machine"] else _fixed(_row(receipt)))


def _is_meant(receipt: Receipt, options: dict[str, Any]) -> bool:
    entry = receipt.record
    return (
        (options["everything"] or entry.kind == "decision")
        and (not options["session"] or entry.session.startswith(options["session"]))
        and (not options["verdict"] or entry.verdict == options["verdict"])
    )


def _row(receipt: Receipt) -> tuple[Any, ...]:
    entry = receipt.record
    return (
        clock(entry.time),
        entry.agent,
        entry.verdict,
        entry.risk,
        entries.action(entry),
        entries.deciding(entry),
        entry.seq,
    )


def _fixed(cells: Sequence[Any]) -> str:
    """A row whose columns stand where those of the rows to come will stand."""
    return "  ".join(cell(value).ljust(width) for value, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _counted(found: list[Receipt]) -> str:
    verdicts: Counter[str | None] = Counter(receipt.record.verdict for receipt in found)
    said = [f"{verdicts[name]} {word}" for name, word in _WORDS.items() if verdicts[name]]
    stopped = next((r.record.seq for r in found if r.record.verdict in ("deny", "ask")), None)
    why = f" Why: enactctl explain {stopped}" if stopped is not None else ""
    return f"{', '.join(said)}.{why}" if said else f"{len(found)} records."
