"""The daemon's side of the page: holds the port, keeps a process that serves it, answers what that one asks.

The port stays the daemon's own while the process is replaced, so that nobody else can put a page there in the
meantime. Whatever goes wrong costs the page, and is told to `troubled`; it never costs the daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import structlog

from enactd.approvals.model import Desk, Opened, Settled
from enactd.approvals.web.address import Address, address
from enactd.approvals.web.talk import Asked, Refusal, Setting, Told, pack, receive
from enactd.config.approvals import Web
from enactd.errors import ConfigError, ProtocolError, RefusedError
from enactd.workers import import_roots

GLANCE_S: Final = 2.0
"""How soon changed settings come into force."""
PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
STEADY_S: Final = 120.0
"""A process that served so long was sound: the next one starts without delay."""
BACKLOG: Final = 128
DROP_IN: Final = "the unit allows it no network, add RestrictAddressFamilies=AF_INET AF_INET6 in a drop-in"
_BOOT: Final = "import sys; sys.path[:0] = sys.argv[2:]; from enactd.approvals.web.process import main; main()"
_PACKAGES: Final = ("enactd", "msgspec", "starlette", "uvicorn")

Attempt = Callable[[Awaitable[Any]], Awaitable[Any]]
"""Awaits, and gives the result or the exception: what fails here must not fail the daemon."""

log = structlog.get_logger()


class WebPage:
    """Serves the page that the settings want, as long as `run` runs. Belongs to the daemon's event loop."""

    def __init__(self, desk: Desk, *, troubled: Callable[[str], None], attempt: Attempt) -> None:
        """`troubled` hears why there is no page, in a line; an empty one when there is."""
        self._desk = desk
        self._troubled = troubled
        self._attempt = attempt
        self.pid = 0
        """The process that serves; 0 while there is none."""

    async def run(self, wanted: Callable[[], Web]) -> None:
        """Serve as the settings say, from now on."""
        while True:
            web = wanted()
            async with asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(self._keep(web) if web.listen else self._rest())
                while True:
                    await asyncio.sleep(GLANCE_S)
                    if wanted() != web:
                        break
                serving.cancel()

    async def _rest(self) -> None:
        self._troubled("")

    async def _keep(self, web: Web) -> None:
        """One page after another until cancelled; what ends one is told, and never ends more than that."""
        pause = PAUSE_S
        while True:
            began = time.monotonic()
            fault = await self._attempt(self._hold(web))
            match fault:
                case ConfigError():
                    why = fault.problem
                case OSError(errno=errno.EAFNOSUPPORT):
                    why = f"`{web.listen}` cannot be listened on: {DROP_IN}"
                case OSError():
                    why = f"`{web.listen}` cannot be listened on: {fault.strerror or fault}"
                case _:
                    why = f"a fault of enactd, {type(fault).__name__}"
            self._fail(why)
            pause = PAUSE_S if time.monotonic() - began > STEADY_S else pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _hold(self, web: Web) -> None:
        """Hold the port, and start one process after the other behind it. Raises `ConfigError` and `OSError`."""
        place = address(web)
        if place.exposed:
            log.warning("links travel in the clear", listen=web.listen, fix="TLS before it, named in `url`")
        with _listening(place) as listener:
            pause = PAUSE_S
            while True:
                began = time.monotonic()
                self._fail(await self._serve(web, listener))
                pause = PAUSE_S if time.monotonic() - began > STEADY_S else pause
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)

    def _fail(self, why: str) -> None:
        log.warning("no page", why=why)
        self._troubled(why)

    async def _serve(self, web: Web, listener: socket.socket) -> str:
        """Start a process, answer it until it ends; why it did."""
        if any(importlib.util.find_spec(package) is None for package in _PACKAGES):
            return "starlette or uvicorn is not installed"
        ours, theirs = socket.socketpair()
        with theirs:
            process = _start(web, listener, theirs)
        try:
            reader, writer = await asyncio.open_connection(sock=ours)
            self.pid = process.pid
            with contextlib.closing(writer):
                writer.write(pack(Told(number=0, door=self._desk.door)))
                await self._answer(reader, writer)
        finally:
            self.pid = 0
            ours.close()  # its end of the talk is over: it ends by itself, and at once if it must
            status = await asyncio.shield(asyncio.to_thread(_end, process))
        return f"the process that serves it ended, status {status}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer questions, several at once, until the process is gone or talks nonsense."""
        async with asyncio.TaskGroup() as tasks:
            with contextlib.suppress(ProtocolError, msgspec.MsgspecError):
                while (frame := await receive(reader)) is not None:
                    asked = msgspec.json.decode(frame, type=Asked)
                    if asked.what == "fault":
                        log.error("fault of the page", where=asked.because[:500])
                    elif asked.number == 0:
                        self._troubled("")
                    else:
                        tasks.create_task(self._reply(asked, writer))

    async def _reply(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        told = await self._told(asked)
        with contextlib.suppress(ConnectionError):
            writer.write(pack(told))
            await writer.drain()

    async def _told(self, asked: Asked) -> Told:
        result = await self._attempt(self._at_desk(asked))
        match result:
            case Opened():
                return Told(number=asked.number, opened=result)
            case Settled():
                return Told(number=asked.number, settled=result)
            case RefusedError():
                return Told(number=asked.number, refused=Refusal.of(result))
        log.error("fault", about="page", fault=type(result).__name__)
        return Told(number=asked.number)

    async def _at_desk(self, asked: Asked) -> Opened | Settled:
        if asked.what == "open":
            return self._desk.open(asked.token)
        return await self._desk.answer_by_token(asked.token, channel="web", because=asked.because)


def _listening(place: Address) -> socket.socket:
    """The port, for this process and those that it hands it to. No sharing: a second listener fails."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that fade hold no port
        listener.bind((place.host, place.port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _start(web: Web, listener: socket.socket, theirs: socket.socket) -> subprocess.Popen[bytes]:
    """The page's process, with nothing of this one but the port and its end of the talk."""
    setting = Setting(descriptor=listener.fileno(), parent=os.getpid(), listen=web.listen, url=web.url)
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _BOOT, msgspec.json.encode(setting).decode(), *import_roots(_PACKAGES)],
        stdin=theirs.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(listener.fileno(),),
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
    )


def _end(process: subprocess.Popen[Any]) -> int:
    """Wait for a process that was told to end, and end it if it does not."""
    try:
        return process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
