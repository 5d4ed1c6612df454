"""`enactctl replay`: what other policies would have done with the calls of the last days."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import click

from enactd import bundle, bundle_store, config, manifest, posture, replay
from enactd.bundle import Catalogue
from enactd.cli.entries import action, since
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of
from enactd.config import Layout, Settings
from enactd.receipts import segments
from enactd.replay import Against, Difference, Direction, Tally

_ORDER: Final[tuple[Direction, ...]] = ("newly refused", "newly allowed", "stricter", "looser")


@click.command()
@click.option(
    "--since", "moment", default="7d", show_default=True, metavar="TIME", help="`2h`, `7d`, or a date and time."
)
@click.option(
    "--bundle", "folder", metavar="DIR", help="With this bundle, or folder of policies, beside what is in force."
)
@click.option("--all", "every", is_flag=True, help="List every call; without, one line for each kind of difference.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, moment: str, folder: str | None, every: bool, machine: bool) -> None:
    """Decide past calls again, by the policies that would be in force now: nothing is run, nothing is asked.

    Without --bundle the answer is compared with what was decided then; with it, with what the policies in force
    say to the same effects.

    \b
    enactctl replay --since 7d --bundle rules/
    """
    layout = layout_of(ctx)
    held = posture.load(layout)
    chosen, settings = _with(layout, folder) if folder else (held.catalogue, held.settings)
    base = held.catalogue.under(held.settings.policies) if folder else None
    # Observed policies said nothing that stopped; here it is asked what they would.
    same = "" if folder or held.policies.observed else held.policies.digest
    against = Against(
        policies=chosen.under(settings.policies), base=base, home=str(layout.home), site=settings.site(), same=same
    )
    tally = Tally()
    found = list(
        replay.replay(
            segments.receipts(str(layout.receipts), 0),
            since(moment),
            against,
            tally,
        )
    )
    say(_as_json(found, tally) if machine else _told(found, tally, every=every))


def _with(layout: Layout, folder: str) -> tuple[Catalogue, Settings]:
    """Policies and settings of this machine with another bundle, in place of the one of its name.

    Raises `PolicyError` or `ConfigError`.
    """
    installed, settings = bundle_store.installed(layout), config.load(layout)
    if not manifest.is_bundle(folder):
        found = bundle.of_machine(layout, installed, more=[("organisation", folder)])
        return found, posture.organised(layout, settings, installed)
    candidate = manifest.open_bundle(folder)
    would = (*(one for one in installed if one.manifest.name != candidate.manifest.name), candidate)
    return bundle.of_machine(layout, would), posture.organised(layout, settings, would)


def _told(found: list[Difference], tally: Tally, *, every: bool) -> str:
    counts = Counter(one.direction for one in found)
    lines = [", ".join(f"{counts[name]} {name}" for name in _ORDER) + f", of {tally.replayed} calls"]
    lines += [f"{count} more could not be replayed: {why}" for why, count in sorted(tally.skipped.items())]
    if found:
        lines += ["", _every(found) if every else _kinds(found)]
    return "\n".join(lines)


def _every(found: list[Difference]) -> str:
    rows = [
        (one.receipt.id, one.direction, f"{one.before} -> {one.after}", one.policy, action(one.receipt.record, 90))
        for one in sorted(found, key=lambda one: _ORDER.index(one.direction))
    ]
    return table(("receipt", "what", "answer", "policy", "action"), rows, empty="", limit=90)


def _kinds(found: list[Difference]) -> str:
    """One line for each policy and direction, with how often and one call of the kind."""
    kinds: dict[tuple[Direction, str], list[Difference]] = {}
    for one in found:
        kinds.setdefault((one.direction, one.policy), []).append(one)
    rows = [
        (
            direction,
            len(ones),
            policy,
            f"{ones[-1].before} -> {ones[-1].after}",
            line(action(ones[-1].receipt.record), 70),
        )
        for (direction, policy), ones in sorted(
            kinds.items(), key=lambda item: (_ORDER.index(item[0][0]), -len(item[1]))
        )
    ]
    return table(("what", "times", "policy", "answer", "for example"), rows, empty="", limit=90)


def _as_json(found: list[Difference], tally: Tally) -> str:
    counts = Counter(one.direction for one in found)
    calls: list[dict[str, Any]] = [
        {
            "receipt": one.receipt.id, "direction": one.direction, "before": one.before, "after": one.after,
            "policy": one.policy, "reason": one.reason, "action": action(one.receipt.record, 2000),
        }
        for one in found
    ]  # fmt: skip
    shown = {"replayed": tally.replayed, "skipped": tally.skipped, "counts": dict(counts), "calls": calls}
    return as_json("replay", shown)
