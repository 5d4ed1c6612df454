"""What programs share, and what holds for every program: any words give effects, never an exception."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fuzz import examples
from support.reading import CWD, HOME

from enactd.effects import invocation
from enactd.effects.areas import Places
from enactd.effects.budget import BudgetSpent
from enactd.effects.invocation import Exit, Invocation, Output, known, load_programs, unknown, value
from enactd.effects.model import Effect, ReadPath, WriteDevice, WritePath
from enactd.effects.programs import streams
from enactd.effects.reading import Reading
from enactd.effects.values import DECODED, FILE, NETWORK, SECRET, Hole, Value
from enactd.world import open_world

load_programs()
_NAMES = sorted(invocation._PROGRAMS)
_WORDS = st.one_of(
    st.sampled_from(
        "a / ~ - -- {} ; + A=1 s/a/b/ {print} -rf -c -i if=a xzf ( ) -name -exec -delete ::: host:x 777 --help /s -n 5"
        " apply -f rm|x a\0b".split(" ")
    ).map(known),
    st.text(max_size=6).map(known),
    st.sampled_from(
        [
            unknown("x"),
            unknown("y", plain=True),
            value("-", Hole("h")),
            value("a/", Hole("h", inside=True), "b"),
            value(Hole("h"), "="),
            Value(("*.x",), True),
        ]
    ),
)


def _call(name: str, args: list[Value], stdin: Value | None = None) -> Invocation:
    world = open_world(cwd=CWD, workspace=CWD, home=HOME, environment={}, complete=False)
    reading = Reading(world, Places(workspace=CWD, home=HOME))
    return Invocation(reading, name, args, stdin=stdin, cwd=known(CWD), source=name)


@settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(_NAMES),
    args=st.lists(_WORDS, max_size=6),
    stdin=st.sampled_from([None, known("a b\n"), unknown("input", NETWORK), known("!rm x\n")]),
)
def test_every_program_is_total(name: str, args: list[Value], stdin: Value | None) -> None:
    """Any program with any words yields effects, output and status, and nothing else."""
    function = invocation.find_program(name)
    assert function is not None
    try:
        items = list(function(_call(name, args, stdin)))
    except BudgetSpent:
        return
    assert all(isinstance(item, Effect | Output | Exit) for item in items)


def test_reading_joins_operands_and_stdin() -> None:
    """Operands in order, `-` is standard input, no operands is standard input too."""
    call = _call("cat", [], known("in\n"))
    reads, text = streams.reading(call, [known("-")])
    assert ([], "in\n") == (reads, text.text)
    reads, text = streams.reading(call, [])
    assert ([], "in\n") == (reads, text.text)
    reads, text = streams.reading(call, [known(".env")])
    assert [".env"] == [read.target.word for read in reads]
    assert {FILE, SECRET} <= text.origins


def test_transformed_keeps_taints() -> None:
    """Computed or not, the taints of the input stay."""
    assert known("A", NETWORK) == streams.transformed(known("a", NETWORK), str.upper, "upper").value
    hidden = streams.transformed(unknown("x", SECRET), str.upper, "upper").value
    assert (None, frozenset({SECRET})) == (hidden.text, hidden.origins)
    assert {DECODED} == streams.decoded(known("a"), str.upper, "upper").value.origins


def test_failing_functions_give_unknown_text() -> None:
    """A filter that cannot compute its input says so instead of failing."""
    assert streams.transformed(known("a"), lambda text: str(int(text)), "number").value.text is None


def test_selected_passes_contained_names_on() -> None:
    """Names that find prints are a superset of those that head lets through."""
    names = value("./", Hole("name", inside=True), ".o\n")
    assert names == streams.selected(names, str.upper, "lines").value
    assert streams.selected(unknown("x"), str.upper, "lines").value.text is None


@pytest.mark.parametrize(("path", "kind"), [("/dev/sda", WriteDevice), ("/dev/null", WritePath), ("a", WritePath)])
def test_writing_tells_devices(path: str, kind: type[Effect]) -> None:
    """A raw disk is written as a device."""
    effect = streams.writing(_call("tee", []), path, content=known("x", NETWORK))
    assert kind is type(effect)
    if isinstance(effect, WritePath):
        assert ("x", {NETWORK}) == (effect.content, effect.origins)


def test_merged_outputs() -> None:
    """Several runs have one output, in order."""
    read = ReadPath(target=_call("x", []).target("a"))
    items = streams.merged([[Output(known("a"))], [read, Output(known("b"))], []])
    assert [read, Output(known("ab"))] == items
    assert [] == streams.merged([[]])
