"""What daemon and scout say to each other: four bytes of length, then JSON.

    question    {"id": 7, "op": "stat", "arguments": ["/home/u/x"], "world": "a1:9", "home": "/home/u"}
    answer      {"id": 7, "value": ...}   or   {"id": 7, "error": "what went wrong"}
    greeting    {"id": 0, "value": "0.1.0"}, by the scout, before any question

Paths travel as `world.pack` writes them, so that names that are no UTF-8 arrive as they are.
"""

from __future__ import annotations

import socket
import struct
import time
from typing import Any, Final

import msgspec

from enactd.errors import ProtocolError

QUESTION_LIMIT: Final = 1 << 20
ANSWER_LIMIT: Final = 24 << 20  # a settings file or the texts of one call, each character escaped
CREDENTIALS: Final = struct.Struct("3i")  # pid, uid, gid

_HEADER: Final = struct.Struct("!I")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One look-up. `world` names the call it is for: what one call learns stays the same while it lasts."""

    id: int
    op: str
    arguments: list[Any] = []
    world: str = ""
    home: str = "/"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the scout answers; `error` stands in place of a value."""

    id: int
    value: Any = None
    error: str = ""


def write(connection: socket.socket, message: Question | Said) -> None:
    """Send one whole message. Raises `OSError` or, for text that no JSON carries, `ProtocolError`."""
    try:
        frame = msgspec.json.encode(message)
    except UnicodeEncodeError:
        raise ProtocolError("a name that is no text") from None
    connection.sendall(_HEADER.pack(len(frame)) + frame)


def read(connection: socket.socket, limit: int, deadline: float | None = None) -> bytes | None:
    """The next message, None at the end. Raises `ProtocolError` for one too large, `TimeoutError` past `deadline`."""
    header = _exactly(connection, _HEADER.size, deadline)
    if header is None:
        return None
    size = _HEADER.unpack(header)[0]
    if size > limit:
        raise ProtocolError(f"a message of {size} bytes")
    return _exactly(connection, size, deadline)


def read_signed(connection: socket.socket, deadline: float) -> tuple[bytes, tuple[int, int, int] | None]:
    """The first message, and who sent it by the kernel's word: pid, uid, gid. `SO_PASSCRED` must be on."""
    connection.settimeout(max(0.001, deadline - time.monotonic()))
    head, control, _, _ = connection.recvmsg(_HEADER.size, socket.CMSG_SPACE(CREDENTIALS.size))
    sender = None
    for level, kind, data in control:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            sender = CREDENTIALS.unpack(data[: CREDENTIALS.size])
    rest = _exactly(connection, _HEADER.size - len(head), deadline) if head else None
    if rest is None:
        raise ProtocolError("it ended before it said who it is")
    size = _HEADER.unpack(head + rest)[0]
    if size > QUESTION_LIMIT:
        raise ProtocolError(f"a greeting of {size} bytes")
    return _exactly(connection, size, deadline) or b"", sender


def _exactly(connection: socket.socket, size: int, deadline: float | None) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no answer in time")
            connection.settimeout(left)
        part = connection.recv(min(size - len(parts), 1 << 18))
        if not part:
            return None
        parts += part
    return bytes(parts)
