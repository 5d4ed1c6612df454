"""Compressed segments: the same bytes when read, and one good form at every moment."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.receipts import lines, open_log, signer, write_log

from enactd.errors import ReceiptError
from enactd.receipts import packing, segments
from enactd.receipts.query import Query
from enactd.receipts.search import scan, search
from enactd.receipts.segments import Segment, list_segments
from enactd.receipts.verify import verify


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Thirty receipts over several segments."""
    write_log(tmp_path / "log", 30, segment_bytes=3000)
    return tmp_path / "log"


def pack(log: Path, *places: int) -> None:
    for place in places:
        packing.pack(list_segments(str(log))[place])


def test_reads_as_before(log: Path) -> None:
    """Lines, numbers, the newest ones, one by its number, and the verifier's word."""
    folder = str(log)
    before = lines(log)
    tail, one = segments.newest(folder, 17), segments.find(folder, "11")
    pack(log, 0, 1, 2)
    assert 3 == len(list(log.glob("*.jsonl.zst")))
    assert before == [line + b"\n" for _, line in segments.lines(folder)]
    assert tail == segments.newest(folder, 17)
    assert one == segments.find(folder, "11")
    report = verify(folder, signer())
    assert (30, None) == (report.records, report.problem)


def test_the_log_goes_on(log: Path) -> None:
    """The writer checks the seam to a compressed segment, and never appends to one."""
    pack(log, *range(len(list_segments(str(log))) - 1))
    write_log(log, 2)
    assert 32 == verify(str(log), signer()).records
    pack(log, -1)
    write_log(log, 2)
    assert 34 == verify(str(log), signer()).records
    assert segments.PACKED not in list_segments(str(log))[-1].path


def test_search_reads_it(log: Path, tmp_path: Path) -> None:
    """An index made before still finds its lines."""
    index = str(tmp_path / "i")
    before = search(str(log), index, Query())
    pack(log, 0, 1)
    state = os.stat(index).st_ino
    assert before == search(str(log), index, Query()) == scan(str(log), Query())
    assert state == os.stat(index).st_ino


def test_what_a_crash_leaves(log: Path) -> None:
    """Between the rename and the end of the plain file both are there, and the plain one counts."""
    first = Path(list_segments(str(log))[0].path)
    kept = first.read_bytes()
    pack(log, 0)
    first.write_bytes(kept)
    assert str(first) == list_segments(str(log))[0].path
    first.with_name(first.name + ".zst.packing").write_bytes(b"half")
    assert 30 == verify(str(log), signer()).records
    pack(log, 0)
    assert not first.exists()


def test_damage_is_named(log: Path) -> None:
    """A flipped byte or a cut of the compressed file: the verifier names a record in it, and nothing crashes."""
    pack(log, 1)
    segment = list_segments(str(log))[1]
    data = Path(segment.path).read_bytes()
    after = list_segments(str(log))[2].first
    for place in range(len(data)):
        Path(segment.path).write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
        problem = verify(str(log)).problem
        if problem is not None:
            assert segment.first <= problem.index <= after
        else:  # bits of the frame's header that say nothing about the content
            assert place < 18
            assert 30 == verify(str(log), signer()).macs
    for length in range(len(data)):
        Path(segment.path).write_bytes(data[:length])
        problem = verify(str(log)).problem
        assert problem is not None
        assert segment.first <= problem.index <= after


def test_zstd_reads_it(log: Path) -> None:
    """Any zstd program gives the lines back."""
    program = shutil.which("zstd")
    whole = Path(list_segments(str(log))[0].path).read_bytes()
    pack(log, 0)
    packed = list_segments(str(log))[0].path
    if program:
        assert whole == subprocess.run([program, "-dc", packed], capture_output=True, check=True).stdout
    with segments.open_segment(packed) as file:
        assert whole == file.read()


def test_no_room(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the copy cannot be written the plain segment stays, and no half is left."""

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing.os, "fsync", refuse)
    before = sorted(path.name for path in log.iterdir())
    with pytest.raises(ReceiptError, match="cannot compress"):
        pack(log, 0)
    assert before == sorted(path.name for path in log.iterdir())


def test_a_packed_one_stays(log: Path) -> None:
    """Packing twice changes nothing."""
    pack(log, 0)
    packed = list_segments(str(log))[0]
    assert packed == packing.pack(packed)


def test_an_open_log_rotates_when_told(tmp_path: Path) -> None:
    """`rotate` begins a new segment with the next record, and an empty segment is no reason for another."""
    write_log(tmp_path, 2)
    log = open_log(tmp_path)
    log.rotate()
    log.rotate()
    log.close()
    write_log(tmp_path, 1)
    assert [Segment(0, str(tmp_path / "000000000000.jsonl"))] == list_segments(str(tmp_path))
