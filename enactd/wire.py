"""Frames between the shim, `enactctl` and the daemon: bytes to values and back, no I/O.

`WIRE.md` beside this file is the specification; the shim has the same codec in C. Every function is
total: any bytes give values, "not enough yet" or a `ProtocolError`, and nothing else.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

import msgspec

from enactd.call import HookCall, Reply
from enactd.errors import ProtocolError

VERSION: Final = 1
MAX_INPUT: Final = 16 * 1024 * 1024
"""Bytes of stdin that a hook may bring."""
MAX_REQUEST: Final = MAX_INPUT + 1024
"""Largest length field towards the daemon: an input and the words before it."""
MAX_REPLY: Final = 1024 * 1024
"""Largest length field from the daemon."""
MAX_MILLISECONDS: Final = 2**32 - 1

_LENGTH: Final = 4
_WORD = re.compile(rb"[A-Za-z0-9._:+-]{1,64}")
_CLOSED = "the connection is closed; a hook call that waits on it is denied"


class Kind(IntEnum):
    """The byte after the length."""

    HOOK = ord("H")
    CONTROL = ord("C")
    ANSWER = ord("A")
    KEEP_ALIVE = ord("K")
    CONTROL_REPLY = ord("R")
    EVENT = ord("S")


TO_DAEMON: Final = frozenset({Kind.HOOK, Kind.CONTROL})
FROM_DAEMON: Final = frozenset({Kind.ANSWER, Kind.KEEP_ALIVE, Kind.CONTROL_REPLY, Kind.EVENT})


class Frame(msgspec.Struct, frozen=True):
    """One whole message, its payload not yet read."""

    kind: Kind
    payload: bytes


class Decoder:
    """Collects bytes until frames are whole; keeps at most one unfinished frame.

    A frame that is too long or of a kind this side never hears is refused as soon as its first five
    bytes are there, before its payload is stored. After a refusal every further `feed` refuses, too.
    """

    def __init__(self, accepts: frozenset[Kind], limit: int) -> None:
        self._accepts = accepts
        self._limit = limit
        self._buffer = bytearray()
        self._refused: ProtocolError | None = None

    @classmethod
    def of_daemon(cls) -> Decoder:
        """What the daemon hears."""
        return cls(TO_DAEMON, MAX_REQUEST)

    @classmethod
    def of_client(cls) -> Decoder:
        """What the shim and `enactctl` hear."""
        return cls(FROM_DAEMON, MAX_REPLY)

    @property
    def pending(self) -> int:
        """Bytes of an unfinished frame: not 0 at the end of a connection means that half a frame came."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes, in order; raises `ProtocolError` at the first bad one."""
        if self._refused is not None:
            raise self._refused
        self._buffer += data
        frames: list[Frame] = []
        start = 0
        try:
            while (end := self._end_of_frame(start)) is not None:
                kind = Kind(self._buffer[start + _LENGTH])
                frames.append(Frame(kind, bytes(self._buffer[start + _LENGTH + 1 : end])))
                start = end
        except ProtocolError as refused:
            self._refused = refused
            self._buffer.clear()
            raise
        del self._buffer[:start]
        return frames

    def _end_of_frame(self, start: int) -> int | None:
        """Where the frame at `start` ends, None while it is not whole."""
        available = len(self._buffer) - start
        if available < _LENGTH:
            return None
        length = int.from_bytes(self._buffer[start : start + _LENGTH])
        if not 1 <= length <= self._limit:
            raise _malformed(f"a frame of {length} bytes", f"1 to {self._limit} bytes are possible here")
        if available == _LENGTH:
            return None
        kind = self._buffer[start + _LENGTH]
        if kind not in self._accepts:
            expected = ", ".join(sorted(chr(accepted) for accepted in self._accepts))
            raise _malformed(f"a frame of kind 0x{kind:02x}", f"this side hears {expected}")
        return start + _LENGTH + length if available >= _LENGTH + length else None


def encode(kind: Kind, payload: bytes) -> bytes:
    """One frame; raises `ProtocolError` when it would be longer than the other side reads."""
    limit = MAX_REQUEST if kind in TO_DAEMON else MAX_REPLY
    length = 1 + len(payload)
    if length > limit:
        raise _malformed(f"a message of {length} bytes does not fit into a frame", f"the limit is {limit} bytes")
    return length.to_bytes(_LENGTH) + bytes((kind,)) + payload


