"""The daemon's side: ask the scout, believe nothing that is not bounded, and say so when there is no answer.

The socket lies in a folder that only root may write and is held by the service manager, so whoever answers was
started by that. The kernel then names the process that greets: it must be one of the guarded user, and where the
daemon itself is a unit, one of the scout's unit, which is a control group that no user moves a process into.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from enactd import peer
from enactd.errors import ProtocolError, ScoutError
from enactd.scout import frames
from enactd.scout.frames import Question, Said

ANSWER_S: Final = 2.0
"""What one answer may take, on a machine with a slow disk."""
START_S: Final = 5.0
"""The same for the first one, for which the scout may have to be started."""
IDLE: Final = 16
"""Connections that are kept for the next question."""


class Scout:
    """Asks the scout of the user `uid` at the socket `place`. Usable from any thread.

    `unit` is the control group that the scout must be in, empty where nothing is known of units; `troubled` hears
    why there was no answer.
    """

    def __init__(
        self, place: Path, uid: int, *, unit: str = "", troubled: Callable[[str], None] = lambda why: None
    ) -> None:
        self._place = place
        self._uid = uid
        self._unit = unit
        self._troubled = troubled
        self._idle: list[_Connection] = []
        self._mutex = threading.Lock()
        self.asked = 0
        self.failed = 0
        self.pid = 0

    def ask(self, op: str, *arguments: Any, world: str = "", home: str = "/") -> Any:
        """The scout's word. Raises `ScoutError` where there is none, or none that could be one.

        A connection that broke is opened once more: the scout may have been replaced since.
        """
        self.asked += 1
        connection = self._take()
        try:
            if connection is not None:
                with contextlib.suppress(_Gone):
                    return self._exchange(connection, op, arguments, world, home)
            return self._exchange(self._connect(), op, arguments, world, home)
        except _Gone as gone:
            self.failed += 1
            self._troubled(str(gone))
            raise ScoutError("the scout does not answer", cause=str(gone)) from None

    def close(self) -> None:
        """Let all connections go."""
        with self._mutex:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _exchange(self, connection: _Connection, op: str, arguments: tuple[Any, ...], world: str, home: str) -> Any:
        try:
            said = connection.ask(op, list(arguments), world, home)
        except BaseException:
            connection.close()  # a question without its answer leaves the two out of step
            raise
        with self._mutex:
            if len(self._idle) < IDLE:
                self._idle.append(connection)
                connection = None  # type: ignore[assignment]
        if connection is not None:
            connection.close()
        if said.error:
            self.failed += 1
            self._troubled(said.error[:200])
            raise ScoutError("the scout has no answer", cause=said.error[:200])
        return said.value

    def _take(self) -> _Connection | None:
        with self._mutex:
            return self._idle.pop() if self._idle else None

    def _connect(self) -> _Connection:
        connection = _Connection(self._place, self._uid, self._unit)
        self.pid = connection.pid
        return connection


class _Gone(Exception):
    """This connection is of no use any more; the message says why."""


class _Connection:
    """One conversation. Used by one thread at a time."""

    def __init__(self, place: Path, uid: int, unit: str) -> None:
        self._numbers = itertools.count(1)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        deadline = time.monotonic() + START_S
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            self._socket.settimeout(START_S)
            _check_place(place)
            self._socket.connect(str(place))
            _check_listener(self._socket)
            greeting, sender = frames.read_signed(self._socket, deadline)
            msgspec.json.decode(greeting, type=Said)
            self.pid = _checked(sender, uid, unit)
        except (OSError, ProtocolError, msgspec.MsgspecError) as error:
            self._socket.close()
            raise _Gone(_told(error)) from None
        except _Gone:
            self._socket.close()
            raise

    def ask(self, op: str, arguments: list[Any], world: str, home: str) -> Said:
        number = next(self._numbers)
        deadline = time.monotonic() + ANSWER_S
        try:
            self._socket.settimeout(ANSWER_S)
            question = Question(id=number, op=op, arguments=arguments, world=world, home=home)
            frames.write(self._socket, question)
            data = frames.read(self._socket, frames.ANSWER_LIMIT, deadline)
            if data is None:
                raise _Gone("it closed the connection")
            said = msgspec.json.decode(data, type=Said)
        except (OSError, ProtocolError, msgspec.MsgspecError, RecursionError) as error:
            raise _Gone(_told(error)) from None
        if said.id != number:
            raise _Gone("it answered another question")
        return said

    def close(self) -> None:
        self._socket.close()


def unit_beside(own: str) -> str:
    """The scout's control group for a daemon in the group `own`; empty outside a unit of ours."""
    _, _, name = own.rpartition("/")
    if not (name.startswith("enactd@") and name.endswith(".service")):
        return ""
    return name.replace("enactd@", "enactd-scout@", 1)


def _check_place(place: Path) -> None:
    """A folder that the guarded user could write would be a place to put a socket of his own."""
    found = os.stat(place.parent)
    if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _Gone(f"`{place.parent}` is not root's alone")


def _check_listener(connection: socket.socket) -> None:
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if uid != 0:
        raise _Gone(f"user {uid} holds the socket, not the service manager")


def _checked(sender: tuple[int, int, int] | None, uid: int, unit: str) -> int:
    """The number of the process that greeted, if it can be the scout."""
    if sender is None:
        raise _Gone("the kernel does not say who answers")
    pid, theirs, _ = sender
    if theirs != uid:
        raise _Gone(f"user {theirs} answers in place of user {uid}")
    if unit and not peer.cgroup(pid).endswith(f"/{unit}"):
        raise _Gone(f"process {pid} answers, which is not in the unit {unit}")
    return pid


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return str(error.strerror or error)
    return error.problem if isinstance(error, ProtocolError) else type(error).__name__
