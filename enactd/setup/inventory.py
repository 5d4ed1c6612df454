"""What `init` put where, so that `uninstall` and `doctor` know: one file in the gate's data folder."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

import msgspec

from enactd.atomic import replace_file
from enactd.config import Layout
from enactd.errors import InstallError

NAME: Final = "installed.json"


class SettingsFile(msgspec.Struct, frozen=True, kw_only=True):
    """A settings file that holds the gate's hooks.

    `made` and `made_folder` say that they did not exist before. `restore` is the text before, kept only where
    taking the hooks out again would not give it back byte for byte.
    """

    agent: str
    layer: str
    path: str
    made: bool = False
    made_folder: bool = False
    restore: str | None = None


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `agent_home` is the folder in which the agent's own settings folder lies."""

    files: tuple[SettingsFile, ...] = ()
    units: tuple[str, ...] = ()
    agent_home: str = ""
    program: str = ""

    def with_file(self, file: SettingsFile) -> Inventory:
        """With `file`; what was known of the same path before stays known."""
        known = {old.path: old for old in self.files}
        return msgspec.structs.replace(self, files=tuple({**known, file.path: known.get(file.path, file)}.values()))


def place(layout: Layout) -> Path:
    """Where it is kept; of the machine's set-up once for all users, beside their settings, which are root's."""
    return (layout.data if layout.guarded is None else layout.machine) / NAME


def load(layout: Layout) -> Inventory:
    """What is known; empty if nothing was installed. Raises `InstallError` for a file that cannot be read."""
    try:
        return msgspec.json.decode(place(layout).read_bytes(), type=Inventory)
    except (FileNotFoundError, NotADirectoryError):
        return Inventory()
    except (OSError, msgspec.MsgspecError) as error:
        raise InstallError(
            f"`{place(layout)}` cannot be read",
            cause=str(getattr(error, "strerror", None) or error),
            effect="it is not known where the hooks were registered; nothing was changed",
            fix=f"rm {place(layout)}, then give the places again: enactctl init",
        ) from None


def save(layout: Layout, inventory: Inventory) -> None:
    """Keep it, whole or not at all."""
    target = place(layout)
    try:
        replace_file(target, msgspec.json.format(msgspec.json.encode(inventory), indent=2) + b"\n")
    except OSError as error:
        raise InstallError(
            f"`{target}` cannot be written",
            cause=str(error.strerror),
            effect="it would not be known where the hooks are; nothing was registered",
            fix=f"ls -ld {target.parent}",
        ) from None


def forget(layout: Layout) -> None:
    """After an uninstall nothing is known any more."""
    with contextlib.suppress(FileNotFoundError):
        place(layout).unlink()
