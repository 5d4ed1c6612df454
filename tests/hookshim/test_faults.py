"""Whatever breaks, a call that asks is refused: exit 2, stdout empty, one line with cause and fix."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.shims import CLAUDE, Listener, refused, run, says, stayed_away

from enactd import wire
from enactd.call import Reply
from enactd.wire import Frame, Kind

YES = wire.encode_answer(Reply(0, b"{}"))
OBSERVER = ("claude-code", "PostToolUse")


def never(_connection: socket.socket, _frames: list[Frame]) -> None:
    """A daemon that has the call and says nothing for longer than any test waits."""
    time.sleep(5)


BROKEN_ANSWERS = {
    "nothing": b"",
    "half a length": YES[:3],
    "no kind": YES[:4],
    "half a frame": YES[:-1],
    "length 0": bytes(4) + YES,
    "length over the limit": (wire.MAX_REPLY + 1).to_bytes(4) + b"A" + YES,
    "one byte over the limit": (wire.MAX_REPLY + 1).to_bytes(4) + b"A" + bytes(wire.MAX_REPLY),
    "the largest length": b"\xff\xff\xff\xffA",
    "text": b"HTTP/1.1 200 OK\r\n\r\n",
    "JSON": b'{"permissionDecision":"allow"}',
    "an unknown kind": b"\0\0\0\x06X" + YES[5:],
    "a control reply": wire.encode_control_reply(b"{}"),
    "a streamed event": wire.encode_event(b"{}"),
    "our own kind": wire.encode(Kind.HOOK, b"\x01"),
    "an answer without a length": b"\0\0\0\x02A\0",
    "an answer without anything": b"\0\0\0\x01A",
    "stdout longer than the frame": b"\0\0\0\x06A\0\0\0\0\x05",
    "a keep-alive that is too short": b"\0\0\0\x04K\0\0\0" + YES,
    "a keep-alive that is too long": b"\0\0\0\x06K\0\0\0\0\0" + YES,
    "a keep-alive and then nothing": wire.encode_keep_alive(10),
}


@pytest.mark.parametrize("answer", BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS.keys())
def test_a_broken_answer_is_a_no(shim: Path, home: Path, answer: bytes) -> None:
    """Half frames, garbage, unknown kinds: an answer counts when it is whole, and only then."""
    with Listener(home, says(answer)):
        assert refused(run(shim, *CLAUDE, "--home", home))
        assert stayed_away(run(shim, *OBSERVER, "--home", home))


def test_a_missing_socket_is_a_no(shim: Path, home: Path) -> None:
    """Nobody ever started the daemon."""
    ended = run(shim, *CLAUDE, "--home", home)

    assert refused(ended)
    assert str(home / "run/enactd.sock") in ended.lines[0]
    assert ended.lines[0].endswith("Fix: enactd start")
    assert stayed_away(run(shim, *OBSERVER, "--home", home))


def test_a_dead_socket_is_a_no(shim: Path, home: Path) -> None:
    """The daemon was killed and left its socket behind."""
    with Listener(home, never):
        pass
    ended = run(shim, *CLAUDE, "--home", home)

    assert refused(ended)
    assert "Connection refused" in ended.lines[0]
    assert stayed_away(run(shim, *OBSERVER, "--home", home))


def test_a_file_in_place_of_the_socket_is_a_no(shim: Path, home: Path) -> None:
    """Something else has the socket's name."""
    (home / "run").mkdir(mode=0o700)
    (home / "run/enactd.sock").write_text("not a socket")

    assert refused(run(shim, *CLAUDE, "--home", home))


def test_a_closing_daemon_is_a_no(shim: Path, home: Path) -> None:
    """A connection that ends before the call was read ends the call."""
    with Listener(home, says(), reads=False):
        assert refused(run(shim, *CLAUDE, "--home", home))
        assert refused(run(shim, *CLAUDE, "--home", home, stdin=bytes(10 * 1024 * 1024)))


@pytest.mark.parametrize("event", ["PreToolUse", "PostToolUse"])
def test_a_slow_daemon_is_a_no_at_the_deadline(shim: Path, home: Path, event: str) -> None:
    """The shim answers itself before the agent's time-out would let the call through."""
    started = time.monotonic()
    with Listener(home, never):
        ended = run(shim, "claude-code", event, "--home", home, "--deadline", "0.4")
    took = time.monotonic() - started

    assert stayed_away(ended) if event == "PostToolUse" else refused(ended)
    assert 0.35 < took < 2.5


def test_keep_alives_do_not_move_the_deadline(shim: Path, home: Path) -> None:
    """A daemon that is for ever "still deciding" is as slow as one that says nothing."""

    def behave(connection: socket.socket, _frames: list[Frame]) -> None:
        while True:
            connection.sendall(wire.encode_keep_alive(60_000))
            time.sleep(0.001)

    started = time.monotonic()
    with Listener(home, behave):
        ended = run(shim, *CLAUDE, "--home", home, "--deadline", "0.4")

    assert refused(ended)
    assert time.monotonic() - started < 2.5


