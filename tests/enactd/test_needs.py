"""No policy lets a call be IRREVERSIBLE without an answer, unless a person's settings are that answer."""

from __future__ import annotations

import pytest

from enactd.config import Settings
from enactd.config.settings import Levels
from enactd.effects.model import DeletePath, PublishPackage, Target
from enactd.needs import needed
from enactd.risk import Risk
from enactd.verdict import Decision, Finding, Verdict

QUIET = Verdict(Decision.ALLOW)
EFFECTS = (PublishPackage(source="npm publish", manager="npm", verb="publish"),)


@pytest.mark.parametrize(
    ("levels", "risk", "decision"),
    [
        ({}, Risk.SAFE, Decision.ALLOW),
        ({}, Risk.SENSITIVE, Decision.ALLOW),
        ({}, Risk.COMMITMENT, Decision.ALLOW),
        ({}, Risk.IRREVERSIBLE, Decision.ASK),
        ({"irreversible": "deny"}, Risk.IRREVERSIBLE, Decision.DENY),
        ({"irreversible": "record"}, Risk.IRREVERSIBLE, Decision.ALLOW),
        ({"commitment": "ask"}, Risk.COMMITMENT, Decision.ASK),
        ({"sensitive": "deny"}, Risk.SENSITIVE, Decision.DENY),
    ],
)
def test_what_a_level_needs(levels: dict[str, str], risk: Risk, decision: Decision) -> None:
    """By default only what cannot be taken back needs a person."""
    found = needed(QUIET, risk, EFFECTS, Settings(risk=Levels(**levels)))  # type: ignore[arg-type]
    assert decision is found.decision
    assert [f"risk.{risk.name.lower()}"] * (decision is not Decision.ALLOW) == [f.policy for f in found.findings]


def test_it_names_the_effect() -> None:
    """The one that is of that level."""
    effects = (DeletePath(source="rm x", target=Target(word="x", area="temp")), *EFFECTS)
    (finding,) = needed(QUIET, Risk.IRREVERSIBLE, effects, Settings()).findings
    assert "npm publish" in finding.reason
    assert 1 == finding.effect


def test_policies_that_say_as_much_are_not_repeated() -> None:
    """A question stays the policy's own; a stricter level makes it a denial."""
    asked = Verdict(Decision.ASK, (Finding("p.q", "ask", "why"),))
    assert asked == needed(asked, Risk.IRREVERSIBLE, EFFECTS, Settings())
    strict = Settings(risk=Levels(irreversible="deny"))
    assert Decision.DENY is needed(asked, Risk.IRREVERSIBLE, EFFECTS, strict).decision


def test_looking_on_stops_nothing() -> None:
    """Where everything is only observed the level is, too; where a policy was told to look on, that is the answer."""
    found = needed(QUIET, Risk.IRREVERSIBLE, EFFECTS, Settings(observe=True))
    assert (Decision.ALLOW, "ask") == (found.decision, found.findings[0].would)
    looked = Verdict(Decision.ALLOW, (Finding("p.q", "allow", "why", would="ask"),))
    assert looked == needed(looked, Risk.IRREVERSIBLE, EFFECTS, Settings())
