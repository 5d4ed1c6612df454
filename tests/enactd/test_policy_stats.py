"""What policies cost is counted, and one that takes too much processor time says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from enactd import policy_stats
from enactd.effects.model import AgentTool, Effect
from enactd.evaluate import Policy, PolicySet, evaluate
from enactd.policy import Context, Declaration
from enactd.policy_stats import PolicyStats
from enactd.verdict import Ask, Decision, Deny

CONTEXT = Context(workspace="/w", home="/h", cwd="/w")


def policy(name: str, check: Any, **settings: Any) -> Policy:
    declared = Declaration(check, (Effect,), "high", "stable", "0.1", (), (), (), (), ())
    return Policy(name, declared, "T").with_settings(settings)


def says(*opinions: Any) -> Any:
    def check(effect: Effect, context: Context) -> Iterator[Any]:
        yield from opinions

    return check


def crashes(effect: Effect, context: Context) -> Iterator[Any]:
    raise KeyError("secret")


def test_every_look_is_counted() -> None:
    """How often a policy was asked, and what it said, over calls."""
    stats = PolicyStats()
    watched = policy("d.watched", says(Deny("no")), level="observe")
    policies = PolicySet([policy("a.deny", says(Deny("n"), Ask("q"))), policy("b.none", says()), watched], "d")
    for _ in range(3):
        evaluate(policies, [AgentTool(tool="x"), AgentTool(tool="y")], CONTEXT, stats)
    seen = stats.seen()
    assert (3, 9) == (seen.calls, seen.evaluated)
    rows = {row.id: row for row in seen.policies}
    assert (6, 6, 6, 0, 0) == (
        rows["a.deny"].asked, rows["a.deny"].denied, rows["a.deny"].held, rows["a.deny"].observed, rows["a.deny"].failed,
    )  # fmt: skip
    assert (6, 0, 0) == (rows["b.none"].asked, rows["b.none"].denied, rows["b.none"].held)
    assert (0, 6) == (rows["d.watched"].denied, rows["d.watched"].observed)
    assert all(row.longest_us <= row.total_us for row in seen.policies)


def test_a_policy_that_failed_is_asked_once_a_call() -> None:
    """What broke on the first effect is not run again on the next; it is counted as failed."""
    stats = PolicyStats()
    verdict = evaluate(PolicySet([policy("a.x", crashes)], "d"), [AgentTool(tool="x")] * 3, CONTEXT, stats)
    (row,) = stats.seen().policies
    assert (Decision.DENY, 1, 1) == (verdict.decision, row.asked, row.failed)


def test_a_policy_that_takes_long_is_a_denial_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in one step that no tick reaches: the processor time tells."""
    monkeypatch.setattr(policy_stats, "LIMIT_S", 0.01)
    monkeypatch.setattr(policy_stats, "_SUSPICIOUS_NS", 10_000_000)

    def slow(effect: Effect, context: Context) -> Iterator[Any]:
        end = time.thread_time() + 0.05
        while time.thread_time() < end:
            pass
        yield from ()

    stats = PolicyStats()
    verdict = evaluate(PolicySet([policy("a.slow", slow)], "d"), [AgentTool(tool="x")], CONTEXT, stats)
    assert Decision.DENY is verdict.decision
    assert verdict.reason.startswith("a.slow: the policy failed on AgentTool: it took ")
    assert 1 == stats.seen().policies[0].failed


def test_waiting_is_not_working(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a policy waits for its turn; that denies nothing."""
    monkeypatch.setattr(policy_stats, "LIMIT_S", 10.0)
    monkeypatch.setattr(policy_stats, "_SUSPICIOUS_NS", 1_000_000)

    def sleepy(effect: Effect, context: Context) -> Iterator[Any]:
        time.sleep(0.02)
        yield from ()

    verdict = evaluate(PolicySet([policy("a", sleepy)], "d"), [AgentTool(tool="x")], CONTEXT, PolicyStats())
    assert Decision.ALLOW is verdict.decision
