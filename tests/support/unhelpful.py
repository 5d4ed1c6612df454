"""Servers that do everything but what they are for, on loopback: silent, dripping, endless, redirecting."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Behave = Callable[[socket.socket, threading.Event], None]


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Takes the connection, and never says a word."""
    over.wait(60)


def dripping(connection: socket.socket, over: threading.Event) -> None:
    """Sends a byte now and then, so that no time-out between two bytes is ever reached."""
    while not over.wait(0.05):
        connection.sendall(b"2")


def endless(connection: socket.socket, over: threading.Event) -> None:
    """Sends for ever, as fast as it is taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"x" * 65_536)


def closing(connection: socket.socket, over: threading.Event) -> None:
    """Hangs up at once."""


def says(text: bytes) -> Behave:
    """Reads what is asked, answers just this, and hangs up."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(text)
        if not isinstance(connection, ssl.SSLSocket):  # unread bytes at the end would be a reset
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass

    return behave


class Taken:
    """The one that helps: it keeps the JSON that was posted."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    def __call__(self, connection: socket.socket, over: threading.Event) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65_536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65_536)
        self.bodies.append(json.loads(body))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@contextmanager
def unhelpful(behave: Behave, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of such a server; all of it ends with the block."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve(connection: socket.socket) -> None:
        try:
            with connection:
                wrapped = context.wrap_socket(connection, server_side=True) if context else connection
                with wrapped:
                    behave(wrapped, over)
        except OSError:
            return  # whoever came has gone

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
