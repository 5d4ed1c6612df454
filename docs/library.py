"""`policies/README.md`: what every shipped policy stops, why, what to do instead, and what it cannot see."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from docs.incidents import coverage
from docs.matrix import matrix
from enactd.bundle import load, policy_id
from enactd.cli.policy import parameters
from enactd.evaluate import Policy
from enactd.policy import Example

FOLDER: Final = Path(__file__).parents[1] / "policies"
_KINDS: Final = {"denies": "Denied", "asks": "Asks", "allows": "Let pass", "misses": "Missed, and known to be"}
_HEAD: Final = """# The policy library

{count} policies, generated from their declarations by `make docs`; every example below is a test. To write one:
[CONTRIBUTING.md](../CONTRIBUTING.md). What is behind them: [incidents](../docs/incidents.md).

**Severity** says what is at stake: `critical` cannot be taken back, `high` is noticed by others or lets somebody in,
`medium` costs work, `low` is a matter of taste. **Stage** says how far a policy is trusted: `stable` has examples of
both kinds, misses that are declared, and no false alarm on the everyday lines of `tests/corpus`; `trial` asks where it
would deny, until it has been in use for one minor version without a false alarm that was not mended; `retired` is kept for
old receipts and says nothing any more. An **optional** policy is off until `enabled = true` stands under its name in
`config.toml`. Nothing on trial is critical.

| policy | severity | stage | in a line |
|---|---|---|---|
{index}

## What is covered where

Declared examples that are stopped, and after the stroke those that must pass, by what they do and by the tool that says
it. `code` are one-liners in other languages. A dot marks what cannot be said on that surface.

{areas}

The same by the classes of the [incidents](../docs/incidents.md):

{classes}
"""


def shipped() -> list[Policy]:
    """All shipped policies in the order of their ids, the optional ones among them."""
    every = [policy_id(str(path.relative_to(FOLDER))) for path in sorted(FOLDER.rglob("*.py"))]
    settings = {identity: {"enabled": True} for identity in every}
    return list(load([("shipped", str(FOLDER))], settings).policies)


def library_page(policies: Iterable[Policy]) -> str:
    """The whole page."""
    listed = list(policies)
    index = "\n".join(
        f"| [`{p.id}`](#{p.id.replace('.', '')}) | {p.declaration.severity} | {_stage(p)} | {p.title} |" for p in listed
    )
    plan = coverage()
    head = _HEAD.format(
        count=len(listed),
        index=index,
        areas=matrix(plan["surfaces"], plan["areas"], listed),
        classes=matrix(plan["surfaces"], plan["classes"], listed),
    )
    return head + "\n".join(_section(policy) for policy in listed)


def _stage(policy: Policy) -> str:
    return policy.declaration.stage + (", optional" if policy.declaration.optional else "")


def _section(policy: Policy) -> str:
    declaration = policy.declaration
    lines = [
        "",
        f"## {policy.id}",
        "",
        f"{policy.title} *{declaration.severity}, {_stage(policy)}, since {declaration.since}.*",
        "",
        f"- Why: {policy.why}",
        f"- Instead: {policy.instead}",
        f"- Blind spots: {policy.blind_spots}",
    ]
    if declaration.incidents:
        links = ", ".join(f"[{name}](../docs/incidents.md#{name.lower()})" for name in declaration.incidents)
        lines.append(f"- Incidents: {links}")
    # The declaration's own switch is every policy's; only what is particular is listed.
    settings = [f"`{name}` ({_short(default)})" for name, default in parameters(policy) if name != "enabled"]
    if settings:
        lines.append(f"- Settings: {', '.join(settings)}")
    for kind, title in _KINDS.items():
        examples: tuple[Example, ...] = getattr(declaration, kind)
        if examples:
            lines += ["", f"{title}:", "", "```text", *(_shown(example) for example in examples), "```"]
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:99] + "…"


def _shown(example: Example) -> str:
    """One line, with line breaks and letters that nobody sees made visible."""
    text = str(example).replace("\n", "␤")
    return "".join(char if char.isprintable() or char == " " else f"\\u{ord(char):04x}" for char in text)
