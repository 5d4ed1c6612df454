"""Commits, trees and files out of a repository's object store."""

from __future__ import annotations

import hashlib
import os
from typing import Final

import pygit2

from enactd.disk import kind_of, lstat, names_in, read_text

_COMMIT, _TREE, _BLOB, _TAG = 1, 2, 3, 4
_MOST_PACKS: Final = 5_000
_MOST_LOOSE: Final = 5_000
_FOLDER_MODE: Final = 0o40000
_KEPT_TREES: Final = 64


class Objects:
    """Objects by id. Unknown, missing and broken ones are None. SHA-256 repositories read as empty."""

    def __init__(self, common_dir: str) -> None:
        self.folder = os.path.join(common_dir, "objects")
        self._odb: pygit2.Odb | None = None
        if is_plain_store(self.folder):
            try:
                self._odb = pygit2.Odb(self.folder)
            except (pygit2.GitError, OSError, ValueError):
                self._odb = None
        self._trees: dict[str, dict[str, tuple[int, str]]] = {}
        self._commits: dict[str, tuple[tuple[str, ...], int, str]] = {}

    def read(self, sha: str) -> tuple[int, bytes] | None:
        """(type, content) of an object; its id may be abbreviated."""
        if self._odb is None or not self._is_plain(sha):
            return None
        try:
            kind, data = self._odb.read(sha)
        except (KeyError, ValueError, OSError, pygit2.GitError, MemoryError):
            return None
        return int(kind), data

    def size(self, sha: str) -> int:
        """Bytes of an object, without reading it; -1 where unknown."""
        if self._odb is None or not self._is_plain(sha):
            return -1
        try:
            return int(self._odb.read_header(sha)[1])
        except (KeyError, ValueError, OSError, pygit2.GitError):
            return -1

    def _is_plain(self, sha: str) -> bool:
        """Whether no FIFO or device lies where the library would look for a loose object: it would block."""
        folder = os.path.join(self.folder, sha[:2])
        if len(sha) == 40:
            loose = lstat(os.path.join(folder, sha[2:]))
            return loose is None or kind_of(loose.st_mode) == "file"
        entries = names_in(folder, _MOST_LOOSE)
        return entries is None or (len(entries) <= _MOST_LOOSE and all(map(_is_file, entries)))

    def expand(self, short: str) -> str | None:
        """The full id of an abbreviated one."""
        if len(short) == 40:
            return short
        found = self.read(short)
        if found is None:
            return None
        name = {_COMMIT: b"commit", _TREE: b"tree", _BLOB: b"blob", _TAG: b"tag"}.get(found[0], b"")
        return object_id(name, found[1])

    def peel(self, sha: str) -> str | None:
        """The commit that a tag (of a tag ...) or commit id leads to."""
        for _ in range(5):
            if sha in self._commits:
                return sha
            found = self.read(sha)
            if found is None or found[0] not in (_COMMIT, _TAG):
                return None
            if found[0] == _COMMIT:
                return sha
            sha = found[1].split(b"\n", 1)[0].removeprefix(b"object ").decode("ascii", "replace")
        return None

    def commit(self, sha: str) -> tuple[tuple[str, ...], int, str] | None:
        """(parents, time of commit in seconds, tree)."""
        known = self._commits.get(sha)
        if known is not None:
            return known
        found = self.read(sha)
        if found is None or found[0] != _COMMIT:
            return None
        parents: list[str] = []
        tree, time = "", 0
        for line in found[1].split(b"\n\n", 1)[0].split(b"\n"):
            if line.startswith(b"parent "):
                parents.append(line[7:].decode("ascii", "replace"))
            elif line.startswith(b"tree "):
                tree = line[5:].decode("ascii", "replace")
            elif line.startswith(b"committer "):
                stamp = line.rsplit(b" ", 2)
                time = int(stamp[1]) if len(stamp) == 3 and stamp[1].isdigit() else 0
        self._commits[sha] = (tuple(parents), time, tree)
        return self._commits[sha]

    def parents(self, sha: str) -> tuple[str, ...] | None:
        commit = self.commit(sha)
        return None if commit is None else commit[0]

    def tree(self, sha: str) -> list[tuple[str, int, str]] | None:
        """(name, mode, id) of a tree's entries."""
        found = self.read(sha)
        if found is None or found[0] != _TREE:
            return None
        entries: list[tuple[str, int, str]] = []
        data, index = found[1], 0
        while index < len(data):
            space = data.find(b" ", index)
            end = data.find(b"\0", space)
            if space < 0 or end < 0:
                return None
            mode = data[index:space]
            if not mode.isdigit():
                return None
            entries.append((os.fsdecode(data[space + 1 : end]), int(mode, 8), data[end + 1 : end + 21].hex()))
            index = end + 21
        return entries

    def entry(self, tree: str, path: str) -> tuple[int, str] | None:
        """(mode, id) of a path in a tree; None where it is not there."""
        mode, sha = _FOLDER_MODE, tree
        for part in path.split("/"):
            if mode != _FOLDER_MODE:
                return None
            found = self._named(sha).get(part)
            if found is None:
                return None
            mode, sha = found
        return mode, sha

    def _named(self, tree: str) -> dict[str, tuple[int, str]]:
        """The entries of a tree by name; the same few trees are asked for again and again."""
        known = self._trees.get(tree)
        if known is None:
            known = {name: (mode, sha) for name, mode, sha in reversed(self.tree(tree) or ())}
            if len(self._trees) < _KEPT_TREES:
                self._trees[tree] = known
        return known

    def blob(self, sha: str, limit: int) -> bytes | None:
        """A file's content up to `limit` bytes; None if larger."""
        if not 0 <= self.size(sha) <= limit:
            return None
        found = self.read(sha)
        return found[1] if found is not None and found[0] == _BLOB else None


def object_id(kind: bytes, data: bytes) -> str:
    """The id git gives to an object of this kind and content."""
    return hashlib.sha1(b"%s %d\0" % (kind, len(data)) + data, usedforsecurity=False).hexdigest()


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def is_plain_store(folder: str, depth: int = 0) -> bool:
    """Whether nothing in an object folder would block a reader: packs and alternates are regular files."""
    state = lstat(folder)
    if state is None or kind_of(state.st_mode) not in ("folder", "link") or depth > 5:
        return False
    packs = names_in(os.path.join(folder, "pack"), _MOST_PACKS) or []
    if len(packs) > _MOST_PACKS:
        return False
    if not all(map(_is_file, packs)):
        return False
    for name in ("info/alternates", "info/commit-graph", "info/commit-graphs/commit-graph-chain"):
        state = lstat(os.path.join(folder, name))
        if state is not None and kind_of(state.st_mode) != "file":
            return False
    lines = (read_text(os.path.join(folder, "info/alternates"), 1 << 16) or "").splitlines()
    alternates = [line for line in lines if line and not line.startswith("#")]
    return len(alternates) <= 10 and all(is_plain_store(os.path.join(folder, line), depth + 1) for line in alternates)
