"""What runs in the page's own process: the web server, bounded, and its questions to the daemon.

Descriptor 0 leads to the daemon. When that end closes, this process ends; it can do nothing without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import itertools
import os
import resource
import signal
import socket
import sys
from typing import Any, Final

import msgspec
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from enactd.approvals.model import Opened, Settled
from enactd.approvals.tokens import may_be_ours
from enactd.approvals.web.address import address
from enactd.approvals.web.app import DaemonGone, application
from enactd.approvals.web.talk import Asked, Setting, Told, pack, receive
from enactd.config.approvals import Web

CONNECTIONS: Final = 512
REQUEST_S: Final = 10.0
"""Seconds for a whole request to come in."""
LIFE_S: Final = 60.0
"""Seconds that one connection may last, however slowly its answers are taken."""
KEEP_S: Final = 5
"""Seconds that a connection may stay open between requests."""
HEADERS: Final = 16 << 10
MEMORY: Final = 1 << 30
PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38


class FarDesk:
    """The daemon's desk, from here. Raises `RefusedError` as that does, and `DaemonGone`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Told]] = {}
        self._door = b""

    def is_genuine(self, token: str) -> bool:
        """Whether the daemon made that token; false until it said how to tell."""
        return bool(self._door) and may_be_ours(self._door, token)

    async def open(self, token: str) -> Opened:
        """What a view token opens."""
        told = await self._ask(what="open", token=token)
        if told.opened is None:
            raise DaemonGone
        return told.opened

    async def answer(self, token: str, because: str) -> Settled:
        """Settle a request by an answering token."""
        told = await self._ask(what="answer", token=token, because=because)
        if told.settled is None:
            raise DaemonGone
        return told.settled

    def note(self, fault: str) -> None:
        """Tell the daemon's log of a fault of the page."""
        self._writer.write(pack(Asked(number=1, what="fault", because=fault)))

    def ready(self) -> None:
        """Tell the daemon that the page is served."""
        self._writer.write(pack(Asked(number=0, what="open")))

    async def listen(self) -> None:
        """Hand out answers until the daemon is gone."""
        while (frame := await receive(self._reader)) is not None:
            told = msgspec.json.decode(frame, type=Told)
            self._door = told.door or self._door
            future = self._waiting.get(told.number)
            if future is not None and not future.done():
                future.set_result(told)

    async def _ask(self, **asked: Any) -> Told:
        number = next(self._numbers)
        future: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._writer.write(pack(Asked(number=number, **asked)))
            await self._writer.drain()
            told = await asyncio.wait_for(future, REQUEST_S)
        except (TimeoutError, ConnectionError):
            raise DaemonGone from None
        finally:
            del self._waiting[number]
        if told.refused is not None:
            raise told.refused.error()
        return told


class Patient(H11Protocol):
    """uvicorn's connection, with an end: for the request to come in, and for the whole."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        loop = asyncio.get_running_loop()
        self._ends = (loop.call_later(REQUEST_S, self._check), loop.call_later(LIFE_S, transport.abort))

    def connection_lost(self, exc: Exception | None) -> None:
        for end in self._ends:
            end.cancel()
        super().connection_lost(exc)

    def _check(self) -> None:
        """Let go of a connection that has sent no whole request yet."""
        if self.cycle is None or (not self.cycle.response_complete and self.cycle.more_body):
            self.transport.abort()


def main() -> None:
    """Serve until the daemon closes its end."""
    setting = msgspec.json.decode(sys.argv[1], type=Setting)
    _confine(setting.parent)
    with socket.socket(fileno=os.dup(0)) as talk, socket.socket(fileno=setting.descriptor) as listener:
        asyncio.run(_run(setting, talk, listener))
    os._exit(0)


async def _run(setting: Setting, talk: socket.socket, listener: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=talk)
    desk = FarDesk(reader, writer)
    server = uvicorn.Server(config(application(desk, address(Web(listen=setting.listen, url=setting.url)))))
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    desk.ready()
    await asyncio.wait({serving, asyncio.ensure_future(desk.listen())}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(serving, 1)


def config(app: Any) -> uvicorn.Config:
    """How the page is served: HTTP/1.1 alone, no log of what is asked for, nobody else's word for an address."""
    return uvicorn.Config(
        app, http=Patient, ws="none", lifespan="off", loop="asyncio", interface="asgi3",
        access_log=False, log_config=None, server_header=False, proxy_headers=False,
        limit_concurrency=CONNECTIONS, timeout_keep_alive=KEEP_S, timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=HEADERS,
    )  # fmt: skip


def _confine(parent: int) -> None:
    """Die with the daemon; gain nothing, grow to no end, show nobody what is in here; let the gate go first."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.suppress(OSError):
        os.nice(5)
