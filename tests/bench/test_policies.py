"""Two hundred policies cost less than the receipt they lead to."""

from __future__ import annotations

from bench import policies
from bench.ground import Ground

ATTEMPTS = 3  # a neighbour may have the disk's answers wait in nobody's favour, hardly three times


def test_two_hundred_policies_cost_less_than_a_durable_kilobyte() -> None:
    """Policies and fdatasync of the same calls, in turn, in one run; the ratio counts, not the time."""
    found = []
    for _ in range(ATTEMPTS):
        with Ground() as ground:
            cost = policies._cost(ground, policies.library(200), 120)
        found.append(cost.to_sync)
        if cost.to_sync < 1:
            break
    assert 200 == cost.policies
    assert min(found) < 1, found


def test_most_policies_do_not_look() -> None:
    """The index by effect type leaves most of a set alone."""
    with Ground() as ground:
        cost = policies._cost(ground, policies.library(200), 60)
    assert 0 < cost.evaluated < 100
