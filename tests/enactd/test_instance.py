"""One daemon per layout: its lock and its socket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from enactd import instance
from enactd.config import Layout
from enactd.errors import EnactError
from enactd.instance import Lock, RunningError, StartError, listen


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.under(tmp_path / "e")
    made.prepare()
    return made


def test_the_lock_is_for_one(layout: Layout) -> None:
    """A second daemon is refused, and gets in when the first is gone."""
    first = Lock(layout.lock)
    with pytest.raises(RunningError):
        Lock(layout.lock, patience=0)
    assert 0o600 == layout.lock.stat().st_mode & 0o777
    first.release()
    Lock(layout.lock, patience=0).release()


def test_a_killed_holder_leaves_no_lock(layout: Layout) -> None:
    """The kernel frees it."""
    hold = (
        "import fcntl, os, sys, time; fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), 2); "
        "print(flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", hold, str(layout.lock)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(RunningError):
        Lock(layout.lock, patience=0)
    holder.kill()
    holder.communicate()
    Lock(layout.lock, patience=1).release()


def test_a_lock_file_that_was_replaced_locks_nobody_out(layout: Layout) -> None:
    """Deleting the file frees the name, but not the place: the socket still has its daemon."""
    first = Lock(layout.lock)
    listener = listen(layout)
    layout.lock.unlink()
    second = Lock(layout.lock, patience=0)
    with pytest.raises(RunningError) as caught:
        listen(layout)
    assert "somebody listens there without holding the lock" == caught.value.cause
    listener.close()
    first.release()
    second.release()


def test_a_link_is_no_lock(layout: Layout) -> None:
    """The lock is not made in somebody else's place."""
    layout.lock.symlink_to(layout.state / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        Lock(layout.lock, patience=0)


def test_the_socket_is_private_and_replaces_a_stale_one(layout: Layout) -> None:
    """A socket left behind is replaced in one step; there is never none."""
    listen(layout).close()
    stale = layout.socket.stat().st_ino
    before = os.umask(0)
    fresh = listen(layout)
    os.umask(before)
    assert 0o600 == layout.socket.stat().st_mode & 0o777
    assert stale != layout.socket.stat().st_ino
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(layout.socket))
    fresh.close()
    assert {"enactd.sock"} == {path.name for path in layout.run.iterdir()}


def test_a_path_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    """The kernel's limit is named before it strikes."""
    deep = Layout.under(tmp_path / ("x" * 100))
    deep.prepare()
    with pytest.raises(EnactError, match="too long") as caught:
        listen(deep)
    assert "give a shorter --home" == caught.value.fix


def test_a_daemon_owes_nothing_to_the_environment(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither variables nor the working folder reach a daemon in the background."""
    monkeypatch.setenv("PYTHONPATH", "/evil")
    monkeypatch.setenv("ENACT_HOME", "/evil")
    assert {"HOME", "PATH", "LANG"} == instance.clean_environment(layout).keys() - {"TZ"}
    command = instance.command(layout)
    assert "-I" == command[1]
    assert ["--home", str(layout.root)] == command[-2:]


def test_what_a_daemon_said_is_passed_on(tmp_path: Path) -> None:
    """The error of the one in the background is shown as it was told; one that said nothing has a log."""
    log = tmp_path / "enactd.log"
    silent = str(StartError.of("", log))
    assert "ended without a word" in silent
    assert f"fix: tail {log}" in silent
    assert "error: x\n cause: y" == str(StartError.of(" error: x\n cause: y\n", log))
