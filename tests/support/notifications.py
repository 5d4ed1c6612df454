"""A session bus by the real dbus-daemon, and a small notification service on it that keeps what it is asked to show."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jeepney import HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.low_level import Message
from jeepney.wrappers import DBusAddress

from support.daemon import until

NAME = "org.freedesktop.Notifications"
PLACE = DBusAddress("/org/freedesktop/Notifications", interface=NAME)


@contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """The address of a bus of its own."""
    socket = folder / "session-bus"
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", f"--address=unix:path={socket}"], stderr=subprocess.DEVNULL
    )
    try:
        assert until(socket.exists, 20)
        yield f"unix:path={socket}"
    finally:
        bus.terminate()
        bus.wait(20)


class Service(threading.Thread):
    """Shows nothing and keeps everything; `mute` never answers, `refuses` answers with errors."""

    def __init__(self, bus: str, capabilities: list[str], *, mute: bool = False, refuses: bool = False) -> None:
        super().__init__(daemon=True)
        self.shown: dict[int, tuple[Any, ...]] = {}
        self.closed: list[int] = []
        self._capabilities = capabilities
        self._mute = mute
        self._refuses = refuses
        self._over = False
        self.connection = open_dbus_connection(bus)
        self.connection.send_and_get_reply(message_bus.RequestName(NAME))

    def run(self) -> None:
        """Answer until the connection ends."""
        while not self._over:
            try:
                message = self.connection.receive(timeout=0.1)
            except TimeoutError:
                continue
            except (OSError, EOFError):
                return
            if message.header.message_type is MessageType.method_call and not self._mute:
                self.connection.send(self._answer(message))

    def press(self, number: int, button: str) -> None:
        """The signal that a button was pressed, which anybody on the bus can send."""
        self.connection.send(new_signal(PLACE, "ActionInvoked", "us", (number, button)))

    def _answer(self, message: Message) -> Message:
        if self._refuses:
            return new_error(message, "org.freedesktop.DBus.Error.Failed")
        match message.header.fields[HeaderFields.member]:
            case "GetCapabilities":
                return new_method_return(message, "as", (self._capabilities,))
            case "Notify":
                number = len(self.shown) + 1
                self.shown[number] = message.body
                return new_method_return(message, "u", (number,))
            case "CloseNotification":
                self.closed.append(message.body[0])
                return new_method_return(message)
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")

    def end(self) -> None:
        """Leave the bus."""
        self._over = True
        self.join(10)
        self.connection.close()


@contextmanager
def service(bus: str, *capabilities: str, **ways: bool) -> Iterator[Service]:
    """The bus's notification service."""
    running = Service(bus, list(capabilities), **ways)
    running.start()
    try:
        yield running
    finally:
        running.end()
