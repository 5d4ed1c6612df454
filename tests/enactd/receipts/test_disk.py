"""The thin layer over the system's calls does what it says, on a real disk."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from enactd.receipts.disk import Disk


def test_a_folder_is_made_private(tmp_path: Path) -> None:
    """Mode 0700, whatever the umask, also where it was open before."""
    disk = Disk()
    old = os.umask(0)
    try:
        disk.close(disk.open_folder(str(tmp_path / "a" / "b")))
    finally:
        os.umask(old)
    assert 0o700 == stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode)
    (tmp_path / "a").chmod(0o755)
    disk.close(disk.open_folder(str(tmp_path / "a")))
    assert 0o700 == stat.S_IMODE((tmp_path / "a").stat().st_mode)


def test_a_file_is_made_private_and_appended_to(tmp_path: Path) -> None:
    """Mode 0600; bytes go to the end wherever the file was cut."""
    disk = Disk()
    path = str(tmp_path / "x")
    descriptor = disk.open_append(path)
    assert 0o600 == stat.S_IMODE(os.stat(path).st_mode)
    assert 5 == disk.write(descriptor, b"hello")
    disk.truncate(descriptor, 2)
    assert 1 == disk.write(descriptor, memoryview(b"y"))
    disk.sync(descriptor)
    assert 3 == disk.size(descriptor)
    disk.close(descriptor)
    assert b"hey" == Path(path).read_bytes()


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A segment that points elsewhere is not written to."""
    (tmp_path / "x").symlink_to(tmp_path / "y")
    with pytest.raises(OSError, match=r"."):
        Disk().open_append(str(tmp_path / "x"))
    assert not (tmp_path / "y").exists()


def test_one_lock(tmp_path: Path) -> None:
    """The second taker is told, not made to wait; closing gives the lock back."""
    disk = Disk()
    one, two = disk.open_append(str(tmp_path / "l")), disk.open_append(str(tmp_path / "l"))
    assert disk.lock(one)
    assert not disk.lock(two)
    disk.close(one)
    assert disk.lock(two)
    disk.close(two)


def test_descriptors_stay_in_this_process(tmp_path: Path) -> None:
    """Workers that are started do not keep the log or its lock open."""
    disk = Disk()
    for descriptor in (disk.open_folder(str(tmp_path)), disk.open_append(str(tmp_path / "x"))):
        assert fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
        disk.close(descriptor)


def test_a_folder_can_be_synced(tmp_path: Path) -> None:
    """Names become durable, too."""
    disk = Disk()
    descriptor = disk.open_folder(str(tmp_path))
    disk.sync_folder(descriptor)
    disk.close(descriptor)
