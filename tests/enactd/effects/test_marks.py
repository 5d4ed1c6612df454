"""Marks for what only the run will tell."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.effects.marks import CLOSE, OPEN, Marks
from enactd.effects.values import Hole, Value, known, value

_CHARACTERS = st.sampled_from(["a", "/", "0", "1", "9", " ", "'", OPEN, CLOSE])
_TEXTS = st.text(_CHARACTERS, max_size=12)
_PARTS = st.lists(st.one_of(_TEXTS, st.sampled_from([Hole("a"), Hole("b", plain=True)])), max_size=6)


def _shown(found: Value) -> list[str | Hole]:
    return list(value(*found.pieces).pieces)


@settings(max_examples=examples(300))
@given(_PARTS, _PARTS)
def test_what_was_marked_comes_back_whole(first: list[str | Hole], second: list[str | Hole]) -> None:
    """Whatever characters a text has of its own, no part of it is lost or taken for another."""
    marks = Marks()
    texts = [value(*first), value(*second)]
    marked = [marks.marked(text) for text in texts]

    assert [_shown(text) for text in texts] == [_shown(marks.unmarked(text)) for text in marked]
    assert marked == [marks.marked(text) for text in texts]


@settings(max_examples=examples(300))
@given(_TEXTS)
def test_text_that_was_never_marked_stays_text(text: str) -> None:
    """A mark that nobody made is no mark."""
    assert text == Marks().unmarked(text).text


def test_a_text_cannot_name_a_part_of_another() -> None:
    """The text's own characters get marks of their own."""
    marks = Marks()
    marks.marked(value("x", Hole("secret")))

    assert f"{OPEN}0{CLOSE}" == marks.unmarked(marks.marked(known(f"{OPEN}0{CLOSE}"))).text
