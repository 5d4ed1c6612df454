"""Where a log ends: what a crash leaves is torn, everything else is damage with a number."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.receipts import KEY, decision, lines, open_log, segment, signer, write_log

from enactd.errors import ReceiptError, TamperedError
from enactd.receipts import record, tail
from enactd.receipts.signer import Signer
from enactd.receipts.tail import read_damaged, read_tail


def test_a_new_log(tmp_path: Path) -> None:
    """Nothing there: record 0 comes next, after 64 zeros."""
    found = read_tail(str(tmp_path), signer())
    assert (0, record.GENESIS, "", b"") == (found.next_seq, found.prev, found.log_id, found.torn)
    assert str(segment(tmp_path)) == found.segment.path


@pytest.mark.parametrize("segment_bytes", [1 << 20, 1500, 1])
def test_a_good_end(tmp_path: Path, segment_bytes: int) -> None:
    """Next number, hash of the last line, length of the last segment."""
    write_log(tmp_path, 7, segment_bytes=segment_bytes)
    found = read_tail(str(tmp_path), signer())
    assert (7, "test.1", b"") == (found.next_seq, found.log_id, found.torn)
    assert record.line_hash(lines(tmp_path)[-1][:-1]) == found.prev
    assert Path(found.segment.path).stat().st_size == found.length


def test_the_last_line_torn_at_every_byte(tmp_path: Path) -> None:
    """However much of the last line is there, short of its LF, the rest is good and it is torn."""
    write_log(tmp_path, 3)
    whole = segment(tmp_path).read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    for end in range(start, len(whole)):
        segment(tmp_path).write_bytes(whole[:end])
        found = read_tail(str(tmp_path), signer())
        assert (2, start, whole[start:end]) == (found.next_seq, found.length, found.torn)


@pytest.mark.parametrize(
    "rest",
    [
        b"{",
        b"garbage",
        b"garbage\n",
        b"\n",
        b'{"v":1\n',
        b"\0" * 10,
        b"\0" * 10 + b"\n",
        b"\0\0\n\0\0",
        b"\0\0\nabc\n",
        b"\xff",
    ],
)
def test_what_a_crash_explains(tmp_path: Path, rest: bytes) -> None:
    """No LF, no JSON at the very end, or a hole of NUL bytes."""
    write_log(tmp_path, 3)
    good = segment(tmp_path).stat().st_size
    with segment(tmp_path).open("ab") as file:
        file.write(rest)
    found = read_tail(str(tmp_path), signer())
    assert (3, good, rest) == (found.next_seq, found.length, found.torn)


@pytest.mark.parametrize("rest", [b"{}\n", b"[]\n", b"1\n", b"garbage\n{}\n", b"garbage\ngarbage\n", b"\n\n", b"\n{"])
def test_what_no_crash_explains(tmp_path: Path, rest: bytes) -> None:
    """Whole JSON that is no record, or more than one bad line."""
    write_log(tmp_path, 3)
    with segment(tmp_path).open("ab") as file:
        file.write(rest)
    with pytest.raises(TamperedError, match="record 3") as caught:
        read_tail(str(tmp_path), signer())
    assert 3 == caught.value.index
    assert "does not start" in caught.value.effect


@pytest.mark.parametrize("index", range(5))
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"verdict":"allow"', b'"verdict":"deny"'),
        (b'"time":', b'"time": '),
        (b'"tool":"Bash"', b'"tool":"Bush"'),
        (b'"mac_alg":"HMAC-SHA256"', b'"mac_alg":"NONE-SHA256"'),
    ],
)
def test_a_changed_line(tmp_path: Path, index: int, old: bytes, new: bytes) -> None:
    """The key finds every change, also in the newest record, and names it."""
    write_log(tmp_path, 5)
    changed = lines(tmp_path)
    assert old in changed[index]
    changed[index] = changed[index].replace(old, new)
    segment(tmp_path).write_bytes(b"".join(changed))
    with pytest.raises(TamperedError) as caught:
        read_tail(str(tmp_path), signer())
    assert index == caught.value.index


@pytest.mark.parametrize(
    ("order", "bad"), [([1, 2, 3], 0), ([0, 2, 3], 1), ([0, 0, 1], 1), ([0, 2, 1, 3], 1), ([1, 0], 0), ([0, 1, 1], 2)]
)
def test_lines_out_of_order(tmp_path: Path, order: list[int], bad: int) -> None:
    """Dropped, doubled and swapped lines are found at the place where they begin."""
    write_log(tmp_path, 4)
    whole = lines(tmp_path)
    segment(tmp_path).write_bytes(b"".join(whole[number] for number in order))
    with pytest.raises(TamperedError) as caught:
        read_tail(str(tmp_path), signer())
    assert bad == caught.value.index


def test_another_key(tmp_path: Path) -> None:
    """A log of another key is not gone on with."""
    write_log(tmp_path, 2)
    with pytest.raises(TamperedError, match="record 0") as caught:
        read_tail(str(tmp_path), Signer(b"x" * 32))
    assert signer().key_id in caught.value.cause


def test_a_line_of_another_log(tmp_path: Path) -> None:
    """Records of two logs under one key do not mix."""
    write_log(tmp_path / "a", 2)
    log = open_log(tmp_path / "b", log_id="other")
    for _ in range(3):
        log.append_now(decision())
    log.close()
    segment(tmp_path / "a").write_bytes(b"".join([*lines(tmp_path / "a"), lines(tmp_path / "b")[2]]))
    with pytest.raises(TamperedError) as caught:
        read_tail(str(tmp_path / "a"), signer())
    assert 2 == caught.value.index


def test_an_empty_new_segment(tmp_path: Path) -> None:
    """A crash between making a segment and writing to it: the one before tells how to go on."""
    write_log(tmp_path, 4)
    segment(tmp_path, 4).write_bytes(b"")
    found = read_tail(str(tmp_path), signer())
    assert (4, 0, str(segment(tmp_path, 4))) == (found.next_seq, found.length, found.segment.path)
    assert record.line_hash(lines(tmp_path)[-1][:-1]) == found.prev


def test_a_torn_new_segment(tmp_path: Path) -> None:
    """The same with half a line in it."""
    write_log(tmp_path, 4)
    segment(tmp_path, 4).write_bytes(b'{"half')
    found = read_tail(str(tmp_path), signer())
    assert (4, 0, b'{"half') == (found.next_seq, found.length, found.torn)


@pytest.mark.parametrize("first", [3, 5, 400])
def test_a_segment_that_does_not_follow(tmp_path: Path, first: int) -> None:
    """The newest segment's name must be the next number."""
    write_log(tmp_path, 4)
    segment(tmp_path, first).write_bytes(b"")
    with pytest.raises(TamperedError, match="record 4"):
        read_tail(str(tmp_path), signer())


