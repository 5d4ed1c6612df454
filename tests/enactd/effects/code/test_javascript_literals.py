"""Text and numbers of JavaScript."""

from __future__ import annotations

import pytest
from support.code import node


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a\\nb'", "a\nb"),
        ("'\\x41\\u0042\\u{43}'", "ABC"),
        ("1 + 2", "3"),
        ("1 + '2'", "12"),
        ("-1 + 'x'", "-1x"),
        ("true + ''", "true"),
        ("'a' + 'b' + 'c' + 'd'", "abcd"),
        ("`a${1}b`", "a1b"),
        ("['a', 'b'] + ''", "a,b"),
        ("({a: 'x'}).a", "x"),
        ("x + 'y'", None),
        ("typeof x", None),
    ],
)
def test_content(expression: str, expected: str | None) -> None:
    """What is written is computed where it can be."""
    (found,) = node(f"fs.writeFileSync('a', {expression})")
    assert expected == found.content  # type: ignore[attr-defined]
