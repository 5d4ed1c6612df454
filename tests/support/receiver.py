"""A webhook's other end, in the network of the test: it takes what is posted and writes it down, a JSON line each.

    python receiver.py LOG

Prints its port, serves until its standard input ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.loopback import Loopback


class Receiver:
    """What was posted so far."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/hook"
        self._log = log

    def heard(self) -> list[dict[str, Any]]:
        """All messages, oldest first."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def wait(self, wanted: Callable[[dict[str, Any]], bool], *, after: int = 0, seconds: float = 90) -> dict[str, Any]:
        """The first message of that kind behind the first `after`; fails when none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self.heard()[after:]:
                if wanted(message):
                    return message
            time.sleep(0.1)
        raise AssertionError(f"nothing of that kind was posted: {[one.get('event') for one in self.heard()]}")


@contextmanager
def receiver(network: Loopback, log: Path) -> Iterator[Receiver]:
    """A receiver in `network`, gone afterwards."""
    log.touch()
    argv = network.argv([sys.executable, "-P", str(Path(__file__)), str(log)])
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Receiver(int(process.stdout.readline()), log)
        process.stdin.close()


def main(log: str) -> None:
    """Take posts until standard input ends."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            with lock, Path(log).open("a") as file:
                file.write(json.dumps(body) + "\n")
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