def test_a_daemon_that_does_not_read_is_a_no(shim: Path, home: Path) -> None:
    """A call that nobody takes off the socket ends at the deadline."""
    with Listener(home, never, reads=False):
        assert refused(run(shim, *CLAUDE, "--home", home, "--deadline", "0.4", stdin=bytes(10 * 1024 * 1024)))


def test_an_agent_that_never_ends_its_message_gets_a_no(shim: Path, home: Path) -> None:
    """stdin that stays open is not waited for beyond the deadline."""
    reader, writer = os.pipe()
    try:
        with Listener(home, says(YES)):
            result = subprocess.run(
                [shim, *CLAUDE, "--home", home, "--deadline", "0.4"],
                stdin=reader,
                capture_output=True,
                timeout=10,
                check=False,
            )
    finally:
        os.close(reader)
        os.close(writer)

    assert (2, b"") == (result.returncode, result.stdout)
    assert b"deadline" in result.stderr


SIGNALS = [
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGALRM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGXCPU,
    signal.SIGTSTP,
    signal.SIGPROF,
    signal.SIGRTMIN + 5,
]


@pytest.mark.parametrize("number", SIGNALS, ids=str)
@pytest.mark.parametrize("words", [CLAUDE, OBSERVER], ids=["asks", "observes"])
def test_a_signal_is_a_no(shim: Path, home: Path, words: tuple[str, str], number: int) -> None:
    """A hook that dies of a signal lets the tool run in most agents; this one answers."""
    with Listener(home, never) as daemon:
        process = subprocess.Popen(
            [shim, *words, "--home", home], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while not daemon.frames:
            time.sleep(0.005)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=10)

    assert (0 if words == OBSERVER else 2, b"") == (process.returncode, stdout)
    assert 1 == stderr.count(b"\n")
    assert f"stopped by signal {int(number)}.".encode() in stderr or number == signal.SIGALRM


def test_blocked_and_ignored_signals_are_heard(shim: Path, home: Path) -> None:
    """An agent's signal mask is inherited; the shim does not live with it."""

    def deaf() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_IGN)

    with Listener(home, never) as daemon:
        process = subprocess.Popen(
            [shim, *CLAUDE, "--home", home],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=deaf,  # noqa: PLW1509  (it only calls signal functions)
        )
        while not daemon.frames:
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=10)

    assert (2, b"") == (process.returncode, stdout)
    assert b"stopped by signal 15" in stderr


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)], ids=str)
def test_without_descriptors_there_is_no_yes(shim: Path, home: Path, closed: tuple[int, ...]) -> None:
    """A closed stdout would become the socket: the shim does not even start."""

    def close() -> None:
        for fd in closed:
            os.close(fd)

    with Listener(home, says(YES)) as daemon:
        ended = run(shim, *CLAUDE, "--home", home, before=close)
        observed = run(shim, *OBSERVER, "--home", home, before=close)

    assert (2, b"") == (ended.code, ended.stdout)
    assert (0, b"") == (observed.code, observed.stdout)
    assert (0 if 2 in closed else 1) == len(ended.lines)
    assert [] == daemon.frames


