"""`enactctl policy test`, `diff` and `stats`: whether policies do what they say, what a change means, what they cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from enactd import bundle, comparison, manifest
from enactd.bundle import Catalogue
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of
from enactd.comparison import Change, Wrong
from enactd.control_client import Client
from enactd.effects.shell.readers import Readers
from enactd.errors import ExitCode, PolicyError
from enactd.manifest import Bundle
from enactd.policy_stats import StatsSeen
from enactd.workers import Pool


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--policy", "wanted", metavar="ID", help="Only this one, or those whose id begins so.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def test(ctx: click.Context, /, *, folder: str | None, wanted: str | None, machine: bool) -> int:
    """Run the examples that policies declare: of all in force, your own too, or of a folder or bundle.

    Every example is judged in an ordinary repository that is not there; nothing is run. Exits 1 when one is not
    what its policy says.

    \b
    enactctl policy test
    enactctl policy test rules/ --policy team.
    """
    found = bundle.of_machine(layout_of(ctx)) if folder is None else catalogue_of(folder)[0]
    rows, wrong, count = [], [], 0
    for policy, examples, mistakes in comparison.rehearse(found.whole(), Readers(Pool())):
        if wanted and not policy.id.startswith(wanted):
            continue
        count += examples
        wrong += mistakes
        rows.append({"id": policy.id, "layer": policy.layer, "examples": examples, "wrong": mistakes})
    if machine:
        say(as_json("test", rows))
    else:
        say(_results(len(rows), count, wrong))
    return ExitCode.FAILED if wrong else ExitCode.OK


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
def diff(old: str, new: str, machine: bool) -> int:
    """Say what differs between two folders or bundles of policies, and which version number has to grow.

    Fewer denials are major, a new or stricter policy is minor, better wording is patch. Code is compared by what
    it does to the examples that either side declares. Exits 1 when both are bundles and NEW's version says less.

    \b
    enactctl policy diff rules-1.1/ rules/
    """
    (before, one), (after, other) = catalogue_of(old), catalogue_of(new)
    changes = comparison.compare(before.whole(), after.whole(), Readers(Pool()))
    size = comparison.largest(changes)
    short = _falls_short(one, other, size)
    if machine:
        say(as_json("diff", {"size": size, "changes": list(changes), "version_too_small": bool(short)}))
    else:
        say(_differences(changes, size) + (f"\n{short}" if short else ""))
    return ExitCode.FAILED if short else ExitCode.OK


@click.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def stats(ctx: click.Context, /, *, machine: bool) -> None:
    """Show what each policy was asked, said and cost since the daemon started, the dearest first.

    FAILED counts looks at which a policy raised, did not end, or took too long; each was a denial with its name.

    \b
    enactctl policy stats
    """
    found = Client(layout_of(ctx)).policy_stats()
    say(as_json("stats", found) if machine else _costs(found))


def catalogue_of(folder: str) -> tuple[Catalogue, Bundle | None]:
    """The policies of a folder, and the bundle if it is one. Raises `PolicyError`."""
    if manifest.is_bundle(folder):
        found = manifest.open_bundle(folder)
        return bundle.catalogue((), [found]), found
    if not Path(folder).is_dir():
        raise PolicyError(f"`{line(folder)}` is no folder", fix="enactctl policy diff --help")
    found_here = bundle.catalogue([("organisation", folder)])
    if not found_here.policies:
        raise PolicyError(f"there is no policy in `{line(folder)}`", fix="enactctl policy diff --help")
    return found_here, None


def _falls_short(old: Bundle | None, new: Bundle | None, size: comparison.Size | None) -> str:
    """Why the new version number is too small; empty if it is not, or if there are none."""
    if old is None or new is None or old.manifest.name != new.manifest.name:
        return ""
    due = comparison.next_version(old.version, size)
    if new.version >= due:
        return ""
    return (
        f"{new.manifest.version} after {old.manifest.version} says too little: {'.'.join(map(str, due))} or more is due"
    )


def _results(policies: int, count: int, wrong: list[Wrong]) -> str:
    rows = [(one.policy, one.kind, one.got, one.example) for one in wrong]
    if not rows:
        return f"{count} examples of {policies} policies are true"
    shown = table(("policy", "declared in", "but it", "example"), rows, empty="", limit=90)
    return f"{shown}\n\n{len(wrong)} of {count} examples of {policies} policies are not true"


def _differences(changes: tuple[Change, ...], size: comparison.Size | None) -> str:
    rows = [(one.size, one.policy, one.what, one.example) for one in changes]
    if not rows:
        return "Nothing differs."
    return f"{table(('size', 'policy', 'what', 'example'), rows, empty='', limit=90)}\n\nall together: {size}"


def _costs(found: StatsSeen) -> str:
    rows: list[tuple[Any, ...]] = [
        (
            one.id, one.asked, one.denied, one.held, one.observed, one.failed,
            f"{one.total_us / max(1, one.asked):.1f}", one.longest_us,
        )
        for one in found.policies
    ]  # fmt: skip
    header = ("policy", "asked", "denied", "held", "observed", "failed", "mean us", "longest us")
    shown = table(header, rows, empty="No policy was asked since the daemon started.")
    if not found.calls:
        return shown
    mean, time = found.evaluated / found.calls, sum(one.total_us for one in found.policies) / found.calls
    return f"{shown}\n\n{found.calls} calls; {mean:.1f} policies and {time:.0f} us a call on average"
