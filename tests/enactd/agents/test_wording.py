"""What model and person read is one bounded line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enactd.agents import wording


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("two\nlines\r\n", "two lines"),
        ("a\x1b[2Kb", "a [2Kb"),
        ("nul\0here", "nul here"),
        ("right\u202eleft", "right left"),
        ("zero\u200bwidth", "zero width"),
        ("sep\u2028arator", "sep arator"),
        ("half \ud800 pair", "half pair"),
        ("Grüße 漢字", "Grüße 漢字"),
        ("", ""),
    ],
)
def test_a_line_moves_no_cursor(text: str, expected: str) -> None:
    """Control, formatting and half characters become blanks."""
    assert expected == wording.line(text)


@given(st.text(max_size=5000))
def test_a_line_is_bounded_and_single(text: str) -> None:
    """Whatever comes in: one line, printable, encodable, within the limit."""
    line = wording.line(text, 200)
    assert len(line) <= 200
    assert "\n" not in line
    line.encode()


def test_a_long_line_keeps_both_ends() -> None:
    """The rule in front and the alternative at the end survive shortening."""
    line = wording.line("rule: " + "x" * 5_000_000 + " Instead: name them.")
    assert line.startswith("rule: x")
    assert line.endswith("Instead: name them.")
    assert len(line) <= wording.LIMIT


def test_a_refusal_always_ends_with_its_receipt() -> None:
    """However long the reason, the receipt can be looked up."""
    text = wording.refusal("r" * 10_000, receipt="1042", ticket="t-7")
    assert text.endswith("[receipt 1042]")
    assert "ticket t-7" in text
    assert "their own terminal" in text


def test_an_empty_reason_still_says_something() -> None:
    """Some agents let a call run if its denial has no reason."""
    assert wording.refusal("")
    assert wording.refusal("\n\0")
    assert wording.question("")
