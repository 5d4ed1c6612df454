"""What a call left behind: seen, not guessed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enactd.effects.model import CopyPath, DeletePath, MovePath, ReadPath, Request, Target, WritePath
from enactd.footprints import CALLS, PATHS, Change, Footprint, Footprints, footprint, status


def at(path: Path) -> Target:
    return Target(word=path.name, path=str(path))


def test_changes(tmp_path: Path) -> None:
    """Made, changed, removed, moved, and what stayed; reading leaves nothing."""
    kept, gone, new, written, old, moved, copy = (tmp_path / name for name in "abcdefg")
    for path in (kept, gone, written, old):
        path.write_text("before")
    seen = footprint(
        (
            ReadPath(target=at(kept)),
            WritePath(target=at(kept)),
            DeletePath(target=at(gone)),
            WritePath(target=at(new)),
            WritePath(target=at(written)),
            MovePath(target=at(old), to=at(moved)),
            CopyPath(target=at(kept), to=at(copy)),
            Request(method="POST", host="x"),
            DeletePath(target=Target(word="$X")),
        )
    )
    assert 8 == seen.parts
    gone.unlink()
    new.touch()
    written.write_text("after it")
    old.rename(moved)
    expected = {(gone, "removed"), (new, "made"), (written, "changed"), (old, "removed"), (moved, "made")}
    assert {(str(path), how) for path, how in expected} == {(change.path, change.how) for change in seen.changes()}


def test_elsewhere_is_not_here(tmp_path: Path) -> None:
    """A file on another machine is not looked for on this one."""
    assert {} == footprint([DeletePath(target=at(tmp_path / "x"), place="ssh web")]).before


def test_bounded(tmp_path: Path) -> None:
    """So many paths of a call, so many calls; strange paths are no trouble."""
    many = [WritePath(target=at(tmp_path / str(number))) for number in range(PATHS + 5)]
    assert PATHS == len(footprint(many).before)
    assert {"/a\0b": None} == footprint([WritePath(target=Target(word="x", path="/a\0b"))]).before
    waiting = Footprints()
    for number in range(CALLS + 1):
        waiting.take("a", "s", f"c{number}", ())
    assert waiting.pop("a", "s", "c0") is None
    assert Footprint(0, {}) == waiting.pop("a", "s", "c1")
    assert waiting.pop("a", "s", "c1") is None
    waiting.take("a", "s", "", ())
    assert waiting.pop("a", "s", "") is None


@pytest.mark.parametrize(
    ("ok", "interrupted", "parts", "changed", "expected"),
    [
        (True, False, 3, True, "ok"),
        (False, False, 3, True, "partial"),
        (False, False, 3, False, "failed"),
        (False, False, 1, True, "failed"),
        (False, True, 3, False, "partial"),
        (False, True, 1, True, "interrupted"),
        (True, True, 2, False, "partial"),
        (False, False, None, False, "failed"),
        (False, True, None, False, "interrupted"),
    ],
)
def test_status(ok: bool, interrupted: bool, parts: int | None, changed: bool, expected: str) -> None:
    """Half done is said only of what has parts, and was seen or stopped on the way."""
    before = None if parts is None else Footprint(parts, {})
    assert expected == status(ok, interrupted, before, [Change("/x", "made")] if changed else [])


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """What a link leads to is another path's matter."""
    (tmp_path / "link").symlink_to("/etc")
    seen = footprint([DeletePath(target=at(tmp_path / "link"))])
    os.unlink(tmp_path / "link")
    assert (Change(str(tmp_path / "link"), "removed"),) == seen.changes()
