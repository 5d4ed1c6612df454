"""Accept, one frame in, one frame out: deadlines, bounds and back-pressure, and nothing of the meaning.

All work of connections runs in one task group, which lives as long as `serve`. A connection that does
not bring its whole message in time is dropped; one too many is answered "no" at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, cast

import structlog

from enactd import peer, wire
from enactd.call import Reply
from enactd.config import Daemon
from enactd.errors import ProtocolError, RefusedError
from enactd.gate import Answer, Gate
from enactd.health import OVERLOADED, Health
from enactd.peer import Admits, Seen
from enactd.wire import Decoder, Frame, Kind

BACKLOG: Final = 512
KEEP_ALIVE_S: Final = 0.5
BUSY: Final = Reply(exit_code=2, stderr=b"enactd: denied, too many calls at once; try again in a moment\n")
ENDING: Final = Reply(exit_code=2, stderr=b"enactd: denied, the daemon is ending; try again in a moment\n")

log = structlog.get_logger()


Control = Callable[[bytes, Seen | RefusedError], Awaitable[bytes]]
"""Answers the payload of a control frame with the payload of its reply; never raises."""


class Server:
    """Serves one listening socket until told to stop."""

    def __init__(
        self, listener: socket.socket, gate: Gate, control: Control, limits: Callable[[], Daemon], health: Health,
        *, admits: Admits | None = None,
    ) -> None:  # fmt: skip
        self.gate = gate
        self.control = control
        self._limits = limits
        self.admits = admits
        self.health = health
        self.connections: set[_Connection] = set()
        self.buffered = 0
        self.served = 0
        self._changed = asyncio.Event()
        self._listener = listener
        self._tasks: asyncio.TaskGroup | None = None

    async def serve(
        self,
        stop: asyncio.Event,
        ready: Callable[[], None] = lambda: None,
        *,
        alongside: Iterable[Awaitable[None]] = (),
    ) -> None:
        """Serve until `stop` is set, then let running calls end, for `limits.drain_ms` at most.

        What runs `alongside` is cancelled when calls have ended; if one of them fails, everything ends.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as self._tasks:
            listening = await loop.create_unix_server(lambda: _Connection(self), sock=self._listener, backlog=BACKLOG)
            others = [self.start(work) for work in alongside]
            ready()
            await stop.wait()
            listening.close()
            await self._drain()
            for other in others:
                other.cancel()
        self._tasks = None

    @property
    def limits(self) -> Daemon:
        """The limits in force now."""
        return self._limits()

    def start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run `work` in the server's own task group."""
        if self._tasks is None:
            raise RuntimeError("the server does not run")
        return self._tasks.create_task(_awaiting(work))

    def forget(self, connection: _Connection) -> None:
        """`connection` is closed."""
        self.connections.discard(connection)
        self._changed.set()

    def overloaded(self, why: str) -> None:
        """A call had to be refused for want of room."""
        self.health.report(OVERLOADED, why)
        log.warning("overloaded", why=why, connections=len(self.connections))

    async def _drain(self) -> None:
        for connection in [c for c in self.connections if c.task is None and not c.begun]:
            connection.send_and_close(wire.encode_answer(ENDING))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wait_idle(), self.limits.drain_ms / 1000)
        for connection in list(self.connections):
            connection.give_up()

    async def _wait_idle(self) -> None:
        while self.connections:
            self._changed.clear()
            await self._changed.wait()


async def _awaiting(work: Awaitable[None]) -> None:
    await work


