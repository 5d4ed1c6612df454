"""Branches, tags, remote-tracking branches, and what revision words stand for.

Refs kept in the reftable format are not read: everything is unknown then.
"""

from __future__ import annotations

import os
import re
from typing import Final

from enactd.disk import names_in, read_file, read_line
from enactd.git.layout import Layout
from enactd.git.objects import Objects

_PACKED_LIMIT: Final = 8 << 20
_MOST_REFS: Final = 20_000
_HEX: Final = re.compile(r"[0-9a-f]{40}\Z")
_SHORT: Final = re.compile(r"[0-9a-fA-F]{4,40}\Z")
_STEP: Final = re.compile(r"(\^\{[a-z]*\}|\^\d*|~\d*)")
_PLACES: Final = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")


class Refs:
    """The refs of one repository, read once."""

    def __init__(self, layout: Layout, objects: Objects) -> None:
        self.layout = layout
        self.objects = objects
        self._all: dict[str, str] | None = None

    def head(self) -> str | None:
        """What HEAD says: `refs/heads/x`, or a commit id where it is detached; None where unreadable."""
        line = read_line(os.path.join(self.layout.git_dir, "HEAD"))
        if line is None:
            return None
        if line.startswith("ref:"):
            name = line.removeprefix("ref:").strip()
            return None if name == "refs/heads/.invalid" else name
        return line if _HEX.match(line) else None

    def all(self) -> dict[str, str]:
        """Full name -> commit or tag id."""
        if self._all is None:
            self._all = self._packed()
            self._loose("refs", self._all)
        return self._all

    def names(self, prefix: str) -> list[str]:
        """The refs below a prefix such as `refs/heads/`, without it."""
        return sorted(name[len(prefix) :] for name in self.all() if name.startswith(prefix))

    def get(self, name: str, depth: int = 0) -> str | None:
        """The id a full ref name stands for, symbolic refs followed."""
        if depth > 5 or ".." in name.split("/"):
            return None
        folder = self.layout.common_dir if name.startswith("refs/") else self.layout.git_dir
        line = read_line(os.path.join(folder, name))
        if line is not None and line.startswith("ref:"):
            return self.get(line.removeprefix("ref:").strip(), depth + 1)
        if line is not None and _HEX.match(line):
            return line
        return self.all().get(name)

    def symbolic(self, name: str) -> str | None:
        """The ref that a symbolic ref such as `refs/remotes/origin/HEAD` points to."""
        line = read_line(os.path.join(self.layout.common_dir, name))
        return line.removeprefix("ref:").strip() if line is not None and line.startswith("ref:") else None

    def resolve(self, word: str) -> str | None:
        """The commit that a revision word (`HEAD~2`, `v1^{commit}`, `origin/main`, `1a2b3c4`) names."""
        parts = _STEP.split(word)
        commit = self._base(parts[0])
        for step in (part for part in parts[1:] if part):
            if commit is None or not _STEP.fullmatch(step):
                return None
            commit = self._step(commit, step)
        return commit

    def _base(self, name: str) -> str | None:
        if not name or "@{" in name or ":" in name or name.startswith("-"):
            return None
        if name == "@":
            name = "HEAD"
        for place in _PLACES:
            if not place and not (name.startswith("refs/") or name.isupper()):
                continue
            found = self.get(place + name)
            if found is not None:
                return self.objects.peel(found)
        found = self.get(f"refs/remotes/{name}/HEAD")
        if found is not None:
            return self.objects.peel(found)
        short = self.objects.expand(name.lower()) if _SHORT.match(name) else None
        return self.objects.peel(short) if short else None

    def _step(self, commit: str, step: str) -> str | None:
        if step.startswith("^{"):
            return commit if step in ("^{commit}", "^{}") else None
        count = int(step[1:]) if step[1:] else 1
        if count > 10_000:
            return None
        if step[0] == "^":
            parents = self.objects.parents(commit)
            return commit if count == 0 else parents[count - 1] if parents and len(parents) >= count else None
        found: str | None = commit
        for _ in range(count):
            parents = self.objects.parents(found) if found else None
            found = parents[0] if parents else None
        return found

    def _packed(self) -> dict[str, str]:
        data = read_file(os.path.join(self.layout.common_dir, "packed-refs"), _PACKED_LIMIT)
        found: dict[str, str] = {}
        for line in os.fsdecode(data or b"").splitlines()[: _MOST_REFS * 2]:
            sha, _, name = line.partition(" ")
            if _HEX.match(sha) and name.startswith("refs/"):
                found[name] = sha
        return found

    def _loose(self, folder: str, found: dict[str, str], depth: int = 0) -> None:
        if depth > 12:
            return
        for entry in names_in(os.path.join(self.layout.common_dir, folder), _MOST_REFS) or ():
            name = f"{folder}/{entry.name}"
            if len(found) > _MOST_REFS or name.endswith(".lock"):
                continue
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError:
                continue
            if is_folder:
                self._loose(name, found, depth + 1)
                continue
            line = read_line(entry.path)
            if line is not None and _HEX.match(line):
                found[name] = line
