"""Tracked, changed, untracked, ignored: what git status would say, told from index, objects and files.

A file whose size and times are those in the index is taken as unchanged, unless it was changed so close to
the writing of the index that they prove nothing; any other is hashed. Large-file and other clean filters
are not run: such a file counts as modified as soon as its times differ from the index.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from functools import cached_property
from typing import Final

import msgspec

from enactd.disk import read_file
from enactd.facts import GitState
from enactd.git.ignore import Ignores
from enactd.git.index import Entry, Index
from enactd.git.objects import Objects, object_id
from enactd.git.untracked import MOST_FILES, Budget, Paths, TooMuch, Untracked

HASH_LIMIT: Final = 32 << 20
_REPOSITORY_LINK: Final = 0o160000
_SYMLINK: Final = 0o120000


class Changes(msgspec.Struct, frozen=True):
    """Paths relative to the top level, folders with a trailing `/`. `more`: there are others in some list.

    What a merge left unmerged is `modified` and `staged`, and in `unmerged` as well: the index holds all its sides.
    """

    modified: tuple[str, ...] = ()
    staged: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    more: bool = False
    unmerged: tuple[str, ...] = ()


class Status:
    """Compares one working folder with its index and with the commit that is checked out.

    `head` finds that commit's tree, None before the first one; it is asked for tracked paths only.
    """

    def __init__(
        self, top: str, index: Index, head: Callable[[], tuple[Objects, str | None]], ignores: Ignores
    ) -> None:
        self.top = top
        self.index = index
        self.ignores = ignores
        self._find_head = head
        self.modes = True  # core.fileMode
        self.newlines = False  # CRLF in the working folder may stand for LF

    @cached_property
    def _head(self) -> tuple[Objects, str | None]:
        return self._find_head()

    def unchanged(self, entry: Entry) -> bool:
        """Whether the working file is what the index says."""
        path = os.path.join(self.top, entry.path)
        try:
            state = os.lstat(path)
        except (OSError, ValueError):
            return entry.skipped
        if entry.mode == _REPOSITORY_LINK:
            return stat.S_ISDIR(state.st_mode)
        if entry.conflicted or (entry.mode == _SYMLINK) != stat.S_ISLNK(state.st_mode):
            return False
        if entry.mode == _SYMLINK:
            return object_id(b"blob", os.fsencode(os.readlink(path))) == entry.sha
        if not stat.S_ISREG(state.st_mode):
            return False
        if self.modes and bool(state.st_mode & 0o100) != bool(entry.mode & 0o100):
            return False
        return self._looks_untouched(entry, state) or self._same_content(path, entry, state.st_size)

    def _looks_untouched(self, entry: Entry, state: os.stat_result) -> bool:
        return (
            state.st_size & 0xFFFFFFFF == entry.size
            and _split(state.st_mtime_ns) == entry.mtime
            and _split(state.st_ctime_ns) == entry.ctime
            and state.st_ino & 0xFFFFFFFF == entry.inode
            and state.st_mtime_ns < self.index.written
        )

    def _same_content(self, path: str, entry: Entry, size: int) -> bool:
        if size > HASH_LIMIT or (not self.newlines and entry.size and size & 0xFFFFFFFF != entry.size):
            return False
        data = read_file(path, HASH_LIMIT)
        if data is None:
            return False
        if object_id(b"blob", data) == entry.sha:
            return True
        return self.newlines and b"\r\n" in data and object_id(b"blob", data.replace(b"\r\n", b"\n")) == entry.sha

    def committed(self, entry: Entry) -> bool:
        """Whether the commit that is checked out holds the same as the index."""
        objects, tree = self._head
        if tree is None:
            return False
        found = objects.entry(tree, entry.path)
        return found is not None and found[1] == entry.sha

    def state(self, path: str, folder: bool) -> GitState:
        """The state of one path; of a folder, the worst of what it holds."""
        entry = self.index.get(path) if path else None
        if entry is not None:
            return "clean" if self.unchanged(entry) and self.committed(entry) else "modified"
        if not folder:
            return "ignored" if self.ignores.ignored(path, False) else "untracked"
        if path and not self.index.holds(path):
            return "ignored" if self.ignores.ignored(path, True) else "untracked"
        try:
            changes = self.changes(path)
        except TooMuch:
            return "unknown"
        if changes.untracked:
            return "untracked"
        if changes.modified or changes.staged:
            return "modified"
        return "ignored" if changes.ignored else "clean"

    def changes(
        self, folder: str = "", *, wanted: Callable[[str], bool] | None = None, untracked: bool = True
    ) -> Changes:
        """What differs from the commit below a folder. `wanted` filters paths. Raises `TooMuch`."""
        budget = Budget()
        staged, modified, new, ignored, unmerged = (Paths(wanted) for _ in range(5))
        committed = self._committed_below(folder, budget)
        tracked: set[str] = set()
        for entry in self.index.under(folder):
            budget.spend()
            tracked.add(entry.path)
            if entry.conflicted:
                unmerged.add(entry.path)
            if not self.unchanged(entry):
                modified.add(entry.path)
            if committed.pop(entry.path, None) != entry.sha:
                staged.add(entry.path)
        for path in sorted(committed):
            staged.add(path)
        if untracked:
            Untracked(self.top, tracked, self.ignores, budget).walk(folder, new, ignored)
        return Changes(
            tuple(modified.found),
            tuple(staged.found),
            tuple(new.found),
            tuple(ignored.found),
            modified.more or staged.more or new.more or ignored.more,
            tuple(unmerged.found),
        )

    def _committed_below(self, folder: str, budget: Budget) -> dict[str, str]:
        """path -> id of everything below a folder in the commit that is checked out."""
        objects, tree = self._head
        if tree is None:
            return {}
        start = objects.entry(tree, folder) if folder else (0o40000, tree)
        found: dict[str, str] = {}
        waiting = [(folder, start[1])] if start is not None and start[0] == 0o40000 else []
        while waiting:
            base, sha = waiting.pop()
            entries = objects.tree(sha)
            if entries is None:
                raise TooMuch
            for name, mode, child in entries:
                budget.spend(0)
                path = f"{base}/{name}" if base else name
                if mode == 0o40000:
                    waiting.append((path, child))
                else:
                    found[path] = child
            if len(found) > MOST_FILES:
                raise TooMuch
        return found


def _split(nanoseconds: int) -> tuple[int, int]:
    return (nanoseconds // 1_000_000_000) & 0xFFFFFFFF, nanoseconds % 1_000_000_000
