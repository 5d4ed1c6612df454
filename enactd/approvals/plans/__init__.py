"""What a plan, a state or manifests at hand say of a call. Best effort: what cannot be told is said to be unknown.

Files are read through the world that judged the call, bounded; nothing is run, and nothing is asked of a cloud.
Files may be older than the cloud, so every sentence names the file that it is from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from enactd.approvals.plans import manifests, rows, stacks, terraform
from enactd.approvals.plans.command import Command, commands
from enactd.approvals.wording import redacted, visible
from enactd.effects.budget import FAULTS
from enactd.effects.model import ChangeInfrastructure, Effect
from enactd.effects.steps import Step
from enactd.receipts.redact import NO_RULES, Redactor, Rules
from enactd.world import World

LINES: Final = 40
LINE_LIMIT: Final = 400
_CHANGING: Final = frozenset("apply delete destroy deploy change create".split())
_READERS: Final[dict[str, Callable[[Command, World], Iterator[str]]]] = {
    **dict.fromkeys(("terraform", "tofu", "opentofu", "terragrunt", "tf"), terraform.summary),
    **dict.fromkeys(("kubectl", "oc", "k3s", "microk8s"), manifests.summary),
    "pulumi": stacks.pulumi, "cdk": stacks.cdk, "helm": stacks.helm, "helm3": stacks.helm,
}  # fmt: skip


class Judged(Protocol):
    """What is needed of a judgement. Its `trace`, where it has one, tells folders and what variables held."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What the call would do."""


def summary(
    judged: Judged, world: World, *, rules: Rules = NO_RULES, count_rows: bool = False
) -> tuple[str, ...]:  # fmt: skip
    """Sentences about what files at hand say; empty for a call that has no plan. Reads files: not for an event loop.

    With `count_rows` rows are counted in local SQLite files, which takes a process and may take seconds.
    """
    found = [
        (effect, effect.tool)
        for effect in judged.effects
        if isinstance(effect, ChangeInfrastructure) and effect.verb in _CHANGING and effect.tool in _READERS
    ]
    redactor = Redactor(rules)
    trace: tuple[Step, ...] = getattr(judged, "trace", ())
    told: list[str] = []
    for effect, command in commands(found, trace, world.cwd):
        if effect.place:
            told.append(f"it happens on {effect.place}: what is there is not known here")
            continue
        told += _read(command, world)
    if count_rows:
        told += rows.summary(judged.effects, world)
    plain = [_line(sentence, redactor) for sentence in told[:LINES]]
    return (*plain, f"and {len(told) - LINES} more lines") if len(told) > LINES else tuple(plain)


def _read(command: Command, world: World) -> list[str]:
    """What one tool's files say. They are foreign: what breaks the reading of them is one more thing not known."""
    told: list[str] = []
    try:
        for sentence in _READERS[command.tool](command, world):
            told.append(sentence)
    except FAULTS as fault:
        told.append(f"the rest could not be read ({type(fault).__name__}): not known")
    return told


def _line(sentence: str, redactor: Redactor) -> str:
    """One line; the margin of what belongs to the line before stays."""
    margin = "  " if sentence.startswith("  ") else ""
    return f"{margin}{visible(redacted(sentence, redactor))[:LINE_LIMIT]}"


__all__: Sequence[str] = ["Judged", "summary"]
