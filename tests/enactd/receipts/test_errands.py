"""What is due for a place: bounded parts, in order, nothing that a crash could undo, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from support.receipts import decision, lines, open_log, write_log
from support.witnessed import build

from enactd.receipts import checkpoint, errands, packing, segments
from enactd.receipts.errands import Errand, Got, Heads, Lines, Stamps
from enactd.receipts.parcel import Parcel
from enactd.receipts.places import FilePlace, GitPlace, Nowhere
from enactd.receipts.verify import verify


class Shelf:
    """Keeps what it is given, delivery by delivery."""

    def __init__(self) -> None:
        self.got: list[list[Parcel]] = []

    def put(self, parcels: Sequence[Parcel]) -> None:
        self.got.append(list(parcels))


NOTHING = Got()


def run(errand: Errand, got: Got = NOTHING) -> Got:
    """Until nothing is due."""
    while (fresh := errand.step(got, 1000.0)) is not None:
        got = fresh
    return got


def of(log: Path, shelf: Shelf, durable: int) -> Lines:
    return Lines(str(log), shelf, lambda: ("test.1", durable))


def test_checkpoints_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long queue goes in parts, over several files."""
    monkeypatch.setattr(errands, "AT_ONCE", 2)
    for _ in range(3):
        build(tmp_path, "rcrc")
    shelf = Shelf()
    heads = Heads(str(tmp_path / "log"), shelf)
    assert Got(6, 1000.0) == run(heads)
    assert [[1, 2], [3, 4], [5, 6]] == [[one.end for one in part] for part in shelf.got]
    assert 3 == len(checkpoint.list_files(str(tmp_path / "log")))
    assert 6 == heads.newest()


def test_a_log_without_checkpoints(tmp_path: Path) -> None:
    """There is nothing to take anywhere yet."""
    heads = Heads(str(tmp_path / "log"), Shelf())
    assert (None, 0) == (heads.step(Got(), 0.0), heads.newest())


@pytest.mark.parametrize("options", [{}, {"segment_bytes": 900}], ids=["one segment", "many"])
def test_lines_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, int]) -> None:
    """Every line once and in order, whatever parts they go in."""
    monkeypatch.setattr(errands, "AT_ONCE", 3)
    write_log(tmp_path, 10, **options)
    shelf = Shelf()
    errand = of(tmp_path, shelf, 10)
    assert Got(10, 1000.0) == run(errand)
    assert [3, 3, 3, 1] == [len(part) for part in shelf.got]
    assert b"".join(lines(tmp_path)) == b"".join(one.filed for part in shelf.got for one in part)
    assert errand.step(Got(10), 0.0) is None


def test_what_is_not_durable_waits(tmp_path: Path) -> None:
    """A receipt that a power cut could take back, and another could follow, is not anywhere else before."""
    write_log(tmp_path, 5)
    shelf = Shelf()
    assert Got(3, 1000.0) == run(of(tmp_path, shelf, 3))
    assert [0, 1, 2] == [one.end - 1 for part in shelf.got for one in part]


def test_a_part_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By bytes, too: whatever the log holds, memory does not grow with it."""
    monkeypatch.setattr(errands, "BYTES_AT_ONCE", 2000)
    log = open_log(tmp_path)
    for _ in range(6):
        log.append_now(decision(tool="t" * 1500))
    log.close()
    shelf = Shelf()
    run(of(tmp_path, shelf, 6))
    assert [2, 2, 2] == [len(part) for part in shelf.got]


def test_after_a_restart(tmp_path: Path) -> None:
    """It goes on behind what is known, in the middle of a segment, a compressed one, too."""
    write_log(tmp_path, 6, segment_bytes=900)
    first = segments.list_segments(str(tmp_path))[0]
    packing.pack(first)
    for end in range(6):
        shelf = Shelf()
        assert Got(6, 1000.0) == run(of(tmp_path, shelf, 6), Got(end, 1.0))
        assert list(range(end, 6)) == [one.end - 1 for part in shelf.got for one in part]


def test_what_retention_dropped(tmp_path: Path) -> None:
    """It is not to be had any more: that is counted, and the rest is delivered."""
    write_log(tmp_path, 6, segment_bytes=900)
    found = segments.list_segments(str(tmp_path))
    for segment in found[:2]:
        Path(segment.path).unlink()
    shelf = Shelf()
    got = run(of(tmp_path, shelf, 6), Got(1, 1.0))
    assert (6, found[2].first - 1) == (got.end, got.missed)
    assert found[2].first == shelf.got[0][0].end - 1


def test_a_place_that_fails(tmp_path: Path) -> None:
    """The same lines are due again."""
    write_log(tmp_path, 2)
    with pytest.raises(OSError, match="gone"):
        Lines(str(tmp_path), Nowhere("gone"), lambda: ("test.1", 2)).step(Got(), 0.0)


def test_pauses(tmp_path: Path) -> None:
    """A commit is not made every second."""
    log = str(tmp_path)
    assert 1.0 == Lines(log, Shelf(), lambda: ("", 0)).pause
    assert 10.0 <= (Lines(log, GitPlace("", ""), lambda: ("", 0)).pause or 0.0)
    assert (None, 7.0, 60.0) == (Heads(log, Shelf()).pause, Stamps(log, "", 7).pause, Stamps(log, "", 3600).pause)


def test_when_a_stamp_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the newest checkpoint, if it has none, each so many seconds; a clock that steps back hurries it."""
    build(tmp_path, "rcrc")
    log = str(tmp_path / "log")
    asked: list[int] = []
    monkeypatch.setattr(errands.timestamps, "obtain", lambda _, head, url: asked.append(head.checkpoint.size))
    stamps = Stamps(log, "http://tsa", 100)
    assert Got(2, 1000.0) == stamps.step(Got(), 1000.0)
    assert stamps.step(Got(2, 1000.0), 2000.0) is None
    build(tmp_path, "rc")
    assert stamps.step(Got(2, 1000.0), 1099.0) is None
    assert Got(3, 1100.0) == stamps.step(Got(2, 1000.0), 1100.0)
    assert Got(3, 900.0) == stamps.step(Got(2, 1000.0), 900.0)
    assert ([2, 3, 3], 3) == (asked, stamps.newest())


def test_the_copy_is_a_log(tmp_path: Path) -> None:
    """A file of all receipts is the log's first segment: what verifies a log verifies it."""
    write_log(tmp_path / "log", 7, segment_bytes=900)
    (tmp_path / "copy").mkdir()
    place = FilePlace(str(tmp_path / "copy/000000000000.jsonl"))
    run(Lines(str(tmp_path / "log"), place, lambda: ("test.1", 7)))
    report = verify(str(tmp_path / "copy"))
    assert (7, None) == (report.records, report.problem)
    assert b"".join(lines(tmp_path / "log")) == (tmp_path / "copy/000000000000.jsonl").read_bytes()
