"""The machine's set-up with real users and real processes, below a folder of its own: what systemd does, done by hand.

Needs root. The users are made for the test and removed after it. The sockets are root's, as systemd's are; daemon
and scout are started as their units say: users, capabilities, no writable code, the listening socket as descriptor 3.
"""

from __future__ import annotations

import contextlib
import grp
import json
import os
import pwd
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import enactd
from enactd import resources
from enactd.authority import OPERATORS
from enactd.config import Layout
from enactd.control_client import Client
from enactd.receipts import segments
from enactd.receipts.record import Record
from enactd.setup.program import as_user
from enactd.setup.selftest import Answer, Caller

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make users and start processes as them")
# What the units say of a process: its user, the one useless capability of a scout, no new rights, no writable code.
BECOME = """
import ctypes, json, os, pwd, sys
uid, listener, capability = json.loads(sys.argv[1])
entry, libc = pwd.getpwuid(uid), ctypes.CDLL(None)
if listener >= 0:
    os.dup2(listener, 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
if capability:
    libc.prctl(8, 1, 0, 0, 0)  # PR_SET_KEEPCAPS
os.setgroups(os.getgrouplist(entry.pw_name, entry.pw_gid))
os.setresgid(*[entry.pw_gid] * 3)
os.setresuid(*[uid] * 3)
if capability:
    high = 1 << (35 - 32)  # CAP_WAKE_ALARM
    libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(0, 0, 0, high, high, high))
    libc.prctl(47, 2, 35, 0, 0)  # PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE
libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
libc.prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE, which older kernels do not have
os.umask(0o077)
os.execv(sys.argv[2], sys.argv[2:])
"""


class Users:
    """Users and groups of one test run, gone when it ends."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._group = False

    def add(self, name: str, home: Path, *, groups: tuple[str, ...] = ()) -> int:
        """A user with a private home; its number."""
        more = ["-G", ",".join(groups)] if groups else []
        words = ["useradd", "-M", "-d", str(home), "-s", "/bin/sh", "-K", "MAIL_DIR=/nonexistent", *more, name]
        subprocess.run(words, check=True, capture_output=True)
        self._made.append(name)
        entry = pwd.getpwnam(name)
        home.mkdir(mode=0o700)
        os.chown(home, entry.pw_uid, entry.pw_gid)
        return entry.pw_uid

    def operators(self) -> None:
        """The group of operators, made if the machine has none."""
        with contextlib.suppress(KeyError):
            grp.getgrnam(OPERATORS)
            return
        subprocess.run(["groupadd", "-r", OPERATORS], check=True, capture_output=True)
        self._group = True

    def remove(self) -> None:
        for name in reversed(self._made):
            subprocess.run(["userdel", "-f", name], check=False, capture_output=True)
        if self._group:
            subprocess.run(["groupdel", OPERATORS], check=False, capture_output=True)


class Open:
    """An interpreter and import roots that every user can reach, as an installation for the machine has them."""

    def __init__(self, folder: Path) -> None:
        package = Path(enactd.__file__).resolve().parents[1]
        libraries = [Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")]
        roots = list(dict.fromkeys([package, *libraries]))
        self.roots = [str(_reachable(root, folder / f"root{number}")) for number, root in enumerate(roots)]
        self.python = _interpreter(folder / "python")

    def boot(self, module: str) -> list[str]:
        """The command line that runs `main` of a module."""
        code = f"import sys; sys.path[:0] = {self.roots!r}; from {module} import main; main()"
        return [self.python, "-I", "-S", "-c", code]


class Machine:
    """One guarded user, his daemon, his scout; `place` is the prefix of all paths."""

    def __init__(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="enm", dir="/tmp"))
        self.place.chmod(0o755)
        self.users = Users()
        self.users.operators()
        tag = self.place.name[3:9].lower()
        self.guarded = self.users.add(f"eg-{tag}", self.place / "home")
        self.enactd = self.users.add(f"ed-{tag}", self.place / "nowhere")
        self.stranger = self.users.add(f"es-{tag}", self.place / "stranger")
        self.operator = self.users.add(f"eo-{tag}", self.place / "operator", groups=(OPERATORS,))
        self.home = self.place / "home"
        self.layout = Layout.system(self.guarded, self.place)
        self.open = Open(self.place)
        self._folders()
        self._listeners = {place: self._listen(place, owner) for place, owner in self._sockets().items()}
        self.scout = Unit(self._start_scout, self._listeners[self.layout.scout_socket])
        self.daemon: subprocess.Popen[bytes] | None = None

    def _sockets(self) -> dict[Path, int]:
        return {self.layout.socket: self.guarded, self.layout.scout_socket: self.enactd}

    def _folders(self) -> None:
        for folder in (self.layout.config, self.layout.run, self.layout.bin):
            folder.mkdir(parents=True, mode=0o755)
        self.layout.state.mkdir(parents=True, mode=0o700)
        os.chown(self.layout.state, self.enactd, -1)
        resources.install_shim(self.layout.shim)

    def _listen(self, place: Path, owner: int) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(place))
        os.chown(place, owner, grp.getgrnam(OPERATORS).gr_gid)
        place.chmod(0o660)
        listener.listen(128)
        return listener

    def start(self, *, scout: list[str] | None = None) -> Machine:
        """Start the daemon; the scout starts when it is asked, with another command line if one is given."""
        self.start_scout(scout)
        words = [*self.open.boot("enactd.__main__"), "start", "--foreground", "--system", str(self.guarded)]
        self.log = self.place / "daemon.log"
        with self.log.open("ab") as log:
            self.daemon = self.spawn(
                [*words, "--prefix", str(self.place)],
                self.enactd,
                listener=self._listeners[self.layout.socket],
                capabilities=False,
                stdout=log,
                stderr=log,
            )
        self.client = Client(self.layout, timeout=20)
        self.client.await_ready(30)
        return self

    def start_scout(self, words: list[str] | None = None) -> None:
        """From now on a scout is started when it is asked."""
        self._scout_words = words or [*self.open.boot("enactd.scout.process"), str(self.enactd)]
        self.scout.begin()

    def _start_scout(self) -> subprocess.Popen[bytes]:
        listener = self._listeners[self.layout.scout_socket]
        with (self.place / "scout.log").open("ab") as log:
            return self.spawn(
                self._scout_words, self.guarded, listener=listener, capabilities=True, stdout=log, stderr=log
            )

    def spawn(
        self, words: list[str], uid: int, *, listener: socket.socket | None, capabilities: bool, **more: Any
    ) -> subprocess.Popen[bytes]:
        """A process as its unit would start it: a user, one socket, no way to gain rights or to write code."""
        descriptors = (listener.fileno(),) if listener else ()
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        order = json.dumps([uid, *descriptors, *([] if descriptors else [-1]), capabilities])
        become = [self.open.python, "-I", "-S", "-c", BECOME, order]
        return subprocess.Popen(
            [*become, *words], stdin=subprocess.DEVNULL, env=environment, cwd="/", pass_fds=descriptors, **more
        )

    def run(self, uid: int, *words: str, stdin: bytes = b"", seconds: float = 60) -> subprocess.CompletedProcess[bytes]:
        """A program as a user, to its end."""
        return subprocess.run(
            words,
            input=stdin,
            capture_output=True,
            timeout=seconds,
            cwd="/",
            check=False,
            **as_user(uid),
        )

    def python(self, uid: int, code: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        """A few lines of Python as a user, with enactd at hand."""
        head = f"import sys; sys.path[:0] = {self.open.roots!r}\n"
        return self.run(uid, self.open.python, "-I", "-S", "-c", head + code, *words)

    def ask(self, command: str, *, folder: Path | None = None, tool: str = "Bash", **arguments: Any) -> Answer:
        """What the guarded user's agent hears, through the real shim."""
        caller = Caller(self.layout, home=self.home, folder=folder or self.home, purpose="test")
        return caller.ask(tool, arguments or {"command": command})

    def write(self, name: str, text: str) -> Path:
        """A file of the guarded user below his home."""
        path = self.home / name
        entry = pwd.getpwuid(self.guarded)
        for folder in reversed([folder for folder in path.parents if not folder.exists()]):
            folder.mkdir(mode=0o700)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        path.write_text(text)
        os.chown(path, entry.pw_uid, entry.pw_gid)
        return path

    def receipts(self) -> list[Record]:
        """All receipts, oldest first."""
        return [receipt.record for receipt in segments.receipts(str(self.layout.receipts))]

    def stop(self) -> None:
        self.scout.end()
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.terminate()
            try:
                self.daemon.wait(30)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait(30)

    def close(self) -> None:
        """End everything and take everything away."""
        self.stop()
        for listener in self._listeners.values():
            listener.close()
        for uid in (self.guarded, self.enactd, self.stranger, self.operator):
            _end_all_of(uid)
        self.users.remove()
        shutil.rmtree(self.place, ignore_errors=True)


