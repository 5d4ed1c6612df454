"""What policies think of an effect, and how their opinions combine: the strictest wins, all are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

import msgspec


class Decision(IntEnum):
    """The three answers, ordered by strictness."""

    ALLOW = 0
    ASK = 1
    DENY = 2

    def __str__(self) -> str:
        return self.name.lower()


class Opinion(msgspec.Struct, frozen=True):
    """One policy's view of one effect: a reason in words, and what to do instead."""

    reason: str
    instead: str = ""

    @property
    def decision(self) -> Decision:
        raise NotImplementedError


class Allow(Opinion, frozen=True, tag="allow"):
    """The policy looked and has no objection; kept for the receipt."""

    @property
    def decision(self) -> Decision:
        return Decision.ALLOW


class Ask(Opinion, frozen=True, tag="ask"):
    """A person must decide."""

    @property
    def decision(self) -> Decision:
        return Decision.ASK


class Deny(Opinion, frozen=True, tag="deny"):
    """The floor: nothing approves it."""

    @property
    def decision(self) -> Decision:
        return Decision.DENY


Opinions = Iterator[Opinion]


class Finding(msgspec.Struct, frozen=True):
    """An opinion with the policy that holds it and the effect it is about.

    `would` is what it would have been, had the policy not been observed only; `decision` is then an allow.
    """

    policy: str
    decision: str
    reason: str
    instead: str = ""
    effect: int = -1
    severity: str = "medium"
    would: str = ""


Look = tuple[str, int, bool]
"""A policy looked at an effect: its id, how long by the watch, and whether it broke."""


class Verdict(msgspec.Struct, frozen=True):
    """The strictest of all opinions, and everything that led to it."""

    decision: Decision
    findings: tuple[Finding, ...] = ()
    evaluated: tuple[str, ...] = ()

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """The findings that hold the decision, empty for an allow."""
        if self.decision is Decision.ALLOW:
            return ()
        return tuple(f for f in self.findings if f.decision == str(self.decision))

    @property
    def observed(self) -> tuple[Finding, ...]:
        """What observed policies would have stopped."""
        return tuple(f for f in self.findings if f.would)

    @property
    def reason(self) -> str:
        """One line: rule, what it saw, and the first alternative. Empty for an allow."""
        stopping = self.stopping
        if not stopping:
            return ""
        first = stopping[0]
        more = f" (and {len(stopping) - 1} more)" if len(stopping) > 1 else ""
        text = f"{first.policy}: {first.reason.rstrip('.')}{more}."
        return f"{text} Instead: {first.instead.rstrip('.')}." if first.instead else text


def strictest(decisions: Iterable[Decision]) -> Decision:
    """`deny > ask > allow`; no opinion at all is `allow`."""
    return max(decisions, default=Decision.ALLOW)
