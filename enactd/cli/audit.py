"""`enactctl audit`: the log for somebody who was not there and trusts nobody."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import click

from enactd.cli import entries
from enactd.cli.output import line, say
from enactd.cli.receipts_export import write_new
from enactd.cli.receipts_verify import folder_of, public_key
from enactd.errors import ExitCode, UsageError
from enactd.receipts import pairs, segments
from enactd.receipts.audit import html, markdown
from enactd.receipts.audit.document import Document, Proof, compose
from enactd.receipts.audit.frameworks import FRAMEWORKS
from enactd.receipts.audit.gathering import Gathered
from enactd.receipts.verify import Report, verify


@click.group()
def command() -> None:
    """Report on what agents did."""


@command.command()
@click.option("--from", "start", metavar="TIME", default="30d", show_default=True, help="90d, or 2026-09-01.")
@click.option("--to", "end", metavar="TIME", help="Up to then. [default: now]")
@click.option("--framework", type=click.Choice(list(FRAMEWORKS)), help="Say which section speaks to which control.")
@click.option("--html", "page", metavar="FILE", help="Write one self-contained page, too, that prints well.")
@click.option("-o", "--output", metavar="FILE", help="Write the Markdown to a new file. [default: stdout]")
@click.option("--key", "public", metavar="PUB", help="The log's public key, as vkey or PEM, or a file with it.")
@click.option("--folder", metavar="DIR", help="A log elsewhere. [default: this gate's own]")
@click.pass_context
def report(ctx: click.Context, /, **options: Any) -> int:
    """Tell what agents did, what was refused, who approved, what touched secrets, and how far the gate held.

    The log is verified first and read whole, without any index; exits 5 when it is not what was written, and the
    report says so at its top.

    \b
    enactctl audit report --from 90d --framework soc2 --html report.html > report.md
    enactctl audit report --from 2026-07-01 --to 2026-10-01 -o q3.md
    """
    where = folder_of(ctx, options["folder"])
    now = time.time_ns() // 1000
    since = entries.since(options["start"])
    until = entries.since(options["end"]) if options["end"] else now
    if since >= until:
        raise UsageError("the span is empty", cause=f"`{line(options['start'])}` is not before its end")
    checked = verify(where, key=public_key(options["public"], where)[0])
    document = _document(where, checked, since, until, options["framework"], now)
    if options["page"]:
        write_new(Path(options["page"]), [html.write(document).encode()])
    if options["output"]:
        write_new(Path(options["output"]), [markdown.write(document).encode()])
    else:
        say(markdown.write(document).rstrip("\n"))
    return ExitCode.TAMPERED if checked.problem else ExitCode.OK


def _document(where: str, checked: Report, since: int, until: int, framework: str | None, now: int) -> Document:
    """What can be read; a damaged log is told as far as its lines are receipts."""
    lines = segments.lines(where, segments.first_since(where, since) if checked.problem is None else 0)
    found = Gathered(since, until).read(entries.readable(line for _, line in lines))
    calls = pairs.of_folder(where, since, until)
    return compose(found, calls, _proof(where, checked), FRAMEWORKS[framework] if framework else None, made=now)


def _proof(where: str, checked: Report) -> Proof:
    problem = checked.problem
    verdict = f"{checked.records} records verified, log {checked.log_id or '-'}"
    if problem is not None:
        verdict = f"NOT AS IT WAS WRITTEN: record {problem.index}, step {problem.step}: {problem.reason}"
    files = [
        (name, str(os.path.getsize(os.path.join(where, name))), _digest(os.path.join(where, name)))
        for name in sorted(os.listdir(where) if os.path.isdir(where) else [])
        if name[:12].isdecimal() or name.endswith(".vkey")
    ]
    head = f"{checked.records - 1}-{checked.head}" if checked.records else "-"
    return Proof(
        verdict=verdict,
        facts=[("head", head), ("dropped by retention, behind a tombstone", str(checked.dropped))],
        files=files,
        commands=["enactctl receipts verify --key PUB --since CHECKPOINT --folder COPY", "enactctl receipts prove ID"],
    )


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
