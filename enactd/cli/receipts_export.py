"""`enactctl receipts export`: receipts for other tools, or byte for byte."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from enactd.cli.output import line, say
from enactd.cli.places import layout_of
from enactd.cli.receipts_search import filtered, query_of
from enactd.errors import EnactError, ReceiptError, UsageError
from enactd.receipts import exports, record, search
from enactd.receipts.exports import FORMATS, Options
from enactd.receipts.query import Query
from enactd.receipts.record import Receipt


@click.command("export")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="jsonl", show_default=True, help="For which tool."
)
@click.option("--first", type=click.IntRange(0), default=0, help="From this number on.")
@click.option("--last", type=click.IntRange(0), help="Up to this number.")
@filtered
@click.option(
    "--ocsf", metavar="VERSION", default=Options().ocsf, show_default=True, help="The schema of --format ocsf."
)
@click.option("--key", metavar="FILE", help="An Ed25519 key in PEM, your own, that signs --format in-toto.")
@click.option("-o", "--output", metavar="FILE", help="A new file. [default: stdout]")
@click.option("--folder", metavar="DIR", help="A log elsewhere. [default: this gate's own]")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Write receipts, oldest first; without --format as JSON Lines, byte for byte as they are signed.

    The other formats are copies to search and keep elsewhere, and name each receipt's number and hash. On a
    terminal the text is escaped, because receipts hold what agents wrote.

    \b
    enactctl receipts export -o receipts.jsonl
    enactctl receipts export --format ocsf --since 1d | ...
    enactctl receipts export --format in-toto --key export.pem --verdict deny -o denials.dsse.jsonl
    enactctl receipts export | jq -r 'select(.verdict == "deny") | .findings[].policy' | sort | uniq -c
    """
    settings = Options(ocsf=options["ocsf"], seed=_seed(options["key"]) if options["key"] else b"")
    chosen = _chosen(_folder(ctx, options["folder"]), query_of(options), options)
    lines = exports.find(options["form"])(chosen, settings)
    if options["output"] is None:
        if sys.stdout.isatty():
            for text in lines:
                say(json.dumps(json.loads(text)) if text.startswith(b"{") else line(text.decode(), 1 << 20))
        else:
            _write(sys.stdout.buffer, lines)
        return
    count = write_new(Path(options["output"]), lines)
    what = "receipts" if options["form"] == "jsonl" else "lines"
    say(f"{count} {what} written to {line(options['output'])}")


def _folder(ctx: click.Context, folder: str | None) -> str:
    if folder is None:
        return str(layout_of(ctx).receipts)
    if not Path(folder).is_dir():
        raise ReceiptError(f"`{line(folder)}` is no folder", fix="give the folder that holds the .jsonl files")
    return folder


def _chosen(folder: str, wanted: Query, options: dict[str, Any]) -> Iterator[Receipt]:
    for hit in search.matching(folder, wanted, options["first"]):
        if options["last"] is not None and hit.seen.seq > options["last"]:
            return
        yield record.receipt(hit.line)


def _seed(path: str) -> bytes:
    """The key that signs. Raises `UsageError` for what is no Ed25519 key without a password."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        cause = (error.strerror if isinstance(error, OSError) else "") or "it is no private key in PEM"
        raise UsageError(f"`{line(path)}` cannot sign", cause=cause, fix=_KEY_FIX) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"`{line(path)}` cannot sign", cause="it is no Ed25519 key", fix=_KEY_FIX)
    return key.private_bytes_raw()


_KEY_FIX = "openssl genpkey -algorithm ed25519 -out export.pem"


def _write(file: BinaryIO, lines: Iterable[bytes]) -> int:
    count = 0
    for text in lines:
        file.write(text + b"\n")
        count += 1
    file.flush()
    return count


def write_new(target: Path, lines: Iterable[bytes]) -> int:
    """Write lines to a new, private file, and say how many; nothing is left of it when something is wrong on the way.

    Raises `EnactError` for a file that is there already.
    """
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise EnactError(f"`{target}` is there already", effect="nothing was written", fix="name a new file") from None
    except OSError as error:
        raise EnactError(f"cannot write `{target}`", cause=str(error.strerror)) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            return _write(file, lines)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
