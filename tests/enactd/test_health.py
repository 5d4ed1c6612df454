"""What is wrong is said once, with what mends it, and symptoms stay silent."""

from __future__ import annotations

import pytest

from enactd import health
from enactd.health import CONDITIONS, EVENTS, PASSING, Health


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
def state(now: list[float]) -> Health:
    return Health(lambda: now[0])


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=lambda c: c.code)
def test_each_condition_is_complete(condition: health.Condition) -> None:
    """A condition says what it means and what to do, in our prose, and depends on declared ones."""
    assert condition.title
    assert condition.fix
    for prose in (condition.title, condition.text):
        assert prose == prose.strip().rstrip(".")
        assert prose[0].islower()
    assert set(condition.depends_on) <= CONDITIONS.keys() - {condition.code}


def test_nothing_wrong_is_green(state: Health) -> None:
    """Health starts green and empty."""
    assert ("green", ()) == (state.colour, state.ailments())


def test_the_gravest_gives_the_colour_and_comes_first(state: Health) -> None:
    """Red beats yellow."""
    state.report(health.POLICIES_STALE, "x.py, line 3")
    assert "yellow" == state.colour
    state.report(health.RECEIPTS_UNWRITABLE)
    assert "red" == state.colour
    assert [health.RECEIPTS_UNWRITABLE, health.POLICIES_STALE] == [a.code for a in state.ailments()]
    assert state.ailments()[1].text.startswith("x.py, line 3; ")
    state.clear(health.RECEIPTS_UNWRITABLE)
    assert "yellow" == state.colour


def test_symptoms_of_a_broken_cause_stay_silent(state: Health) -> None:
    """One fault is told once, not as all that follows from it."""
    state.report(health.FAULTS)
    state.report(health.RECEIPTS_UNWRITABLE)
    assert [health.RECEIPTS_UNWRITABLE] == [a.code for a in state.ailments()]
    state.clear(health.RECEIPTS_UNWRITABLE)
    assert [health.FAULTS] == [a.code for a in state.ailments()]


def test_events_fade_and_states_stay(state: Health, now: list[float]) -> None:
    """What happened once is not shown for ever; what still is wrong is, since when it began."""
    state.report(health.OVERLOADED)
    state.report(health.POLICIES_STALE)
    now[0] += PASSING + 1
    state.report(health.POLICIES_STALE)
    assert [(health.POLICIES_STALE, 1000.0)] == [(a.code, a.since) for a in state.ailments()]
    assert EVENTS <= CONDITIONS.keys()


def test_undeclared_conditions_do_not_exist(state: Health) -> None:
    """Nothing can be reported that was not declared."""
    with pytest.raises(KeyError):
        state.report("gremlins")
    state.clear("gremlins")
