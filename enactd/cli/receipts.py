"""`enactctl receipts`: the log as an auditor sees it. Needs the folder; only the MACs need the daemon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from enactd.cli import entries, receipts_export, receipts_search
from enactd.cli.explain import find
from enactd.cli.output import as_json, clock, line, say, table
from enactd.cli.places import layout_of
from enactd.client import Client
from enactd.errors import ExitCode, ReceiptError, UnreachableError
from enactd.receipts import segments
from enactd.receipts.verify import STEPS, Report, verify
from enactd.report import MacCheck

MACS_S = 600.0
_FOLDER = click.option("--folder", metavar="DIR", help="A log elsewhere. [default: this gate's own]")
_JSON = click.option("--json", "machine", is_flag=True, help="Answer in JSON.")


@click.group()
def command() -> None:
    """List, search, show, verify and export receipts."""


command.add_command(receipts_export.command)
command.add_command(receipts_search.command)


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
    where = _folder(ctx, folder)
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
    say(json.dumps(json.loads(find(_folder(ctx, folder), receipt).line), indent=2))


@command.command("verify")
@click.option(
    "--head", metavar="RECEIPT", help="An id kept from earlier, `1042-` and its hash: it must still be there."
)
@_FOLDER
@_JSON
@click.pass_context
def verify_(ctx: click.Context, /, *, head: str | None, folder: str | None, machine: bool) -> int:
    """Check the whole log, in numbered steps, and name the first record that is bad.

    Steps 1 to 7 need nothing but the folder. Step 8, the MACs, is asked of the daemon, which alone holds the
    key. Without it the newest record has no witness; a tail cut off whole is seen only with --head. Exits 5
    when something is wrong.

    \b
    enactctl receipts verify
    enactctl receipts verify --head 1042-ab12cd
    """
    where = _folder(ctx, folder)
    report = verify(where)
    macs = _macs(ctx, report, foreign=folder is not None)
    missing = _missing(where, head) if head and report.problem is None else ""
    bad = report.problem is not None or bool(missing) or (isinstance(macs, MacCheck) and macs.first_bad is not None)
    if machine:
        say(as_json("verify", _described(report, macs, missing, good=not bad)))
    else:
        say("\n".join(_told(where, report, macs, missing)))
    return ExitCode.TAMPERED if bad else ExitCode.OK


def _folder(ctx: click.Context, folder: str | None) -> str:
    if folder is None:
        return str(layout_of(ctx).receipts)
    if not Path(folder).is_dir():
        raise ReceiptError(f"`{line(folder)}` is no folder", fix="give the folder that holds the .jsonl files")
    return folder


def _macs(ctx: click.Context, report: Report, *, foreign: bool) -> MacCheck | str:
    """What the daemon says about the MACs, or why it was not asked."""
    if report.problem is not None:
        return "not checked: an earlier step failed"
    if report.records == 0:
        return "nothing to check"
    if foreign:
        return "not checked: the daemon knows only its own folder"
    try:
        return Client(layout_of(ctx), timeout=MACS_S).verify_macs(0, report.records - 1)
    except UnreachableError as error:
        return f"not checked: {error.cause or error.problem}"


def _missing(folder: str, head: str) -> str:
    """Why a head kept from earlier is not in the log; empty if it is."""
    if "-" not in head:
        return f"`{line(head, 80)}` has no hash: give an id such as 1042-ab12cd"
    return "" if segments.find(folder, head) is not None else f"record {line(head, 80)} is not in the log any more"


def _told(where: str, report: Report, macs: MacCheck | str, missing: str) -> list[str]:
    if report.records == 0 and report.problem is None:
        return [f"There is no receipt in {line(where)}.", *([f"BAD: {missing}"] if missing else [])]
    problem = report.problem
    lines = []
    for number, name in STEPS.items():
        if number == 8:
            break
        state = "good"
        if problem is not None and number == problem.step:
            state = f"BAD, record {problem.index} in {line(problem.segment)}: {line(problem.reason, 400)}"
        elif problem is not None:
            state = f"good up to record {problem.index}" if number < problem.step else "not checked there"
        lines.append(f"({number}) {name:<10} {state}")
    lines.append(f"(8) {STEPS[8]:<10} {_mac_state(macs)}")
    if missing:
        lines.append(f"    head       BAD: {missing}")
    kept = f"{report.records - 1}-{report.head[:16]}" if report.records else "-"
    lines += ["", f"{report.records} good records in {report.segments} files, log {line(report.log_id)}"]
    lines.append(f"head {kept}: keep it elsewhere, `--head` will tell whether the log still holds it")
    return lines


def _mac_state(macs: MacCheck | str) -> str:
    if isinstance(macs, str):
        return macs
    if macs.first_bad is not None:
        return f"BAD, record {macs.first_bad}: {line(macs.reason)}"
    return f"good, {macs.checked} checked by the daemon"


def _described(report: Report, macs: MacCheck | str, missing: str, *, good: bool) -> dict[str, Any]:
    problem = report.problem
    return {
        "good": good,
        "records": report.records,
        "segments": report.segments,
        "log": report.log_id,
        "head": report.head,
        "problem": None
        if problem is None
        else {"index": problem.index, "step": problem.step, "name": problem.step_name, "reason": problem.reason},
        "macs": macs,
        "missing": missing,
    }
