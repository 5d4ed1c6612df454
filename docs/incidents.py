"""`docs/incidents.md`: what happened, and which policies would have stopped it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from enactd.evaluate import Policy

FOLDER: Final = Path(__file__).parent
_CERTAINTY: Final = {
    "A": "first-hand, with the command or the mechanism",
    "B": "first-hand, without the command",
    "C": "press or second-hand",
    "D": "disputed",
    "R": "withdrawn by its reporter",
    "S": "no incident",
}
_HEAD: Final = """# Incidents

What coding agents have really done, as public reports tell it, and the policies that stop it now. The reports are
their reporters' words, few of them checked by anybody else. This page is generated; see the end for how to add to it.

How sure: {certainty}.

| class | what it is | incidents | policies |
|---|---|---|---|
{classes}
"""
_TAIL: Final = """
## To add an incident

1. An entry in [`incidents.toml`](incidents.toml): the next free number of its family (`FS` files, `VC` version control,
   `DB` databases, `IN` infrastructure, `SE` secrets, `BY` ways round a gate, `PI` injected orders), the facts in your own
   words, and at least one public source.
2. The policy that stops it names the id in `incidents=`. If none does, write one: [CONTRIBUTING.md](../CONTRIBUTING.md).
3. The command goes into that policy's `denies` or `asks`, and the nearest harmless one into its `allows`. What the policy
   cannot catch goes into `misses`, honestly.
4. `make docs` writes this page and [`policies/README.md`](../policies/README.md) anew; `make test ARGS='tests/policies
   tests/docs'` tells whether it holds.
"""


def incidents() -> dict[str, dict[str, Any]]:
    """The data file: entries by id, in its order."""
    return tomllib.loads((FOLDER / "incidents.toml").read_text())


def coverage() -> dict[str, Any]:
    """Surfaces, areas and classes, and which of their cells make sense."""
    return tomllib.loads((FOLDER / "coverage.toml").read_text())


def naming(policies: Iterable[Policy]) -> dict[str, list[str]]:
    """The policies that name each incident."""
    found: dict[str, list[str]] = {}
    for policy in policies:
        for identity in policy.declaration.incidents:
            found.setdefault(identity, []).append(policy.id)
    return found


def policy_link(identity: str, base: str = "../policies/README.md") -> str:
    """A link to a policy's section in the library's page."""
    return f"[`{identity}`]({base}#{identity.replace('.', '')})"


def incidents_page(policies: Iterable[Policy]) -> str:
    """The whole page."""
    named = naming(policies)
    entries = incidents()
    rows = [_class_row(name, about["title"], entries, named) for name, about in coverage()["classes"].items()]
    certainty = "; ".join(f"**{letter}** {words}" for letter, words in _CERTAINTY.items())
    sections = [_section(identity, entry, named.get(identity, [])) for identity, entry in entries.items()]
    return _HEAD.format(certainty=certainty, classes="\n".join(rows)) + "\n".join(sections) + _TAIL


def _class_row(name: str, title: str, entries: dict[str, dict[str, Any]], named: dict[str, list[str]]) -> str:
    mine = [identity for identity, entry in entries.items() if name in entry["classes"]]
    held = sorted({policy for identity in mine for policy in named.get(identity, ())})
    links = ", ".join(policy_link(policy) for policy in held)
    return f"| {name} | {title} | {len(mine)} | {links} |"


def _section(identity: str, entry: dict[str, Any], policies: list[str]) -> str:
    facts = " · ".join(
        part for part in (entry["date"], entry["agent"], ", ".join(entry["classes"]), entry["certainty"]) if part
    )
    stopped = ", ".join(policy_link(policy) for policy in policies)
    if not stopped:
        stopped = entry.get("outside", "none: a gate for tool calls does not see it")
    sources = ", ".join(f"<{url}>" for url in entry["sources"]) or "none"
    return (
        f"\n## {identity}\n\n{facts}\n\n{entry['what']}\n\n- Lost: {entry['lost']}\n- Stopped by: {stopped}\n"
        f"- Source: {sources}\n"
    ).rstrip("\n") + "\n"
