"""What lies in a working folder beside the tracked files, found without following links."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Final

from enactd.disk import names_in
from enactd.git.ignore import Ignores

MOST_FILES: Final = 20_000
_MOST_SECONDS: Final = 0.25  # processor time of this thread
_SHOWN: Final = 50


class TooMuch(Exception):
    """The working folder is too large to be looked through in time."""


class Budget:
    """Counts files and processor time down; `spend` raises `TooMuch` when one is used up."""

    def __init__(self, files: int = MOST_FILES, seconds: float = _MOST_SECONDS) -> None:
        self.files = files
        self.deadline = time.thread_time() + seconds

    def spend(self, files: int = 1) -> None:
        self.files -= files
        if self.files < 0 or (self.files % 64 == 0 and time.thread_time() > self.deadline):
            raise TooMuch


class Paths:
    """Paths up to a number; `more` says that some were left out. `wanted` filters what is kept."""

    def __init__(self, wanted: Callable[[str], bool] | None = None) -> None:
        self.wanted = wanted
        self.found: list[str] = []
        self.more = False

    def add(self, path: str) -> None:
        if self.wanted is not None and not self.wanted(path):
            return
        if len(self.found) < _SHOWN:
            self.found.append(path)
        else:
            self.more = True


class Untracked:
    """Walks below `top`; `tracked` are the files of the index below the folder that is walked."""

    def __init__(self, top: str, tracked: set[str], ignores: Ignores, budget: Budget) -> None:
        self.top = top
        self.tracked = tracked
        self.folders = {path[:cut] for path in tracked for cut in _slashes(path)}
        self.ignores = ignores
        self.budget = budget

    def walk(self, folder: str, new: Paths, ignored: Paths) -> None:
        """Sort what is untracked below `folder` into the two lists. Raises `TooMuch`."""
        waiting = [folder]
        while waiting:
            base = waiting.pop()
            for entry in names_in(os.path.join(self.top, base), MOST_FILES) or ():
                self.budget.spend()
                path = f"{base}/{entry.name}" if base else entry.name
                if entry.name == ".git" or path in self.tracked:
                    continue
                if not _is_folder(entry):
                    (ignored if self.ignores.ignored_here(path, False) else new).add(path)
                elif path in self.folders:
                    waiting.append(path)
                else:
                    self._folder(path, new, ignored)

    def _folder(self, path: str, new: Paths, ignored: Paths) -> None:
        """A folder without tracked files: one entry, as git shows it; an empty one is none at all."""
        if self.ignores.ignored_here(path, True):
            ignored.add(path + "/")
        elif os.path.lexists(os.path.join(self.top, path, ".git")):
            new.add(path + "/")
        else:
            inside, hidden = Paths(), Paths()
            self.walk(path, inside, hidden)
            if inside.found:
                new.add(path + "/")
            for each in hidden.found:
                ignored.add(each)


def _slashes(path: str) -> list[int]:
    return [index for index, char in enumerate(path) if char == "/"]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
