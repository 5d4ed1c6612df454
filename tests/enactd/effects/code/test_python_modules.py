"""Dotted names."""

from __future__ import annotations

import pytest

from enactd.effects.code.python_modules import canonical, is_dangerous


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("builtins.exec", "exec"),
        ("posix.system", "os.system"),
        ("requests.Session().get", "requests.get"),
        ("os.path.join", "os.path.join"),
        ("simplejson.dumps", "json.dumps"),
    ],
)
def test_canonical(written: str, expected: str) -> None:
    """Several names of a function are one."""
    assert expected == canonical(written)


def test_dangerous() -> None:
    """Modules whose members can do harm."""
    assert is_dangerous("os")
    assert not is_dangerous("handlers")
