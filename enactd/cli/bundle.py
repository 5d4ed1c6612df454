"""`enactctl bundle`: policies packed for others; build and sign them, check them, bring them into force."""

from __future__ import annotations

import os
from pathlib import Path

import click

from enactd import __version__, bundle_store, manifest
from enactd.bundle import catalogue
from enactd.bundle_store import seen
from enactd.cli.answering import LONG_S, proof
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.manifest import Bundle
from enactd.report import Installation


@click.group()
def command() -> None:
    """Pack policies for others, and install what others packed.

    A bundle is a folder of policies with a manifest of their digests, signed where keys are pinned: public keys in
    `~/.config/enactd/bundle-keys/*.pem`, or `/etc/enactd/bundle-keys/*.pem` for the whole machine.
    """


@command.command()
@click.argument("folder", metavar="DIR")
@click.option("--name", required=True, help="Small letters, digits and dashes; stays for ever.")
@click.option("--version", required=True, help="Three numbers. `enactctl policy diff OLD NEW` says which one grows.")
@click.option("--engine", default=__version__, show_default=True, help="The oldest enactd that understands it.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
def build(folder: str, name: str, version: str, engine: str, machine: bool) -> None:
    """Write the manifest of the policies in DIR. They have to load.

    \b
    enactctl bundle build rules/ --name acme --version 1.2.0
    """
    catalogue([("organisation", folder)])
    manifest.build(folder, name=name, version=version, engine=engine)
    found = manifest.open_bundle(folder)
    if machine:
        say(as_json("bundle", _described(found)))
        return
    say(
        f"{name} {version}: {len(found.contents)} files, digest {found.digest[:12]}\nnext: enactctl bundle sign {folder}"
    )


@command.command()
@click.argument("folder", metavar="DIR")
@click.option("--key", required=True, metavar="FILE", help="A private Ed25519 key in PEM.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
def sign(folder: str, key: str, machine: bool) -> None:
    """Sign a built bundle.

    \b
    openssl genpkey -algorithm ed25519 -out acme.key
    openssl pkey -in acme.key -pubout -out acme.pem
    enactctl bundle sign rules/ --key acme.key
    """
    identity = manifest.sign(folder, key)
    say(as_json("signature", {"key": identity}) if machine else f"signed with key {identity}")


@command.command()
@click.argument("folder", metavar="DIR")
@click.option("--key", metavar="FILE", help="A public key in PEM. [default: the pinned ones]")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def verify(ctx: click.Context, /, *, folder: str, key: str | None, machine: bool) -> None:
    """Check digests and signature. Nothing of the bundle is run, nothing is changed.

    \b
    enactctl bundle verify rules/ --key acme.pem
    """
    if key:
        public = manifest.public_key(Path(key))
        trusted = {manifest.key_id(public): public}
    else:
        trusted = bundle_store.trusted_keys(layout_of(ctx))
    found = manifest.open_bundle(folder, trusted)
    say(as_json("bundle", _described(found)) if machine else _told(found))


@command.command()
@click.argument("folder", metavar="DIR")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def install(ctx: click.Context, /, *, folder: str, machine: bool) -> None:
    """Bring a bundle into force, in place of an older one of its name. Agents may not do it.

    One that is empty, broken, older, made for a newer enactd, or not signed where keys are pinned changes
    nothing. The policies that it brings add to the others; none of them can be weaker for it.

    \b
    enactctl bundle install rules/
    """
    done = Client(layout_of(ctx), timeout=LONG_S).install_bundle(
        os.path.abspath(folder), given=proof(layout_of(ctx))
    )  # fmt: skip
    if machine:
        say(as_json("installed", done))
        return
    signed = f"signed with key {done.bundle.signed_by}" if done.bundle.signed_by else "no signature was required"
    what = "waits" if done.waiting else "in force" if done.changed else "was in force already"
    say(f"{done.bundle.name} {done.bundle.version} {what}, digest {done.bundle.digest[:12]}, {signed}{_waits(done)}")


@command.command()
@click.argument("name")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def remove(ctx: click.Context, /, *, name: str, machine: bool) -> None:
    """Take a bundle out of force. Agents may not do it.

    \b
    enactctl bundle remove acme
    """
    done = Client(layout_of(ctx), timeout=LONG_S).remove_bundle(name, given=proof(layout_of(ctx)))
    text = f"{done.bundle.name} {done.bundle.version} is not in force any more{_waits(done)}"
    say(as_json("removed", done) if machine else text)


@command.command("list")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def list_(ctx: click.Context, /, *, machine: bool) -> None:
    """List the installed bundles.

    \b
    enactctl bundle list
    """
    found = [seen(one) for one in bundle_store.installed(layout_of(ctx))]
    if machine:
        say(as_json("bundles", found))
        return
    rows = [(one.name, one.version, one.digest[:12], one.signed_by) for one in found]
    say(table(("bundle", "version", "digest", "signed by"), rows, empty="No bundle is installed."))


def _waits(done: Installation) -> str:
    """Where changes that loosen wait for a person, what confirms just these."""
    return "\nit loosens, and waits for you: enactctl reload --confirm" if done.waiting else ""


def _described(found: Bundle) -> dict[str, object]:
    known = found.manifest
    return {
        "name": known.name, "version": known.version, "engine": known.engine, "digest": found.digest,
        "files": known.files, "signed_by": found.signed_by, "claimed_key": found.claimed_key,
    }  # fmt: skip


def _told(found: Bundle) -> str:
    if found.signed_by:
        signature = f"good, key {found.signed_by}"
    elif found.claimed_key:
        signature = f"not checked: key {line(found.claimed_key, 16)} is not pinned here"
    else:
        signature = "none"
    known = found.manifest
    return (
        f"bundle     {known.name} {known.version}, for enactd {known.engine} or newer\nfiles      {len(known.files)}, all"
        f" as the manifest says\ndigest     {found.digest}\nsignature  {signature}"
    )
