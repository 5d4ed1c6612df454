"""The page's server bounds whoever connects, and asks the daemon for everything."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
import uvicorn
from support.desk import request

from enactd.approvals.model import Opened, Settled
from enactd.approvals.web import process
from enactd.approvals.web.address import address
from enactd.approvals.web.app import DaemonGone, application
from enactd.approvals.web.process import FarDesk, config
from enactd.approvals.web.talk import Asked, Refusal, Told, pack, receive
from enactd.config.approvals import Web
from enactd.errors import RefusedError

OPENED = Opened(request=request(), state="pending", approver="owner", approve="a", deny="d")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "KEEP_S", 0.2)


class Still:
    """A desk that opens everything."""

    async def open(self, token: str) -> Opened:
        return OPENED

    async def answer(self, token: str, because: str) -> Settled:
        return Settled(request="1", state="denied")

    def is_genuine(self, token: str) -> bool:
        return False

    def note(self, fault: str) -> None:
        raise AssertionError(fault)


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """The page on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(config(application(Still(), address(Web(listen=f"127.0.0.1:{port}")))))
    # Its own signal handlers are for a process of its own.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve(sockets=[listener]))
        try:
            yield port
        finally:
            server.should_exit = True
            await serving


async def talk(port: int, sent: bytes, *, seconds: float = 20) -> bytes:
    """What comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        async with asyncio.timeout(seconds):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def asks(port: int, line: str = "GET /approve/x HTTP/1.1", *headers: str) -> bytes:
    return "\r\n".join((line, f"Host: 127.0.0.1:{port}", "Connection: close", *headers, "", "")).encode()


async def test_it_speaks_http_and_does_not_say_who_it_is() -> None:
    """No name of a server, no version."""
    async with served() as port:
        answered = await talk(port, asks(port))
    assert answered.startswith(b"HTTP/1.1 200 OK")
    assert b"Approve, once" in answered
    assert b"uvicorn" not in answered.lower()


async def test_an_answer_to_head_has_no_body() -> None:
    """Its headers alone."""
    async with served() as port:
        answered = await talk(port, asks(port, "HEAD /approve/x HTTP/1.1"))
    assert answered.endswith(b"\r\n\r\n")
    assert answered.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"G",
        b"GET /approve/x HTTP/1.1\r\nHost:",
        b"POST /approve/x HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\ntoken",
    ],
)
async def test_a_client_that_dawdles_is_let_go(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a request, or none, holds a place for a while and no longer."""
    monkeypatch.setattr(process, "REQUEST_S", 0.3)
    async with served() as port:
        await talk(port, sent.replace(b"%s", f"127.0.0.1:{port}".encode()))
        assert (await talk(port, asks(port))).startswith(b"HTTP/1.1 200")


async def test_a_connection_ends_even_if_it_stays_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that asks on and on begins anew now and then."""
    monkeypatch.setattr(process, "LIFE_S", 0.5)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(20):
                while not reader.at_eof():
                    writer.write(asks(port).replace(b"Connection: close\r\n", b""))
                    await reader.readuntil(b"</html>\n")
                    await asyncio.sleep(0.01)
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /approve/x\r\n\r\n", b"GET /approve/x HTTP/1.1\r\n\r\n",
        b"GET /approve/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 4_000 + b"\r\n",
        b"POST /approve/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /approve/x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /approve/x HTTP/1.0\r\n\r\n", b"\0" * 100,
    ],
)  # fmt: skip
async def test_what_is_no_request_is_refused(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a number of the 400s or without a word; the next one is served."""
    monkeypatch.setattr(process, "REQUEST_S", 1.0)
    async with served() as port:
        answered = await talk(port, sent)
        assert answered == b"" or answered.startswith(b"HTTP/1.1 4")
        assert (await talk(port, asks(port))).startswith(b"HTTP/1.1 200")


async def test_a_websocket_is_none_here() -> None:
    """It is a GET like others, or nothing."""
    async with served() as port:
        upgrade = ("Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13")
        answered = await talk(
            port, asks(port, "GET /approve/x HTTP/1.1", *upgrade).replace(b"Connection: close", b"Connection: Upgrade")
        )
    assert not answered.startswith(b"HTTP/1.1 101")


class Daemon:
    """The other end of the talk, answering as it is told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def asked(self) -> Asked:
        frame = await receive(self.reader)
        assert frame is not None
        return msgspec.json.decode(frame, type=Asked)

    def say(self, **told: Any) -> None:
        self.writer.write(pack(Told(**told)))


@asynccontextmanager
async def far() -> AsyncIterator[tuple[FarDesk, Daemon]]:
    ours, theirs = socket.socketpair()
    desk = FarDesk(*await asyncio.open_connection(sock=ours))
    daemon = Daemon(*await asyncio.open_connection(sock=theirs))
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(desk.listen())
        yield desk, daemon
        daemon.writer.close()
        await listening


async def test_answers_find_their_questions() -> None:
    """Whatever their order."""
    async with far() as (desk, daemon):
        first, second = asyncio.ensure_future(desk.open("a")), asyncio.ensure_future(desk.answer("b", "no"))
        asked = [await daemon.asked(), await daemon.asked()]
        assert [("open", "a", ""), ("answer", "b", "no")] == [(one.what, one.token, one.because) for one in asked]
        daemon.say(number=asked[1].number, settled=Settled(request="1", state="denied"))
        daemon.say(number=99, settled=Settled(request="1", state="approved"))
        daemon.say(number=asked[0].number, opened=OPENED)
        assert "denied" == (await second).state
        assert OPENED == await first


async def test_a_refusal_is_raised_here() -> None:
    """With its words."""
    async with far() as (desk, daemon):
        asking = asyncio.ensure_future(desk.open("a"))
        daemon.say(number=(await daemon.asked()).number, refused=Refusal(problem="this link has expired"))
        with pytest.raises(RefusedError, match="expired"):
            await asking


async def test_a_daemon_that_fails_or_is_silent_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken for a yes."""
    monkeypatch.setattr(process, "REQUEST_S", 0.2)
    async with far() as (desk, daemon):
        asking = asyncio.ensure_future(desk.answer("a", ""))
        daemon.say(number=(await daemon.asked()).number)
        with pytest.raises(DaemonGone):
            await asking
        with pytest.raises(DaemonGone):
            await desk.open("a")


async def test_a_fault_and_that_it_is_ready_are_told() -> None:
    """In the daemon's language."""
    async with far() as (desk, daemon):
        desk.ready()
        desk.note("TypeError at x.py:1")
        assert 0 == (await daemon.asked()).number
        assert ("fault", "TypeError at x.py:1") == ((told := await daemon.asked()).what, told.because)
