"""The scout's process: started by the service manager as the guarded user, with the listening socket as descriptor 3.

It makes itself unreadable for other processes of that user, answers questions of the one daemon, each connection
on a thread of its own, and ends when a connection too many hangs: it is started again for the next question.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import resource
import socket
import struct
import sys
import threading
import time
from typing import Final

from enactd import __version__
from enactd.errors import ProtocolError
from enactd.notify import Notifier
from enactd.scout import frames
from enactd.scout.answers import Worlds, answer
from enactd.scout.frames import Said

CONNECTIONS: Final = 64
MEMORY_LIMIT: Final = 2 << 30  # address space, bytes
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38
LISTENER: Final = 3


def main() -> None:
    """Serve until told to end. The one argument is the user that may ask, beside root."""
    asker = sys.argv[1]
    allowed = frozenset((0, int(asker) if asker.isdecimal() else pwd.getpwnam(asker).pw_uid))
    harden()
    notifier = Notifier.from_environment(os.environ)
    os.chdir("/")
    listener = socket.socket(fileno=LISTENER)
    notifier.ready("looking the world up")
    threading.Thread(target=_stay_alive, args=(notifier,), daemon=True).start()
    serve(listener, allowed)


def harden() -> None:
    """Write nothing, gain nothing, and let no other process of the user look inside."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limits = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_AS, MEMORY_LIMIT))
    for which, limit in limits:
        resource.setrlimit(which, (limit, limit))


def serve(listener: socket.socket, allowed: frozenset[int]) -> None:
    """Answer whoever is one of the `allowed` users; others are not even greeted."""
    worlds, open_now = Worlds(), threading.Semaphore(CONNECTIONS)
    while True:
        connection, _ = listener.accept()
        if uid_of(connection) not in allowed:
            connection.close()
            continue
        if not open_now.acquire(blocking=False):
            os._exit(1)  # so many that hang at once never come back; the service manager starts the next scout
        threading.Thread(target=_converse, args=(connection, worlds, open_now), daemon=True).start()


def uid_of(connection: socket.socket) -> int:
    """The user at the other end, by the kernel's word."""
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(uid)


def _converse(connection: socket.socket, worlds: Worlds, open_now: threading.Semaphore) -> None:
    try:
        with connection:
            frames.write(connection, Said(id=0, value=__version__))
            while (data := frames.read(connection, frames.QUESTION_LIMIT)) is not None:
                _reply(connection, answer(data, worlds))
    except (OSError, ProtocolError):
        return  # the daemon has gone, or speaks another language: it will connect again
    finally:
        open_now.release()


def _reply(connection: socket.socket, said: Said) -> None:
    try:
        frames.write(connection, said)
    except ProtocolError as error:
        frames.write(connection, Said(id=said.id, error=error.problem))


def _stay_alive(notifier: Notifier) -> None:
    """Tell the service manager that we run: one that was stopped is replaced."""
    while notifier.watchdog_s:
        notifier.alive()
        time.sleep(notifier.watchdog_s / 3)


if __name__ == "__main__":
    main()
