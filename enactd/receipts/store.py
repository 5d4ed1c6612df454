"""Bytes made durable in the log's folder, all or nothing. Used by `log.py` alone; knows no records.

The invariant: behind the durable length of the current segment nothing stays. If it cannot be taken back at
once, it is taken back before anything else is written.
"""

from __future__ import annotations

import contextlib
import errno
import os
from typing import Final

from enactd.errors import ReceiptError
from enactd.receipts.disk import Disk
from enactd.receipts.segments import segment_name

LOCK_NAME: Final = "writer.lock"


class Store:
    """The folder, locked for one writer, and its current segment. Methods raise `OSError`; not thread-safe."""

    def __init__(self, folder: str, disk: Disk, segment_bytes: int) -> None:
        """Make and lock the folder; `ReceiptError` if another process writes there."""
        self.folder: Final = folder
        self.begun = 0  # how many segments were begun since
        self._disk = disk
        self._segment_bytes = segment_bytes
        self._segment_fd = self._lock_fd = -1
        self._length = 0
        self._dirty = False  # something lies behind the durable length
        self._full = False  # a new segment is due and could not be made yet
        self._folder_fd = disk.open_folder(folder)
        try:
            self._lock_fd = disk.open_append(os.path.join(folder, LOCK_NAME))
            if not disk.lock(self._lock_fd):
                raise ReceiptError(
                    f"another daemon writes to `{folder}`",
                    cause="the writer's lock is taken",
                    effect="this daemon does not start; the other one goes on",
                    fix="enactctl status",
                )
        except BaseException:
            self.close()
            raise

    def resume(self, path: str, length: int) -> None:
        """Go on in an existing segment behind its good `length`, and make that much certain to be durable."""
        self._segment_fd = self._disk.open_append(path)
        self._length = length
        self._dirty = self._disk.size(self._segment_fd) != length
        self.repair()
        self._disk.sync(self._segment_fd)
        self._disk.sync_folder(self._folder_fd)

    def begin(self, first: int) -> None:
        """Go on in a new segment for records from `first` on. An empty one left by an earlier try is used."""
        self._full = True
        name = segment_name(first)
        descriptor = self._disk.open_append(os.path.join(self.folder, name))
        try:
            if self._disk.size(descriptor):
                raise OSError(errno.EEXIST, f"`{name}` has something in it already")
            self._disk.sync_folder(self._folder_fd)
        except OSError:
            self._close(descriptor)
            raise
        old, self._segment_fd, self._length, self._full = self._segment_fd, descriptor, 0, False
        self.begun += 1
        self._close(old)

    def rotate(self) -> None:
        """Begin a new segment with the next append, unless this one is empty."""
        self._full = self._full or self._length > 0

    def append(self, data: bytes, first: int) -> None:
        """Return when `data`, whose first record is `first`, is durable; begins a new segment where one is due."""
        self.repair()
        if self._full or (self._length and self._length + len(data) > self._segment_bytes):
            self.begin(first)
        try:
            self._write(self._segment_fd, data)
            self._disk.sync(self._segment_fd)
        except OSError:
            self._dirty = True
            with contextlib.suppress(OSError):  # tried again before the next append
                self.repair()
            raise
        self._length += len(data)

    def repair(self) -> None:
        """Cut the current segment to its durable length if anything lies behind it."""
        if self._dirty:
            self._disk.truncate(self._segment_fd, self._length)
            self._disk.sync(self._segment_fd)
            self._dirty = False

    def keep_aside(self, name: str, data: bytes) -> str:
        """Save bytes that are about to be cut in a file of their own, durable; returns the name it got."""
        for attempt in range(1000):
            tried = name if attempt == 0 else f"{name}.{attempt}"
            descriptor = self._disk.open_append(os.path.join(self.folder, tried))
            try:
                if self._disk.size(descriptor):
                    continue
                self._write(descriptor, data)
                self._disk.sync(descriptor)
                self._disk.sync_folder(self._folder_fd)
                return tried
            finally:
                self._close(descriptor)
        raise OSError(errno.EEXIST, f"too many files named `{name}`")

    def find_aside(self, name: str) -> str:
        """The newest file that `keep_aside` made under this name; empty if there is none."""
        found = [tried for tried in os.listdir(self.folder) if tried == name or tried.startswith(f"{name}.")]
        return max(found, key=lambda tried: (len(tried), tried), default="")

    def read_aside(self, name: str) -> bytes:
        """What such a file holds."""
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def close(self) -> None:
        """Release everything; what was appended is durable already."""
        for descriptor in (self._segment_fd, self._lock_fd, self._folder_fd):
            self._close(descriptor)
        self._segment_fd = self._lock_fd = self._folder_fd = -1

    def _write(self, descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            taken = self._disk.write(descriptor, rest)
            if taken <= 0:
                raise OSError(errno.EIO, "the disk takes no more bytes")
            rest = rest[taken:]

    def _close(self, descriptor: int) -> None:
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                self._disk.close(descriptor)
