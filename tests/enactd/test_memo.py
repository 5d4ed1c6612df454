"""What is remembered is bounded in count and in length, and is what the function says."""

from __future__ import annotations

from typing import Any

import pytest

from enactd.effects.lookalikes import lookalike
from enactd.effects.natures import natures
from enactd.effects.secrets import secret_file, secret_glob
from enactd.effects.shell.patterns import compiled
from enactd.memo import memo
from enactd.receipts.redact import is_sensitive_key
from enactd.session_state import key_of


def test_a_call_is_answered_once() -> None:
    """Short texts are remembered, whatever else is said by name."""
    asked = []

    @memo(8, 5)
    def size(text: str, *, plus: int = 0) -> int:
        asked.append(text)
        return len(text) + plus

    assert [3, 3, 4] == [size("abc"), size("abc"), size("abc", plus=1)]
    assert ["abc", "abc"] == asked


def test_long_texts_are_not_kept() -> None:
    """They are answered each time, in any place."""
    asked = []

    @memo(8, 5)
    def joined(one: str, other: str) -> str:
        asked.append(one)
        return one + other

    for _ in range(2):
        assert "123456x" == joined("123456", "x")
        assert "x123456" == joined("x", "123456")
        assert "12345x" == joined("12345", "x")
    assert ["123456", "x", "12345", "123456", "x"] == asked


def test_the_oldest_go() -> None:
    """No more than so many are kept."""
    asked = []

    @memo(2)
    def same(text: str) -> str:
        asked.append(text)
        return text

    for text in "abcab":
        same(text)
    assert list("abcab") == asked


LONG = "x" * 3000


@pytest.mark.parametrize(
    ("function", "texts", "named"),
    [
        (secret_file, (LONG,), {}),
        (secret_glob, (LONG,), {}),
        (natures, ("/" + LONG,), {"workspace": "/w", "home": "/h"}),
        (lookalike, (LONG, "npm"), {}),
        (compiled, (LONG,), {}),
        (is_sensitive_key, (LONG,), {}),
        (key_of, ("claude-code", LONG), {}),
    ],
)
def test_long_names_of_agents_are_kept_nowhere(function: Any, texts: tuple[str, ...], named: dict[str, str]) -> None:
    """They may be as long as a message, so that some thousand of them would be gigabytes."""
    before = function.cache_info()
    function(*texts, **named)
    assert before == function.cache_info()
