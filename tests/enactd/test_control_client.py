"""The client knows why the daemon is silent, and the one command that helps."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from enactd import __version__, wire
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError, ProtocolError, RefusedError, UnreachableError
from enactd.report import ControlReply, Problem, Version


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.under(tmp_path / "e")
    made.prepare()
    return made


@pytest.fixture
def serve(layout: Layout) -> Iterator[Callable[[bytes | None], None]]:
    """Something at the daemon's place that answers every connection with the same bytes; None: never."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(layout.socket))
    listener.listen()
    kept: list[socket.socket] = []

    def loop(data: bytes | None) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            kept.append(connection)
            if data is not None:
                connection.recv(65_536)
                connection.sendall(data)
                connection.close()

    def start(data: bytes | None) -> None:
        threading.Thread(target=loop, args=(data,), daemon=True).start()

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def said(client: Client) -> UnreachableError:
    with pytest.raises(UnreachableError) as caught:
        client.version()
    return caught.value


def reply(value: object, **fields: object) -> bytes:
    made = ControlReply(daemon="7.0", value=msgspec.Raw(msgspec.json.encode(value)), **fields)  # type: ignore[arg-type]
    return wire.encode_control_reply(msgspec.json.encode(made))


def test_no_socket(layout: Layout) -> None:
    """A daemon that never ran is told apart, with the command that starts just this one."""
    error = said(Client(layout))
    assert f"cannot reach enactd at {layout.socket}" == error.problem
    assert error.cause.startswith("no such socket")
    assert f"enactd start --home {layout.root}" == error.fix
    assert ("E2001", 4) == (error.code, error.exit_code)


def test_nobody_listens(layout: Layout) -> None:
    """A socket left behind by a killed daemon."""
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(layout.socket))
    assert "connection refused: the socket is there, nobody is listening" == said(Client(layout)).cause


def test_not_a_socket(layout: Layout) -> None:
    """A file in the socket's place."""
    layout.socket.write_text("")
    assert "what is there is no socket" == said(Client(layout)).cause


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_somebody_elses_socket_is_not_spoken_to(layout: Layout, serve: Callable[[bytes | None], None]) -> None:
    """Nothing is sent to a socket of another user."""
    serve(reply(None))
    os.chown(layout.socket, 12345, -1)
    assert "belongs to user 12345, not to you" in said(Client(layout)).cause


def test_an_open_folder_is_not_trusted(layout: Layout, serve: Callable[[bytes | None], None]) -> None:
    """Where others may write they may listen."""
    serve(reply(None))
    layout.run.chmod(0o777)
    assert f"others may write into `{layout.run}`" == said(Client(layout)).cause


def test_a_hanging_daemon_is_not_waited_for(layout: Layout, serve: Callable[[bytes | None], None]) -> None:
    """Silence ends after the time-out."""
    serve(None)
    assert "it did not answer within 0.2 s" == said(Client(layout, timeout=0.2)).cause


@pytest.mark.parametrize(("data", "cause"), [(b"", "closed the connection"), (b"\0\0", "closed the connection")])
def test_a_closed_connection_is_told(
    layout: Layout, serve: Callable[[bytes | None], None], data: bytes, cause: str
) -> None:
    """A daemon that hangs up without an answer."""
    serve(data)
    assert cause in said(Client(layout)).cause


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        wire.encode_control_reply(b"{"),
        wire.encode_control_reply(b"{}"),
        reply({"version": 1}),
        reply([]),
    ],
)
def test_answers_that_are_none_are_told(layout: Layout, serve: Callable[[bytes | None], None], data: bytes) -> None:
    """Whatever listens there, what it says is checked."""
    serve(data)
    with pytest.raises(ProtocolError):
        Client(layout).version()


def test_versions_are_exchanged(layout: Layout, serve: Callable[[bytes | None], None]) -> None:
    """Every answer tells the daemon's version."""
    serve(reply(Version(version="7.0", pid=1, started=2.0)))
    client = Client(layout)
    assert not client.is_outdated()
    assert 1 == client.version().pid
    assert ("7.0", True) == (client.daemon_version, client.is_outdated())
    assert "7.0" != __version__


def test_refusals_come_back_as_themselves(layout: Layout, serve: Callable[[bytes | None], None]) -> None:
    """What the daemon raised is what the caller gets."""
    serve(reply(None, problem=Problem.of(RefusedError("no", cause="because"))))
    with pytest.raises(RefusedError) as caught:
        Client(layout).stop()
    assert "because" == caught.value.cause


def test_waiting_for_a_daemon_ends(layout: Layout) -> None:
    """Waiting has an end, and the last reason is given."""
    with pytest.raises(EnactError, match="cannot reach"):
        Client(layout).await_ready(0.1)
    assert Client(layout).await_gone(0.1)


def test_a_service_is_started_as_one(tmp_path: Path) -> None:
    """Where the unit is installed, its command is the fix."""
    usual = Layout(home=tmp_path, config=tmp_path, state=tmp_path, data=tmp_path, run=tmp_path / "run")
    assert "enactd start" == said(Client(usual)).fix
    units = tmp_path / ".config/systemd/user"
    units.mkdir(parents=True)
    (units / "enactd.service").write_text("")
    assert "systemctl --user restart enactd" == said(Client(usual)).fix
