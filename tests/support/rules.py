"""A policy of a team, as text: what it watches, what it says, and its examples are given."""

from __future__ import annotations

from pathlib import Path

RULE = '''"""{title}

Why
    {why}
Instead
    Keep them.
Blind spots
    Editors.
"""

from enactd.policy import *


@policy(
    watches={watches}, severity="{severity}", stage="{stage}", since="1.0", {examples}
)
def check(effect, context):
    {body}
'''
BODY = 'if (effect.target.path or "").endswith("notes.txt"):\n        yield {opinion}("notes stay")'


def rule(
    *,
    title: str = "No notes are deleted.",
    why: str = "They are dear.",
    watches: str = "DeletePath",
    severity: str = "low",
    stage: str = "stable",
    opinion: str = "Deny",
    examples: str = 'denies=("rm notes.txt",), allows=("rm build/x",)',
    body: str = BODY,
) -> str:
    """The text of one policy file."""
    made = body.replace("{opinion}", opinion)
    return RULE.format(
        title=title, why=why, watches=watches, severity=severity, stage=stage, examples=examples, body=made
    )


def folder(place: Path, **texts: str) -> str:
    """A folder of policies; by default `team.notes` alone. `__` in a name stands for `/`."""
    for name, text in (texts or {"team__notes": rule()}).items():
        path = place / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(place)