def starve(limit: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


@pytest.mark.parametrize("limit", range(4, 13))
def test_without_free_descriptors_there_is_no_yes(shim: Path, home: Path, limit: int) -> None:
    """At any limit of open files the shim answers, or refuses; it never fails in a third way."""
    with Listener(home, says(wire.encode_answer(Reply(7, b"whole answer")))):
        ended = run(shim, *CLAUDE, "--home", home, before=starve(limit))

    whole = (ended.code, ended.stdout, ended.stderr) == (7, b"whole answer", b"")
    assert whole or (ended.code == 2 and ended.stdout == b"" and ended.stderr != b"")
    assert whole or limit < 12


@pytest.mark.skipif(os.environ.get("ENACT_TEST_SANITIZED") == "1", reason="the sanitizer links dynamically")
def test_without_any_descriptor_the_compiled_shim_refuses(made: dict[str, Path], home: Path) -> None:
    """Three files may be open, and three are."""
    assert refused(run(made["compiled"], *CLAUDE, "--home", home, before=starve(3)))


def test_without_any_descriptor_the_script_does_not_start(made: dict[str, Path], home: Path) -> None:
    """A known gap of the script: its `sh` ends with 127, which only `onFailure: "block"` makes a no."""
    ended = run(made["script"], *CLAUDE, "--home", home, before=starve(3))

    assert (127, b"") == (ended.code, ended.stdout)


def test_a_stdout_that_nobody_reads_is_a_no(shim: Path, home: Path) -> None:
    """A pipe without a reader takes no answer: exit 2."""
    reader, writer = os.pipe()
    os.close(reader)
    with Listener(home, says(YES)):
        result = subprocess.run(
            [shim, *CLAUDE, "--home", home],
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            timeout=10,
            check=False,
        )
    os.close(writer)

    assert (2, 1) == (result.returncode, result.stderr.count(b"\n"))


def test_a_full_stdout_is_a_no_at_the_deadline(shim: Path, home: Path) -> None:
    """An agent that stopped reading cannot hold the shim beyond its deadline."""
    reader, writer = os.pipe()
    with Listener(home, says(wire.encode_answer(Reply(0, b"x" * 900_000)))):
        started = time.monotonic()
        result = subprocess.run(
            [shim, *CLAUDE, "--home", home, "--deadline", "0.4"],
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            timeout=10,
            check=False,
        )
    os.close(writer)
    os.close(reader)

    assert 2 == result.returncode
    assert time.monotonic() - started < 2.5


def test_a_stdout_without_room_is_a_no(shim: Path, home: Path) -> None:
    """`/dev/full`: the answer was not written, so it does not count."""
    with Listener(home, says(YES)), Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [shim, *CLAUDE, "--home", home],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=10,
            check=False,
        )

    assert (2, 1) == (result.returncode, result.stderr.count(b"\n"))


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777, 0o720, 0o702])
def test_a_folder_that_others_can_write_is_a_no(shim: Path, home: Path, mode: int) -> None:
    """Whoever can write there could listen there."""
    with Listener(home, says(YES)) as daemon:
        (home / "run").chmod(mode)
        ended = run(shim, *CLAUDE, "--home", home)

    assert refused(ended)
    assert "not private" in ended.lines[0]
    assert [] == daemon.frames


def _as_user(uid: int) -> Callable[[], None]:
    def drop() -> None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)

    return drop


needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can act for two users")


@pytest.fixture
def for_all(shim: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Opens the way to the shim and to test folders for another user."""
    for folder in (shim.parent, *shim.parents, *tmp_path_factory.getbasetemp().parents):
        if folder.stat().st_uid == os.getuid() and folder not in (Path("/"), Path("/tmp")):
            folder.chmod(folder.stat().st_mode | 0o011)
    return shim


@needs_root
def test_a_folder_of_somebody_else_is_a_no(for_all: Path, home: Path) -> None:
    """Another user's folder may hold another user's daemon."""
    for folder in (home, *home.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    with Listener(home, says(YES)) as daemon:
        os.chown(home / "run", 65533, 65533)
        ended = run(for_all, *CLAUDE, "--home", home, before=_as_user(65534))

    assert refused(ended)
    assert "not private" in ended.lines[0]
    assert [] == daemon.frames


@needs_root
def test_a_listener_of_somebody_else_is_a_no(shim: Path, home: Path) -> None:
    """The folder is ours, but another user listens: the kernel tells, and the call is not sent."""
    folder = home / "run"
    folder.mkdir(mode=0o700)
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(folder / "enactd.sock"))
        os.setuid(65534)
        listener.listen(1)
        os.write(tell, b".")
        connection, _ = listener.accept()
        heard = connection.recv(100)
        os._exit(1 if heard else 0)
    os.read(ready, 1)

    ended = run(shim, *CLAUDE, "--home", home)

    assert refused(ended)
    assert "another user" in ended.lines[0]
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@needs_root
def test_a_daemon_of_root_is_believed(for_all: Path, home: Path) -> None:
    """A system-wide daemon serves users, too."""
    for folder in (home, *home.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    with Listener(home, says(wire.encode_answer(Reply(9)))):
        (home / "run").chmod(0o711)
        (home / "run/enactd.sock").chmod(0o666)
        ended = run(for_all, *CLAUDE, "--home", home, before=_as_user(65534))

    assert 9 == ended.code


def test_a_person_may_be_waited_for_longer(shim: Path, home: Path) -> None:
    """With `--hold`, keep-alives carry the wait beyond the usual deadline, and the daemon is told of the whole time."""
    left: list[int] = []

    def slowly(connection: socket.socket, frames: list[Frame]) -> None:
        left.append(wire.decode_hook(frames[0].payload).deadline_ms)
        for _ in range(10):
            connection.sendall(wire.encode_keep_alive(1000))
            time.sleep(0.2)
        connection.sendall(YES)

    with Listener(home, slowly):
        ended = run(shim, *CLAUDE, "--home", home, "--deadline", "1.5", "--hold", "30")
    assert (0, b"{}") == (ended.code, ended.stdout)
    assert 30_000 < left[0] <= 31_500


def test_a_daemon_that_falls_silent_is_not_waited_for(shim: Path, home: Path) -> None:
    """However long a person may take: without keep-alives it is a no after the usual time."""
    with Listener(home, never):
        ended = run(shim, *CLAUDE, "--home", home, "--deadline", "0.4", "--hold", "60")
    assert refused(ended)
    assert b"nothing was heard" in ended.stderr
