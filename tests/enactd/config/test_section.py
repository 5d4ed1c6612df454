"""The base of every table."""

from __future__ import annotations

import msgspec
import pytest

from enactd.config.section import Section


class Table(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table."""

    key: int = 0


def test_a_key_that_a_table_does_not_have_is_an_error() -> None:
    """A misspelt key is told, not ignored."""
    with pytest.raises(msgspec.ValidationError, match="kye"):
        msgspec.convert({"kye": 1}, Table)
