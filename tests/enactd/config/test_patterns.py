"""Patterns that an operator writes: what cannot run away is taken, all else is refused with its reason."""

from __future__ import annotations

import pytest

from enactd.config.patterns import check_pattern


@pytest.mark.parametrize(
    "text", ["ACME-[0-9]{6}", r"(?i)patient[ _-]?id\W{0,3}\d+", "a+b+", "(?:a{1,5}){1,5}", "[a-z]+@[a-z]+", r"\bx*y\b"]
)
def test_taken(text: str) -> None:
    """Ordinary expressions."""
    check_pattern(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(a+)+b", "repeats what repeats"),
        ("(?:x*)*y", "repeats what repeats"),
        ("(?:(?:ab)+c|d)*e", "repeats what repeats"),
        ("(?P<n>a+)*?x", "repeats what repeats"),
        ("(?=(a+)+)b", "repeats what repeats"),
        ("(", "no regular expression"),
        ("[z-a]", "no regular expression"),
        ("", "empty text"),
        ("a*", "empty text"),
        ("a" * 501, "longer than 500"),
    ],
)
def test_refused(text: str, said: str) -> None:
    """And why."""
    with pytest.raises(ValueError, match=said):
        check_pattern(text)
