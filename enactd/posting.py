"""One HTTP request to a place that a person configured: no redirect, no proxy, no cookie, bounded in time and size.

A time-out of a socket starts anew with every byte; a server that sends one now and then would hold us for ever.
So a `Deadline` shuts the connection down from outside, whatever is being done with it.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Final, NamedTuple
from urllib.parse import urlsplit

SECONDS: Final = 15.0
LIMIT: Final = 1 << 20


class Answer(NamedTuple):
    """What came back; the body up to the limit."""

    status: int
    body: bytes


class Deadline:
    """Ends the connections made inside of it after so many seconds, however busy they look."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.over = False
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection that is watched, also when it is wrapped later on. Raises `OSError`."""
        connection = socket.create_connection((host, port), self.seconds)
        double = socket.socket(connection.family, connection.type, connection.proto, fileno=os.dup(connection.fileno()))
        with self._lock:
            self._watched.append(double)
        if self.over:
            self._end()
        return connection

    def _end(self) -> None:
        self.over = True
        with self._lock:
            for double in self._watched:
                with contextlib.suppress(OSError):
                    double.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for double in self._watched:
                double.close()
            self._watched.clear()
        if self.over and fault is not None:
            raise TimeoutError(110, f"it took longer than {self.seconds:g} s") from None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def request(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *,
    seconds: float = SECONDS, limit: int = LIMIT,
) -> Answer:  # fmt: skip
    """Ask once and take what comes, a redirect as well. Blocks. Raises `OSError` with words that say why."""
    with Deadline(seconds) as deadline:
        connection: http.client.HTTPConnection | None = None
        try:
            parts = urlsplit(url)
            connection = _connection(parts.scheme, parts.hostname or "", parts.port, deadline)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body, {"User-Agent": "enactd", "Connection": "close", **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(limit))
        except ssl.SSLCertVerificationError as error:
            raise OSError(5, f"its certificate does not hold: {error.verify_message}") from None
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(5, f"it does not speak HTTP: {type(error).__name__}") from None
        finally:
            if connection is not None:
                connection.close()


def _connection(scheme: str, host: str, port: int | None, deadline: Deadline) -> http.client.HTTPConnection:
    if not host or scheme not in ("http", "https"):
        raise OSError(22, "its URL is none of http or https")
    made: http.client.HTTPConnection
    if scheme == "https":
        made = http.client.HTTPSConnection(host, port, timeout=deadline.seconds, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=deadline.seconds)
    # The one way in that the library has: whoever makes the socket.
    made._create_connection = lambda address, *_, **__: deadline.connect(*address)  # type: ignore[attr-defined]
    return made
