"""A no holds for the same call, for some minutes."""

from __future__ import annotations

from support.desk import Clock, request

from enactd.approvals.denials import KEPT_S, Denials


def test_a_no_is_kept_for_its_time_and_its_call() -> None:
    """Another call is another question; so is the same one later, and after a clock was set back."""
    clock = Clock()
    denials = Denials(clock)
    denials.keep("bond", request("7-abc"))
    clock.now += KEPT_S - 1
    assert ("7-abc", None) == (getattr(denials.find("bond"), "id", None), denials.find("other"))
    clock.now += 1
    assert denials.find("bond") is None
    clock.now -= 2 * KEPT_S
    assert denials.find("bond") is None


def test_what_is_over_is_forgotten() -> None:
    """However many there were."""
    clock = Clock()
    denials = Denials(clock)
    for number in range(100):
        denials.keep(str(number), request())
    clock.now += KEPT_S
    denials.keep("last", request())
    assert ["last"] == list(denials._kept)
