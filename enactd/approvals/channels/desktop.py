"""A notification on the desktop (org.freedesktop.Notifications). It tells; it decides nothing and carries no link.

The session bus belongs to the user, and so to agents: any process of the user can read what is notified, send the
signal that a button was pressed, or take the place of the notification service. A button would be theirs to press and a
link theirs to open. A program that opens links gets them as an argument, which every process can read, too.
"""

from __future__ import annotations

import asyncio
import html
import os
from collections.abc import AsyncIterator
from typing import Any, Final

from enactd.approvals.channels import text
from enactd.approvals.channels.secret import UNTOLD
from enactd.approvals.channels.webhook import NO_REPLIES
from enactd.approvals.model import ChannelName, Links, Request, State
from enactd.errors import ChannelError

SECONDS: Final = 5.0
_PLACE: Final = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications")
_CRITICAL: Final = 2
_LIMIT: Final = 1_500


class Desktop:
    """This user's desktop; see `model.Channel`. `bus` is the address of the session bus, found if it is empty."""

    name: ChannelName = "desktop"
    approvers: tuple[str, ...] = ("desktop",)

    def __init__(self, bus: str = "", *, seconds: float = SECONDS) -> None:
        self._bus = bus or os.environ.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path=/run/user/{os.getuid()}/bus"
        self._seconds = seconds
        self._shown: dict[str, int] = {}

    async def announce(self, request: Request, links: Links) -> None:
        """Show it until it is settled; `links` stay unused."""
        body = text.message(request, _LIMIT).plain()
        able = (await self._call("GetCapabilities"))[0]
        if "body-markup" in able or "body-hyperlinks" in able:
            body = html.escape(body, quote=False)
        hints = {"urgency": ("y", _CRITICAL), "category": ("s", "im.received")}
        words: tuple[Any, ...] = (
            "enactd",
            0,
            "dialog-warning",
            text.cut(f"{request.agent} asks", 80),
            body,
            [],
            hints,
            0,
        )
        self._shown[request.id] = (await self._call("Notify", "susssasa{sv}i", words))[0]

    async def withdraw(self, request: Request, state: State) -> None:
        """Take it off the screen."""
        number = self._shown.pop(request.id, None)
        if number is not None:
            await self._call("CloseNotification", "u", (number,))

    async def replies(self) -> AsyncIterator[str]:
        """None, ever: see above."""
        for token in NO_REPLIES:
            yield token

    async def _call(self, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        """One call on a connection of its own: notifications are rare, and a bus may be restarted."""
        from jeepney import DBusAddress, DBusErrorResponse, new_method_call
        from jeepney.io.asyncio import open_dbus_router
        from jeepney.wrappers import unwrap_msg

        path, bus_name, interface = _PLACE
        address = DBusAddress(path, bus_name=bus_name, interface=interface)
        try:
            async with asyncio.timeout(self._seconds), open_dbus_router(bus=self._bus) as router:
                found: tuple[Any, ...] = unwrap_msg(
                    await router.send_and_get_reply(new_method_call(address, method, signature, body))
                )
                return found
        except TimeoutError:
            raise _unshown(f"it did not answer within {self._seconds:g} s") from None
        except DBusErrorResponse as error:
            raise _unshown(f"it answered {error.name}") from None
        except (OSError, ValueError, KeyError, RuntimeError, EOFError) as error:
            raise _unshown(f"the session bus at {self._bus[:100]}: {error}") from None


def _unshown(cause: str) -> ChannelError:
    return ChannelError(
        "the desktop shows no notification", cause=cause, effect=UNTOLD, fix="desktop = false   # where there is none"
    )
