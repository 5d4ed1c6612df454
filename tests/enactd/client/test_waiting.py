"""How long a program waits for a person, and what ends it."""

from __future__ import annotations

import pytest

from enactd.client.errors import ApprovalNeeded, Denied
from enactd.client.messages import Ruling
from enactd.client.waiting import FIRST_PAUSE, LONGEST_PAUSE, Waiting

ASK = Ruling("ask", "why", "7-a", "7-a")


def test_a_yes_ends_it() -> None:
    """At once, or after a person said so."""
    assert Waiting("t", 0).again(Ruling("allow")) is None
    waiting = Waiting("t", 100)
    assert FIRST_PAUSE == waiting.again(ASK)
    assert waiting.again(Ruling("allow")) is None


def test_a_no_ends_it() -> None:
    """A policy's, and a person's."""
    waiting = Waiting("t", 100)
    waiting.again(ASK)
    with pytest.raises(Denied):
        waiting.again(Ruling("deny", "no"))


def test_a_closed_request_ends_it() -> None:
    """The gate opens another request only when the first one is settled, and it was not approved."""
    waiting = Waiting("t", 100)
    waiting.again(ASK)
    with pytest.raises(Denied, match="request 7-a was closed without an approval"):
        waiting.again(Ruling("ask", "why", "8-b", "8-b"))


def test_without_time_it_raises_the_ticket() -> None:
    """Whoever does not wait gets the ticket."""
    with pytest.raises(ApprovalNeeded) as raised:
        Waiting("t", 0).again(ASK)
    assert "7-a" == raised.value.ticket


def test_pauses_grow() -> None:
    """A wait of hours does not ask every second."""
    waiting = Waiting("t", 1e6)
    pauses = [waiting.again(ASK) or 0 for _ in range(20)]
    assert sorted(pauses) == pauses
    assert LONGEST_PAUSE == pauses[-1]


def test_what_is_left() -> None:
    """A question may be held as long as is waited, and not at all where nobody waits."""
    assert 0 == Waiting("t", 0).left
    assert 90 < Waiting("t", 100).left <= 100


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_no_waiting_backwards(seconds: float) -> None:
    """Such a wait is a mistake of the program."""
    with pytest.raises(ValueError, match="0 or more"):
        Waiting("t", seconds)


def test_what_is_asked() -> None:
    """For whoever wants to tell a person."""
    waiting = Waiting("t", 100)
    assert waiting.asked is None
    waiting.again(ASK)
    assert waiting.asked is not None
    assert ("7-a", "why", "t") == (waiting.asked.ticket, waiting.asked.reason, waiting.asked.tool)
