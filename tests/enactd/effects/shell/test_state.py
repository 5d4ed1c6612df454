"""States are forked, merged and scoped without one way learning from another."""

from __future__ import annotations

import pytest

from enactd.effects.shell.state import ANY, MAX_STATES, Channel, State, Variable, forgotten, settle
from enactd.effects.values import Value, known, unknown


def state(**variables: str) -> State:
    made = State(known("/w"))
    for name, text in variables.items():
        made.assign(name, known(text))
    return made


def text(found: State, name: str) -> str | None:
    bound = found.variables.get(name)
    return None if bound is None else bound.text


def test_a_fork_goes_its_own_way() -> None:
    """What one way changes, the other does not see."""
    one = state(x="a")
    two = one.fork()
    two.assign("x", known("b"))
    two.cwd = known("/elsewhere")
    assert ("a", "/w") == (text(one, "x"), one.cwd.text)


def test_a_readonly_variable_keeps_its_value_and_the_attempt_fails() -> None:
    """As in bash, and the status says that something went wrong."""
    one = state()
    one.set("x", Variable(known("a"), readonly=True))
    one.assign("x", known("b"))
    assert ("a", None) == (text(one, "x"), one.status)


def test_an_exported_variable_stays_exported() -> None:
    """A new value does not take it out of the environment."""
    one = state()
    one.set("x", Variable(known("a"), exported=True))
    one.assign("x", known("b"))
    assert one.variables["x"].exported


def test_locals_end_with_their_function() -> None:
    """What was hidden comes back, also what was not set; what is no local stays."""
    one = state(x="outer")
    one.locals = ({},)
    for name in ("x", "new"):
        one.hide(name)
        one.assign(name, known("inner"))
    one.hide("x")
    one.assign("g", known("global"))
    one.unhide()
    assert ("outer", None, "global") == (text(one, "x"), text(one, "new"), text(one, "g"))


def test_references_are_followed_and_end() -> None:
    """A chain of references leads to its last name; a ring or an unknown goal leads nowhere."""
    one = state(x="a")
    one.refer("r", "s")
    one.refer("s", "x")
    assert "x" == one.meant("r")
    one.assign("r", known("b"))
    assert "b" == text(one, "x")
    one.refer("s", "r")
    assert one.meant("r") is None
    one.refer("u", None)
    one.assign("u", known("c"))
    assert text(one, "x") is None
    assert ANY in one.variables


def test_states_that_agree_are_one() -> None:
    """Only the status differs: it is forgotten, and the rest is kept."""
    one, two = state(x="a"), state(x="a")
    two.status = 1
    merged = settle([one, two])
    assert ["a"] == [text(each, "x") for each in merged]
    assert merged[0].status is None


def test_too_many_states_are_blended() -> None:
    """Beyond the limit one state is left, which knows what all have in common and nothing else."""
    states = [state(x=str(number), y="same") for number in range(MAX_STATES + 1)]
    merged = settle(states)
    assert [(None, "same")] == [(text(each, "x"), text(each, "y")) for each in merged]
    assert all(hole.plain for each in merged for hole in (each.variables["x"].value or Value()).holes)


def test_blending_keeps_control_apart() -> None:
    """A way that left the script is not mixed with one that goes on."""
    states = [state(x=str(number)) for number in range(MAX_STATES + 2)]
    for each in states[::2]:
        each.control = "exit"
    assert {"", "exit"} == {each.control for each in settle(states)}
    assert 2 == len(settle(states))


@pytest.mark.parametrize(("one", "two", "plain"), [("a1", "b2", True), ("a/b", "c", False), ("", "c", False)])
def test_what_a_blurred_variable_may_hold(one: str, two: str, plain: bool) -> None:
    """Two plain words give a plain hole; a path or nothing among them could be anything."""
    found = forgotten(state(x=one), state(x=two), "why").variables["x"].value
    assert found is not None
    assert [plain] == [hole.plain for hole in found.holes]


def test_functions_that_are_one_of_two_are_both() -> None:
    """After a condition either body may run."""
    from enactd.effects.shell.parser import parse

    one, two = state(), state()
    one.functions, two.functions = {"f": parse("a")}, {"f": parse("b")}
    both = forgotten(one, two, "why").functions["f"]
    assert "If" == type(both).__name__


def test_input_is_read_once() -> None:
    """What one way has taken from a stream is gone for it, not for the other."""
    channel = Channel("input", source=known("a\nb\n"))
    one = state()
    two = one.fork()
    one.take(channel, known("b\n"))
    assert ("b\n", "a\nb\n") == ((one.left_of(channel) or Value()).text, (two.left_of(channel) or Value()).text)
    assert one.left_of(None) is None


def test_output_that_may_be_missing() -> None:
    """Parts that are not sure are known only as whole lines."""
    sure, lines, part = Channel("pipe"), Channel("pipe"), Channel("pipe")
    sure.write(known("a"))
    lines.write(known("a\n"), sure=False)
    part.write(known("a"), sure=False)
    part.write(unknown("x"))
    assert ["a", "a\n", None] == [channel.written().text for channel in (sure, lines, part)]
