"""Where a repository's parts lie: top level, git folder, and the folder that worktrees share."""

from __future__ import annotations

import os

import msgspec

from enactd.disk import is_folder, lstat, read_line

_HIGHEST_CLIMB = 64


class Layout(msgspec.Struct, frozen=True):
    """`top` is the working folder (the git folder itself for a bare one), all paths absolute.

    `git_dir` holds HEAD and index of this worktree, `common_dir` objects, refs and config.
    """

    top: str
    git_dir: str
    common_dir: str
    bare: bool = False


def find(path: str, known: dict[str, Layout | None] | None = None) -> Layout | None:
    """The repository that a path belongs to: the nearest one upward, as git finds it; None outside any.

    `known` keeps the answers for folders on the way, for a caller that asks for many paths at one time.
    """
    known = {} if known is None else known
    climbed: list[str] = []
    found: Layout | None = None
    folder = path
    for _ in range(_HIGHEST_CLIMB):
        if folder in known:
            found = known[folder]
            break
        climbed.append(folder)
        found = at(folder)
        parent = os.path.dirname(folder)
        if found is not None or parent == folder:
            break
        folder = parent
    known.update(dict.fromkeys(climbed, found))
    return found


def at(folder: str) -> Layout | None:
    """The repository whose top level, or bare git folder, is exactly this folder."""
    dot_git = os.path.join(folder, ".git")
    git_dir = _git_dir_of(folder, dot_git)
    if git_dir is not None:
        return Layout(folder, git_dir, _common(git_dir))
    if os.path.basename(folder) == ".git":
        return None
    if _is_git_dir(folder):
        return Layout(folder, folder, _common(folder), bare=True)
    return None


def _git_dir_of(folder: str, dot_git: str) -> str | None:
    if lstat(dot_git) is None:
        return None
    if is_folder(dot_git):
        return dot_git if _is_git_dir(dot_git) else None
    line = read_line(dot_git)
    if line is None or not line.startswith("gitdir:"):
        return None
    git_dir = os.path.normpath(os.path.join(folder, line.removeprefix("gitdir:").strip()))
    return git_dir if _is_git_dir(git_dir) else None


def _is_git_dir(folder: str) -> bool:
    if lstat(os.path.join(folder, "HEAD")) is None:
        return False
    common = _common(folder)
    return is_folder(os.path.join(common, "objects")) and is_folder(os.path.join(common, "refs"))


def _common(git_dir: str) -> str:
    line = read_line(os.path.join(git_dir, "commondir"))
    return os.path.normpath(os.path.join(git_dir, line)) if line else git_dir
