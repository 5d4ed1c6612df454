"""What a script would delete, for tables that show how control flow and words are followed."""

from __future__ import annotations

import os
from pathlib import Path

from enactd.effects.model import DeletePath, ForkBomb, Opaque, RunCode, WritePath
from enactd.effects.paths import Places
from enactd.effects.reading import Reading
from enactd.world import World

NOWHERE = "/nowhere/proj"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/home/u"}


def reading(command: str, folder: Path | str = NOWHERE) -> tuple[Reading, list[object]]:
    """Read a command in a folder (one without files by default) whose environment is known."""
    cwd = os.path.realpath(folder)
    world = World(cwd=cwd, workspace=cwd, home=ENVIRONMENT["HOME"], environment=ENVIRONMENT, complete=True)
    found = Reading(world, Places(workspace=cwd, home=ENVIRONMENT["HOME"]))
    return found, list(found.bash(command))


def removed(command: str, folder: Path | str = NOWHERE) -> list[str]:
    """The paths of all deletions in order, below the folder as `x`, unknown ones as `?`; `!` for what is not read."""
    cwd = os.path.realpath(folder)
    shown: list[str] = []
    for effect in reading(command, folder)[1]:
        if isinstance(effect, DeletePath):
            path = effect.target.shown if effect.target.path is not None else "?"
            shown.append(path.removeprefix(cwd + "/"))
        elif isinstance(effect, Opaque | ForkBomb) or (isinstance(effect, RunCode) and effect.origin != "system"):
            shown.append("!")
    return shown


def written(command: str, folder: Path | str = NOWHERE) -> dict[str, str | None]:
    """Path -> content of everything that is written, the last content winning."""
    cwd = os.path.realpath(folder)
    return {
        (effect.target.path or "?").removeprefix(cwd + "/"): effect.content
        for effect in reading(command, folder)[1]
        if isinstance(effect, WritePath)
    }
