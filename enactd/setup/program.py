"""The agent's own program on this machine: where it is and which version."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from enactd.agents.base import Adapter
from enactd.errors import InstallError

ANSWER_S: Final = 30
_UNCHANGED: Final = "nothing was changed, the agent is not guarded"


def find(adapter: Adapter, given: str | None, home: Path) -> str | None:
    """The program's path, None if it is not installed. Raises `InstallError` if the one given is none."""
    if given is not None:
        path = os.path.abspath(given)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
        raise InstallError(
            f"`{given}` is no program", cause="it is missing or may not be run", effect=_UNCHANGED, fix=f"ls -l {path}"
        )
    name = adapter.version_command[0]
    # A relative entry would run what the folder we happen to be in offers.
    searched = [entry for entry in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(entry)]
    usual = [str(home / ".local/bin"), str(home / ".claude/local")]
    return shutil.which(name, path=os.pathsep.join([*searched, *usual]))


def version(adapter: Adapter, program: str, *, uid: int | None = None) -> str:
    """What it says its version is; root asks as the user `uid`, whose program it may be.

    Raises `InstallError` for one that cannot be guarded, or does not say.
    """
    words = [program, *adapter.version_command[1:]]
    try:
        told = subprocess.run(
            words, capture_output=True, timeout=ANSWER_S, check=False, stdin=subprocess.DEVNULL, cwd="/",
            **(as_user(uid) if uid is not None else {}),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _silent(adapter, words, f"it said nothing within {ANSWER_S} s") from None
    except OSError as error:
        raise _silent(adapter, words, str(error.strerror)) from None
    if told.returncode != 0:
        raise _silent(adapter, words, f"it ended with {told.returncode}")
    return adapter.check_version(told.stdout.decode(errors="replace"))


def as_user(uid: int) -> dict[str, Any]:
    """For `subprocess`: be this user, with the groups it has and nothing of our environment. Only root can."""
    entry = pwd.getpwuid(uid)
    environment = {"HOME": entry.pw_dir, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
    return {"user": uid, "group": entry.pw_gid, "extra_groups": groups, "env": environment}


def _silent(adapter: Adapter, words: list[str], cause: str) -> InstallError:
    return InstallError(
        f"cannot tell the version of {adapter.title}",
        cause=f"`{' '.join(words)}`: {cause}",
        effect=_UNCHANGED,
        fix="mend the installation of the agent, or name another one with --claude PATH",
    )
