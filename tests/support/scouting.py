"""A scout within the test's own process: the real `serve` on a real socket, for tests that need no second user."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from enactd.scout import process

Behave = Callable[[socket.socket], None]


@contextlib.contextmanager
def serving(folder: Path, behave: Behave | None = None) -> Iterator[Path]:
    """The place of a socket that the real scout serves, or `behave` for each connection."""
    place = folder / "scout.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place))
    listener.listen(64)
    if behave is None:
        target: Callable[[], None] = lambda: _quietly(lambda: process.serve(listener, frozenset((os.getuid(),))))  # noqa: E731
    else:
        target = lambda: _quietly(lambda: _accept(listener, behave))  # noqa: E731
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        place.unlink()


def _accept(listener: socket.socket, behave: Behave) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_behaving, args=(behave, connection), daemon=True).start()


def _behaving(behave: Behave, connection: socket.socket) -> None:
    _quietly(lambda: behave(connection))


def _quietly(work: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        work()
