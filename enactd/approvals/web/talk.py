"""What the page's process and the daemon say to each other, over a pair of sockets: a token each way in, no key that makes one ever.

Frames of JSON behind their length. An answer carries the question's number; they may overtake one another.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Final, Literal

import msgspec

from enactd.approvals.model import Opened, Settled
from enactd.errors import ProtocolError, RefusedError

LONGEST: Final = 32 << 20
"""Bytes of a frame; a call that is larger was refused long before."""
_LENGTH: Final = struct.Struct("!I")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The page asks: open a view token, settle a request by an answering one, or take note of a fault of its own."""

    number: int
    what: Literal["open", "answer", "fault"]
    token: str = ""
    because: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A `RefusedError` on its way."""

    problem: str
    cause: str = ""
    effect: str = ""
    fix: str = ""

    @classmethod
    def of(cls, error: RefusedError) -> Refusal:
        """What it said."""
        return cls(problem=error.problem, cause=error.cause, effect=error.effect, fix=error.fix)

    def error(self) -> RefusedError:
        """The error again."""
        return RefusedError(self.problem, cause=self.cause, effect=self.effect, fix=self.fix)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The daemon's answer: one of the three; none of them where the daemon failed.

    The first one, number 0, answers nothing: it brings the `door`, see `tokens.may_be_ours`.
    """

    number: int
    opened: Opened | None = None
    settled: Settled | None = None
    refused: Refusal | None = None
    door: bytes = b""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What the page's process is told on its command line: the listening descriptor, and the page's place."""

    descriptor: int
    parent: int
    listen: str
    url: str = ""


def pack(message: Asked | Told) -> bytes:
    """A message as a frame."""
    data = msgspec.json.encode(message)
    return _LENGTH.pack(len(data)) + data


async def receive(reader: asyncio.StreamReader) -> bytes | None:
    """The next frame's content; None when the other side is gone. Raises `ProtocolError` for what is no frame."""
    try:
        size = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))[0]
        if size > LONGEST:
            raise ProtocolError("a frame that is too long")
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
