"""`enactctl trust`: agree to what a repository says to the gate, after having seen what that changes."""

from __future__ import annotations

import difflib
import os
from datetime import datetime
from typing import Any

import click

from enactd import posture
from enactd.cli.answering import LONG_S, proof
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of, workspace_of
from enactd.config import Layout
from enactd.control_client import Client
from enactd.enclosure import FOLDER, Enclosure, look
from enactd.errors import UsageError
from enactd.posture import Posture
from enactd.trust import TrustStore

MOST_LINES = 400


@click.command()
@click.argument("folder", required=False)
@click.option("--show", is_flag=True, help="Only show what trust would change.")
@click.option("--yes", is_flag=True, help="Do not ask; `--digest` says to what.")
@click.option("--digest", help="The digest that was shown; anything else is refused.")
@click.option("--reason", default="", help="Why; kept in the receipt.")
@click.option("--revoke", is_flag=True, help="Take trust back.")
@click.option("--list", "listing", is_flag=True, help="Show what is trusted.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, folder: str | None, **options: Any) -> None:
    """Trust the `.enact/` folder of a repository, with just the content it has now.

    Without trust its settings may only tighten, and its policies are not even loaded. What changes later is asked
    about again. Agents may not do it.

    \b
    enactctl trust --show      what trust would change
    enactctl trust             show it, ask, trust
    enactctl trust --revoke
    """
    layout, machine = layout_of(ctx), options["machine"]
    workspace = workspace_of(folder or os.getcwd())
    if options["listing"]:
        agreed = TrustStore(layout).all()
        rows = [
            (a.workspace, a.digest[:12], datetime.fromtimestamp(a.since).strftime("%F %H:%M"), a.reason) for a in agreed
        ]
        empty = "No repository is trusted."
        say(
            as_json("trust", agreed)
            if machine
            else table(("workspace", "digest", "since", "reason"), rows, empty=empty)
        )
        return
    client = Client(layout, timeout=LONG_S)
    if options["revoke"]:
        gone = client.distrust(workspace)
        say(as_json("trust", gone) if machine else f"{line(workspace)} is not trusted any more; it may still tighten")
        return
    _agree(layout, client, workspace, options)


def _agree(layout: Layout, client: Client, workspace: str, options: dict[str, Any]) -> None:
    """Show what trust would change, ask, and trust just that."""
    machine = options["machine"]
    found = _usable(look(workspace), workspace)
    store, loaded = TrustStore(layout), posture.load(layout)
    told = _changes(loaded, found)
    if machine and options["show"]:
        trusted = store.is_trusted(found)
        say(as_json("trust", {"workspace": workspace, "digest": found.digest, "trusted": trusted, "changes": told}))
        return
    if not machine:
        say(_shown(found, store, told))
    if options["show"]:
        return
    if options["yes"] and options["digest"] != found.digest:
        raise UsageError("`--yes` needs the `--digest` that was shown", fix=f"enactctl trust --show {workspace}")
    if not options["yes"]:
        click.confirm("Trust this?", abort=True)
    agreed_to = client.trust(workspace, found.digest, options["reason"], given=proof(layout))
    say(as_json("trust", agreed_to) if machine else f"trusted: {line(workspace)}, {found.digest[:12]}")


def _usable(found: Enclosure | None, workspace: str) -> Enclosure:
    if found is None:
        raise UsageError(
            f"`{line(workspace)}` has no `{FOLDER}/`", cause="there is nothing to trust", fix="enactctl trust DIR"
        )
    if found.problem:
        raise UsageError(
            f"`{line(workspace)}/{FOLDER}` cannot be used",
            cause=line(found.problem),
            effect="nothing of it is in force",
        )
    return found


def _changes(loaded: Posture, found: Enclosure) -> list[str]:
    """What would be in force with trust and is not without: settings, and policies of its own."""
    without = loaded.ruling("", found.workspace).settings
    with_trust = loaded.repository(found.workspace, trusting=True)
    if with_trust is None or with_trust.layer is None:
        raise UsageError(
            f"`{line(found.workspace)}/{FOLDER}` cannot be used", cause=line(with_trust.problem if with_trust else "")
        )
    trusted = loaded.ruling("", found.workspace, trusting=True).settings
    before = {(one.key, one.layer): one for one in without.ignored if one.layer == "repository"}
    still = {(one.key, one.layer) for one in trusted.ignored}
    lines = [f"setting {one.key} = {one.value}" for key, one in before.items() if key not in still]
    lines += [f"stays out: {one.key}, {one.why}" for one in trusted.ignored if one.layer == "repository"]
    return lines + [f"policy  {name}" for name in found.python]


def _shown(found: Enclosure, store: TrustStore, told: list[str]) -> str:
    """What a person agrees to: the effect first, then every line of it, against what was trusted last."""
    state = "trusted as it is" if store.is_trusted(found) else "not trusted"
    lines = [f"{line(found.workspace)}/{FOLDER}: {state}, digest {found.digest}", "", "With trust:"]
    lines += [f"  {line(one)}" for one in told] or ["  nothing changes: it only tightens, and that is in force already"]
    before = store.before(found.workspace)
    for name in sorted({*before, *found.files}):
        old, new = (data.get(name, b"").decode(errors="replace").splitlines() for data in (before, found.files))
        if old != new:
            lines += ["", *difflib.unified_diff(old, new, f"trusted/{name}", f"{FOLDER}/{name}", lineterm="")]
    cut = [line(one) for one in lines[:MOST_LINES]]
    return "\n".join(
        [*cut, *([f"… {len(lines) - MOST_LINES} more lines: look at the files"] if len(lines) > MOST_LINES else [])]
    )
