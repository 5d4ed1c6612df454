"""`enactctl keys`: what signs the receipts, new keys, and what auditors need. Only the daemon opens the key files."""

from __future__ import annotations

import os

import click

from enactd.atomic import replace_file
from enactd.cli.output import as_json, line, say
from enactd.cli.places import layout_of
from enactd.cli.receipts_verify import public_key
from enactd.control_client import Client
from enactd.errors import EnactError, ReceiptError, UnreachableError


@click.group()
def command() -> None:
    """Show, change and hand out the keys of the receipts."""


@command.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def show(ctx: click.Context, /, *, machine: bool) -> None:
    """Show the public key and which MAC key is in use; no secret is shown.

    Compare the fingerprint with the one that `enactctl init` printed.

    \b
    enactctl keys show
    """
    seen = Client(layout_of(ctx)).keys()
    if machine:
        say(as_json("keys", seen))
        return
    exported = ", handed out to an auditor" if seen.exported else ""
    say(
        "\n".join(
            [
                f"log         {line(seen.origin)}",
                f"public key  {seen.fingerprint}",
                f"vkey        {line(seen.vkey, 400)}",
                f"MAC key     {seen.mac_key}, epoch {seen.epoch}{exported}",
                f"checkpoint  of {seen.checkpoint} records" if seen.checkpoint else "checkpoint  none yet",
            ]
        )
    )


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def rotate(ctx: click.Context, /, *, yes: bool, machine: bool) -> None:
    """Replace both keys. The old public key signs the new one, in a receipt: auditors go on with either.

    Do this when a key may have been read, and hand out the new public key.

    \b
    enactctl keys rotate
    """
    if not yes:
        click.confirm("Replace the keys that sign the receipts?", abort=True)
    rotated = Client(layout_of(ctx), timeout=60).rotate_keys()
    if machine:
        say(as_json("rotated", rotated))
        return
    say(f"{rotated.old} is replaced by {rotated.new}, receipt {rotated.receipt}\nvkey  {line(rotated.vkey, 400)}")


@command.command("export-public")
@click.option("--pem", is_flag=True, help="As PEM, which openssl reads; without the log's name.")
@click.option("-o", "--output", metavar="FILE", help="A new file. [default: stdout]")
@click.pass_context
def export_public(ctx: click.Context, /, *, pem: bool, output: str | None) -> None:
    """Write the public key, which verifies checkpoints and proofs, for those who do not trust this machine.

    \b
    enactctl keys export-public -o log.vkey
    """
    text = _public(ctx, pem=pem)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text, 0o644)
        say(f"written to {line(output)}")


@command.group("verify-key")
def verify_key() -> None:
    """The MAC key, for an auditor who checks single receipts without checkpoints."""


@verify_key.command()
@click.argument("file", metavar="FILE")
@click.pass_context
def export(ctx: click.Context, /, *, file: str) -> None:
    """Write the present MAC key into a new private file, once, and record that it was handed out.

    It checks the MACs of this epoch and of all later ones, and none of earlier ones: their keys are erased. Take it
    right after `enactctl init` to check a log from its first receipt. Who has it could also forge MACs from here
    on: keep it off this machine. Checkpoints need no such key.

    \b
    enactctl keys verify-key export /media/usb/mac.key
    enactctl receipts verify --mac-key /media/usb/mac.key
    """
    _write(file, "", 0o600)  # that the file can be made must be sure before the key is taken
    try:
        exported = Client(layout_of(ctx), timeout=60).export_mac_key()
    except EnactError:
        os.unlink(file)
        raise
    try:
        replace_file(file, f"{exported.key}\n".encode())
    except OSError as error:
        raise EnactError(
            f"cannot keep the key in `{file}`", cause=str(error.strerror), effect="it may be there or not",
            fix="look at the file; the key of this epoch can be exported again to another place",
        ) from None  # fmt: skip
    say(f"epoch {exported.epoch}, receipts from {exported.first} on, recorded as {exported.receipt}: {line(file)}")


def _public(ctx: click.Context, *, pem: bool) -> str:
    """From the daemon, else from beside the log."""
    client = Client(layout_of(ctx))
    try:
        seen = client.keys()
    except UnreachableError:
        key, _ = public_key(None, str(layout_of(ctx).receipts))
        if key is None:
            raise ReceiptError("there is no public key yet", cause="the daemon makes it", fix="enactd start") from None
        return key.pem if pem else key.vkey + "\n"
    return seen.pem if pem else seen.vkey + "\n"


def _write(path: str, text: str, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    except FileExistsError:
        raise EnactError(f"`{path}` is there already", effect="nothing was written", fix="name a new file") from None
    except OSError as error:
        raise EnactError(f"cannot write `{path}`", cause=str(error.strerror)) from None
    with open(descriptor, "w") as file:
        file.write(text)
