"""The one daemon of a layout: its lock, its socket, and how one in the background is started or replaced.

Whoever holds the lock may put a socket in place, and does so by renaming one that already listens: there
is no moment in which a client finds nothing, and a stale socket needs no guess at whether it is one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from enactd import __version__
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError, ExitCode, UnreachableError
from enactd.report import Version

BACKLOG: Final = 512
LOCK_S: Final = 3.0
"""How long a starting daemon waits for one that is ending."""
READY_S: Final = 30.0
STOP_S: Final = 15.0
LONGEST_PATH: Final = 107
READY: Final = b"ready\n"


class RunningError(EnactError):
    """Another daemon of this layout runs."""

    code = "E2004"


class Lock:
    """Held by the one daemon. Freed by the kernel when its process ends, however it ends."""

    def __init__(self, path: Path, *, patience: float = LOCK_S) -> None:
        """Take it, or raise `RunningError` when another process keeps it for `patience` seconds."""
        end = time.monotonic() + patience
        while (descriptor := _try_lock(path)) is None:
            if time.monotonic() >= end:
                raise RunningError(
                    "another daemon is running",
                    cause=f"it holds `{path}`",
                    effect="agents are served by that one",
                    fix="enactd stop, then start again",
                )
            time.sleep(0.02)
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        os.close(self._descriptor)


def listen(layout: Layout) -> socket.socket:
    """A listening socket at the layout's place, 0600. Call it with the lock held."""
    path = layout.socket
    fresh = path.with_name(f".{os.getpid()}.sock")
    if max(len(os.fsencode(place)) for place in (path, fresh)) > LONGEST_PATH:
        raise EnactError(
            f"`{path}` is too long for a socket",
            cause=f"the kernel takes {LONGEST_PATH} bytes",
            effect="the daemon does not start; agents using the hook are denied",
            fix="give a shorter --home",
        )
    _check_deserted(path)
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    before = os.umask(0o177)
    try:
        listener.bind(str(fresh))
        listener.listen(BACKLOG)
        fresh.replace(path)
    except OSError as error:
        listener.close()
        raise EnactError(
            f"cannot listen at `{path}`",
            cause=str(error.strerror),
            effect="the daemon does not start; agents using the hook are denied",
            fix=f"ls -ld {path.parent} {path}",
        ) from None
    finally:
        os.umask(before)
    return listener


def start_in_background(layout: Layout, *, accept_damage: bool = False) -> Version:
    """The running daemon, started if there is none, replaced if it is of another version.

    `accept_damage` is passed on to one that is started. Raises what a new one refuses to start with, or `UnreachableError` if it does not answer.
    """
    client = Client(layout)
    try:
        running = client.version()
    except UnreachableError:
        return _spawn(layout, client, accept_damage)
    if running.version == __version__:
        return running
    stop(client)
    return _spawn(layout, client, accept_damage)


def stop(client: Client) -> None:
    """Ask the daemon to end and wait until nobody listens; `EnactError` if it stays."""
    client.stop()
    if not client.await_gone(STOP_S):
        raise EnactError(
            "the daemon does not end",
            cause=f"it still answers after {STOP_S:g} s",
            effect="agents are served as before",
            fix="enactctl log",
        )


def command(layout: Layout) -> list[str]:
    """The command line of a daemon that reports on stdout, for a clean environment."""
    root = str(Path(__file__).resolve().parent.parent)
    boot = f"import sys; sys.path.insert(0, {root!r}); from enactd.__main__ import main; main()"
    home = ["--home", str(layout.root)] if layout.root else []
    return [sys.executable, "-I", "-c", boot, "start", "--foreground", "--report", *home]


def clean_environment(layout: Layout) -> dict[str, str]:
    """All that a daemon is given: nothing of whoever starts it."""
    clean = {"HOME": str(layout.home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    return clean | ({"TZ": os.environ["TZ"]} if "TZ" in os.environ else {})


def _spawn(layout: Layout, client: Client, accept_damage: bool) -> Version:
    """Start a daemon that has nothing to do with this process any more, and hear how it went."""
    layout.prepare()
    log = os.open(layout.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    child = subprocess.Popen(
        [*command(layout), *(["--accept-damage"] if accept_damage else [])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd="/",
        env=clean_environment(layout),
        start_new_session=True,
    )
    os.close(log)
    assert child.stdout is not None
    with child.stdout as told:
        said = told.read()
    if said == READY:
        return client.await_ready(READY_S)
    code = child.wait()
    with contextlib.suppress(UnreachableError):
        return client.version()  # somebody else was faster
    raise StartError.of(said.decode(errors="replace"), layout.log_file, code)


class StartError(EnactError):
    """A daemon in the background did not start; says what that one said."""

    code = "E2005"

    def __init__(self, said: str, log: Path) -> None:
        super().__init__(
            "the daemon did not start",
            cause="it ended without a word",
            effect="agents using the hook are denied until it runs",
            fix=f"tail {log}",
        )
        self._said = said

    @classmethod
    def of(cls, said: str, log: Path, code: int = ExitCode.FAILED) -> StartError:
        """From what it printed, the file it logs to, and how it exited."""
        error = cls(said.strip(), log)
        error.exit_code = ExitCode(code) if code in set(ExitCode) - {ExitCode.OK} else ExitCode.FAILED
        return error

    def __str__(self) -> str:
        return self._said or super().__str__()


def _try_lock(path: Path) -> int | None:
    """The locked descriptor, None if somebody has it. A lock on a file that was replaced counts for nothing."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), os.stat(path)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def _check_deserted(path: Path) -> None:
    """With the lock in hand nobody should listen; if somebody does, the lock file was taken away from him."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return
        except OSError as error:
            cause = str(error.strerror or error)
        else:
            cause = "somebody listens there without holding the lock"
    raise RunningError(
        f"`{path}` is in use",
        cause=cause,
        effect="agents are served by whoever listens",
        fix="enactd stop; enactd start",
    )
