"""A service manager is told how we are, and its socket is taken only if it is ours."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from enactd.notify import Notifier, handed_over

ROOT = Path(__file__).resolve().parents[2]

TAKE = """
import os, socket, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from enactd.errors import ConfigError
from enactd.notify import handed_over
environment = {{"LISTEN_FDS": {count!r}, "LISTEN_PID": str(os.getpid()), "LISTEN_FDNAMES": "x"}}
{make}
os.dup2(given.fileno(), 3)
try:
    taken = handed_over(environment, Path({expected!r}))
    print("taken", taken.getsockname(), taken.get_inheritable(), environment)
except ConfigError as error:
    print(error.cause)
"""
LISTENING = "given = socket.socket(socket.AF_UNIX); given.bind({path!r}); given.listen()"


def take(make: str, expected: str, count: str = "1") -> str:
    code = TAKE.format(root=str(ROOT), count=count, make=make, expected=expected)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_notices_arrive(tmp_path: Path) -> None:
    """READY, STATUS, WATCHDOG and STOPPING reach the manager, one line each, and the variables are gone."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "n"))
        environment = {
            "NOTIFY_SOCKET": str(tmp_path / "n"),
            "WATCHDOG_USEC": "4000000",
            "WATCHDOG_PID": str(os.getpid()),
        }
        notifier = Notifier.from_environment(environment)
        assert ({}, 4.0) == (environment, notifier.watchdog_s)
        notifier.ready("a\nb")
        notifier.status("c")
        notifier.alive()
        notifier.stopping()
        heard = [manager.recv(4096).decode() for _ in range(4)]
    assert [f"READY=1\nSTATUS=a b\nMAINPID={os.getpid()}", "STATUS=c", "WATCHDOG=1", "STOPPING=1"] == heard


def test_abstract_addresses_are_understood() -> None:
    """systemd may listen at a name without a file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0enactd-notify-{os.getpid()}")
        Notifier(f"@enactd-notify-{os.getpid()}").alive()
        assert b"WATCHDOG=1" == manager.recv(100)


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all"])
def test_nobody_listening_is_no_failure(address: str) -> None:
    """The gate does not depend on being heard."""
    Notifier.from_environment({"NOTIFY_SOCKET": address}).ready("x")


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "x"}, 0.0),
        ({"WATCHDOG_USEC": "5", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "500000"}, 0.5),
    ],
)
def test_a_watchdog_for_somebody_else_is_not_ours(variables: dict[str, str], seconds: float) -> None:
    """Only a whole number meant for this process counts."""
    assert seconds == Notifier.from_environment(dict(variables)).watchdog_s


@pytest.mark.parametrize("variables", [{}, {"LISTEN_FDS": "1"}, {"LISTEN_FDS": "1", "LISTEN_PID": "1"}])
def test_without_activation_there_is_no_socket(variables: dict[str, str]) -> None:
    """Variables for another process are not believed, and are taken out."""
    environment = dict(variables)
    assert None is handed_over(environment, Path("/s"))
    assert {} == environment


def test_our_socket_is_taken(tmp_path: Path) -> None:
    """The listening socket at the layout's place is used, and no child inherits it."""
    path = str(tmp_path / "s")
    assert f"taken {path} False {{}}" == take(LISTENING.format(path=path), path)


@pytest.mark.parametrize(
    ("make", "count", "said"),
    [
        (LISTENING, "2", "2 sockets were handed over"),
        (LISTENING, "x", "x sockets were handed over"),
        ("given = open('/dev/null')", "1", "what was handed over is no socket"),
        ("given = socket.socket(socket.AF_UNIX); given.bind({path!r})", "1", "the socket does not listen"),
        ("given = socket.socket(); given.listen()", "1", "the socket is no local stream"),
        ("given = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)", "1", "the socket is no local stream"),
        (LISTENING.replace("{path!r}", "{path!r} + 'x'"), "1", "the socket is at"),
    ],
)
def test_anything_else_stops_the_start(tmp_path: Path, make: str, count: str, said: str) -> None:
    """A socket that is not exactly ours is refused with the cause."""
    path = str(tmp_path / "s")
    assert take(make.format(path=path), path, count).startswith(said)


def test_nothing_handed_over_is_told() -> None:
    """Variables without a descriptor are an error, not a hang."""
    code = TAKE.format(root=str(ROOT), count="1", make="import contextlib; given = open('/dev/null')", expected="/s")
    code = code.replace("os.dup2(given.fileno(), 3)", "os.close(3) if os.path.exists('/proc/self/fd/3') else None")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "nothing was handed over" in done.stdout
