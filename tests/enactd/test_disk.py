"""Bounded reading of files that somebody else prepared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enactd.disk import kind_of, lstat, names_in, read_file, read_line, read_text


@pytest.mark.timeout(10)
def test_only_regular_files(tmp_path: Path) -> None:
    """FIFOs, folders, devices, missing and impossible names are None at once."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    for path in (
        tmp_path / "fifo",
        tmp_path / "link",
        tmp_path,
        tmp_path / "no",
        "/dev/zero",
        "/proc/self/mem",
        "a\0b",
    ):
        assert read_file(str(path), 100) is None
        assert read_line(str(path)) is None


def test_limits(tmp_path: Path) -> None:
    """A file over the limit is None, one of exactly the limit is read."""
    path = tmp_path / "x"
    path.write_bytes(b"ab\xffcd\nef")
    assert (None, b"ab\xffcd\nef") == (read_file(str(path), 7), read_file(str(path), 8))
    assert "ab\ufffdcd\nef" == read_text(str(path), 100)
    assert os.fsdecode(b"ab\xffcd") == read_line(str(path))


def test_names_show_that_there_are_more(tmp_path: Path) -> None:
    """One more than the limit is given, never all of a huge folder."""
    for number in range(5):
        (tmp_path / str(number)).touch()
    assert 3 == len(names_in(str(tmp_path), 2) or ())
    assert 5 == len(names_in(str(tmp_path), 10) or ())
    assert names_in(str(tmp_path / "0"), 10) is None


def test_kinds(tmp_path: Path) -> None:
    """File, folder, link, other."""
    (tmp_path / "f").touch()
    (tmp_path / "l").symlink_to("f")
    kinds = [kind_of(os.lstat(path).st_mode) for path in (tmp_path / "f", tmp_path, tmp_path / "l", Path("/dev/null"))]
    assert ["file", "folder", "link", "other"] == kinds
    assert lstat(str(tmp_path / "no")) is None
    assert lstat("a\0") is None
