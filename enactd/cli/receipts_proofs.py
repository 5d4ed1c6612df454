"""`enactctl receipts checkpoint | prove | connect | check-proof`: evidence in small files that stand alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click

from enactd.cli.explain import find
from enactd.cli.output import as_json, line, say
from enactd.cli.places import layout_of
from enactd.cli.receipts_verify import folder_of, public_key, read_file
from enactd.control_client import Client
from enactd.errors import EnactError, ExitCode, ReceiptError, UnreachableError, UsageError
from enactd.receipts import checkpoint, proofs
from enactd.receipts.checkpoint import CONSISTENCY, Signed
from enactd.receipts.note import PublicKey

_OUTPUT = click.option("-o", "--output", metavar="FILE", help="A new file. [default: stdout]")
_FOLDER = click.option("--folder", metavar="DIR", help="A log elsewhere. [default: this gate's own]")


@click.command("checkpoint")
@_OUTPUT
@_FOLDER
@click.pass_context
def checkpoint_(ctx: click.Context, /, *, output: str | None, folder: str | None) -> None:
    """Sign a head of the log now, and write it: keep it where no agent of this machine can reach it.

    Whoever has one and the public key sees later whether anything it covers was changed, removed or put in another
    order. Without the daemon, or with --folder, the newest one beside the log is written.

    \b
    enactctl receipts checkpoint -o /mnt/usb/2026-11-22.checkpoint
    """
    _write(output, _newest(ctx, folder).data)


@click.command("prove")
@click.argument("receipt")
@click.option("--bare", is_flag=True, help="Leave the receipt's own line out of the file.")
@_OUTPUT
@_FOLDER
@click.pass_context
def prove(ctx: click.Context, /, *, receipt: str, bare: bool, output: str | None, folder: str | None) -> None:
    """Write a proof that one receipt is in the log, which is checked without the log.

    The file (C2SP tlog-proof) holds a checkpoint, the hashes from the receipt up to its root, and the receipt.

    \b
    enactctl receipts prove 1042 > 1042.tlog-proof
    enactctl receipts check-proof 1042.tlog-proof --key log.vkey
    """
    where = folder_of(ctx, folder)
    wanted = find(where, receipt)
    signed = proofs.covering(where, wanted.record.seq) or _newest(ctx, folder)
    _write(output, proofs.prove(where, wanted, signed, with_line=not bare))


@click.command("connect")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@_OUTPUT
@_FOLDER
@click.pass_context
def connect(ctx: click.Context, /, *, old: str, new: str | None, output: str | None, folder: str | None) -> None:
    """Write a proof that one checkpoint goes on from an older one: nothing between was changed or taken out.

    \b
    enactctl receipts connect october.checkpoint november.checkpoint -o november.proof
    """
    later = _read(new) if new else _newest(ctx, folder)
    _write(output, proofs.connect(folder_of(ctx, folder), _read(old), later))


@click.command("check-proof")
@click.argument("proof", metavar="FILE")
@click.option("--key", "public", metavar="PUB", required=True, help="The public key, as vkey or PEM, or its file.")
@click.option("--receipt", metavar="FILE", help="The receipt's line, where the proof does not bring it along.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
def check_proof(*, proof: str, public: str, receipt: str | None, machine: bool) -> int:
    """Check a proof of `prove` or `connect` with nothing but the public key. Exits 5 if it does not hold.

    \b
    enactctl receipts check-proof 1042.tlog-proof --key log.vkey
    """
    data = read_file(proof)
    try:
        shown, problem = (_connection if data.startswith(CONSISTENCY.encode()) else _inclusion)(data, public, receipt)
    except (ValueError, UnicodeDecodeError) as error:
        raise UsageError(f"`{line(proof)}` is no proof", cause=str(error)) from None
    if machine:
        say(as_json("proof", {"good": not problem, "shows": shown, "problem": problem}))
    else:
        say(f"BAD: {problem}" if problem else f"good: {shown}")
    return ExitCode.TAMPERED if problem else ExitCode.OK


def _inclusion(data: bytes, public: str, receipt: str | None) -> tuple[str, str]:
    """What a proof of one receipt shows, and why it does not."""
    found = checkpoint.parse_proof(data)
    head = found.signed.checkpoint
    text = read_file(receipt).rstrip(b"\n") if receipt else found.line
    if not text:
        raise UsageError("the proof does not bring the receipt along", fix="--receipt FILE")
    shown = f"this receipt is record {found.index + checkpoint.base_of(head.origin)} of log {line(head.origin)}"
    return shown, checkpoint.check_proof(found, text, [_key(public, head.origin)])


def _connection(data: bytes, public: str, receipt: str | None) -> tuple[str, str]:
    """What a proof of two checkpoints shows, and why it does not."""
    origin = next(iter(checkpoint.read_all(data.partition(b"\n\n")[2]))).checkpoint.origin
    old, new, problem = checkpoint.check_consistency(data, [_key(public, origin)])
    return f"the log of {new.size} records goes on from that of {old.size}, log {line(new.origin)}", problem


def _key(public: str, origin: str) -> PublicKey:
    """The key given, as the one of this origin: PEM has no name, and behind accepted damage it is a longer one."""
    key, _ = public_key(public, ".")
    if key is None:
        raise UsageError("no public key", fix="--key PUB")
    is_same = key.name == "-" or key.name == checkpoint.with_base(origin, 0)
    return PublicKey(origin, key.key) if is_same or Path(public).suffix == ".pem" else key


def _newest(ctx: click.Context, folder: str | None) -> Signed:
    """A checkpoint of now from the daemon, else the newest one beside the log. Raises `ReceiptError`."""
    if folder is None:
        try:
            return checkpoint.parse(Client(layout_of(ctx), timeout=60).checkpoint().note.encode())
        except UnreachableError:
            pass
    found = checkpoint.newest(folder_of(ctx, folder))
    if found is None:
        raise ReceiptError("there is no checkpoint yet", cause="the daemon signs the first one", fix="enactd start")
    return found


def _read(path: str) -> Signed:
    try:
        return checkpoint.parse(read_file(path))
    except ValueError as error:
        raise UsageError(f"`{line(path)}` is no checkpoint", cause=str(error)) from None


def _write(output: str | None, data: bytes) -> None:
    """To stdout, or to a file that is not there yet. A checkpoint and a proof are plain text."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        with open(output, "xb") as file:
            file.write(data)
    except FileExistsError:
        raise EnactError(f"`{output}` is there already", effect="nothing was written", fix="name a new file") from None
    except OSError as error:
        raise EnactError(f"cannot write `{output}`", cause=str(error.strerror)) from None
    say(f"written to {line(output)}")


commands: Final[tuple[Any, ...]] = (checkpoint_, prove, connect, check_proof)
