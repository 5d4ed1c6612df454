"""`enactctl receipts search`: questions about the log, answered at once however long it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from enactd.cli import entries
from enactd.cli.output import as_json, clock, say, table
from enactd.cli.places import layout_of
from enactd.errors import ReceiptError
from enactd.receipts import query, record
from enactd.receipts import search as searching
from enactd.receipts.query import LEVELS, Query
from enactd.receipts.record import KINDS
from enactd.receipts.search import Hit

F = TypeVar("F", bound=Callable[..., Any])
HEADER: Final = ("receipt", "when", "agent", "verdict", "risk", "what", "policy")
FILTERS: Final = (
    click.option("--session", metavar="ID", default="", help="Of one session; the beginning of its id is enough."),
    click.option("--agent", metavar="NAME", default="", help="Of one agent, such as claude-code."),
    click.option("--tool", metavar="NAME", default="", help="Of one tool, such as Bash."),
    click.option(
        "--verdict", "verdicts", type=click.Choice(["allow", "ask", "deny"]), multiple=True, help="Only these."
    ),
    click.option("--policy", metavar="ID", default="", help="In which this policy had an opinion; may hold * and ?."),
    click.option("--effect", metavar="TYPE", default="", help="With an effect of this type, such as ReadPath."),
    click.option(
        "--target",
        "--path",
        metavar="NAME",
        default="",
        help="That touch a path or what lies below it, a host, a table.",
    ),
    click.option("--secret", is_flag=True, help="That aim at something secret: a dotenv file, a key, a token."),
    click.option("--risk", type=click.Choice(list(LEVELS), case_sensitive=False), help="Of this risk or a graver one."),
    click.option(
        "--kind",
        "kinds",
        type=click.UNPROCESSED,
        metavar="|".join(KINDS),
        shell_complete=lambda *_: list(KINDS),
        multiple=True,
        help="Receipts of these kinds; a later version may know more.",
    ),
    click.option("--since", metavar="TIME", help="From then on: 10m, 2h, 90d, or 2026-11-21T14:00."),
    click.option("--until", metavar="TIME", help="Before then."),
)
_EPILOG: Final = """What must hold together, holds for one and the same effect: --effect, --target and --secret."""


def filtered(function: F) -> F:
    """Give a command the options that say which receipts are meant; `query_of` reads them."""
    for option in reversed(FILTERS):
        function = option(function)
    return function


@click.command("search", epilog=_EPILOG)
@click.argument("words", nargs=-1)
@filtered
@click.option("-n", "--number", type=click.IntRange(1), help="The newest so many. [default: 50; --json: all]")
@click.option("--no-index", is_flag=True, help="Read every line, and believe no cache.")
@click.option("--folder", metavar="DIR", help="A log elsewhere; read without an index. [default: this gate's own]")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Find receipts, newest first. WORDS may stand anywhere in what was asked, touched or answered; those that
    begin with a dash come behind `--`.

    The first search makes an index, later ones bring it up to date. It is a cache: delete it when you like.

    \b
    enactctl receipts search terraform destroy
    enactctl receipts search --effect ReadPath --secret --since 90d
    enactctl receipts search --path ~/.ssh --verdict deny --json | jq -r '.receipts[].action'
    """
    wanted = query_of(options)
    number = options["number"] or (None if options["machine"] else 50)
    hits = _found(ctx, wanted, number, options)
    if options["machine"]:
        say(as_json("receipts", [_described(hit) for hit in hits]))
        return
    say(table(HEADER, [_row(hit) for hit in hits], empty="No receipt is like that."))
    if number is not None and len(hits) == number:
        say(f"\nThe newest {number}; more with -n.")


def _found(ctx: click.Context, wanted: Query, number: int | None, options: dict[str, Any]) -> list[Hit]:
    layout = layout_of(ctx)
    if options["folder"] is not None:
        if not Path(options["folder"]).is_dir():
            raise ReceiptError(f"`{options['folder']}` is no folder", fix="give the folder that holds the .jsonl files")
        return searching.scan(options["folder"], wanted, number)
    if options["no_index"] or not layout.receipts.is_dir():
        return searching.scan(str(layout.receipts), wanted, number)
    found = searching.search(str(layout.receipts), str(layout.search_index), wanted, number, _tell_progress)
    _tell("")
    return found


def _tell_progress(done: int) -> None:
    _tell(f"indexing receipts: {done}")


def _tell(text: str) -> None:
    """A line on the terminal that the next one replaces."""
    if sys.stderr.isatty():
        click.echo(f"\r{text:<40}\r", nl=False, err=True)


def query_of(options: dict[str, Any]) -> Query:
    """The question that the options of `filtered` ask. Raises `UsageError` for a time that is none."""
    target = options["target"]
    if target.startswith(("~", "./", "../")):
        target = os.path.abspath(os.path.expanduser(target))
    return Query(
        kinds=frozenset(options["kinds"]),
        agent=options["agent"],
        session=options["session"],
        tool=options["tool"],
        verdicts=frozenset(options["verdicts"]),
        policy=options["policy"],
        effect=options["effect"],
        target=target,
        secret=options["secret"],
        risk=LEVELS[options["risk"].upper()] if options["risk"] else 0,
        since=entries.since(options["since"]) if options["since"] else None,
        until=entries.since(options["until"]) if options["until"] else None,
        text=query.words(" ".join(options.get("words", ()))),
    )


def _row(hit: Hit) -> tuple[Any, ...]:
    entry = record.decode(hit.line)
    identity = record.receipt_id(entry.seq, hit.hash)
    about = entries.action(entry), entries.deciding(entry)
    return identity, clock(entry.time), entry.agent, entry.verdict, entry.risk, *about


def _described(hit: Hit) -> dict[str, Any]:
    """A receipt for programs: as in `log --json`, with when in words, and what it would touch."""
    seen = hit.seen
    return {
        **entries.summary(record.receipt(hit.line)),
        "when": datetime.fromtimestamp(seen.time / 1e6).astimezone().isoformat(timespec="seconds"),
        "effects": query.effects(seen),
        "targets": query.targets(seen),
        "secrets": list(dict.fromkeys(kind for effect in seen.effects for kind in query.secrets_of(effect))),
    }
