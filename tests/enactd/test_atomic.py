"""Files are replaced whole and for good, whatever call fails and wherever the process or the power dies."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import crashes

from enactd import atomic
from enactd.atomic import drafts, remove_drafts, replace_file, sync_folder, write_draft

OLD, NEW = b"old\n", b"new and longer\n" * 300


def replace(folder: Path, tell: Callable[[str], object]) -> None:
    """What the injected faults hit: one replacement, and the word that it is done."""
    replace_file(folder / "file", NEW)
    tell("done")


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_content_and_rights(tmp_path: Path, mode: int) -> None:
    """Just this content and these rights, over a file that was there and where none was; nothing else is left."""
    (tmp_path / "old").write_bytes(b"something longer than the new content, with other rights")
    before = os.umask(0o077)
    try:
        for name in ("old", "fresh"):
            replace_file(tmp_path / name, b"new", mode)
            assert (b"new", mode) == (
                (tmp_path / name).read_bytes(),
                stat.S_IMODE((tmp_path / name).stat().st_mode),
            )
    finally:
        os.umask(before)
    assert ["fresh", "old"] == sorted(os.listdir(tmp_path))


def test_a_name_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the working folder."""
    monkeypatch.chdir(tmp_path)
    replace_file("file", b"new")
    assert b"new" == (tmp_path / "file").read_bytes()


@pytest.mark.parametrize("fault", crashes.FAULTS, ids=str)
def test_every_call(tmp_path: Path, fault: Any) -> None:
    """For every n the old content is there or the new, never a half; what was said to be done stays done."""
    (tmp_path / "count").mkdir()
    total = crashes.count(tmp_path / "count", replace)
    assert 6 <= total  # the draft: open, write, fsync; rename; the folder: open, fsync
    for number in range(total):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "file").write_bytes(OLD)
        _, told = crashes.run(folder, number, fault, replace)
        found = (folder / "file").read_bytes()
        assert found == NEW if told else found in (OLD, NEW), number
        if fault not in ("kill", "killed", "power"):
            assert ["file"] == os.listdir(folder), number
        remove_drafts(folder / "file")
        assert ["file"] == os.listdir(folder), number


def test_the_fault_that_undoes_what_is_not_synced(tmp_path: Path) -> None:
    """The power cut above would find a replacement that does not sync its folder."""
    (tmp_path / "file").write_bytes(OLD)

    def careless(folder: Path, tell: Callable[[str], object]) -> None:
        os.rename(write_draft(folder / "file", NEW), folder / "file")
        tell("done")
        os.close(os.open(folder / "file", os.O_RDONLY))

    total = crashes.count(tmp_path, careless)
    (tmp_path / "file").write_bytes(OLD)
    assert ["done"] == crashes.run(tmp_path, total - 1, "power", careless)[1]
    assert OLD == (tmp_path / "file").read_bytes()


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_what_is_no_file_stays(tmp_path: Path, kind: str) -> None:
    """A device, a pipe or a folder is not replaced, whatever rights we have."""
    place = tmp_path / "place"
    place.mkdir() if kind == "folder" else os.mkfifo(place)
    before = place.lstat()
    with pytest.raises(OSError, match="no regular file") as caught:
        replace_file(place, b"new")
    assert (errno.EINVAL, before.st_mode) == (caught.value.errno, place.lstat().st_mode)
    assert ["place"] == os.listdir(tmp_path)


def test_a_link_is_replaced(tmp_path: Path) -> None:
    """What it points to is somebody else's."""
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "link").symlink_to("other")
    replace_file(tmp_path / "link", b"new")
    assert (b"other", b"new", False) == (
        (tmp_path / "other").read_bytes(), (tmp_path / "link").read_bytes(), (tmp_path / "link").is_symlink(),
    )  # fmt: skip


def test_called_off_at_the_last_moment(tmp_path: Path) -> None:
    """What `before` raises leaves the old content, and no draft; it sees the finished draft."""
    (tmp_path / "file").write_bytes(b"old")
    seen = []

    def refuse(descriptor: int) -> None:
        seen.append(os.fstat(descriptor).st_size)
        raise ValueError("changed meanwhile")

    with pytest.raises(ValueError, match="changed meanwhile"):
        replace_file(tmp_path / "file", b"fresh", before=refuse)
    assert ([5], b"old", ["file"]) == (seen, (tmp_path / "file").read_bytes(), os.listdir(tmp_path))


def test_drafts_are_known_by_their_names(tmp_path: Path) -> None:
    """Those of this file only, and nothing that a person named."""
    mine = Path(write_draft(tmp_path / "file", b"x"))
    for name in ("file", "file.bak", "other.0123456789abcdef", "file.0123456789abcdef0"):
        (tmp_path / name).write_bytes(b"x")
    assert [str(mine)] == drafts(tmp_path / "file")
    assert [] == drafts(tmp_path / "missing" / "file")
    remove_drafts(tmp_path / "file")
    assert 4 == len(os.listdir(tmp_path))
    assert not mine.exists()


def test_a_missing_folder(tmp_path: Path) -> None:
    """It is the caller's to make; nothing is made by the way."""
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "missing" / "file", b"new")
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "missing")
    assert [] == os.listdir(tmp_path)


def test_macos_is_asked_for_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There fsync leaves the data in the drive; its own call is used."""
    asked: list[int] = []
    monkeypatch.setattr(atomic.sys, "platform", "darwin")
    monkeypatch.setattr(atomic.fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(atomic.fcntl, "fcntl", lambda _, call: asked.append(call))
    replace_file(tmp_path / "file", b"new")
    assert [51] == asked
