"""Which repository a word on a forge means."""

from __future__ import annotations

import pytest

from enactd.effects.programs.forge_repository import slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme/App", "acme/app"), ("github.com/acme/app", "acme/app"), ("https://github.com/acme/app", "acme/app"),
        ("https://github.com/acme/app.git", "acme/app"), ("git@github.com:acme/app.git", "acme/app"),
        ("ssh://git@github.com/acme/app", "acme/app"), ("https://github.com/acme/app/pull/12", "acme/app"),
        ("https://github.com/acme/app/issues/3#issuecomment-1", "acme/app"),
        ("https://gitlab.com/acme/app/-/merge_requests/3", "acme/app"), ("app", ""), ("", ""), ("a b/c d", ""),
    ],
)  # fmt: skip
def test_slug(text: str, expected: str) -> None:
    """Owner and name out of every spelling."""
    assert expected == slug(text)
