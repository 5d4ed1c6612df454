"""Answers to questions about the log: by the index where there is a sound one, line by line where not.

Both ways read the lines themselves and ask `query.matches`, so they differ in time only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

import msgspec

from enactd.errors import ReceiptError
from enactd.receipts import index, query, segments
from enactd.receipts.index import Index, Spot, StaleError
from enactd.receipts.query import Query, View
from enactd.receipts.record import line_hash

_TRIES: Final = 2


class Hit(msgspec.Struct, frozen=True):
    """A line that is meant, and what it says as far as questions go."""

    line: bytes
    seen: View

    @property
    def hash(self) -> str:
        return line_hash(self.line)


def search(
    folder: str,
    index_path: str,
    wanted: Query,
    count: int | None = None,
    told: Callable[[int], object] = lambda _: None,
) -> list[Hit]:
    """The newest `count` receipts that are meant, newest first; all of them for None.

    The index is brought up to date first, `told` how far it is. One that is broken or does not fit the log is made
    anew; where none can be had, the log is read. Raises `ReceiptError` for a log that cannot be read.
    """
    for _ in range(_TRIES):
        try:
            return _by_index(folder, index_path, wanted, count, told)
        except (StaleError, sqlite3.Error, ValueError, TypeError, OverflowError):  # what a damaged file may hold
            try:
                index.remove(index_path)
            except OSError:
                break
        except OSError:  # a place where we may not write
            break
    return scan(folder, wanted, count)


def scan(folder: str, wanted: Query, count: int | None = None) -> list[Hit]:
    """The same without an index: every line is read."""
    found = list(matching(folder, wanted))
    return found[::-1] if count is None else found[::-1][:count]


def matching(folder: str, wanted: Query, first: int = 0) -> Iterator[Hit]:
    """Receipts that are meant, from number `first` on, oldest first, every line read."""
    for number, line in segments.lines(folder, first):
        seen = _view(line, number)
        if query.matches(wanted, seen):
            yield Hit(line, seen)


def _by_index(
    folder: str, index_path: str, wanted: Query, count: int | None, told: Callable[[int], object]
) -> list[Hit]:
    opened = Index(index_path, folder)
    reader = _Reader(folder)
    try:
        opened.catch_up(told)
        found: list[Hit] = []
        for spot in opened.candidates(wanted):
            if count is not None and len(found) >= count:
                break
            line = reader.read(spot)
            seen = _view(line, spot.seq)
            if query.matches(wanted, seen):
                found.append(Hit(line, seen))
        return found
    finally:
        reader.close()
        opened.close()


class _Reader:
    """Lines by their place. One segment is open at a time; a compressed one is held unpacked."""

    def __init__(self, folder: str) -> None:
        self._paths = {segment.first: segment for segment in segments.list_segments(folder)}
        self._first = -1
        self._file: BinaryIO | None = None
        self._lines: dict[int, bytes] = {}

    def read(self, spot: Spot) -> bytes:
        """The line there; raises `StaleError` if it is another one."""
        if spot.segment != self._first:
            self._turn_to(spot.segment)
        if self._file is None:
            line = self._lines.get(spot.place, b"")
        else:
            self._file.seek(spot.place)
            line = self._file.readline(segments.LINE_LIMIT)[:-1]
        if not index.fits(spot, line):
            raise StaleError(f"record {spot.seq} is not where it was")
        return line

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._lines = None, {}

    def _turn_to(self, first: int) -> None:
        self.close()
        segment = self._paths.get(first)
        if segment is None:
            raise StaleError(f"segment {first} is gone")
        self._first = first
        if segment.packed:
            self._lines = {line.offset: line.data for line in segments.read_lines(segment.path)}
        else:
            try:
                self._file = segments.open_segment(segment.path)
            except OSError as error:
                cause = error.strerror or str(error)
                raise ReceiptError(f"cannot read the segment `{segment.path}`", cause=cause) from None


def _view(line: bytes, number: int) -> View:
    try:
        return query.view(line)
    except ValueError as error:
        raise segments.not_a_receipt(f"record {number}", error) from None
