# SPDX-License-Identifier: Apache-2.0
"""The way to the gate: the installed shim, a small program that asks the daemon and refuses in doubt.

Going through it makes this process the one that the daemon sees asking, whatever it was started by. Its place
comes from the password database, never from a variable that a repository could set.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from enactd.client.errors import Unreachable
from enactd.client.messages import AGENT

MACHINE: Final = Path("/etc/enactd/users")
MACHINE_SHIM: Final = Path("/usr/local/lib/enactd/enact-hook")
MACHINE_SOCKETS: Final = "/run/enactd"
PATIENCE: Final = 10.0
"""Seconds in which a daemon has to answer, or to say that a person is asked."""
LONGEST: Final = 3_600.0
"""Seconds that one question is held; whoever waits longer asks again."""
_GRACE: Final = 10.0
_ENVIRONMENT: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


@dataclass(frozen=True)
class Said:
    """How the shim ended."""

    code: int
    out: bytes
    err: bytes


class Shim:
    """The installed shim of this user, or with `home` that of `enactctl --home`."""

    def __init__(self, home: str | os.PathLike[str] | None = None) -> None:
        self._home = os.path.abspath(os.fspath(home)) if home is not None else None

    def words(self, event: str, hold: float = 0.0) -> list[str]:
        """The command line for one message; `hold` is how many seconds longer to wait while a person is asked.

        Raises `Unreachable` where no shim is that can be trusted.
        """
        path, where = self._find()
        _check(path)
        held = ["--hold", f"{min(hold, LONGEST):.2f}"] if hold >= 0.01 else []
        return [str(path), AGENT, event, *where, "--deadline", f"{PATIENCE:.2f}", *held]

    def send(self, event: str, message: bytes, hold: float = 0.0) -> Said:
        """One message and its answer. Raises `Unreachable`."""
        words = self.words(event, hold)
        try:
            done = subprocess.run(
                words, input=message, capture_output=True, timeout=_longest(hold), check=False, cwd="/",
                env=_ENVIRONMENT,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _dead(words, error) from None
        return Said(done.returncode, done.stdout, done.stderr)

    async def send_async(self, event: str, message: bytes, hold: float = 0.0) -> Said:
        """The same for an event loop; a cancelled question is taken back."""
        words = self.words(event, hold)
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdin=pipe, stdout=pipe, stderr=pipe, cwd="/", env=_ENVIRONMENT
            )
        except OSError as error:
            raise _dead(words, error) from None
        try:
            async with asyncio.timeout(_longest(hold)):
                out, err = await process.communicate(message)
        except (OSError, TimeoutError) as error:
            raise _dead(words, error) from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await asyncio.shield(process.wait())
        return Said(process.returncode or 0, out, err)

    def enactctl(self) -> list[str]:
        """The words that tell `enactctl` where this gate is."""
        return ["--home", self._home] if self._home is not None else []

    def _find(self) -> tuple[Path, Sequence[str]]:
        if self._home is not None:
            return Path(self._home, "data/bin/enact-hook"), ("--home", self._home)
        uid = os.getuid()
        with contextlib.suppress(OSError):
            found = (MACHINE / str(uid)).lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == 0:
                return MACHINE_SHIM, ("--system", MACHINE_SOCKETS)
        try:
            home = pwd.getpwuid(uid).pw_dir
        except KeyError:
            raise Unreachable(f"user {uid} is not in the password database", fix="add the user") from None
        return Path(home, ".local/share/enactd/bin/enact-hook"), ()


def _longest(hold: float) -> float:
    """When even the shim must have ended, which gives up by itself."""
    return PATIENCE + min(hold, LONGEST) + _GRACE


def _check(path: Path) -> None:
    """Not even start a shim that another user could have put there."""
    try:
        found = path.stat()
    except OSError as error:
        raise Unreachable(f"there is no gate at {path}: {str(error.strerror).lower()}", fix="enactctl init") from None
    if found.st_uid not in (0, os.getuid()) or found.st_mode & 0o022 or not stat.S_ISREG(found.st_mode):
        raise Unreachable(f"`{path}` could have been changed by others", fix=f"ls -l {path}; enactctl init")


def _dead(words: Sequence[str], error: Exception) -> Unreachable:
    told = getattr(error, "strerror", None) or type(error).__name__
    return Unreachable(f"`{words[0]}` gave no answer: {str(told).lower()}", fix="enactctl doctor")
