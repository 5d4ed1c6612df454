"""A stand-in for ntfy's documented HTTP API: publish as JSON, publish to a topic, poll as JSON lines, access tokens.

The real server is a Go program that no registry used here ships; what is imitated is on docs.ntfy.sh.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "tk_of_the_daemon"
OPEN = "answers"
"""The topic that anybody may write to and nobody may read without the token, as `everyone: write-only` says."""


class Ntfy(ThreadingHTTPServer):
    """Topics with their messages."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.topics: dict[str, list[dict[str, Any]]] = {}
        self.polls = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, topic: str, **fields: Any) -> dict[str, Any]:
        """A message as subscribers see it."""
        kept = self.topics.setdefault(topic, [])
        event = {"id": f"m{topic}{len(kept)}", "time": int(time.time()), "event": "message", "topic": topic, **fields}
        kept.append(event)
        return event


class _Handler(BaseHTTPRequestHandler):
    server: Ntfy

    def log_message(self, *_: Any) -> None:
        """Nothing to the test's output."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        topic = self.path.strip("/")
        if topic:
            fields = {"message": body}
        else:
            fields = json.loads(body)
            topic = fields.pop("topic")
        if topic != OPEN and not self._known():
            return self._say(403, {"code": 40301, "error": "forbidden"})
        return self._say(200, self.server.put(topic, **fields))

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        topic, _, kind = parts.path.strip("/").partition("/")
        if not self._known():
            return self._say(403, {"code": 40301, "error": "forbidden"})
        assert ("json", ["1"]) == (kind, parse_qs(parts.query)["poll"])
        self.server.polls += 1
        since = parse_qs(parts.query)["since"][0]
        kept = self.server.topics.get(topic, [])
        numbers = [place for place, event in enumerate(kept) if event["id"] == since]
        fresh = kept[numbers[0] + 1 :] if numbers else [event for event in kept if event["time"] >= int(since or 0)]
        return self._say(200, *fresh)

    def _known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _say(self, status: int, *values: Any) -> None:
        data = "".join(json.dumps(value) + "\n" for value in values).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def ntfy() -> Iterator[Ntfy]:
    """A server on loopback."""
    with Ntfy() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(10)
