"""The index: what git believes about each tracked file, read by libgit2 without a repository around it."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pygit2.ffi import C, ffi

from enactd.disk import kind_of, lstat

_LIMIT: Final = 64 << 20
_KEPT: Final = 8  # indexes that stay open
_KEPT_BYTES: Final = 64 << 20  # of their files
_Signature = tuple[int, int, int, int, int]
_STAGE: Final = 0x3000
_SKIP_WORKTREE: Final = 1 << 14


class Entry(NamedTuple):
    """One tracked path. Times are (seconds, nanoseconds) of the last time git looked."""

    path: str
    mode: int
    sha: str
    mtime: tuple[int, int]
    ctime: tuple[int, int]
    inode: int
    size: int
    conflicted: bool
    skipped: bool  # sparse checkout: rightly absent from the working folder


class Index:
    """Tracked paths, sorted by byte order."""

    def __init__(self, index: Any, written: int) -> None:
        self._index = index
        self.count = int(C.git_index_entrycount(self._index))
        self.written = written  # nanoseconds: a file changed since may look unchanged

    def get(self, path: str) -> Entry | None:
        """The entry of exactly this path; of a path in conflict, one of its sides."""
        found = self._first(os.fsencode(path))
        if found >= self.count:
            return None
        entry = self.at(found)
        return entry if entry.path == path else None

    def under(self, folder: str) -> Iterator[Entry]:
        """The entries below a folder; all of them for the empty name."""
        prefix = os.fsencode(folder) + b"/" if folder else b""
        position = self._first(prefix) if prefix else 0
        while position < self.count:
            if prefix and not self._path(position).startswith(prefix):
                return
            yield self.at(position)
            position += 1

    def holds(self, folder: str) -> bool:
        """Whether anything below this folder is tracked."""
        return next(self.under(folder), None) is not None

    def at(self, position: int) -> Entry:
        raw = C.git_index_get_byindex(self._index, position)
        return Entry(
            os.fsdecode(ffi.string(raw.path)),
            int(raw.mode),
            bytes(ffi.buffer(raw.id.id)).hex(),
            (int(raw.mtime.seconds) & 0xFFFFFFFF, int(raw.mtime.nanoseconds)),
            (int(raw.ctime.seconds) & 0xFFFFFFFF, int(raw.ctime.nanoseconds)),
            int(raw.ino),
            int(raw.file_size),
            bool(raw.flags & _STAGE),
            bool(raw.flags_extended & _SKIP_WORKTREE),
        )

    def _path(self, position: int) -> bytes:
        return bytes(ffi.string(C.git_index_get_byindex(self._index, position).path))

    def _first(self, path: bytes) -> int:
        """The position of the first entry that does not sort before `path`."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self._path(middle) < path:
                low = middle + 1
            else:
                high = middle
        return low


class _Opened:
    """The indexes that were opened last. git replaces the file whenever it changes it, so its signature tells."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[_Signature, Index]] = OrderedDict()

    def get(self, path: str, signature: _Signature) -> Index | None:
        with self._lock:
            found = self._kept.get(path)
            if found is None or found[0] != signature:
                return None
            self._kept.move_to_end(path)
            return found[1]

    def keep(self, path: str, signature: _Signature, index: Index) -> None:
        with self._lock:
            self._kept[path] = (signature, index)
            self._kept.move_to_end(path)
            while len(self._kept) > _KEPT or sum(kept[0][0] for kept in self._kept.values()) > _KEPT_BYTES:
                self._kept.popitem(last=False)


_opened: Final = _Opened()


def open_index(path: str) -> Index | None:
    """The index at a path; None where it is missing, broken, too large or of a kind that is not understood.

    An index is never changed here, so callers and threads share one.
    """
    state = lstat(path)
    if state is None or kind_of(state.st_mode) != "file" or state.st_size > _LIMIT:
        return None
    signature = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, state.st_dev)
    index = _opened.get(path, signature)
    if index is None:
        index = _read(path, state.st_mtime_ns)
        if index is not None:
            _opened.keep(path, signature, index)
    return index


def _read(path: str, written: int) -> Index | None:
    handle = ffi.new("git_index **")
    if C.git_index_open(handle, os.fsencode(path)) != 0:
        return None
    return Index(ffi.gc(handle[0], C.git_index_free), written)
