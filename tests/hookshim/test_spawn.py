"""The shim starts the daemon where that was allowed, and hands it nothing of the agent's."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shims import CLAUDE, refused, run, stayed_away

from enactd.errors import InstallError
from enactd.resources import allow_spawn

DAEMON = """
import json, os, signal, socket, sys, threading

FILES = "/proc/self/fd"
place, folder = sys.argv[1:]
found = {
    "pid": os.getpid(), "session": os.getsid(0), "cwd": os.getcwd(), "umask": os.umask(0o077),
    "environment": dict(os.environ), "blocked": [int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, ())],
    "files": {fd: os.readlink(file) for fd in os.listdir(FILES) if os.path.exists(file := FILES + "/" + fd)},
    "ignored": [int(s) for s in signal.valid_signals() if signal.getsignal(s) is signal.SIG_IGN],
}
with open(place, "a") as file:
    file.write(json.dumps(found) + "\\n")
os.makedirs(folder, mode=0o700, exist_ok=True)
listener = socket.socket(socket.AF_UNIX)
try:
    listener.bind(folder + "/enactd.sock")
except OSError:
    sys.exit(0)
listener.listen(64)
listener.settimeout(20)
while True:
    connection, _ = listener.accept()
    connection.recv(65536)
    connection.sendall((12).to_bytes(4, "big") + b"A" + bytes([5]) + (6).to_bytes(4, "big") + b"judged")
    connection.close()
