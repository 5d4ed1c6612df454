"""Starts and reloads are measured on a real daemon."""

from __future__ import annotations

from bench import pauses
from bench.ground import Ground


def test_a_changed_policy_is_waited_for() -> None:
    """The first decision comes after the daemon is ready; each change comes into force while calls go on."""
    with Ground() as ground:
        starts, reloads = pauses.starts(ground, 1), pauses.reloads(ground, 50, 2)
    assert starts.ready.p50 < starts.decided.p50
    assert (2, 2) == (reloads.changes, reloads.until.n)
    assert reloads.meanwhile.n >= 50
    assert reloads.longest >= reloads.meanwhile.p99
