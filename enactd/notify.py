"""What a service manager and the daemon tell each other: sd_notify and sockets handed over.

The variables are believed only as far as they can do no harm: a notice is a datagram to whoever asked,
and a socket that was handed over must be the very one the layout names.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from enactd.errors import ConfigError

FIRST_DESCRIPTOR: Final = 3


class Notifier:
    """Speaks sd_notify. Without a listener every call does nothing; nothing here ever fails."""

    def __init__(self, address: str = "", watchdog_s: float = 0.0) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_s = watchdog_s

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str]) -> Notifier:
        """Takes the variables out, so that no child believes that they are for it."""
        address = environment.pop("NOTIFY_SOCKET", "")
        microseconds = environment.pop("WATCHDOG_USEC", "")
        pid = environment.pop("WATCHDOG_PID", "")
        meant = not pid or pid == str(os.getpid())
        watchdog = int(microseconds) / 1e6 if meant and microseconds.isdecimal() else 0.0
        return cls(address if address.startswith(("/", "@")) else "", watchdog)

    def ready(self, status: str) -> None:
        self._send("READY=1", f"STATUS={status}", f"MAINPID={os.getpid()}")

    def status(self, status: str) -> None:
        self._send(f"STATUS={status}")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        text = "\n".join(line.replace("\n", " ") for line in lines)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto(text.encode(), self._address)
        except OSError:
            return  # a manager that does not listen is no reason to stop guarding


def handed_over(environment: MutableMapping[str, str], expected: Path) -> socket.socket | None:
    """The listening socket of socket activation, None if there is none.

    Raises `ConfigError` if what was handed over is not one listening socket bound to `expected`.
    Takes the variables out of `environment`.
    """
    count, pid = environment.pop("LISTEN_FDS", ""), environment.pop("LISTEN_PID", "")
    environment.pop("LISTEN_FDNAMES", "")
    if not count or pid != str(os.getpid()):
        return None
    if count != "1":
        raise _unfit(f"{count} sockets were handed over", expected)
    try:
        if not stat.S_ISSOCK(os.fstat(FIRST_DESCRIPTOR).st_mode):
            raise _unfit("what was handed over is no socket", expected)
        listener = socket.socket(fileno=FIRST_DESCRIPTOR)
    except OSError as error:
        raise _unfit(f"nothing was handed over: {error.strerror}", expected) from None
    listener.set_inheritable(False)
    if listener.family != socket.AF_UNIX or listener.type != socket.SOCK_STREAM:
        raise _unfit("the socket is no local stream", expected)
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise _unfit("the socket does not listen", expected)
    if listener.getsockname() != str(expected):
        raise _unfit(f"the socket is at `{listener.getsockname()}`", expected)
    return listener


def _unfit(cause: str, expected: Path) -> ConfigError:
    return ConfigError(
        "socket activation does not fit this daemon",
        cause=cause,
        effect="the daemon does not start; agents using the hook are denied",
        fix=f"ListenStream={expected} in enactd.socket, and one socket only",
    )