class _Connection(asyncio.Protocol):
    """One client: reads one frame, answers it, closes."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._decoder = Decoder.of_daemon()
        self._buffered = 0
        self._transport: asyncio.Transport | None = None
        self._witness: Seen | RefusedError | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._alive: asyncio.TimerHandle
        self._answer: Answer | None = None
        self.begun = False
        self.gone = False
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by name
        server = self._server
        if len(server.connections) >= server.limits.connections:
            server.overloaded(f"{len(server.connections)} connections were open")
            self.send_and_close(wire.encode_answer(BUSY))
            return
        server.connections.add(self)
        self._witness = _witness(self._transport, server.admits)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(server.limits.frame_ms / 1000, self._too_slow)

    def data_received(self, data: bytes) -> None:
        if self.task is not None or self.gone or self._witness is None:
            return
        self.begun = True
        self._hold(len(data))
        if self._server.buffered > self._server.limits.buffer_limit:
            self._server.overloaded(f"{self._server.buffered} bytes of messages were held")
            self.send_and_close(wire.encode_answer(BUSY))
            return
        try:
            frames = self._decoder.feed(data)
        except ProtocolError as error:
            self._refuse(error)
            return
        if frames:
            self._stop_timer()
            self.task = self._server.start(self._serve(frames[0], self._witness))

    def eof_received(self) -> bool:
        return False  # whoever closes before the answer is gone; the transport closes, too

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        self._stop_timer()
        self._hold(-self._buffered)
        self._server.forget(self)
        if self.task is not None and not self.task.done():
            self._server.gate.left(self.task)
        if self._answer is not None and exc is not None:
            answer, self._answer = self._answer, None
            with contextlib.suppress(RuntimeError):
                self._server.start(self._server.gate.undelivered(answer))

    def send_and_close(self, frame: bytes) -> None:
        """The last word on this connection."""
        self._stop_timer()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)
            self._transport.close()
            # Whoever does not take the answer must not keep its place for ever.
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._server.limits.frame_ms / 1000, self._transport.abort)

    def give_up(self) -> None:
        """The daemon ends: say so, and stop deciding."""
        self.send_and_close(wire.encode_answer(ENDING))
        if self.task is not None:
            self.task.cancel()

    async def _serve(self, frame: Frame, witness: Seen | RefusedError) -> None:
        self._server.served += 1
        if frame.kind is Kind.CONTROL:
            self.send_and_close(wire.encode_control_reply(await self._server.control(frame.payload, witness)))
            return
        try:
            call = wire.decode_hook(frame.payload)
        except ProtocolError as error:
            self._refuse(error)
            return
        ends = time.monotonic() + call.deadline_ms / 1000
        self._alive = asyncio.get_running_loop().call_later(KEEP_ALIVE_S, self._keep_alive, ends)
        try:
            answer = await self._server.gate.answer(call, witness)
        finally:
            self._alive.cancel()
        if self.gone or self._transport is None or self._transport.is_closing():
            await self._server.gate.undelivered(answer)
            return
        self._answer = answer
        self.send_and_close(wire.encode_answer(answer.reply))

    def _keep_alive(self, ends: float) -> None:
        """Say that somebody is at work, now and again: the shim takes silence for a daemon that hangs."""
        if self._transport is not None and not self._transport.is_closing():
            left_ms = max(0, int(1000 * (ends - time.monotonic())))
            self._transport.write(wire.encode_keep_alive(left_ms))
            self._alive = asyncio.get_running_loop().call_later(KEEP_ALIVE_S, self._keep_alive, ends)

    def _refuse(self, error: ProtocolError) -> None:
        log.warning("not a message", problem=error.problem, cause=error.cause)
        self.send_and_close(wire.encode_answer(self._server.gate.refused(error.problem)))

    def _too_slow(self) -> None:
        log.warning("half a message", bytes=self._buffered)
        if self._transport is not None:
            self._transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hold(self, size: int) -> None:
        self._buffered += size
        self._server.buffered += size


def _witness(transport: asyncio.Transport, admits: Admits | None) -> Seen | RefusedError:
    """Asked at once, while whoever connected must still be there."""
    pseudo = transport.get_extra_info("socket")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=pseudo.fileno())
    try:
        return peer.witness(connection, admits)
    except RefusedError as error:
        return error
    finally:
        connection.detach()  # the descriptor is the transport's
