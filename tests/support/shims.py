"""Running a real shim, compiled or script, against a real Unix socket that answers as the test wants."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from enactd.wire import Decoder, Frame

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "hookshim"
CLAUDE = ("claude-code", "PreToolUse")


@dataclass(frozen=True)
class Ended:
    """How a shim ended."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def lines(self) -> list[str]:
        return self.stderr.decode().splitlines()


def run(
    shim: Path,
    *words: str | Path,
    stdin: bytes = b"{}",
    environment: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    within: float = 20,
) -> Ended:
    """Run `shim` with these arguments to its end; `before` runs in the child, as in `preexec_fn`."""
    result = subprocess.run(
        [shim, *map(str, words)],
        input=stdin,
        capture_output=True,
        timeout=within,
        env=dict(environment or {}),
        preexec_fn=before,
        check=False,
    )
    return Ended(result.returncode, result.stdout, result.stderr)


def refused(ended: Ended) -> bool:
    """The one form of no: exit 2, nothing on stdout, one line with cause and fix."""
    return (
        ended.code == 2
        and ended.stdout == b""
        and len(ended.lines) == 1
        and ended.lines[0].startswith("enactd: refused: ")
        and ". Fix: " in ended.lines[0]
    )


def stayed_away(ended: Ended) -> bool:
    """What a failing hook does that only observes: exit 0, nothing on stdout, one line."""
    return (
        ended.code == 0
        and ended.stdout == b""
        and len(ended.lines) == 1
        and ended.lines[0].startswith("enactd: not recorded: ")
    )


@dataclass
class Listener:
    """A daemon of the test's own: one thread per connection runs `behave` with what the shim sent."""

    home: Path
    behave: Callable[[socket.socket, list[Frame]], None]
    reads: bool = True
    frames: list[Frame] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Listener:
        folder = self.home / "run"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._done = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX)
        back = Path.cwd()
        os.chdir(folder)  # the path may be longer than an address can be
        try:
            Path("enactd.sock").unlink(missing_ok=True)
            self._socket.bind("enactd.sock")
        finally:
            os.chdir(back)
        self._socket.listen(64)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def wait(self, seconds: float) -> None:
        """Wait as a slow daemon does, but not beyond the end of the test."""
        self._done.wait(seconds)

    def _accept(self) -> None:
        while not self._done.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                frames = self._read(connection) if self.reads else []
                self.frames += frames
                self.behave(connection, frames)
            except OSError:
                pass  # the shim has gone: what it said before is what the test looks at

    def _read(self, connection: socket.socket) -> list[Frame]:
        decoder, raw = Decoder.of_daemon(), b""
        while data := connection.recv(1 << 20):
            raw += data if len(raw) < 1 << 20 else b""
            if frames := decoder.feed(data):
                self.raw.append(raw)
                return frames
        return []


def says(*pieces: bytes) -> Callable[[socket.socket, list[Frame]], None]:
    """A daemon that sends these bytes and closes the connection."""

    def behave(connection: socket.socket, _frames: list[Frame]) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return behave


def build(target: Path, *options: str) -> None:
    """Build the compiled shim, warnings being errors."""
    command = [sys.executable, str(SOURCES / "build_shim.py"), "--output", str(target), *options]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
