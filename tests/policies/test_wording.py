"""What an agent is told on a stop: a reason and a safe alternative, short, without secrets, nothing it did not know."""

from __future__ import annotations

import re
from statistics import median
from typing import Any, Final

import pytest
from support.library import LIBRARY, WHOLE

from enactd.agents.wording import LIMIT, line, refusal
from enactd.examples import HOME, SAMPLE_KEY, WORKSPACE, judge_example
from enactd.policy import Example
from enactd.receipts.redact import Redactor

LONGEST: Final = 300
"""Characters of a reason with its alternative: two sentences, of which one quotes the call."""
USUAL: Final = 160
"""Half of all reasons are shorter."""
BY_NAME: Final = "assigned-secret"
"""What the redactor takes for a secret because of the name before it: `gh secret set TOKEN` is words, too."""
_SENTENCE_END: Final = re.compile(r"[.!?](?= [A-Z`]|$)")
_PATH: Final = re.compile(r"(?<![\w.~*:/>-])/[\w.*-][\w.*/-]*")
_KNOWN: Final = {part for part in (*HOME.split("/"), *WORKSPACE.split("/"), "dev", "fd", "tmp") if part}


def _stops() -> list[tuple[str, Example, str]]:
    """Policy, example and the whole reason, for every example that declares a stop."""
    found = []
    for policy in LIBRARY.policies:
        for example in (*policy.declaration.denies, *policy.declaration.asks):
            found.append((policy.id, example, judge_example(WHOLE, example).verdict.reason))
    return found


STOPS: Final = _stops()


def test_reasons_are_short(record_property: Any) -> None:
    """Measured over all declared examples; none is cut on its way to the agent."""
    lengths = sorted(len(reason) for _, _, reason in STOPS)
    record_property(
        "figures",
        f"what agents are told: {len(lengths)} declared stops, median {median(lengths):.0f} characters, longest"
        f" {lengths[-1]}",
    )
    assert [] == [reason for _, _, reason in STOPS if len(reason) > LONGEST]
    assert median(lengths) <= USUAL
    assert all(line(reason) == " ".join(reason.split()) for _, _, reason in STOPS)
    told = max(len(refusal(reason, receipt="1042-ab12cd", ticket="1042-ab12cd")) for _, _, reason in STOPS)
    assert told < LIMIT


def test_every_reason_leads_somewhere() -> None:
    """One sentence says why, one what to do instead: an agent that knows a safe way does not hunt for a spelling."""
    assert [] == [(policy, reason) for policy, _, reason in STOPS if " Instead: " not in reason]
    for _, _, reason in STOPS:
        why, _, instead = reason.partition(" Instead: ")
        assert 1 <= len(_SENTENCE_END.findall(why)) <= 2, reason
        assert 1 <= len(_SENTENCE_END.findall(instead)) <= 2, reason
        assert len(instead.split()) >= 3, reason


def test_no_reason_holds_a_secret() -> None:
    """A key that is in the call is not said back: the transcript goes places."""
    assert [] == [reason for _, _, reason in STOPS if SAMPLE_KEY in reason]
    for _, _, reason in STOPS:
        redactor = Redactor()
        redactor.text(reason, 10_000)
        assert set() == set(redactor.found) - {BY_NAME}, reason


def test_no_reason_tells_paths_that_the_agent_did_not_name() -> None:
    """Every part of a path is of the call, of what went before it, or of the folder the agent is in."""
    told = []
    for policy, example, reason in STOPS:
        given = " ".join([str(example.input), *example.given, *example.after])
        for path in _PATH.findall(reason.replace("://", ":")):
            parts = [part for part in re.split(r"[/*]", path.rstrip(".")) if part and part not in _KNOWN]
            told += [(policy, path, reason) for part in parts if part not in given and not part.isdigit()]
    assert [] == told


@pytest.mark.parametrize("kind", ["denies", "asks"])
def test_there_are_stops_to_measure(kind: str) -> None:
    """A measurement over nothing proves nothing."""
    assert sum(len(getattr(policy.declaration, kind)) for policy in LIBRARY.policies) > 50
