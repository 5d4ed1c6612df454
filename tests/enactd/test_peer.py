"""The kernel says who is there; what it cannot say is refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import Agent, below, sleeping

from enactd import peer
from enactd.errors import RefusedError

CONNECT = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.recv(1)"

WAITING = "print('ready', flush=True); input()"
"""Says when it has become what the kernel will tell of it."""


@pytest.fixture
def listener(tmp_path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    listening.listen()
    return listening


def test_this_kernel_tells_all() -> None:
    """Where the kernel has SO_PEERPIDFD, nothing is missing."""
    assert "full" == peer.mechanism()


def test_a_peer_is_told_by_number_start_and_parent(listener: socket.socket) -> None:
    """What is seen of a caller is what the kernel knows, not what it says."""
    child = subprocess.Popen([sys.executable, "-c", CONNECT, listener.getsockname()])
    connection, _ = listener.accept()
    with connection:
        seen = peer.witness(connection)
    child.wait()
    assert (child.pid, os.getpid(), os.getuid()) == (seen.process.pid, seen.process.parent, seen.uid)
    assert ("full", ()) == (seen.enforced, seen.foreign)
    assert not peer.is_alive(seen.process.identity)


def test_a_peer_that_is_gone_is_refused(listener: socket.socket) -> None:
    """A number whose process has ended names nobody."""
    child = subprocess.Popen([sys.executable, "-c", CONNECT, listener.getsockname()])
    connection, _ = listener.accept()
    child.kill()
    child.wait()
    with connection, pytest.raises(RefusedError, match="gone"):
        peer.witness(connection)


def test_a_zombie_is_gone(listener: socket.socket) -> None:
    """A process that ended but was not waited for cannot be told any more."""
    child = subprocess.Popen([sys.executable, "-c", CONNECT, listener.getsockname()])
    connection, _ = listener.accept()
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    with connection, pytest.raises(RefusedError, match="gone"):
        peer.witness(connection)
    child.wait()


@pytest.mark.parametrize(
    ("flags", "missing"),
    [(["--mount"], "mnt"), (["--user"], "user"), (["--pid", "--fork"], "pid"), (["--user", "--mount"], "mnt")],
)
def test_other_namespaces_are_recognised(listener: socket.socket, flags: list[str], missing: str) -> None:
    """A caller with its own mounts, users or process numbers says which."""
    command = ["unshare", *flags, sys.executable, "-c", CONNECT, listener.getsockname()]
    child = subprocess.Popen(command)
    listener.settimeout(10)
    connection, _ = listener.accept()
    with connection:
        seen = peer.witness(connection)
    child.wait()
    assert missing in seen.foreign


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_another_user_is_refused() -> None:
    """A daemon serves its own user."""
    path = f"\0enactd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        code = CONNECT.replace("s=", "import os; os.setuid(65534); s=", 1).replace("sys.argv[1]", "chr(0)+sys.argv[1]")
        child = subprocess.Popen([sys.executable, "-c", code, path[1:]])
        connection, _ = listening.accept()
        with connection, pytest.raises(RefusedError, match="user 65534"):
            peer.witness(connection)
        child.wait()


def test_odd_names_do_not_confuse(tmp_path: Path) -> None:
    """A program's name may hold spaces and parentheses; the fields behind it are still found."""
    odd = tmp_path / "a) R 1 (b"
    odd.symlink_to("/bin/sleep")
    child = subprocess.Popen([str(odd), "60"])
    found = peer.process_of(child.pid)
    child.kill()
    child.wait()
    assert found is not None
    assert ("a) R 1 (b", os.getpid()) == (found.name, found.parent)
    assert peer.process_of(child.pid) is None


def test_ancestors_go_up_to_init() -> None:
    """The chain of parents is whole, and is that of the kernel."""
    with Agent() as agent:
        agent.start("bash", "-c", "sleep 60; :")
        sleep = peer.process_of(below(agent.pid, "sleep"))
        assert sleep is not None
        chain = peer.ancestors(sleep)
    assert ["bash", agent.pid, os.getpid()] == [chain[0].name, chain[1].pid, chain[2].pid]
    assert peer.is_reaper(chain[-1])