def test_earlier_segments_gone(tmp_path: Path) -> None:
    """A log that begins in the middle has lost its beginning."""
    write_log(tmp_path, 4, segment_bytes=1)
    for first in range(3):
        segment(tmp_path, first).unlink()
    with pytest.raises(TamperedError, match="record 0") as caught:
        read_tail(str(tmp_path), signer())
    assert "are gone" in caught.value.cause


def test_the_seam_is_checked(tmp_path: Path) -> None:
    """The last segment must follow the one before, whose end must be good."""
    write_log(tmp_path, 4, segment_bytes=1)
    segment(tmp_path, 2).unlink()
    with pytest.raises(TamperedError, match="record 2"):
        read_tail(str(tmp_path), signer())


def test_a_torn_end_in_the_middle(tmp_path: Path) -> None:
    """Half a line at the end of a segment that has a successor is no crash."""
    write_log(tmp_path, 4, segment_bytes=1)
    with segment(tmp_path, 2).open("ab") as file:
        file.write(b"{")
    with pytest.raises(TamperedError):
        read_tail(str(tmp_path), signer())


def test_a_renamed_segment(tmp_path: Path) -> None:
    """A segment under another number does not pass."""
    write_log(tmp_path, 2)
    segment(tmp_path).rename(segment(tmp_path, 5))
    with pytest.raises(TamperedError, match="record 0"):
        read_tail(str(tmp_path), signer())


def test_only_the_end_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start costs the same however long the log is; the rest is `verify`'s work."""
    write_log(tmp_path, 40)
    whole = segment(tmp_path).read_bytes()
    for size in (600, 601, 1000, 1499, 1500, len(whole) - 1):
        monkeypatch.setattr(tail, "TAIL_BYTES", size)
        found = read_tail(str(tmp_path), signer())
        assert (40, len(whole)) == (found.next_seq, found.length)
    monkeypatch.setattr(tail, "TAIL_BYTES", 1500)
    segment(tmp_path).write_bytes(whole.replace(b'"call_id":"c0"', b'"call_id":"cX"'))
    assert 40 == read_tail(str(tmp_path), signer()).next_seq
    segment(tmp_path).write_bytes(whole.replace(b'"call_id":"c39"', b'"call_id":"cXX"'))
    with pytest.raises(TamperedError, match="record 39"):
        read_tail(str(tmp_path), signer())


def test_an_end_without_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end that is one long piece of garbage is damage, not a fresh start."""
    write_log(tmp_path, 2)
    monkeypatch.setattr(tail, "TAIL_BYTES", 1000)
    with segment(tmp_path).open("ab") as file:
        file.write(b"x" * 5000)
    with pytest.raises(TamperedError):
        read_tail(str(tmp_path), signer())


def test_an_unreadable_segment(tmp_path: Path) -> None:
    """A folder in a segment's place is an error in words."""
    segment(tmp_path).mkdir()
    with pytest.raises(ReceiptError, match="cannot read the segment"):
        read_tail(str(tmp_path), Signer(KEY))


@pytest.mark.parametrize(
    ("data", "following"), [(b"", 1), (b"x", 1), (b"x\n", 1), (b"x\ny\n", 2), (b"x\ny", 2), (b"\n\n\n", 3)]
)
def test_numbers_behind_damage(tmp_path: Path, data: bytes, following: int) -> None:
    """Behind a damaged segment numbers go on after every line there is."""
    segment(tmp_path).write_bytes(data)
    found, read = read_damaged(str(tmp_path))
    assert (following, data) == (found.next_seq, read)
    assert str(segment(tmp_path, following)) == found.segment.path