def encode_hook(call: HookCall) -> bytes:
    """The frame the shim sends; the reference for the codec in C."""
    if len(call.stdin) > MAX_INPUT:
        raise _malformed(f"an input of {len(call.stdin)} bytes", f"a hook may bring {MAX_INPUT} bytes")
    words = b"".join(_short(word) for word in (call.agent, call.event, call.shim_version))
    return encode(Kind.HOOK, bytes((VERSION,)) + _milliseconds(call.deadline_ms) + words + call.stdin)


def decode_hook(payload: bytes) -> HookCall:
    """The call in the payload of an `H` frame."""
    _check_version(payload)
    if len(payload) < 5:
        raise _malformed("a hook call without a deadline", "four bytes are expected after the version")
    words: list[str] = []
    position = 5
    for name in ("agent", "event", "shim version"):
        size = payload[position] if position < len(payload) else 0
        word = payload[position + 1 : position + 1 + size]
        if len(word) != size or not _WORD.fullmatch(word):
            raise _malformed(f"a hook call without a proper {name}", "1 to 64 letters, digits or ._:+- are expected")
        words.append(word.decode("ascii"))
        position += 1 + size
    stdin = payload[position:]
    if len(stdin) > MAX_INPUT:
        raise _malformed(f"an input of {len(stdin)} bytes", f"a hook may bring {MAX_INPUT} bytes")
    agent, event, shim_version = words
    return HookCall(agent, event, int.from_bytes(payload[1:5]), shim_version, stdin)


def encode_answer(reply: Reply) -> bytes:
    """The frame that ends a hook call."""
    if not 0 <= reply.exit_code <= 255:
        raise _malformed(f"an exit code of {reply.exit_code}", "exit codes are 0 to 255")
    head = bytes((reply.exit_code,)) + len(reply.stdout).to_bytes(4)
    return encode(Kind.ANSWER, head + reply.stdout + reply.stderr)


def decode_answer(payload: bytes) -> Reply:
    """The reply in the payload of an `A` frame."""
    if len(payload) < 5:
        raise _malformed("an answer without exit code and length", "five bytes are expected")
    end = 5 + int.from_bytes(payload[1:5])
    if end > len(payload):
        raise _malformed("an answer shorter than it says", f"{end} bytes announced, {len(payload)} came")
    return Reply(payload[0], payload[5:end], payload[end:])


def encode_keep_alive(milliseconds: int) -> bytes:
    """ "Still deciding", with how long that may yet take."""
    return encode(Kind.KEEP_ALIVE, _milliseconds(milliseconds))


def decode_keep_alive(payload: bytes) -> int:
    """The milliseconds in the payload of a `K` frame."""
    if len(payload) != 4:
        raise _malformed(f"a keep-alive of {len(payload)} bytes", "four bytes are expected")
    return int.from_bytes(payload)


def encode_control(request: bytes) -> bytes:
    """A request of `enactctl`, given as JSON."""
    return encode(Kind.CONTROL, bytes((VERSION,)) + request)


def decode_control(payload: bytes) -> bytes:
    """The JSON in the payload of a `C` frame, not looked at."""
    _check_version(payload)
    return payload[1:]


def encode_control_reply(reply: bytes) -> bytes:
    """The JSON that ends a request of `enactctl`."""
    return encode(Kind.CONTROL_REPLY, reply)


def encode_event(event: bytes) -> bytes:
    """One of the JSON values that may come before a control reply."""
    return encode(Kind.EVENT, event)


def _check_version(payload: bytes) -> None:
    if payload[:1] != bytes((VERSION,)):
        spoken = f"version {payload[0]}" if payload else "no version"
        raise ProtocolError(
            f"a client speaks {spoken} of the wire format",
            cause=f"this daemon speaks version {VERSION}",
            effect=_CLOSED,
            fix="enactctl init   # puts shim and daemon of one release in place",
        )


def _short(word: str) -> bytes:
    raw = word.encode("ascii", "replace")
    if not _WORD.fullmatch(raw) or raw.decode() != word:
        raise _malformed(f"`{word[:64]}` cannot be sent", "1 to 64 letters, digits or ._:+- are possible")
    return bytes((len(raw),)) + raw


def _milliseconds(value: int) -> bytes:
    if not 0 <= value <= MAX_MILLISECONDS:
        raise _malformed(f"{value} ms cannot be sent", f"0 to {MAX_MILLISECONDS} are possible")
    return value.to_bytes(4)


def _malformed(problem: str, cause: str) -> ProtocolError:
    return ProtocolError(problem, cause=cause, effect=_CLOSED, fix="use the shim and `enactctl` of this release")
