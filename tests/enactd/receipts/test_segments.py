"""Reading the folder: lines, receipts by number and id, the newest ones; never a write, never a crash."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.receipts import decision, lines, open_log, segment, write_log

from enactd.errors import ReceiptError
from enactd.receipts import segments
from enactd.receipts.segments import LINE_LIMIT, Line, Segment


@pytest.fixture(params=[1 << 20, 1000, 1], ids=["one segment", "few", "one each"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Ten receipts, over one or several segments."""
    write_log(tmp_path, 10, segment_bytes=request.param)
    return str(tmp_path)


def test_names() -> None:
    """Twelve digits, so that names sort as numbers do."""
    assert "000000000000.jsonl" == segments.segment_name(0)
    assert "000000001042.jsonl" == segments.segment_name(1042)


def test_only_segments_are_listed(tmp_path: Path) -> None:
    """Torn tails, locks and foreign files are no part of the log."""
    for name in ("000000000007.jsonl", "000000000000.jsonl", "000000000007.torn", "writer.lock", "x.jsonl", "7.jsonl"):
        (tmp_path / name).write_text("")
    (tmp_path / "０００００００００００１.jsonl").write_text("")
    (tmp_path / "000000000009.jsonl.bak").write_text("")
    found = segments.list_segments(str(tmp_path))
    assert [0, 7] == [item.first for item in found]
    assert Segment(7, str(tmp_path / "000000000007.jsonl")) == found[1]


def test_no_folder_no_segments(tmp_path: Path) -> None:
    """A log that was never begun is empty."""
    assert [] == segments.list_segments(str(tmp_path / "none"))
    assert [] == list(segments.receipts(str(tmp_path / "none")))
    assert [] == segments.newest(str(tmp_path / "none"), 3)
    assert segments.find(str(tmp_path / "none"), "0") is None


def test_an_unreadable_folder(tmp_path: Path) -> None:
    """A file in the folder's place is an error in words."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReceiptError, match="cannot read"):
        segments.list_segments(str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n", [Line(b"", True, 0)]),
        (b"a\nbc\n", [Line(b"a", True, 0), Line(b"bc", True, 2)]),
        (b"a\nbc", [Line(b"a", True, 0), Line(b"bc", False, 2)]),
        (b"a\r\nb\n", [Line(b"a\r", True, 0), Line(b"b", True, 3)]),
    ],
)
def test_lines(tmp_path: Path, data: bytes, expected: list[Line]) -> None:
    """LF alone ends a line; what has none is unfinished."""
    path = tmp_path / "x"
    path.write_bytes(data)
    assert expected == list(segments.read_lines(str(path)))


def test_lines_from_the_middle(tmp_path: Path) -> None:
    """Reading can go on at any offset."""
    path = tmp_path / "x"
    path.write_bytes(b"a\nbc\nd\n")
    assert [Line(b"bc", True, 2), Line(b"d", True, 5)] == list(segments.read_lines(str(path), 2))


def test_an_endless_line_ends(tmp_path: Path) -> None:
    """A line beyond the limit is one unfinished line, and nothing behind it is read."""
    path = tmp_path / "x"
    path.write_bytes(b"a\n" + b"b" * (LINE_LIMIT + 5) + b"\nc\n")
    found = list(segments.read_lines(str(path)))
    assert [(1, True), (LINE_LIMIT, False)] == [(len(line.data), line.complete) for line in found]


def test_the_longest_line(tmp_path: Path) -> None:
    """The limit counts the LF."""
    path = tmp_path / "x"
    path.write_bytes(b"b" * (LINE_LIMIT - 1) + b"\n")
    assert [True] == [line.complete for line in segments.read_lines(str(path))]


def test_a_missing_segment(tmp_path: Path) -> None:
    """A file that vanished is an error in words."""
    with pytest.raises(ReceiptError, match="cannot read the segment"):
        list(segments.read_lines(str(tmp_path / "none")))


@pytest.mark.parametrize("first", range(12))
def test_receipts_from_a_number(log: str, first: int) -> None:
    """From that number to the end, over all segments."""
    assert list(range(first, 10)) == [found.record.seq for found in segments.receipts(log, first)]


def test_receipts_hold_their_bytes(log: str) -> None:
    """A receipt's line is what lies on disk, its hash is in the next one."""
    found = list(segments.receipts(log))
    assert lines(log) == [receipt.line + b"\n" for receipt in found]
    assert [receipt.hash for receipt in found[:-1]] == [receipt.record.prev for receipt in found[1:]]


@pytest.mark.parametrize(("count", "expected"), [(0, []), (1, [9]), (3, [7, 8, 9]), (10, range(10)), (99, range(10))])
def test_the_newest(log: str, count: int, expected: list[int]) -> None:
    """The last ones, oldest first, from as many segments as it takes."""
    assert list(expected) == [found.record.seq for found in segments.newest(log, count)]


def test_the_newest_of_a_large_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end is found in blocks, wherever a block begins."""
    write_log(tmp_path, 10)
    for block in (7, 100, 511, 4096):
        monkeypatch.setattr(segments, "_BLOCK", block)
        assert [7, 8, 9] == [found.record.seq for found in segments.newest(str(tmp_path), 3)]
        assert list(range(10)) == [found.record.seq for found in segments.newest(str(tmp_path), 50)]


def test_an_unfinished_line_is_not_read(log: str) -> None:
    """What is being written is not there yet."""
    last = segments.list_segments(log)[-1].path
    with open(last, "ab") as file:
        file.write(b'{"half')
    assert 10 == len(list(segments.receipts(log)))
    assert [9] == [found.record.seq for found in segments.newest(log, 1)]


def test_find_by_id(log: str) -> None:
    """By number, by number and hash, with an `r` before it, with white space around it."""
    for receipt in segments.receipts(log):
        for wanted in (str(receipt.record.seq), receipt.id, f"r{receipt.id}", f" {receipt.id}\n", receipt.id[:-2]):
            assert receipt == segments.find(log, wanted)


@pytest.mark.parametrize(
    "wanted",
    ["", "-", "x", "10", "999999999999", "9" * 40, "-1", "1.0", "٣", "0-zzzzzz", "r", "1 2", "1--", "0-" + "f" * 80],
)
def test_what_is_not_there(log: str, wanted: str) -> None:
    """A wrong hash, a foreign form or a number beyond the end finds nothing."""
    assert segments.find(log, wanted) is None


def test_a_line_that_is_no_receipt(tmp_path: Path) -> None:
    """Reading a damaged log says where, and what to run."""
    write_log(tmp_path, 3)
    path = segment(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"seq":1', b'"seq":"'))
    with pytest.raises(ReceiptError, match="record 1") as caught:
        list(segments.receipts(str(tmp_path)))
    assert "enactctl receipts verify" == caught.value.fix
    with pytest.raises(ReceiptError, match="near the end"):
        segments.newest(str(tmp_path), 3)


def test_reading_writes_nothing(log: str) -> None:
    """No file of the folder changes, none appears."""
    before = {name: os.stat(os.path.join(log, name)).st_mtime_ns for name in os.listdir(log)}
    list(segments.receipts(log))
    segments.newest(log, 4)
    segments.find(log, "3")
    assert before == {name: os.stat(os.path.join(log, name)).st_mtime_ns for name in os.listdir(log)}


def test_reading_beside_a_writer(tmp_path: Path) -> None:
    """What was acknowledged can be read at once."""
    log = open_log(tmp_path)
    for number in range(5):
        receipt = log.append_now(decision())
        assert receipt == segments.find(str(tmp_path), str(number))
    log.close()
