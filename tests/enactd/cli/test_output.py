"""Tables and text: plain, and safe to print whatever an agent wrote."""

from __future__ import annotations

import time

import pytest

from enactd.cli.output import as_json, cell, clock, line, table


def test_table() -> None:
    """Upper-case header, two spaces, `-` for nothing, a sentence for no rows."""
    assert "none" == table(("a",), [], empty="none")
    assert "A   BEE\nxx  -\ny   2" == table(("a", "bee"), [("xx", None), ("y", 2)], empty="")


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\nb", "a\x9bb", "a\u202eb", "a\udcffb", "a\u2028b"])
def test_line(text: str) -> None:
    """No character of somebody else's moves a cursor, colours, breaks a line or turns the direction."""
    assert line(text).isprintable()
    assert cell(text).isprintable()
    assert as_json("x", text).isascii()


def test_line_is_bounded() -> None:
    """Long text is cut."""
    assert 10 == len(line("x" * 1_000_000, 10))


def test_clock() -> None:
    """Today's times without the date, others with it."""
    assert 8 == len(clock(int(time.time() * 1e6)))
    assert clock(0).startswith(("1970-01-01 ", "1969-12-31 "))
