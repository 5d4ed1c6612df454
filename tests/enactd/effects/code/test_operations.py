"""What code of any language does, in effects."""

from __future__ import annotations

import pytest

from enactd.effects.code import operations
from enactd.effects.model import DeletePath, Opaque, RunCode, Target, WritePath
from enactd.effects.values import known, unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DROP TABLE x", True),
        (" select * from t", True),
        ("update", False),
        ("delete me", True),
        ("hello world", False),
        ("", False),
        ("with open", True),
    ],
)
def test_sql_is_told_by_its_beginning(text: str, expected: bool) -> None:
    """A statement starts with a verb and goes on."""
    assert expected == operations.is_sql(known(text))


def test_decoders() -> None:
    """Known text is decoded and marked; the rest is unknown and marked."""
    assert ("/etc", frozenset({"decoded"})) == (
        operations.decoded(known("L2V0Yw"), "base64").text,
        operations.decoded(known("L2V0Yw"), "base64").origins,
    )
    assert "/etc" == operations.decoded(known("2f657463"), "hex").text
    assert operations.decoded(known("***"), "base64").text is None
    assert operations.decoded(unknown("x"), "hex").text is None


def test_a_project_keeps_what_is_known() -> None:
    """In project files the unknown is folded into one `RunCode`; known targets and whole trees stay."""
    home = DeletePath(target=Target(word="~", path="/home/u", area="home"))
    tree = DeletePath(target=Target(word="$X"), recursive=True)
    loose = [Opaque(reason="x"), WritePath(target=Target(word="$X")), DeletePath(target=Target(word="$X"))]
    kept = [*operations.in_project([home, tree, *loose], "workspace", "ruby")]
    assert [home, tree, RunCode(language="ruby", origin="workspace", what="parts that depend on the run")] == kept
    assert loose == [*operations.in_project(loose, "argument", "ruby")]
