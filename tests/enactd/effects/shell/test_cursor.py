"""Blanks, comments, here-documents, and the fuel that bounds reading."""

from __future__ import annotations

import pytest

from enactd.effects.shell.cursor import Cursor, Fuel
from enactd.effects.shell.parser import parse
from enactd.effects.shell.syntax import Simple, SyntaxProblem


def test_blanks() -> None:
    """Blanks, continuations and comments are skipped, a newline and a carriage return are not."""
    for text, rest in ((" \t a", "a"), ("\\\n a", "a"), ("# c\na", "\na"), ("\r", "\r"), ("", "")):
        cursor = Cursor(text)
        cursor.skip_blanks()
        assert rest == text[cursor.pos :]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("a <<E\nx\ny\nE\nb", "x\ny\n"), ("a <<-E\n\tx\n\tE\nb", "x\n"), ("a <<'E'\n$x\nE\nb", "$x\n"), ("a <<E\nx", "x\n"), ("a <<E", ""), ("a <<E\nx\\\nE\nE\nb", "xE\n"),
        ("a <<'E'\nx\\\nE\nb", "x\\\n"), ("a <<\"E F\"\nx\nE F\nb", "x\n"), ("a <<\\E\n$x\nE\nb", "$x\n"), ("a <<E\n\\$x \\\\ \"q\"\nE\nb", "$x \\ \"q\"\n"),
    ],
)  # fmt: skip
def test_here_documents(text: str, body: str) -> None:
    """The text up to the delimiter; quoting it keeps everything literal; a continued line is no delimiter."""
    node = parse(text).items[0][0]
    assert isinstance(node, Simple)
    found = node.redirects[0].body
    assert found is not None
    assert body == found.literal


def test_two_on_a_line() -> None:
    """They follow each other in order."""
    node = parse("a <<X <<Y\n1\nX\n2\nY").items[0][0]
    assert isinstance(node, Simple)
    assert ["1\n", "2\n"] == [r.body.literal for r in node.redirects if r.body is not None]


def test_fuel() -> None:
    """Work is counted and ends with a refusal."""
    for spend in (Fuel(10).burn, Fuel(10).command):
        with pytest.raises(SyntaxProblem):
            list(iter(spend, "never"))
