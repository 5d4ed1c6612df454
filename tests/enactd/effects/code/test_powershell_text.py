"""Strings, here-strings, comments and brackets of PowerShell."""

from __future__ import annotations

import pytest

from enactd.effects.code.powershell_text import TextCursor, parts_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('"a$b c"', [("text", "a"), ("variable", "b"), ("text", " c")]),
        ('"${a b}c"', [("variable", "a b"), ("text", "c")]),
        ('"$env:X\\y"', [("variable", "env:X"), ("text", "\\y")]),
        ('"$(1 + (2))x"', [("code", "1 + (2)"), ("text", "x")]),
        ('"a""b`"c`n"', [("text", 'a"b"c\n')]),
        ('"$5.00 $"', [("variable", "5"), ("text", ".00 $")]),
        ('"$x:y"', [("variable", "x:y")]),
    ],
)
def test_double_quotes(body: str, expected: list[tuple[str, str]]) -> None:
    """Variables, code and escapes are told from text."""
    cursor = TextCursor(body)
    assert expected == cursor.double_quoted()
    assert (len(body), False) == (cursor.at, cursor.broken)


def test_single_quotes_double_themselves() -> None:
    """Two quotes are one."""
    cursor = TextCursor("'a''b' c")
    assert "a'b" == cursor.single_quoted()
    assert 6 == cursor.at


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("(a (b) c) d", "a (b) c"),
        ("{ '}' }x", " '}' "),
        ('{ "}" }', ' "}" '),
        ("{ # }\n }", " # }\n "),
        ("{ <# } #> }", " <# } #> "),
        ("{ @'\n}\n'@ }", " @'\n}\n'@ "),
        ("(`))", "`)"),
    ],
)
def test_brackets(text: str, inner: str) -> None:
    """Strings and comments hide brackets."""
    assert inner == TextCursor(text).bracketed()


def test_here_strings() -> None:
    """Quotes inside are ordinary; the end stands on its own line."""
    cursor = TextCursor('@"\nsay "x" $y\n"@ | z')
    assert ('"', [("text", 'say "x" '), ("variable", "y")]) == cursor.here_string()
    assert " | z" == cursor.text[cursor.at :]
    assert [("text", '"'), ("variable", "a")] == parts_of('"$a')
