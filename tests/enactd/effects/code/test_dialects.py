"""Text and code in double-quoted strings."""

from __future__ import annotations

import pytest

from enactd.effects.code.dialects import Code, Dialect, interpolated


@pytest.mark.parametrize(
    ("style", "body", "expected"),
    [
        ("ruby", "a#{b}c", ("a", Code("b"), "c")),
        ("ruby", "#{a { 1 }}", (Code("a { 1 }"),)),
        ("ruby", "\\x41\\u{42}\\n", ("A", "B", "\n")),
        ("perl", "a $x ${y} @{[ 1 ]}", ("a ", Code("$x"), " ", Code("$y"), " ", Code("[ 1 ]"))),
        ("perl", "$h{k}", (Code("$h{k}"),)),
        ("php", "{$a['b']} $c->d", (Code("$a['b']"), " ", Code("$c->d"))),
        ("brace", "$(x) ${y}", (Code("x"), " ", Code("y"))),
        ("none", "#{a} $b", ("#{a} $b",)),
    ],
)
def test_parts(style: str, body: str, expected: tuple[object, ...]) -> None:
    """Each language marks code in its own way."""
    assert expected == interpolated(body, Dialect("x", interpolation=style))
