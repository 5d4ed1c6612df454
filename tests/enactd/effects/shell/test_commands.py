"""Simple commands: assignments before a program that its own words use."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.model import DeletePath


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("D=/srv rm -rf $D/x", {"/srv/x"}),
        ("D=build; rm -rf $D", {"/home/u/proj/build"}),
        ("TMPDIR=/srv rm -rf ${TMPDIR}/x", {"/srv/x", "/tmp/x"}),
        ("rm -rf $TMPDIR/x", {"/tmp/x"}),
        ("A=1 rm -rf build", {"/home/u/proj/build"}),
    ],
)
def test_what_is_meant_counts(command: str, expected: set[str]) -> None:
    """The shell expands the words before it assigns; the value that the author means is read as well."""
    assert expected <= {effect.target.path for effect in effects(command) if isinstance(effect, DeletePath)}
