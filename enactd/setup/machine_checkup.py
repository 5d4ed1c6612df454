"""What `enactctl doctor` looks at where root set the gate up for the machine, beside what it looks at everywhere."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from enactd import __version__, resources
from enactd.approvals import polkit
from enactd.authority import OPERATORS
from enactd.config import check_place
from enactd.errors import UnreachableError
from enactd.setup import checkup, machine_wide
from enactd.setup.findings import Check, Finding, Patient

AGAIN: Final = "sudo enactctl init --system-wide"


def _setup(patient: Patient) -> Iterator[Finding]:
    """Which set-up is in force, and is the daemon really somebody else's?"""
    guarded = patient.layout.guarded
    status = patient.status
    if isinstance(status, UnreachableError):
        yield Finding(check="set-up", state="none", why="the machine's daemon does not answer", fix=AGAIN)
        return
    try:
        owner = os.stat(f"/proc/{status.pid}").st_uid
    except OSError:
        yield Finding(
            check="set-up", state="partial", why="`/proc` does not show the daemon", fix="mount /proc without hidepid"
        )
        return
    if owner in (0, guarded):
        yield Finding(check="set-up", state="bad", detail=f"the daemon runs as user {owner}", fix=AGAIN)
    else:
        name = pwd.getpwuid(owner).pw_name
        yield Finding(check="set-up", detail=f"system-wide: user {guarded} is guarded by a daemon of user {name}")


def _shim(patient: Patient) -> Iterator[Finding]:
    """Is the shim root's, and current?"""
    shim = patient.layout.shim
    check_place(shim, owners=(0,), forbidden=0o022)
    version = resources.shim_version(shim) if shim.exists() else ""
    if version != __version__:
        yield Finding(check="shim", state="bad", detail=f"{shim} says `{version}`, this is {__version__}", fix=AGAIN)
    else:
        yield Finding(check="shim", detail=f"{shim}, root's")


def _files(patient: Patient) -> Iterator[Finding]:
    """Is what the gate holds closed to the guarded user, and is the rest root's?"""
    layout = patient.layout
    for place in (layout.machine, layout.config, layout.config_file, layout.policies, layout.run, layout.bin):
        check_place(place, owners=(0,), forbidden=0o022)
    found = layout.state.stat()
    if found.st_uid in (0, layout.guarded) or found.st_mode & 0o077:
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        yield Finding(check="files", state="bad", detail=f"{layout.state}: user {found.st_uid}, mode {mode}", fix=AGAIN)
    elif os.getuid() == layout.guarded and os.access(layout.keys, os.R_OK):
        yield Finding(check="files", state="bad", detail=f"you can read {layout.keys}", fix=AGAIN)
    else:
        yield Finding(check="files", detail="keys, receipts, policies and settings are out of the guarded user's reach")


def _units(patient: Patient) -> Iterator[Finding]:
    """Are the units those of this release?"""
    for path, text in machine_wide.files_of(patient.layout).items():
        if not path.exists():
            yield Finding(check="units", state="bad", detail=f"{path} is missing", fix=AGAIN)
            return
        if path.read_text() != text:
            why = "an edited or older file"
            yield Finding(check="units", state="partial", why=why, detail=str(path), fix=AGAIN)
            return
    yield Finding(check="units", detail="as this release installs them")


def _control(patient: Patient) -> Iterator[Finding]:
    """Who can control the gate: root, operators, and by polkit whoever knows an administrator's password."""
    try:
        members = ", ".join(grp.getgrnam(OPERATORS).gr_mem) or "nobody"
        yield Finding(check="control: operators", detail=f"root, and of the group {OPERATORS}: {members}")
    except KeyError:
        yield Finding(check="control: operators", state="none", why=f"there is no group {OPERATORS}", fix=AGAIN)
    if not os.access(polkit.PROGRAM, os.X_OK):
        why = "it is not installed; control takes root or an operator"
        yield Finding(check="control: polkit", state="none", why=why, fix="apt install polkitd pkexec")
    else:
        yield Finding(check="control: polkit", detail="asks for an administrator's password, each time")
    if os.getuid() == patient.layout.guarded and _sudo_asks_nothing():
        detail = "sudo wants no password of you: whatever runs as you is root if it likes, your agents too"
        yield Finding(check="control: sudo", state="bad", detail=detail, fix="take NOPASSWD out of /etc/sudoers.d")


def _sudo_asks_nothing() -> bool:
    sudo = shutil.which("sudo", path="/usr/bin:/bin:/usr/local/bin")
    if sudo is None:
        return False
    try:
        asked = subprocess.run(
            [sudo, "-n", "-k", "true"], capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _home(patient: Patient) -> Iterator[Finding]:
    """The scout makes it needless to open the home to anybody."""
    home = Path(patient.layout.home)
    try:
        mode = stat.S_IMODE(home.stat().st_mode)
    except OSError:
        return
    yield Finding(check="home", detail=f"{home} has mode {mode:04o}; the gate needs none of its rights")


CHECKS: Final[dict[str, Check]] = {
    "set-up": _setup,
    "hooks": checkup.hooks,
    "shim": _shim,
    "daemon": checkup.daemon,
    "self-test": checkup.self_test,
    "health": checkup.health_of,
    "files": _files,
    "units": _units,
    "control": _control,
    "home": _home,
    "platform": checkup.kernel,
}
