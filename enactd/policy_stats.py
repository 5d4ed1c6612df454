"""What each policy costs and says, counted while the daemon runs; and the limit on what one may take.

Times are microseconds of the clock on the wall. The limit is on processor time, so that a busy machine denies
nothing: it is looked at only where the wall says that something took long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.verdict import Finding, Look

LIMIT_S: Final = 0.25
"""Seconds of processor time for one policy and one effect."""
_SUSPICIOUS_NS: Final = int(LIMIT_S * 1e9)


class PolicySeen(msgspec.Struct, frozen=True, kw_only=True):
    """One policy since the daemon started: how often it was asked, what it said, what that took."""

    id: str
    asked: int
    denied: int = 0
    held: int = 0  # questions for a person
    observed: int = 0  # would have stopped
    failed: int = 0
    total_us: int = 0
    longest_us: int = 0


class StatsSeen(msgspec.Struct, frozen=True, kw_only=True):
    """All policies that were asked, the dearest first, over so many calls."""

    calls: int
    evaluated: int  # policies, over all calls: each counts once in a call
    policies: tuple[PolicySeen, ...] = ()


class _Counts:
    __slots__ = ("asked", "denied", "failed", "held", "longest", "observed", "total")

    def __init__(self) -> None:
        self.asked = self.denied = self.held = self.observed = self.failed = self.total = self.longest = 0


class PolicyStats:
    """Measures policies for `evaluate`. One for the daemon, shared by its threads; survives reloads."""

    def __init__(self) -> None:
        self.suspicious = _SUSPICIOUS_NS
        self.now = time.perf_counter_ns
        self._lock = threading.Lock()
        self._thread = threading.local()
        self._counts: dict[str, _Counts] = {}
        self._calls = 0
        self._evaluated = 0

    def called(self) -> None:
        """A call is decided on this thread from now on."""
        self._thread.worked = time.thread_time()

    def late(self, took: int) -> str:
        """Says so if that much of processor time was really used: who only waited for a turn is not late."""
        return f"it took {took // 1_000_000} ms" if self._worked() > LIMIT_S else ""

    def decided(self, looks: Sequence[Look], findings: Sequence[Finding]) -> None:
        """Count what one call was asked and what came of it."""
        with self._lock:
            self._calls += 1
            self._evaluated += len({policy for policy, _, _ in looks})
            for policy, took, failed in looks:
                counts = self._counts.get(policy)
                if counts is None:
                    counts = self._counts[policy] = _Counts()
                counts.asked += 1
                counts.total += took
                counts.failed += failed
                counts.longest = max(counts.longest, took)
            for finding in findings:
                counts = self._counts[finding.policy]
                counts.observed += bool(finding.would)
                counts.denied += finding.decision == "deny"
                counts.held += finding.decision == "ask"

    def seen(self) -> StatsSeen:
        """Everything so far."""
        with self._lock:
            rows = [_seen(policy, counts) for policy, counts in self._counts.items()]
            calls, evaluated = self._calls, self._evaluated
        rows.sort(key=lambda row: (-row.total_us, row.id))
        return StatsSeen(calls=calls, evaluated=evaluated, policies=tuple(rows))

    def _worked(self) -> float:
        """Seconds of processor time since the call began, or since the last policy that was slow."""
        now = time.thread_time()
        spent: float = now - self._thread.worked
        self._thread.worked = now
        return spent


def _seen(policy: str, counts: _Counts) -> PolicySeen:
    return PolicySeen(
        id=policy, asked=counts.asked, denied=counts.denied, held=counts.held, observed=counts.observed,
        failed=counts.failed, total_us=counts.total // 1000, longest_us=counts.longest // 1000,
    )  # fmt: skip
