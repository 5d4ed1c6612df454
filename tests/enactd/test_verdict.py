"""Opinions combine by strictness, never by order."""

from __future__ import annotations

import itertools

import pytest

from enactd.verdict import Allow, Ask, Decision, Deny, Finding, Opinion, Verdict, strictest


@pytest.mark.parametrize("order", [*itertools.permutations(Decision)])
def test_strictest_wins_in_any_order(order: tuple[Decision, ...]) -> None:
    """`deny > ask > allow`, whoever speaks first."""
    assert Decision.DENY is strictest(order)
    assert Decision.ASK is strictest(d for d in order if d is not Decision.DENY)


def test_no_opinion_is_an_allow() -> None:
    """Silence is consent, in policies only."""
    assert Decision.ALLOW is strictest([])


@pytest.mark.parametrize(
    ("opinion", "decision"), [(Allow("x"), Decision.ALLOW), (Ask("x"), Decision.ASK), (Deny("x"), Decision.DENY)]
)
def test_an_opinion_knows_its_decision(opinion: Opinion, decision: Decision) -> None:
    """Three kinds of opinion, three decisions."""
    assert decision is opinion.decision


def test_a_bare_opinion_decides_nothing() -> None:
    """An opinion that is none of the three cannot be mistaken for an allow."""
    with pytest.raises(NotImplementedError):
        _ = Opinion("x").decision


def test_reason_names_the_first_stopping_rule_and_counts_the_others() -> None:
    """One line: rule, what it saw, how many more, the alternative."""
    findings = (
        Finding("a.one", "deny", "`x` is gone", "use y"),
        Finding("b.two", "ask", "hm"),
        Finding("c.three", "deny", "worse"),
    )
    verdict = Verdict(Decision.DENY, findings)
    assert "a.one: `x` is gone (and 1 more). Instead: use y." == verdict.reason
    assert ["a.one", "c.three"] == [finding.policy for finding in verdict.stopping]


def test_an_allow_has_no_reason() -> None:
    """Nothing is said about what is free, even where an opinion was kept."""
    verdict = Verdict(Decision.ALLOW, (Finding("a.one", "allow", "fine"),))
    assert "" == verdict.reason
    assert () == verdict.stopping
