"""The one door to facts about this machine: values or unknown, bounded, remembered for the receipt.

Nothing here runs a program, follows a FIFO, or reads more than it was asked to. Every answer is kept in
`facts`, so that a reading can be repeated later without the world.
"""

from __future__ import annotations

import os
import stat as stat_module
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from enactd.effects.model import FileKind, GitState

TEXT_LIMIT: Final = 65_536
NAMES_LIMIT: Final = 500
LOOKUP_LIMIT: Final = 2_000


class Stat(msgspec.Struct, frozen=True):
    """What a path is. `size` in bytes; -1 where unknown."""

    kind: FileKind = "unknown"
    size: int = -1
    mode: int = 0
    uid: int = -1


UNKNOWN_STAT: Final = Stat()


class World:
    """Facts of one call. `cwd`, `workspace` and `home` are absolute paths.

    `environment` holds the variables that the call's shell really has, as far as they are known;
    `complete` says that no others are set.
    """

    def __init__(
        self,
        *,
        cwd: str,
        workspace: str,
        home: str,
        environment: Mapping[str, str] | None = None,
        complete: bool = False,
    ) -> None:
        self.cwd = cwd
        self.workspace = workspace
        self.home = home
        self.environment: Mapping[str, str] = environment or {}
        self.complete = complete
        self.facts: dict[str, Any] = {}
        self.assumed = not os.path.isdir(workspace)

    def variable(self, name: str) -> str | None:
        return self.environment.get(name)

    def stat(self, path: str) -> Stat:
        try:
            result = os.stat(path)
        except FileNotFoundError:
            return Stat("missing")
        except OSError:
            return UNKNOWN_STAT
        mode = result.st_mode
        kind: FileKind = "file" if stat_module.S_ISREG(mode) else "folder" if stat_module.S_ISDIR(mode) else "other"
        return Stat(kind, result.st_size, mode, result.st_uid)

    def real(self, path: str) -> str:
        return os.path.realpath(path)

    def names(self, path: str) -> tuple[str, ...] | None:
        try:
            return tuple(sorted(os.listdir(path)))[:NAMES_LIMIT]
        except OSError:
            return None

    def text(self, path: str, limit: int = TEXT_LIMIT) -> str | None:
        if self.stat(path).kind != "file":
            return None
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                text = file.read(limit + 1)
        except OSError:
            return None
        return text if len(text) <= limit else None

    def git_state(self, path: str) -> GitState:
        return "unknown"
