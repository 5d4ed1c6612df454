"""All or nothing: behind the durable length nothing stays, whichever call of the disk fails."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from support.receipts import FaultyDisk, segment

from enactd.errors import ReceiptError
from enactd.receipts.disk import Disk
from enactd.receipts.store import LOCK_NAME, Store


def begun(folder: Path, disk: Disk | None = None, segment_bytes: int = 100) -> Store:
    store = Store(str(folder), disk or Disk(), segment_bytes)
    store.begin(0)
    return store


def test_appends_follow_each_other(tmp_path: Path) -> None:
    """Bytes land in order, as given."""
    store = begun(tmp_path)
    store.append(b"one\n", 0)
    store.append(b"two\n", 1)
    store.close()
    assert b"one\ntwo\n" == segment(tmp_path).read_bytes()


def test_rotation_by_size(tmp_path: Path) -> None:
    """A segment that would grow beyond its size is followed by one named after the next record."""
    store = begun(tmp_path, segment_bytes=10)
    for number in range(5):
        store.append(b"1234\n", number)
    store.append(b"x" * 50 + b"\n", 5)
    store.append(b"y\n", 6)
    store.close()
    sizes = {path.name: path.stat().st_size for path in tmp_path.glob("*.jsonl")}
    expected = {0: 10, 2: 10, 4: 5, 5: 51, 6: 2}
    assert {segment(tmp_path, first).name: size for first, size in expected.items()} == sizes


def test_going_on_cuts_what_lies_behind(tmp_path: Path) -> None:
    """Resuming at a length means that length."""
    segment(tmp_path).write_bytes(b"good\nhalf")
    store = Store(str(tmp_path), Disk(), 100)
    store.resume(str(segment(tmp_path)), 5)
    store.append(b"next\n", 1)
    store.close()
    assert b"good\nnext\n" == segment(tmp_path).read_bytes()


def test_a_used_name_is_refused(tmp_path: Path) -> None:
    """A new segment never appends to something that is there."""
    store = begun(tmp_path)
    segment(tmp_path, 7).write_bytes(b"x")
    with pytest.raises(OSError, match="something in it"):
        store.begin(7)
    store.close()


def test_an_empty_leftover_is_used(tmp_path: Path) -> None:
    """A segment that was made and never written is no obstacle."""
    segment(tmp_path, 7).write_bytes(b"")
    store = begun(tmp_path)
    store.begin(7)
    store.append(b"x\n", 7)
    store.close()
    assert b"x\n" == segment(tmp_path, 7).read_bytes()


def test_one_writer(tmp_path: Path) -> None:
    """A second store is refused with the reason; after closing, the folder is free."""
    store = begun(tmp_path)
    with pytest.raises(ReceiptError, match="another daemon") as caught:
        Store(str(tmp_path), Disk(), 100)
    assert "the other one goes on" in caught.value.effect
    store.close()
    Store(str(tmp_path), Disk(), 100).close()
    assert (tmp_path / LOCK_NAME).stat().st_size == 0


def test_descriptors_are_given_back(tmp_path: Path) -> None:
    """Refused and closed stores leave none open."""
    before = len(os.listdir("/proc/self/fd"))
    store = begun(tmp_path, segment_bytes=3)
    for number in range(6):
        store.append(b"xx\n", number)
    for _ in range(3):
        with pytest.raises(ReceiptError):
            Store(str(tmp_path), Disk(), 100)
    store.close()
    store.close()
    assert before == len(os.listdir("/proc/self/fd"))


def test_bytes_set_aside(tmp_path: Path) -> None:
    """Nothing is overwritten: the same name again gets a number."""
    store = begun(tmp_path)
    assert "a.torn" == store.keep_aside("a.torn", b"1")
    assert "a.torn.1" == store.keep_aside("a.torn", b"2")
    assert "a.torn.2" == store.keep_aside("a.torn", b"3")
    store.close()
    assert [b"1", b"2", b"3"] == [path.read_bytes() for path in sorted(tmp_path.glob("a.torn*"))]


SCRIPT = [b"aaaa\n", b"bbbbbbbb\n", b"cccc\n", b"d\n", b"eeeeee\n"]


def run_script(store: Store) -> list[bytes]:
    """Append the script; a failed append is tried once more. What was accepted."""
    done: list[bytes] = []
    for data in SCRIPT:
        for _ in range(2):
            try:
                store.append(data, len(done))
            except OSError:
                continue
            done.append(data)
            break
    return done


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.jsonl")))


def count_calls(folder: Path) -> int:
    disk = FaultyDisk()
    store = begun(folder, disk, segment_bytes=12)
    assert SCRIPT == run_script(store)
    return len(disk.calls)


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EINTR, errno.EROFS, "short"])
def test_each_call_fails_once(tmp_path: Path, fault: int | str) -> None:
    """Whichever call fails, what was accepted is exactly what lies there."""
    total = count_calls(tmp_path / "count")
    for number in range(total):
        folder = tmp_path / str(number)
        disk = FaultyDisk({number: fault})
        try:
            store = begun(folder, disk, segment_bytes=12)
        except OSError:
            continue
        done = run_script(store)
        store.close()
        assert b"".join(done) == content(folder)
        assert SCRIPT == done


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
def test_all_calls_fail_from_one_on_and_come_back(tmp_path: Path, fault: int) -> None:
    """While the disk fails nothing is accepted and nothing half stays under it; when it is back, work goes on."""
    total = count_calls(tmp_path / "count")
    for number in range(6, total):  # behind the calls that open it
        folder = tmp_path / str(number)
        disk = FaultyDisk(dict.fromkeys(range(number, total + 100), fault))
        store = begun(folder, disk, segment_bytes=12)
        done = run_script(store)
        disk.fail = {}
        store.append(b"after\n", len(done))
        store.close()
        assert b"".join(done) + b"after\n" == content(folder)


def test_a_half_line_is_never_followed(tmp_path: Path) -> None:
    """When a failed write cannot be taken back, the next append refuses until it can."""
    disk = FaultyDisk()
    store = begun(tmp_path, disk)
    store.append(b"good\n", 0)
    number = len(disk.calls)
    disk.fail = {number: "short", number + 1: errno.EIO, number + 2: errno.EIO, number + 3: errno.EIO}
    with pytest.raises(OSError, match="injected"):
        store.append(b"second\n", 1)
    assert b"good\nsec" == segment(tmp_path).read_bytes()
    with pytest.raises(OSError, match="injected"):
        store.append(b"third\n", 1)
    assert b"good\nsec" == segment(tmp_path).read_bytes()
    store.append(b"fourth\n", 1)
    store.close()
    assert b"good\nfourth\n" == segment(tmp_path).read_bytes()


def test_a_failed_sync_takes_the_bytes_back(tmp_path: Path) -> None:
    """Written and not durable is not there."""
    disk = FaultyDisk()
    store = begun(tmp_path, disk)
    disk.fail = {len(disk.calls) + 1: errno.EIO}
    with pytest.raises(OSError, match="injected"):
        store.append(b"lost\n", 0)
    assert ["write", "sync", "truncate", "sync"] == disk.calls[-4:]
    assert b"" == segment(tmp_path).read_bytes()
    store.close()


def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    """A write of zero bytes is a failure, not a loop."""

    class Deaf(Disk):
        def write(self, descriptor: int, data: bytes | memoryview) -> int:
            return 0

    store = begun(tmp_path, Deaf())
    with pytest.raises(OSError, match="no more bytes"):
        store.append(b"x\n", 0)
    store.close()


def test_short_writes_are_finished(tmp_path: Path) -> None:
    """A disk that takes little at a time gets all of it."""

    class Small(Disk):
        def write(self, descriptor: int, data: bytes | memoryview) -> int:
            return super().write(descriptor, data[:3])

    store = begun(tmp_path, Small())
    store.append(b"a long line\n", 0)
    store.close()
    assert b"a long line\n" == segment(tmp_path).read_bytes()
