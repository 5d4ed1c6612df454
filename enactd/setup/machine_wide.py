"""The machine's set-up on disk and in systemd: accounts, folders, units, polkit's actions. As root.

Everything is written below a prefix. With a prefix of its own nothing is run, no account made and no unit started:
for images, and for looking at what would be written.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import enactd
from enactd.approvals import polkit
from enactd.atomic import replace_file
from enactd.authority import OPERATORS
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import InstallError, UsageError
from enactd.instance import READY_S
from enactd.report import Version
from enactd.resources import systemd_folder
from enactd.setup.service import quoted

DAEMON: Final = "enactd"
UNITS: Final = ("enactd@.service", "enactd@.socket", "enactd-scout@.service", "enactd-scout@.socket")
ANSWER_S: Final = 90
_OPEN: Final = 0o755
_ELSEWHERE: Final = (
    "sudo python3 -m venv /opt/enactd && sudo /opt/enactd/bin/pip install enactd "
    "&& sudo /opt/enactd/bin/enactctl init --system-wide"
)


def guarded_user(name: str | None, invoker: str) -> pwd.struct_passwd:
    """Whose agents are to be guarded: the user `name`, else whoever called sudo. Raises `UsageError`."""
    wanted = name or invoker
    if not wanted:
        raise UsageError(
            "whose agents?", cause="this was not started by sudo", fix="enactctl init --system-wide --user NAME"
        )
    try:
        entry = pwd.getpwuid(int(wanted)) if wanted.isdecimal() else pwd.getpwnam(wanted)
    except (KeyError, OverflowError):
        raise UsageError(f"there is no user `{wanted[:60]}`", fix="getent passwd") from None
    if entry.pw_uid == 0 or entry.pw_name == DAEMON:
        raise UsageError(
            f"`{entry.pw_name}` cannot be guarded",
            cause="who is root, or the gate itself, can switch it off",
            fix="run agents as a user of their own",
        )
    return entry


def check_program() -> None:
    """Raise `InstallError` unless all that the daemon will run belongs to root and everybody may read it.

    A gate whose program its user can change guards nothing.
    """
    for place in _program():
        for folder in (place, *place.parents):
            found = folder.stat()
            if found.st_uid != 0 or (
                found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX
            ):
                raise _unfit(f"`{folder}` could be changed by others than root")
            if folder != place and not found.st_mode & stat.S_IXOTH:
                raise _unfit(f"the daemon's user may not enter `{folder}`")


def write(layout: Layout) -> list[str]:
    """Folders, units, accounts file and polkit's actions; what was written, by path. Raises `InstallError`."""
    top = _top(layout)
    try:
        for folder in (layout.machine, layout.config.parent, layout.config, layout.bin, layout.state.parent):
            folder.mkdir(mode=_OPEN, parents=True, exist_ok=True)
        for path, text in files_of(layout).items():
            path.parent.mkdir(mode=_OPEN, parents=True, exist_ok=True)
            replace_file(path, text.encode(), 0o644)
    except OSError as error:
        raise InstallError(
            f"`{error.filename or top}` cannot be written",
            cause=str(error.strerror),
            effect="the machine's daemon is not set up; agents are as guarded as before",
            fix="run it as root: sudo enactctl init --system-wide",
        ) from None
    return [str(path) for path in files_of(layout)]


def make_accounts(layout: Layout) -> str:
    """The daemon's user and the group of operators, made where they are missing; says what was done."""
    missing = [name for name, known in ((DAEMON, _has_user(DAEMON)), (OPERATORS, _has_group(OPERATORS))) if not known]
    if not missing:
        return f"user {DAEMON} and group {OPERATORS} are there"
    if shutil.which("systemd-sysusers"):
        _run("systemd-sysusers", str(_top(layout) / "usr/lib/sysusers.d/enactd.conf"))
    else:
        if DAEMON in missing:
            _run(
                "useradd",
                "--system",
                "--no-create-home",
                "--home-dir",
                "/var/lib/enactd",
                "--shell",
                "/usr/sbin/nologin",
                DAEMON,
            )
        if OPERATORS in missing:
            _run("groupadd", "--system", OPERATORS)
    return f"made {' and '.join(missing)}"


def start(layout: Layout) -> Version:
    """Start or replace the daemon, and wait until it answers. Raises `InstallError`."""
    uid = layout.guarded
    if not Path("/run/systemd/system").is_dir():
        raise InstallError(
            "systemd does not run here",
            cause="the machine's daemon is started by it, under a user of its own",
            effect="what was written is in place; no daemon runs, and no hook was registered",
            fix="enactctl init   # a daemon of your own user's",
        )
    _run("systemctl", "daemon-reload")
    _run("systemctl", "enable", f"enactd@{uid}.service", f"enactd@{uid}.socket", f"enactd-scout@{uid}.socket")
    _run("systemctl", "start", f"enactd@{uid}.socket", f"enactd-scout@{uid}.socket")
    _run("systemctl", "restart", f"enactd@{uid}.service")
    return Client(layout).await_ready(READY_S)


