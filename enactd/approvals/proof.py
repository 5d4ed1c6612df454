"""What proves that a person answers on this machine: every proof that `approvals.proof` names must hold.

`terminal`: the caller has a controlling terminal; that it is no agent's, the control socket has seen to already.
`pin`, `totp`: what only the operator knows, or has at hand. `polkit`: the system's own question for a password.

None of it binds a process of the same user that can become what the proof looks at; SECURITY.md has the table.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from enactd.config.approvals import Proof
from enactd.errors import EnactError, RefusedError
from enactd.peer import Seen
from enactd.report import Given

if TYPE_CHECKING:
    from enactd.approvals.pin import Pin
    from enactd.approvals.totp import Totp

T = TypeVar("T")


class Proofs:
    """The proofs of one daemon; secrets lie in `keys`. What the proofs need is imported when they are asked for."""

    def __init__(self, keys: Path, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock
        self._lock = asyncio.Lock()
        self._totp: Totp | None = None

    async def check(self, wanted: Sequence[Proof], seen: Seen, given: Given) -> str:
        """The names of what was proved, as a receipt has them. Raises `RefusedError` for the first that does not hold."""
        if not wanted:
            raise RefusedError(
                "no proof is configured", effect="nothing was decided", fix='approvals.proof = ["terminal"]'
            )
        for name in ("terminal", "pin", "totp", "polkit"):  # the cheap ones first; polkit may wait for a person
            if name in wanted:
                await self._one(name, seen, given)
        return "+".join(dict.fromkeys(wanted))

    async def set_pin(self, fresh: str, old: str) -> None:
        """Set or change the PIN."""
        await self._work(lambda: self.pin.put(fresh, old))

    async def remove_pin(self, old: str) -> None:
        """Take the PIN away."""
        await self._work(lambda: self.pin.remove(old))

    async def offer_totp(self, old: str, account: str) -> str:
        """A fresh `otpauth:` URI, shown once; `confirm_totp` brings it into force."""
        return await self._work(lambda: self.totp.offer(old, account))

    async def confirm_totp(self, code: str) -> None:
        """Keep what was offered, if this is a code of it."""
        await self._work(lambda: self.totp.confirm(code))

    async def remove_totp(self, old: str) -> None:
        """Forget the authenticator."""
        await self._work(lambda: self.totp.remove(old))

    @property
    def pin(self) -> Pin:
        """The PIN; its library is loaded with the first use."""
        from enactd.approvals.pin import Pin

        return Pin(self._keys, self._clock)

    @property
    def totp(self) -> Totp:
        """The authenticator; one object, because an offer is kept in memory alone."""
        from enactd.approvals.totp import Totp

        self._totp = self._totp or Totp(self._keys, self._clock)
        return self._totp

    async def _one(self, name: str, seen: Seen, given: Given) -> None:
        if name == "terminal":
            if not seen.process.terminal:
                raise RefusedError(
                    "this needs a terminal",
                    cause="`approvals.proof` wants the answer from one, and the caller has none",
                    effect="nothing was decided",
                    fix="run the command yourself, in a terminal outside the agent",
                )
        elif name == "pin":
            await self._work(lambda: self.pin.check(given.pin))
        elif name == "totp":
            await self._work(lambda: self.totp.check(given.otp))
        else:
            from enactd.approvals import polkit

            await polkit.check(seen)

    async def _work(self, work: Callable[[], T]) -> T:
        """One at a time, so that no two guesses race for one attempt; beside the loop, because hashing takes long."""
        async with self._lock:
            try:
                return await asyncio.to_thread(work)
            except OSError as error:
                raise _unusable(str(error.strerror or error)) from None
            except EnactError as error:
                if isinstance(error, RefusedError) or error.code == "E1001":
                    raise
                raise _unusable(error.cause or error.problem, error.fix) from None


def _unusable(cause: str, fix: str = "ls -l the keys folder") -> RefusedError:
    return RefusedError("the secret of the proof cannot be used", cause=cause, effect="nothing was decided", fix=fix)
