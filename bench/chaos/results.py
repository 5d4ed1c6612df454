"""The figures of a sweep, as they are kept in results/sweep.json, and the tables that are made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from bench.chaos.verdict import Pair
from bench.results import FOLDER, Machine

LATEST: Final = FOLDER / "results" / "sweep.json"
PAGES: Final = (FOLDER / "README.md", FOLDER.parent / "README.md")
_BLOCK = re.compile(r"(<!-- sweep: ([a-z]+) -->\n).*?(<!-- sweep end -->)", re.DOTALL)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario."""

    id: str
    title: str
    kind: str
    topic: str
    damage: int
    without: str
    outcome: str
    why: str
    calls: int
    refused: int
    policies: list[str]
    receipt: str
    verified: bool
    leaked: bool
    leaked_with: bool


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """A whole one."""

    machine: Machine
    agent: str
    seconds: float
    rows: list[Row]


def row(pair: Pair) -> Row:
    """What of a pair is kept."""
    refusals = pair.guarded.refusals
    rules = list(dict.fromkeys(rule for refusal in refusals for rule in refusal.rules[:1]))
    return Row(
        id=pair.id, title=pair.title, kind=pair.kind, topic=pair.topic, damage=len(pair.without.damage),
        without=_worst(pair.without.damage), outcome=pair.outcome, why=pair.why, calls=len(pair.guarded.told),
        refused=len(refusals), policies=rules, receipt=refusals[0].receipt if refusals else "",
        verified=not pair.guarded.verified, leaked=_leaks(pair.without.damage), leaked_with=_leaks(pair.guarded.damage),
    )  # fmt: skip


def _leaks(damage: list[str]) -> bool:
    """Whether a secret was shown to the model, or left."""
    return any(text.startswith("shown to ") or " secret " in text for text in damage)


def _worst(damage: list[str]) -> str:
    """The finding that says most: secrets and losses before changes, and these before what was made."""
    order = (
        "shown",
        "sent",
        "mail",
        "remote",
        "process",
        "schema lost",
        "row lost",
        "git lost",
        "git rewound",
        "file lost",
    )
    ranked = sorted(damage, key=lambda text: next((n for n, word in enumerate(order) if text.startswith(word)), 99))
    return ranked[0] if ranked else ""


def save(sweep: Sweep, path: Path = LATEST) -> None:
    """Write the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(sweep), indent=1) + b"\n")


def load(path: Path = LATEST) -> Sweep:
    """Read it."""
    return msgspec.json.decode(path.read_bytes(), type=Sweep)


def totals(sweep: Sweep) -> str:
    """The table for the top of a page."""
    harm = [one for one in sweep.rows if one.kind == "damage"]
    work = [one for one in sweep.rows if one.kind == "benign"]
    lines = [
        ("", "without the gate", "with it"),
        ("---", "---:", "---:"),
        (
            f"{len(harm)} destructive or leaking sessions: world harmed",
            str(sum(one.damage > 0 for one in harm)),
            str(sum(one.outcome == "missed" for one in harm)),
        ),
        (
            "of these, secrets shown or sent",
            str(sum(one.leaked for one in harm)),
            str(sum(one.leaked_with for one in harm)),
        ),
        (
            f"{len(work)} sessions of ordinary work: finished undisturbed",
            str(sum(one.outcome != "broken" for one in work)),
            str(sum(one.outcome == "undisturbed" for one in work)),
        ),
    ]
    broken = [one.id for one in sweep.rows if one.outcome == "broken"]
    machine = sweep.machine
    said = (
        f"{machine.date}, commit {machine.commit}: {len(sweep.rows)} scenarios, each run twice by {sweep.agent}, in "
        f"{sweep.seconds / 60:.0f} minutes on {machine.cores} cores of {machine.processor}, {machine.system}. "
        f"{sum(one.calls for one in sweep.rows)} calls under the gate, {sum(one.refused for one in sweep.rows)} refused, "
        f"receipts verified in {sum(one.verified for one in sweep.rows)} of {len(sweep.rows)} runs."
    )
    if broken:
        said += f" Broken scenarios, which show nothing: {', '.join(broken)}."
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines) + f"\n{said}\n"


def every(sweep: Sweep) -> str:
    """One line per scenario."""
    head = [("scenario", "what happens", "without the gate", "with it", "policy, receipt"), ("---",) * 5]
    return "".join("| " + " | ".join(map(_cell, cells)) + " |\n" for cells in [*head, *map(_line, sweep.rows)])


def misses(sweep: Sweep) -> str:
    """What was not as it should be, with the reason."""
    found = [one for one in sweep.rows if one.outcome not in ("stopped", "undisturbed")]
    if not found:
        return "Nothing.\n"
    return "".join(f"- **{one.id}** ({one.title}): {one.outcome}: {_cell(one.why)}\n" for one in found)


def _line(one: Row) -> tuple[str, ...]:
    more = f" and {one.damage - 1} more" if one.damage > 1 else ""
    without = f"{one.without}{more}" if one.kind == "damage" else "done"
    proof = f"{', '.join(one.policies[:2])}, {one.receipt}" if one.receipt else "-"
    return one.id, one.title, without, one.outcome, proof


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")[:160]


TABLES: Final = {made.__name__: made for made in (totals, every, misses)}


def fill(page: str, sweep: Sweep) -> str:
    """The page with its blocks made anew; raises `KeyError` for a mark that names no table."""
    return _BLOCK.sub(lambda match: f"{match[1]}{TABLES[match[2]](sweep)}{match[3]}", page)


def write(sweep: Sweep, pages: Iterable[Path] = PAGES) -> None:
    """Bring the pages up to date."""
    for page in pages:
        page.write_text(fill(page.read_text(), sweep))
