"""Messages between daemon and scout: whole, bounded, in time, or not at all."""

from __future__ import annotations

import os
import socket
import time

import msgspec
import pytest

from enactd.errors import ProtocolError
from enactd.scout import frames
from enactd.scout.frames import Question, Said


def test_a_message_arrives_whole() -> None:
    """What is written is what is read, then the end."""
    one, other = socket.socketpair()
    with one, other:
        frames.write(one, Question(id=7, op="stat", arguments=["/x" * 40_000]))
        one.close()
        data = frames.read(other, frames.QUESTION_LIMIT)
        assert Question(id=7, op="stat", arguments=["/x" * 40_000]) == msgspec.json.decode(data or b"", type=Question)
        assert None is frames.read(other, frames.QUESTION_LIMIT)


def test_a_message_over_the_limit_is_refused_unread() -> None:
    """By its length alone."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"\xff\xff\xff\xff")
        with pytest.raises(ProtocolError, match="4294967295 bytes"):
            frames.read(other, frames.ANSWER_LIMIT)


@pytest.mark.parametrize("sent", [b"", b"\0\0", b"\0\0\0\x09{}"])
def test_an_answer_that_does_not_come_is_not_waited_for(sent: bytes) -> None:
    """Nothing, half a length, half a message: the deadline ends it."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(sent)
        with pytest.raises(TimeoutError):
            frames.read(other, 100, time.monotonic() + 0.05)


def test_half_a_surrogate_pair_is_an_error() -> None:
    """No JSON carries it; nothing is sent."""
    one, other = socket.socketpair()
    with one, other, pytest.raises(ProtocolError):
        frames.write(one, Said(id=1, value="\udcff"))


def test_the_kernel_says_who_greets() -> None:
    """Process, user and group of the sender come with the first message."""
    one, other = socket.socketpair()
    with one, other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        frames.write(one, Said(id=0, value="x"))
        data, sender = frames.read_signed(other, time.monotonic() + 5)
    assert Said(id=0, value="x") == msgspec.json.decode(data, type=Said)
    assert (os.getpid(), os.getuid(), os.getgid()) == sender


def test_a_greeting_that_ends_is_none() -> None:
    """A connection that closes at once is no scout."""
    one, other = socket.socketpair()
    with other:
        one.close()
        with pytest.raises(ProtocolError):
            frames.read_signed(other, time.monotonic() + 5)
