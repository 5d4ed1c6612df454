"""What page and daemon say to each other arrives as it was said."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from support.desk import answer, request

from enactd.approvals.model import Opened, Settled
from enactd.approvals.web import talk
from enactd.approvals.web.talk import Asked, Refusal, Told, pack, receive
from enactd.errors import ProtocolError, RefusedError


async def heard(data: bytes) -> bytes | None:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return await receive(reader)


@pytest.mark.parametrize(
    "message",
    [
        Asked(number=7, what="answer", token="t", because="ünïcode\n"),
        Told(
            number=1,
            opened=Opened(request=request(call="x" * 200_000), state="denied", approver="bob", answers=(answer("1"),)),
        ),
        Told(number=2, settled=Settled(request="1", state="approved", grant="g")),
        Told(number=3, refused=Refusal.of(RefusedError("p", cause="c", effect="e", fix="f"))),
    ],
)
async def test_a_message_arrives(message: Asked | Told) -> None:
    """Whole, and equal."""
    data = await heard(pack(message))
    assert data is not None
    assert message == msgspec.json.decode(data, type=type(message))


@pytest.mark.parametrize("data", [b"", b"\0\0", pack(Asked(number=1, what="open"))[:-1]])
async def test_half_a_message_is_the_end(data: bytes) -> None:
    """The other side is gone."""
    assert await heard(data) is None


async def test_a_length_beyond_reason_is_not_waited_for() -> None:
    """Whoever sends it does not speak our language."""
    with pytest.raises(ProtocolError):
        await heard((talk.LONGEST + 1).to_bytes(4, "big") + b"x")


def test_a_refusal_keeps_its_words() -> None:
    """Problem, cause, effect and fix come out as they went in."""
    error = Refusal.of(RefusedError("p", cause="c", effect="e", fix="f")).error()
    assert ("p", "c", "e", "f") == (error.problem, error.cause, error.effect, error.fix)
