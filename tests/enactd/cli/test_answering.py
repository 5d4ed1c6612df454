"""What verbs about approvals share: a request as text that is safe to print."""

from __future__ import annotations

import pytest
from support.desk import request

from enactd.approvals.model import Question, Settled
from enactd.cli.answering import MOST, age, outcome, told


def test_a_request_is_told_whole_and_bounded() -> None:
    """Everything that it takes to decide; what steers a terminal is gone, what is endless is cut."""
    nasty = "x\x1b[2J\u202e\x07"
    one = request(
        call="\n".join([nasty] * 100), effects=(nasty,), lasting=("gone for ever",), plan=("3 to destroy",),
        questions=(Question(policy="p.q", reason=nasty, instead="look first"),), needs=2, held=True, session=nasty,
    )  # fmt: skip
    text = told(one, now=one.since + 70)
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert len(text.splitlines()) < MOST + 20
    for word in (
        "70 s ago",
        "2 people must approve",
        "the agent waits",
        "p.q: x",
        "look first",
        "3 to destroy",
        "gone",
    ):
        assert word in text, word


@pytest.mark.parametrize(
    ("seconds", "said"), [(-5, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (2e5, "2 days")]
)
def test_ages_are_short(seconds: float, said: str) -> None:
    """In the unit that people think in."""
    assert said == age(seconds)


def test_outcomes_say_what_happens_next() -> None:
    """Approved, denied, or one of several."""
    assert "runs once" in outcome(Settled(request="1-a", state="approved"))
    assert "denied" in outcome(Settled(request="1-a", state="denied"))
    assert "one more person" in outcome(Settled(request="1-a", state="pending", missing=1))
    assert "expired" in outcome(Settled(request="1-a", state="expired"))
