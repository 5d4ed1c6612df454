"""What the commits that are about to leave add to files: for finding keys before they are pushed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from enactd.git.history import beyond
from enactd.git.objects import Objects

_MOST_COMMITS: Final = 100
_MOST_FILES: Final = 300
_FILE_BYTES: Final = 65_536
_FOLDER: Final = 0o40000
_FILE_KINDS: Final = (0o100644, 0o100755)


def new_texts(objects: Objects, tip: str, known: Iterable[str], limit: int) -> dict[str, str] | None:
    """Path -> text of what the commits of `tip` that no commit of `known` reaches bring in.

    A file that several commits change appears with all its texts joined. None where the history is too long
    to tell; past the limits of files and characters the rest is left out.
    """
    commits = beyond(objects, tip, known)
    if commits is None or len(commits) > _MOST_COMMITS:
        return None
    found: dict[str, str] = {}
    seen: set[str] = set()
    for sha in commits:
        commit = objects.commit(sha)
        if commit is None:
            return None
        parent = objects.commit(commit[0][0]) if commit[0] else None
        for path, blob in _changed(objects, parent[2] if parent else None, commit[2], ""):
            if blob in seen or len(seen) >= _MOST_FILES or limit <= 0:
                continue
            seen.add(blob)
            data = objects.blob(blob, min(limit, _FILE_BYTES))
            if data is not None and b"\0" not in data[:8000]:
                limit -= len(data)
                found[path] = found.get(path, "") + data.decode("utf-8", "replace")
    return found


def _changed(objects: Objects, old: str | None, new: str, base: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """(path, id) of files that the new tree has and the old one has not so; equal folders are not entered."""
    if old == new or depth > 40:
        return
    before = {name: (mode, sha) for name, mode, sha in (objects.tree(old) or ())} if old else {}
    for name, mode, sha in objects.tree(new) or ():
        if before.get(name) == (mode, sha):
            continue
        if mode == _FOLDER:
            was = before.get(name)
            inner = was[1] if was is not None and was[0] == _FOLDER else None
            yield from _changed(objects, inner, sha, f"{base}{name}/", depth + 1)
        elif mode in _FILE_KINDS:
            yield base + name, sha
