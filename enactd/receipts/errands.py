"""What the courier does for one place: the next checkpoints, the next receipts, or a time stamp of the newest head.

The queue is the log itself, so nothing is queued twice and a place that never answers costs no memory: an errand is
told how far the place is, does a bounded part of what is behind that, and says how far it is then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import msgspec

from enactd.receipts import checkpoint, parcel, segments, timestamps
from enactd.receipts.parcel import Parcel
from enactd.receipts.places import GitPlace, Place
from enactd.receipts.segments import Placed

AT_ONCE: Final = 500
BYTES_AT_ONCE: Final = 1 << 20


class Got(msgspec.Struct, frozen=True):
    """How far a place is: the records its newest parcel covers, and when it got it (seconds since 1970).

    `missed` receipts were dropped by retention before they could be taken there.
    """

    end: int = 0
    when: float = 0.0
    missed: int = 0


class Errand(Protocol):
    """Something to bring, to one place."""

    @property
    def what(self) -> str:
        """The word for what is brought: `checkpoints`, `receipts`, `time stamps`."""

    @property
    def pause(self) -> float | None:
        """Seconds after which to look again; None: only when woken."""

    def step(self, got: Got, now: float) -> Got | None:
        """Do the next part; how far the place is then, None if nothing is due. Raises `OSError`, `ReceiptError`."""

    def newest(self) -> int:
        """How far the place could be."""


class Heads:
    """Every checkpoint, in order."""

    what: Final = "checkpoints"
    pause: Final = None

    def __init__(self, log: str, place: Place) -> None:
        self._log = log
        self._place = place

    def step(self, got: Got, now: float) -> Got | None:
        """Up to so many at once."""
        pending = self._pending(got.end)
        if not pending:
            return None
        self._place.put(pending)
        return Got(pending[-1].end, now)

    def newest(self) -> int:
        """What the newest checkpoint covers."""
        return newest_end(self._log)

    def _pending(self, end: int) -> list[Parcel]:
        """The next ones behind `end`, oldest first; a file whose newest one is not newer is not read."""
        found: list[Parcel] = []
        files = checkpoint.list_files(self._log)
        for path, following in zip(files, [*files[1:], ""], strict=False):
            if following and int(os.path.basename(following)[:12]) <= end:
                continue
            found += [
                parcel.of_checkpoint(signed) for signed in checkpoint.read_file(path)[0] if parcel.end_of(signed) > end
            ]
            if len(found) >= AT_ONCE:
                break
        return found[:AT_ONCE]


class Lines:
    """Every receipt, in order, as soon as it is durable and the pause is over; never one that a crash could undo."""

    what: Final = "receipts"

    def __init__(self, log: str, place: Place, durable: Callable[[], tuple[str, int]]) -> None:
        """`durable` tells the log's name and how many records are."""
        self._log = log
        self._place = place
        self._durable = durable
        self._at: Placed | None = None
        self.pause: float | None = 30.0 if isinstance(place, GitPlace) else 1.0

    def step(self, got: Got, now: float) -> Got | None:
        """Up to so many lines or bytes at once."""
        log, durable = self._durable()
        if durable <= got.end:
            return None
        pending: list[Parcel] = []
        size, last = 0, None
        for line in self._behind(got.end):
            if line.seq >= durable or len(pending) >= AT_ONCE or size >= BYTES_AT_ONCE:
                break
            pending.append(parcel.of_line(log, line.seq, line.data))
            size, last = size + len(line.data), line
        if not pending:
            return None
        self._place.put(pending)
        self._at = last
        return Got(pending[-1].end, now, got.missed + pending[0].end - 1 - got.end)

    def newest(self) -> int:
        """How many records are durable."""
        return self._durable()[1]

    def _behind(self, end: int) -> Iterator[Placed]:
        """The lines from number `end` on, read on from where the last delivery ended."""
        known = self._at if self._at is not None and self._at.seq < end else None
        first = next((one.first for one in reversed(segments.list_segments(self._log)) if one.first <= end), 0)
        start = known or Placed(first, first, 0, b"")
        return (line for line in segments.placed(self._log, start) if line.seq >= end)


class Stamps:
    """A time stamp of the newest checkpoint, each so many seconds; one covers all that were before it."""

    what: Final = "time stamps"

    def __init__(self, log: str, url: str, every: float) -> None:
        self._log = log
        self._url = url
        self._every = every
        self.pause: float | None = min(60.0, every)

    def step(self, got: Got, now: float) -> Got | None:
        """One, if it is time; a clock that stepped back is no reason to wait."""
        if 0 <= now - got.when < self._every:
            return None
        head = checkpoint.newest(self._log)
        if head is None or parcel.end_of(head) <= got.end:
            return None
        timestamps.obtain(self._log, head, self._url)
        return Got(parcel.end_of(head), now)

    def newest(self) -> int:
        """What the newest checkpoint covers."""
        return newest_end(self._log)


def newest_end(log: str) -> int:
    """How many records the newest checkpoint covers; 0 without one."""
    newest = checkpoint.newest(log)
    return parcel.end_of(newest) if newest else 0