def test_what_a_process_was_started_with_is_readable(tmp_path: Path) -> None:
    """Arguments, variables, folder and file come from the kernel; nothing is there for those that are gone."""
    child = sleeping({"A": "b=c"}, tmp_path)
    assert ("/bin/sleep", "63") == peer.arguments(child.pid)
    assert {"A": "b=c"} == peer.environment(child.pid)
    assert str(tmp_path) == peer.folder(child.pid)
    assert peer.executable(child.pid).endswith("sleep")
    child.kill()
    child.wait()
    assert ((), {}, "", "") == (
        peer.arguments(child.pid),
        peer.environment(child.pid),
        peer.folder(child.pid),
        peer.executable(child.pid),
    )


def test_what_no_process_of_ours_can_have_made_is_known() -> None:
    """Another user's real processes, and what comes from without our process numbers."""
    own = peer.process_of(os.getpid())
    assert own is not None
    assert not peer.is_from_outside(own)
    assert peer.is_from_outside(peer.Process(pid=4711, start=1, parent=0, name="entered"))
    assert not peer.is_from_outside(peer.Process(pid=2**22 + 1, start=1, parent=1, name="gone"))
    child = subprocess.Popen(["/bin/sleep", "60"], user=65534 if os.getuid() == 0 else None)
    try:
        found = peer.process_of(child.pid)
        assert found is not None
        assert (os.getuid() == 0) == peer.is_from_outside(found)
    finally:
        child.kill()
        child.wait()


def test_a_machines_daemon_says_whom_it_serves(tmp_path: Path, listener: socket.socket) -> None:
    """By user, group and number as the kernel has them; of namespaces it is told by others."""
    asked: list[tuple[int, int, int]] = []

    def admits(uid: int, gid: int, pid: int) -> bool:
        asked.append((uid, gid, pid))
        return len(asked) == 1

    child = subprocess.Popen([sys.executable, "-c", CONNECT, str(tmp_path / "s")])
    try:
        connection, _ = listener.accept()
        with connection:
            assert () == peer.witness(connection, admits).foreign
            assert [(os.getuid(), os.getgid(), child.pid)] == asked
            with pytest.raises(RefusedError):
                peer.witness(connection, admits)
    finally:
        child.kill()
        child.wait()


def test_groups_and_control_group_of_a_process() -> None:
    """From the kernel's own files; a process that is none has neither."""
    assert set(os.getgroups()) == set(peer.groups(os.getpid()))
    assert peer.cgroup(os.getpid()).startswith("/") or not Path("/sys/fs/cgroup/cgroup.controllers").exists()
    assert (frozenset(), "") == (peer.groups(1 << 22), peer.cgroup(1 << 22))


def test_facts_hold_what_is_kept_and_nothing_else(tmp_path: Path) -> None:
    """Variables that may be secrets are not read on."""
    environment = {"HOME": "/home/ada", "TOKEN": "x"}
    child = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=tmp_path
    )
    try:
        assert child.stdout is not None
        assert b"ready\n" == child.stdout.readline()
        process = peer.process_of(child.pid)
        assert process is not None
        facts = peer.facts_of(process, {"HOME"})
        assert ({"HOME": "/home/ada"}, str(tmp_path), ()) == (facts.environment, facts.folder, facts.foreign)
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(
    ("group", "events", "expected"),
    [
        ("/a.scope", "populated 0\nfrozen 0\n", True),
        ("/a.scope", "populated 1\nfrozen 0\n", False),
        ("/a.scope", "", False),
        ("/a.scope", None, True),  # taken away, as empty ones are
        ("/", "populated 0\n", False),
        ("", "populated 0\n", False),
        ("/../a.scope", "populated 0\n", False),
        ("/a\0b", None, False),
    ],
)
def test_groups_that_nobody_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, events: str | None, expected: bool
) -> None:
    """A group counts as left only where the kernel says so, or has it no more."""
    monkeypatch.setattr(peer, "CGROUPS", str(tmp_path))
    assert not peer.is_deserted("/a.scope")  # nothing is mounted there
    (tmp_path / "cgroup.controllers").touch()
    if events is not None:
        (tmp_path / "a.scope").mkdir()
        (tmp_path / "a.scope/cgroup.events").write_text(events)
        (tmp_path / "cgroup.events").write_text(events)
    assert expected == peer.is_deserted(group)


def test_our_own_group_is_not_deserted() -> None:
    """We are in it."""
    assert not peer.is_deserted(peer.cgroup(os.getpid()))