def stop(layout: Layout) -> None:
    """End daemon and scout for good. What systemd does not know is no problem."""
    if not Path("/run/systemd/system").is_dir():
        return
    uid = layout.guarded
    units = [f"{name}@{uid}.{kind}" for name in ("enactd", "enactd-scout") for kind in ("socket", "service")]
    subprocess.run(["systemctl", "disable", "--now", *units], capture_output=True, timeout=ANSWER_S, check=False)


def remove(layout: Layout) -> list[str]:
    """Take the units, the actions and the accounts file away again; the paths."""
    gone = []
    for path in files_of(layout):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            gone.append(str(path))
    if _top(layout) == Path("/") and Path("/run/systemd/system").is_dir():
        subprocess.run(["systemctl", "daemon-reload"], capture_output=True, timeout=ANSWER_S, check=False)
    return gone


def others(layout: Layout) -> list[str]:
    """The numbers of the other users that are guarded on this machine."""
    with contextlib.suppress(OSError):
        names = os.listdir(layout.config.parent)
        return sorted(name for name in names if name.isdecimal() and name != layout.config.name)
    return []


def unguarded(layout: Layout) -> list[str]:
    """People of this machine without a daemon: the machine's hooks deny the calls of their agents."""
    known = {layout.config.name, *others(layout)}
    shells = ("nologin", "false", "sync", "shutdown", "halt")
    return [
        entry.pw_name
        for entry in pwd.getpwall()
        if 1000 <= entry.pw_uid < 60_000 and str(entry.pw_uid) not in known and not entry.pw_shell.endswith(shells)
    ]


def _top(layout: Layout) -> Path:
    return layout.machine.parents[1]


def files_of(layout: Layout) -> dict[Path, str]:
    """Everything that is written beside folders, shim and settings: path and text."""
    top, source = _top(layout), systemd_folder()
    texts = {top / "etc/systemd/system" / name: _unit(source / name) for name in UNITS}
    texts[top / "usr/lib/sysusers.d/enactd.conf"] = (source / "enactd.sysusers.conf").read_text()
    texts[top / "usr/share/polkit-1/actions/org.enactd.policy"] = polkit.policy_file().read_text()
    return texts


def _unit(source: Path) -> str:
    """A unit of this release, with the installed programs in ExecStart."""
    daemon = f"{_words('enactd.__main__')} start --foreground --system %i"
    commands = {"ExecStart=enactd ": daemon, "ExecStart=enactd-scout": f"{_words('enactd.scout.process')} {DAEMON}"}
    lines = []
    for line in source.read_text().splitlines():
        command = next((words for start, words in commands.items() if line.startswith(start)), None)
        lines.append(f"ExecStart={command}" if command else line)
    return "\n".join(lines) + "\n"


def _words(module: str) -> str:
    root = str(Path(enactd.__file__).resolve().parents[1])
    boot = f"import sys; sys.path.insert(0, {root!r}); from {module} import main; main()"
    return " ".join(quoted(word) for word in (sys.executable, "-I", "-c", boot))


def _program() -> Iterator[Path]:
    """The interpreter, the folders it imports from, and the files of the package itself."""
    package = Path(enactd.__file__).resolve().parent
    yield from (Path(os.path.realpath(sys.executable)), Path(sys.executable))
    yield package.parent
    yield from (Path(place).resolve() for place in sys.path if place and os.path.exists(place))
    yield from (path for path in package.rglob("*.py"))


def _unfit(cause: str) -> InstallError:
    return InstallError(
        "this installation cannot serve the machine",
        cause=cause,
        effect="nothing was changed",
        fix=_ELSEWHERE,
    )


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _has_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _run(*words: str) -> None:
    try:
        told = subprocess.run(
            words, capture_output=True, text=True, timeout=ANSWER_S, check=False, stdin=subprocess.DEVNULL
        )
        problem = (
            told.stderr.strip().splitlines()[-1:] or [f"it ended with {told.returncode}"] if told.returncode else []
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = [str(error)]
    if problem:
        raise InstallError(
            f"`{' '.join(words)}` failed",
            cause=problem[0][:300],
            effect="the machine's daemon may not run; no hook was registered",
            fix="mend that, then once more: enactctl init --system-wide",
        )
