"""Reading the log's folder: which segments there are, and their lines. Never writes.

A segment is named by the number of its first record (`000000001042.jsonl`), so that a receipt is found by
its number without an index. A closed one may be compressed (`000000001042.jsonl.zst`): the same bytes when read.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

import msgspec

from enactd.errors import ReceiptError
from enactd.receipts import record
from enactd.receipts.record import Receipt

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUFFIX: Final = ".jsonl"
PACKED: Final = ".jsonl.zst"
LINE_LIMIT: Final = 1 << 20  # bytes of one line with its LF; the writer keeps far below
_NAME: Final = re.compile(r"[0-9]{12}\.jsonl(?:\.zst)?", re.ASCII)
_BLOCK: Final = 1 << 20


class Segment(msgspec.Struct, frozen=True):
    """One file of the log. `first` is the number of its first record."""

    first: int
    path: str

    @property
    def packed(self) -> bool:
        """Whether it is compressed, and so closed for good."""
        return self.path.endswith(PACKED)


class Placed(msgspec.Struct, frozen=True):
    """A line with its number by position, its segment, and the byte of that (uncompressed) where it begins."""

    seq: int
    segment: int
    place: int
    data: bytes


class Line(msgspec.Struct, frozen=True):
    """One line as it lies on disk. `complete` says that it ended in LF; `data` is without it."""

    data: bytes
    complete: bool
    offset: int


def segment_name(first: int) -> str:
    """The file name of the segment that begins with record `first`."""
    return f"{first:012d}{SUFFIX}"


def list_segments(folder: str) -> list[Segment]:
    """All segments in order; an absent folder has none. Other files in the folder are not looked at.

    Where one is there both plain and compressed, packing was cut short, and the plain one counts.
    """
    try:
        names = sorted(name for name in os.listdir(folder) if _NAME.fullmatch(name))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ReceiptError(f"cannot read the receipts in `{folder}`", cause=error.strerror or str(error)) from None
    chosen = {name[:12]: name for name in reversed(names)}
    return [Segment(int(first), os.path.join(folder, chosen[first])) for first in sorted(chosen)]


def open_segment(path: str) -> BinaryIO:
    """A segment's bytes, as they were written. Raises `OSError`, and when read `ReceiptError` or `OSError`."""
    return cast(BinaryIO, zstd.open(path, "rb")) if path.endswith(PACKED) else open(path, "rb")


def read_lines(path: str, start: int = 0) -> Iterator[Line]:
    """The lines of one segment from byte `start` on.

    A line longer than `LINE_LIMIT` comes as one incomplete line and ends the reading, so that a folder full
    of garbage cannot fill the memory.
    """
    try:
        with open_segment(path) as file:
            file.seek(start)
            offset = start
            while data := file.readline(LINE_LIMIT):
                complete = data.endswith(b"\n")
                yield Line(data[:-1] if complete else data, complete, offset)
                if not complete:
                    return
                offset += len(data)
    except (OSError, EOFError, zstd.ZstdError) as error:
        raise _unreadable(path, error) from None


def placed(folder: str, start: Placed | None = None) -> Iterator[Placed]:
    """The complete lines from the beginning, or from a line that was met before, with their places."""
    for segment in list_segments(folder):
        if start is not None and segment.first < start.segment:
            continue
        here = start is not None and segment.first == start.segment
        number, place = (start.seq, start.place) if here and start is not None else (segment.first, 0)
        for seq, line in enumerate(read_lines(segment.path, place), number):
            if line.complete:
                yield Placed(seq, segment.first, line.offset, line.data)


def lines(folder: str, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """Number by position and bytes of the lines from number `first` on, stopping before an unfinished last one."""
    found = list_segments(folder)
    for index, segment in enumerate(found):
        if index + 1 < len(found) and found[index + 1].first <= first:
            continue
        for number, line in enumerate(read_lines(segment.path), segment.first):
            if line.complete and number >= first:
                yield number, line.data


def first_since(folder: str, moment: int) -> int:
    """The first record of the segment in which that moment (microseconds) lies; the oldest one's for earlier ones."""
    first = 0
    for segment in reversed(list_segments(folder)):
        first = segment.first
        began = next((line.data for line in read_lines(segment.path) if line.complete), None)
        if began is not None and _parsed(began, f"record {first}").record.time < moment:
            break
    return first


def receipts(folder: str, first: int = 0) -> Iterator[Receipt]:
    """Receipts from number `first` on, oldest first.

    Reads without verifying; a line that is no record raises `ReceiptError` with its place.
    """
    for number, line in lines(folder, first):
        yield _parsed(line, f"record {number}")


def newest(folder: str, count: int) -> list[Receipt]:
    """The last `count` receipts, oldest first, read from the end."""
    found: list[Receipt] = []
    for segment in reversed(list_segments(folder)):
        last = _last_lines(segment.path, count - len(found))
        found[:0] = [_parsed(line, f"near the end of `{os.path.basename(segment.path)}`") for line in last]
        if len(found) >= count:
            break
    return found


def find(folder: str, wanted: str) -> Receipt | None:
    """The receipt with the id `1042` or `1042-ab12cd` (any length of hash); None if there is none."""
    number, _, hash_start = wanted.strip().removeprefix("r").partition("-")
    if not number.isdecimal() or not number.isascii() or len(number) > 15:
        return None
    found = next(receipts(folder, int(number)), None)
    if found is None or found.record.seq != int(number) or not found.hash.startswith(hash_start):
        return None
    return found


def _last_lines(path: str, count: int) -> list[bytes]:
    """Up to `count` complete lines from the end of a segment, oldest first."""
    if path.endswith(PACKED):
        whole = [line.data for line in read_lines(path) if line.complete]
        return whole[max(0, len(whole) - count) :]
    try:
        with open(path, "rb") as file:
            end = file.seek(0, os.SEEK_END)
            start, data = end, b""
            while start > 0 and data.count(b"\n") <= count:
                step = min(_BLOCK, start)
                start -= step
                file.seek(start)
                data = file.read(step) + data
    except OSError as error:
        raise _unreadable(path, error) from None
    found = data.split(b"\n")[:-1]  # what follows the last LF is unfinished
    if start > 0:
        del found[0]
    return found[max(0, len(found) - count) :]


def _parsed(line: bytes, place: str) -> Receipt:
    try:
        return record.receipt(line)
    except ValueError as error:
        raise not_a_receipt(place, error) from None


def not_a_receipt(place: str, error: ValueError) -> ReceiptError:
    """What is said where a line should be a receipt and is none."""
    return ReceiptError(
        f"a line of the log is not a receipt ({place})", cause=str(error), fix="enactctl receipts verify"
    )


def _unreadable(path: str, error: Exception) -> ReceiptError:
    cause = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return ReceiptError(f"cannot read the segment `{path}`", cause=cause)
