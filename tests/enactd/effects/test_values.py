"""Text with holes: no operation invents what is not known, and none drops a taint."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.effects.values import (
    EMPTY,
    FILE,
    MAX_PIECES,
    MAX_TEXT,
    SECRET,
    Hole,
    Value,
    concat,
    join,
    known,
    unknown,
    value,
)

HOLES = st.sampled_from([Hole("x"), Hole("pid", plain=True, empty=False), Hole("match", inside=True)])
PIECES = st.lists(st.text("ab \n/", max_size=4) | HOLES, max_size=6)
VALUES = st.builds(
    lambda pieces, origins: value(*pieces, origins=origins), PIECES, st.frozensets(st.sampled_from([FILE, SECRET]))
)
FUZZ = settings(max_examples=examples(150), deadline=None)


def filled(content: Value, text: str = "H") -> str:
    """What the value is where each hole turns out to be `text`."""
    return "".join(piece if isinstance(piece, str) else text for piece in content.pieces)


@FUZZ
@given(VALUES)
def test_known_means_known(content: Value) -> None:
    """There is a text exactly where there is no hole, and it is what is visible."""
    assert content.known is (not content.holes) is (content.text is not None)
    assert content.text in (None, content.visible)
    assert content.may_be_empty is (content.visible == "" and all(hole.empty for hole in content.holes))


@FUZZ
@given(st.lists(VALUES, max_size=4), st.sampled_from([" ", ":", "\n"]))
def test_joining_loses_nothing(parts: list[Value], separator: str) -> None:
    """Neither text nor holes nor taints."""
    both = (concat(parts) if parts else EMPTY, join(parts, separator))
    assert "".join(map(filled, parts)) == filled(both[0])
    assert separator.join(map(filled, parts)) == filled(both[1])
    for found in both:
        assert frozenset().union(*(part.origins for part in parts)) == found.origins


@FUZZ
@given(VALUES, st.sampled_from(["\n", "/", "a"]), st.integers(-1, 3))
def test_splitting_loses_nothing(content: Value, separator: str, limit: int) -> None:
    """The parts joined again are the value, and there are as many as the text alone would give."""
    parts = content.split(separator, limit)
    assert filled(content) == separator.join(map(filled, parts))
    assert len(filled(content).split(separator, limit)) == len(parts)
    assert all(part.origins == content.origins for part in parts)


@FUZZ
@given(VALUES)
def test_words_are_those_of_the_text(content: Value) -> None:
    """White space in known text cuts; a hole never does."""
    assert filled(content).split() == [filled(word) for word in content.words()]
    assert content.visible.split() == [word.text for word in value(content.visible).words()]


@FUZZ
@given(VALUES, st.integers(0, 5))
def test_beginning_and_end(content: Value, count: int) -> None:
    """`prefix` and `suffix` are certain; `cut` takes from what is certain only."""
    assert filled(content).startswith(content.prefix)
    assert filled(content).endswith(content.suffix)
    assert filled(content, "")[min(count, len(content.prefix)) :] == filled(content.cut(count), "")


@pytest.mark.parametrize(
    ("text", "lines"), [("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb\n", ["a", "", "b"]), ("\n", [""])]
)
def test_lines(text: str, lines: list[str]) -> None:
    """A last line end begins no line."""
    assert lines == [line.text for line in known(text).lines()]


def test_growth_ends_in_one_hole_that_keeps_the_taints() -> None:
    """Neither length nor number of parts is without bound."""
    big = known("x" * (MAX_TEXT // 2 + 1), SECRET)
    assert concat([big, big]).text is None
    assert {SECRET} == concat([big, big]).origins
    many = value(*(piece for _ in range(MAX_PIECES) for piece in ("a", Hole("x"))), origins=[FILE])
    assert (1, {FILE}) == (len(many.pieces), many.origins)


def test_shown_to_people() -> None:
    """Holes are named, long text is cut."""
    assert "a<why>b" == (known("a") + unknown("why") + known("b")).shown()
    assert "aaaa…" == known("a" * 9).shown(5)
