"""Texts and numbers of Python."""

from __future__ import annotations

import pytest
from support.code import python


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2", "3"),
        ("str(1.5)", "1.5"),
        ("'%d%%' % 5", "5%"),
        ("'{1}{0}'.format('a', 'b')", "ba"),
        ("'{{}}'.format()", "{}"),
        ("'%(a)s' % {'a': 'x'}", "x"),
        ("'abc'[-1]", "c"),
        ("'abc'[0:2]", "ab"),
        ("chr(ord('a') + 1)", "b"),
        ("chr(97 ^ 1)", "`"),
        ("' '.join(str(i) for i in range(3))", "0 1 2"),
        ("'%x' % 5", None),
        ("x", None),
    ],
)
def test_content(expression: str, expected: str | None) -> None:
    """What is written is computed where it can be."""
    found = python(f"from pathlib import Path; Path('a').write_text({expression})")
    assert expected == found[0].content  # type: ignore[attr-defined]