class Unit:
    """Socket activation of one service: started for the first connection, and again when it has ended."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]], listener: socket.socket) -> None:
        self._start = start
        self._listener = listener
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.held = threading.Event()
        """While set nothing is started, as after too many failures."""

    def begin(self) -> None:
        self._over.clear()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(10)
        self.kill()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the running process, if there is one."""
        process = self.process
        if process is not None and process.poll() is None:
            process.send_signal(number)
            if number == signal.SIGKILL:
                process.wait(10)

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            if self.held.is_set() or (self.process is not None and self.process.poll() is None):
                continue
            if select.select([self._listener], [], [], 0)[0]:
                self.process = self._start()
                self.starts += 1


@contextlib.contextmanager
def machine() -> Iterator[Machine]:
    """A machine that is gone after the block."""
    made = Machine()
    try:
        yield made
    finally:
        made.close()


def _is_open(path: Path) -> bool:
    """Whether everybody gets there."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _reachable(root: Path, copy: Path) -> Path:
    """The folder itself where everybody may read it, else a copy that everybody may."""
    if _is_open(root):
        return root
    unneeded = shutil.ignore_patterns(
        "__pycache__", ".git", ".hypothesis", "mypy*", "ruff*", "*.mypy_cache", "node_modules"
    )
    shutil.copytree(root, copy, ignore=unneeded, symlinks=True)
    return copy


def _interpreter(copy: Path) -> str:
    """An interpreter of this version that everybody may run; this one, copied with its library, if there is none."""
    own = Path(os.path.realpath(sys.executable))
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (own, Path("/usr/bin") / name, Path("/usr/local/bin") / name):
        if candidate.exists() and _is_open(candidate):
            return str(candidate)
    library = Path(sysconfig.get_path("stdlib"))
    unneeded = shutil.ignore_patterns("__pycache__", "site-packages", "test", "idlelib", "config-*", "ensurepip")
    shutil.copytree(library, copy / "lib" / library.name, ignore=unneeded, symlinks=True)
    (copy / "bin").mkdir()
    shutil.copy2(own, copy / "bin" / name)
    for shared in Path(sys.base_prefix, "lib").glob("libpython*.so*"):
        shutil.copy2(shared, copy / "lib" / shared.name)
    return str(copy / "bin" / name)


def _end_all_of(uid: int) -> None:
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if entry.name.isdigit() and entry.stat().st_uid == uid:
                os.kill(int(entry.name), signal.SIGKILL)
    time.sleep(0.01)
