"""The daemon's side: who may answer, how long, how much; a scout that went away is asked again."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from support.scouting import serving

from enactd.errors import ScoutError
from enactd.scout import client, frames
from enactd.scout.client import Scout, unit_beside
from enactd.scout.frames import Said

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="a scout's socket is root's, and so is its folder")


def greet(connection: socket.socket) -> None:
    frames.write(connection, Said(id=0, value="0"))


@needs_root
def test_it_answers(tmp_path: Path) -> None:
    """One connection serves many questions."""
    with serving(tmp_path) as place:
        scout = Scout(place, os.getuid())
        assert "folder" == scout.ask("stat", "/")["kind"]
        assert "folder" == scout.ask("stat", str(tmp_path))["kind"]
        assert (2, 0, os.getpid()) == (scout.asked, scout.failed, scout.pid)
        scout.close()


@needs_root
def test_another_user_is_no_scout(tmp_path: Path) -> None:
    """Whoever answers must be the guarded user, by the kernel's word."""
    with serving(tmp_path) as place:
        with pytest.raises(ScoutError) as refused:
            Scout(place, os.getuid() + 1).ask("stat", "/")
        assert "in place of user" in refused.value.cause


@needs_root
def test_outside_its_unit_it_is_no_scout(tmp_path: Path) -> None:
    """A control group is what no user chooses for himself."""
    with serving(tmp_path) as place:
        with pytest.raises(ScoutError) as refused:
            Scout(place, os.getuid(), unit="enactd-scout@1.service").ask("stat", "/")
        assert "not in the unit" in refused.value.cause


@needs_root
def test_a_folder_that_others_may_write_is_no_place(tmp_path: Path) -> None:
    """There anybody could put a socket."""
    with serving(tmp_path) as place:
        tmp_path.chmod(0o777)
        with pytest.raises(ScoutError, match="does not answer"):
            Scout(place, os.getuid()).ask("stat", "/")


@pytest.mark.skipif(os.geteuid() == 0, reason="root's own folder is root's")
def test_a_folder_of_ones_own_is_no_place(tmp_path: Path) -> None:
    """A socket of the user's own could be anybody's who runs as the user."""
    with serving(tmp_path) as place, pytest.raises(ScoutError, match="does not answer"):
        Scout(place, os.getuid()).ask("stat", "/")


def test_nobody_there_is_an_error(tmp_path: Path) -> None:
    """Told, counted, and said to whoever watches over health."""
    heard: list[str] = []
    scout = Scout(tmp_path / "scout.sock", os.getuid(), troubled=heard.append)
    with pytest.raises(ScoutError):
        scout.ask("stat", "/")
    assert (1, 1) == (scout.failed, len(heard))


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def speechless(connection: socket.socket) -> None:
    greet(connection)
    connection.recv(1 << 20)
    connection.recv(1)


def closing(connection: socket.socket) -> None:
    greet(connection)
    connection.recv(1 << 20)
    connection.close()


def babbling(connection: socket.socket) -> None:
    greet(connection)
    connection.recv(1 << 20)
    connection.sendall(b"\0\0\0\x04nope")


def flooding(connection: socket.socket) -> None:
    greet(connection)
    connection.recv(1 << 20)
    connection.sendall(b"\xff\xff\xff\xff" + bytes(1 << 20))


def ahead(connection: socket.socket) -> None:
    greet(connection)
    connection.recv(1 << 20)
    frames.write(connection, Said(id=99, value={"kind": "missing"}))


def wordless(connection: socket.socket) -> None:
    connection.sendall(b"\0\0\0\x02{}")
    connection.recv(1)


@needs_root
@pytest.mark.parametrize("behave", [silent, speechless, closing, babbling, flooding, ahead, wordless])
def test_misbehaviour_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behave: object) -> None:
    """Silence, a closed line, garbage, a flood, another question's answer: an error, in bounded time."""
    monkeypatch.setattr(client, "ANSWER_S", 0.2)
    monkeypatch.setattr(client, "START_S", 0.2)
    with serving(tmp_path, behave) as place, pytest.raises(ScoutError):  # type: ignore[arg-type]
        Scout(place, os.getuid()).ask("stat", "/")


@needs_root
def test_a_scout_that_was_replaced_is_asked_again(tmp_path: Path) -> None:
    """A broken connection costs one more try, and no answer."""
    with serving(tmp_path) as place:
        scout = Scout(place, os.getuid())
        scout.ask("stat", "/")
        scout._idle[0]._socket.shutdown(socket.SHUT_RDWR)
        assert "folder" == scout.ask("stat", "/")["kind"]
        assert 0 == scout.failed
        scout.close()


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        ("/system.slice/system-enactd.slice/enactd@1000.service", "enactd-scout@1000.service"),
        ("/user.slice/user-1000.slice/session-1.scope", ""),
        ("/", ""),
        ("", ""),
    ],
)
def test_the_unit_of_the_scout(own: str, theirs: str) -> None:
    """Known where the daemon is a unit itself."""
    assert theirs == unit_beside(own)
