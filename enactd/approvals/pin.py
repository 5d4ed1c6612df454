"""A PIN that the operator types with an answer. Only its Argon2id hash is kept, in the keys folder.

Argon2id makes guessing slow for whoever has the hash; a short PIN falls to it all the same, so a PIN proves
something only where the agent cannot read the keys folder.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from enactd.approvals.throttle import Throttle
from enactd.errors import RefusedError, UsageError
from enactd.receipts import keyfile

FILE: Final = "pin.hash"
SHORTEST: Final = 6
LONGEST: Final = 128


class Pin:
    """The PIN of one daemon, below its keys folder. All of it takes long: never on the event loop."""

    def __init__(self, keys: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = keys / FILE
        self._throttle = Throttle(keys / "pin-attempts.json", "PIN", clock)

    def is_set(self) -> bool:
        """Whether there is one."""
        return os.path.lexists(self._file)

    def check(self, given: str) -> None:
        """Raise `RefusedError` unless `given` is the PIN; every call that is not too early counts as an attempt."""
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        if not self.is_set():
            raise RefusedError(
                "no PIN is set",
                cause="`approvals.proof` wants one",
                effect="nothing was decided",
                fix="enactctl pin set",
            )
        if not given:
            raise RefusedError("this takes the PIN", effect="nothing was decided", fix="give it when you are asked")
        known = keyfile.read(str(self._file)).decode("ascii", "replace")
        self._throttle.attempt()
        try:
            PasswordHasher().verify(known, given[:LONGEST].encode())
        except (Argon2Error, InvalidHashError):
            raise RefusedError("this is not the PIN", effect="nothing was decided", fix="try again") from None
        self._throttle.succeeded()

    def put(self, fresh: str, old: str = "") -> None:
        """Set the PIN. Raises `RefusedError` unless `old` is the one before, if there is one."""
        from argon2 import PasswordHasher

        if not SHORTEST <= len(fresh) <= LONGEST or len(set(fresh)) < 3:
            raise UsageError(
                "this PIN is too easy",
                cause=f"it needs {SHORTEST} to {LONGEST} characters, and three different ones",
                effect="nothing was changed",
            )
        if self.is_set():
            self.check(old)
        keyfile.replace(str(self._file), PasswordHasher().hash(fresh.encode()).encode())

    def remove(self, old: str) -> None:
        """Take the PIN away. Raises `RefusedError` unless `old` is it."""
        self.check(old)
        keyfile.replace(str(self._file), b"-")
        self._file.unlink()