"""


class Installed:
    """A shim in a folder of its own, as `enactctl init` leaves it, and the daemon it may start."""

    def __init__(self, shim: Path, folder: Path) -> None:
        self.shim = folder / "bin" / "enact-hook"
        self.shim.parent.mkdir(mode=0o700)
        shutil.copy(shim, self.shim)
        if shim.with_name("python3").exists():
            self.shim.with_name("python3").symlink_to(sys.executable)
        self.home = folder / "home"
        self.home.mkdir(mode=0o700)
        self.log = folder / "started.jsonl"
        self.program = folder / "daemon.py"
        self.program.write_text(DAEMON)
        self.words = [sys.executable, "-I", str(self.program), str(self.log), str(self.home / "run")]

    @property
    def spawn(self) -> Path:
        return self.shim.parent / "spawn"

    def started(self) -> list[dict]:  # type: ignore[type-arg]
        text = self.log.read_text() if self.log.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def stop(self) -> None:
        for found in self.started():
            try:
                os.kill(found["pid"], signal.SIGKILL)
            except ProcessLookupError:
                continue


@pytest.fixture
def installed(shim: Path, tmp_path: Path) -> Iterator[Installed]:
    place = Installed(shim, tmp_path)
    yield place
    place.stop()


def test_a_missing_daemon_is_started_and_asked(installed: Installed) -> None:
    """The first call after a reboot is answered by the daemon it started, within its deadline."""
    allow_spawn(installed.shim, installed.words)

    ended = run(installed.shim, *CLAUDE, "--home", installed.home)

    assert (5, b"judged", b"") == (ended.code, ended.stdout, ended.stderr)
    assert 5 == run(installed.shim, "claude-code", "SessionStart", "--home", installed.home).code
    assert 1 == len(installed.started())


def test_a_killed_daemon_is_started_again(installed: Installed) -> None:
    """A socket without a listener is as good as none."""
    allow_spawn(installed.shim, installed.words)
    run(installed.shim, *CLAUDE, "--home", installed.home)
    installed.stop()
    time.sleep(0.1)
    installed.program.write_text(DAEMON.replace("listener = ", "os.unlink(folder + '/enactd.sock'); listener = "))

    assert 5 == run(installed.shim, *CLAUDE, "--home", installed.home).code


def test_the_daemon_inherits_nothing(installed: Installed) -> None:
    """Clean environment, own session, no descriptors, no signal mask, no working folder."""
    allow_spawn(installed.shim, installed.words)
    hostile = {"LD_PRELOAD": "", "PYTHONPATH": "/evil", "ENACT_HOME": "/evil", "HOME": "/evil", "ENACT_FREEZE": ""}
    extra = os.open("/dev/zero", os.O_RDONLY)
    os.set_inheritable(extra, True)

    def deaf() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    subprocess.run(
        [installed.shim, *CLAUDE, "--home", installed.home],
        env=hostile,
        close_fds=False,
        preexec_fn=deaf,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
        timeout=20,
    )
    os.close(extra)
    [found] = installed.started()

    home = pwd.getpwuid(os.getuid()).pw_dir
    expected = {
        "HOME": home,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "ENACT_HOME": str(installed.home),
    }
    runtime = Path(f"/run/user/{os.getuid()}")
    if runtime.is_dir() and runtime.stat().st_uid == os.getuid():
        expected["XDG_RUNTIME_DIR"] = str(runtime)
    assert expected == {name: value for name, value in found["environment"].items() if name != "LC_CTYPE"}
    assert {"0": "/dev/null", "1": "/dev/null", "2": "/dev/null"} == found["files"]
    assert ("/", 0o077, []) == (found["cwd"], found["umask"], found["blocked"])
    assert {signal.SIGPIPE, signal.SIGXFSZ} >= set(found["ignored"])  # these two Python ignores by itself
    assert found["session"] not in (os.getsid(0), 0)
    assert found["pid"] != found["session"]  # no session leader: it never gets a terminal


def test_many_shims_start_one_daemon(installed: Installed) -> None:
    """Calls that come at the same time wait for one daemon, and all are answered by it."""
    allow_spawn(installed.shim, installed.words)

    several = [
        subprocess.Popen(
            [installed.shim, *CLAUDE, "--home", installed.home], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        for _ in range(12)
    ]

    assert [(b"judged", 5)] * 12 == [(process.communicate(timeout=20)[0], process.returncode) for process in several]
    assert 1 == len(installed.started())


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_a_command_line_that_others_can_write_is_not_run(installed: Installed, mode: int) -> None:
    """What others could have written is not started, and the refusal says so."""
    allow_spawn(installed.shim, installed.words)
    installed.spawn.chmod(mode)

    ended = run(installed.shim, *CLAUDE, "--home", installed.home)

    assert refused(ended)
    assert "not private" in ended.lines[0]
    assert [] == installed.started()


def test_a_folder_that_others_can_write_starts_nothing(installed: Installed) -> None:
    """Whoever can write beside the shim could have put the file there."""
    allow_spawn(installed.shim, installed.words)
    installed.shim.parent.chmod(0o777)

    assert refused(run(installed.shim, *CLAUDE, "--home", installed.home))
    assert [] == installed.started()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_command_line_of_somebody_else_is_not_run(installed: Installed) -> None:
    """The file must be the user's own, or root's."""
    allow_spawn(installed.shim, installed.words)
    os.chown(installed.spawn, 65534, 65534)

    assert refused(run(installed.shim, *CLAUDE, "--home", installed.home))
    assert [] == installed.started()


def test_a_link_is_not_followed(installed: Installed) -> None:
    """A link in place of the file is no permission."""
    allow_spawn(installed.shim, installed.words)
    installed.spawn.rename(installed.shim.parent / "elsewhere")
    installed.spawn.symlink_to(installed.shim.parent / "elsewhere")

    assert refused(run(installed.shim, *CLAUDE, "--home", installed.home))
    assert [] == installed.started()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"relative\n",
        b"/bin/true\n\nx\n",
        b"/bin/true\0\n",
        b"/" + b"x" * 5000,
        b"/bin/true\n" + b"x\n" * 40,
    ],
)
def test_a_damaged_command_line_is_not_run(installed: Installed, text: bytes) -> None:
    """Anything but an absolute path and plain words is a refusal."""
    installed.spawn.write_bytes(text)
    installed.spawn.chmod(0o600)

    ended = run(installed.shim, *CLAUDE, "--home", installed.home)

    assert refused(ended)
    assert "damaged" in ended.lines[0]


def test_a_missing_program_is_named(installed: Installed) -> None:
    """After the virtual environment was deleted the refusal says which program is gone."""
    allow_spawn(installed.shim, ["/nonexistent/enactd", "start"])

    ended = run(installed.shim, *CLAUDE, "--home", installed.home)

    assert refused(ended)
    assert "/nonexistent/enactd" in ended.lines[0]
    assert stayed_away(run(installed.shim, "claude-code", "PostToolUse", "--home", installed.home))


def test_a_daemon_that_never_listens_is_a_no_at_the_deadline(installed: Installed) -> None:
    """Starting does not extend the deadline."""
    allow_spawn(installed.shim, ["/bin/true"])
    started = time.monotonic()

    ended = run(installed.shim, *CLAUDE, "--home", installed.home, "--deadline", "0.5")

    assert refused(ended)
    assert "does not listen yet" in ended.lines[0]
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("words", [[], ["relative"], ["/a", ""], ["/a", "b\nc"], ["/a"] * 33, ["/" + "x" * 5000]])
def test_only_what_the_shim_reads_is_written(installed: Installed, words: list[str]) -> None:
    """A command line that the shim would ignore is refused when it is written."""
    with pytest.raises(InstallError):
        allow_spawn(installed.shim, words)
    assert not installed.spawn.exists()
