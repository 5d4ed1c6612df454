"""What `enactctl pin`, `totp` and `approvals test` ask: the operator's secrets, and a trial of the ways to people.

Secrets are kept and looked at by the daemon alone. Changing one takes the one before, besides what every ADMIN route needs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from enactd.approvals.channels import channels
from enactd.approvals.channels.trial import trial
from enactd.approvals.model import Tried
from enactd.approvals.proof import Proofs
from enactd.config.approvals import Approvals
from enactd.control import ADMIN, OBSERVE, Route
from enactd.errors import ChannelError

Tell = Callable[[str, dict[str, Any]], Awaitable[None]]


class SecretOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The secret before, and the one to come; never shown."""

    old: str = ""
    fresh: str = ""

    def __repr__(self) -> str:
        return "SecretOrder(...)"


class ProofControl:
    """The routes. `settings` are those in force, `tell` writes a receipt of the daemon."""

    def __init__(self, proofs: Proofs, keys: Path, settings: Callable[[], Approvals], tell: Tell) -> None:
        self._proofs = proofs
        self._keys = keys
        self._settings = settings
        self._tell = tell

    def routes(self) -> tuple[Route, ...]:
        """For the table of `control.py`."""
        return (
            Route("proofs", needs=OBSERVE, run=self.proofs),
            Route("pin-set", needs=ADMIN, run=self.set_pin, takes=SecretOrder),
            Route("pin-remove", needs=ADMIN, run=self.remove_pin, takes=SecretOrder),
            Route("totp-offer", needs=ADMIN, run=self.offer_totp, takes=SecretOrder),
            Route("totp-confirm", needs=ADMIN, run=self.confirm_totp, takes=SecretOrder),
            Route("totp-remove", needs=ADMIN, run=self.remove_totp, takes=SecretOrder),
            Route("approvals-test", needs=ADMIN, run=self.test),
        )

    async def proofs(self, _: Any) -> dict[str, bool]:
        """Which secrets are set up."""
        return {"pin": self._proofs.pin.is_set(), "totp": self._proofs.totp.is_set()}

    async def set_pin(self, wanted: SecretOrder) -> None:
        """Set or change the PIN."""
        await self._proofs.set_pin(wanted.fresh, wanted.old)
        await self._tell("pin-set", {})

    async def remove_pin(self, wanted: SecretOrder) -> None:
        """Take the PIN away."""
        await self._proofs.remove_pin(wanted.old)
        await self._tell("pin-removed", {})

    async def offer_totp(self, wanted: SecretOrder) -> str:
        """A fresh secret, shown this once; `fresh` names the account in the authenticator."""
        return await self._proofs.offer_totp(wanted.old, wanted.fresh[:100] or "operator")

    async def confirm_totp(self, wanted: SecretOrder) -> None:
        """Bring it into force by a code of it."""
        await self._proofs.confirm_totp(wanted.fresh)
        await self._tell("totp-enrolled", {})

    async def remove_totp(self, wanted: SecretOrder) -> None:
        """Forget the authenticator."""
        await self._proofs.remove_totp(wanted.old)
        await self._tell("totp-removed", {})

    async def test(self, _: Any) -> tuple[Tried, ...]:
        """Send a test message over every channel, from the daemon, which is who will have to."""
        try:
            found = channels(self._settings(), self._keys)
        except ChannelError as error:
            return (Tried(channel="terminal", approver="-", problem=error.problem, cause=error.cause, fix=error.fix),)
        return await trial(found)
