"""Servers outside the sandbox, one unix socket each: what the sandbox cannot reach it cannot change."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """One thread per connection; `context` makes it speak TLS."""

    daemon_threads = True
    request_queue_size = 64
    context: ssl.SSLContext | None = None

    def get_request(self) -> tuple[Any, str]:
        connection, _ = super().get_request()
        return connection, "sandbox"

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread; a client that does not speak TLS is none of ours."""
        if self.context is not None:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (OSError, ssl.SSLError):
                return
        with contextlib.suppress(OSError):
            super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection cut off in the middle is everyday life here."""


class QuietHandler(BaseHTTPRequestHandler):
    """HTTP over a unix socket: no client address, no log."""

    protocol_version = "HTTP/1.1"

    def address_string(self) -> str:
        return "sandbox"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def body(self) -> bytes:
        """The body, by length or in pieces."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0].strip() or b"0", 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def reply(self, content: bytes, kind: str = "application/json", status: int = 200) -> None:
        """A whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@contextlib.contextmanager
def serving(path: Path, handler: Any, context: ssl.SSLContext | None = None) -> Iterator[UnixServer]:
    """Serve on a socket while the block runs."""
    server = UnixServer(str(path), handler)
    server.context = context
    path.chmod(0o777)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
