"""Keeping the daemon running: as a systemd user service where there is one, else in the background."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Final

from enactd import instance
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import InstallError, UnreachableError
from enactd.report import Version
from enactd.resources import systemd_folder

UNITS: Final = ("enactd.socket", "enactd.service")
ANSWER_S: Final = 60


def daemon_words(layout: Layout) -> list[str]:
    """The command line of a daemon that stays in the foreground, absolute and independent of any environment."""
    return [word for word in instance.command(layout) if word != "--report"]


def unavailable(layout: Layout) -> str:
    """Why systemd cannot keep this layout's daemon; empty if it can."""
    if layout.root is not None:
        return "a daemon with a --home of its own is no service"
    if shutil.which("systemctl") is None:
        return "there is no systemd here"
    if layout.run != Path(f"/run/user/{os.getuid()}/enactd"):
        return f"there is no /run/user/{os.getuid()}"
    told = _systemctl("show-environment")
    return "" if told.returncode == 0 else _first_line(told.stderr) or "no user manager answers"


def unit_folder(layout: Layout) -> Path:
    return layout.home / ".config/systemd/user"


def unit_texts(layout: Layout) -> dict[str, str]:
    """The units of this release, with the installed daemon in ExecStart."""
    source = systemd_folder()
    texts = {name: (source / name).read_text() for name in UNITS}
    words = " ".join(quoted(word) for word in daemon_words(layout))
    return {
        name: "".join(
            f"ExecStart={words}\n" if line.startswith("ExecStart=") else line for line in text.splitlines(keepends=True)
        )
        for name, text in texts.items()
    }


def start_with_systemd(layout: Layout) -> Version:
    """Install the units, start or replace the daemon, and wait until it answers. Idempotent."""
    folder = unit_folder(layout)
    changed = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in unit_texts(layout).items():
            if not (folder / name).is_file() or (folder / name).read_text() != text:
                (folder / name).write_text(text)
                changed = True
    except OSError as error:
        raise InstallError(
            f"the units cannot be written to `{folder}`",
            cause=str(error.strerror),
            effect="the daemon was not started as a service",
            fix="enactctl init --no-systemd",
        ) from None
    _do("daemon-reload")
    client = Client(layout)
    active = _systemctl("is-active", "enactd.service").returncode == 0
    if not active:
        with contextlib.suppress(UnreachableError):
            instance.stop(client)  # one in the background holds the socket's place
    _do("enable", "--now", *UNITS)
    version = client.await_ready(instance.READY_S)
    if active and (changed or client.is_outdated()):
        _do("restart", "enactd.service")
        version = client.await_ready(instance.READY_S)
    return version


def stop_with_systemd(layout: Layout) -> list[str]:
    """Disable and remove the units that are there; their paths."""
    found = [unit_folder(layout) / name for name in UNITS if (unit_folder(layout) / name).exists()]
    if not found:
        return []
    if shutil.which("systemctl") is not None:
        _systemctl("disable", "--now", *UNITS)
    for path in found:
        path.unlink(missing_ok=True)
    if shutil.which("systemctl") is not None:
        _systemctl("daemon-reload")
    return [str(path) for path in found]


def lingers() -> bool | None:
    """Whether the user's services outlive the last login; None if nobody can tell."""
    user = pwd.getpwuid(os.getuid()).pw_name
    try:
        told = subprocess.run(
            ["loginctl", "show-user", user, "--property=Linger", "--value"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(told.stdout.strip())


def quoted(word: str) -> str:
    """A word as ExecStart takes it: no specifier, no variable, no escape of its own."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"'


def _do(*words: str) -> None:
    told = _systemctl(*words)
    if told.returncode != 0:
        raise InstallError(
            f"`systemctl --user {' '.join(words)}` failed",
            cause=_first_line(told.stderr) or f"it ended with {told.returncode}",
            effect="the daemon may not be running; agents using the hook are denied until it is",
            fix="journalctl --user -u enactd; or enactctl init --no-systemd",
        )


def _systemctl(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}"}
    try:
        return subprocess.run(
            ["systemctl", "--user", *words],
            capture_output=True,
            text=True,
            timeout=ANSWER_S,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(list(words), 1, "", str(error))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else ""
