"""One-time codes of an authenticator app (RFC 6238: HMAC-SHA1, 30 s, six digits), each good once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from enactd.approvals.throttle import Throttle
from enactd.errors import RefusedError, UsageError
from enactd.receipts import keyfile

FILE: Final = "totp.json"
STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
DRIFT: Final = 1
"""Steps that a phone's clock may be off."""


class _Kept(msgspec.Struct, frozen=True):
    secret: str
    used: int = -1  # the last step whose code was taken


class Totp:
    """The secret shared with an authenticator, below the keys folder. `clock` in seconds since 1970."""

    def __init__(self, keys: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = keys / FILE
        self._clock = clock
        self._throttle = Throttle(keys / "totp-attempts.json", "code", clock)
        self._offered = ""

    def is_set(self) -> bool:
        """Whether there is a secret."""
        return os.path.lexists(self._file)

    def check(self, given: str) -> None:
        """Raise `RefusedError` unless `given` is a code of now that was not taken before."""
        if not self.is_set():
            raise RefusedError(
                "no authenticator is enrolled",
                cause="`approvals.proof` wants its codes",
                effect="nothing was decided",
                fix="enactctl totp enroll",
            )
        if not given:
            raise RefusedError(
                "this takes a code of the authenticator", effect="nothing was decided", fix="give it when you are asked"
            )
        kept = self._read()
        self._throttle.attempt()
        step = matching(_raw(kept.secret), given, self._clock(), after=kept.used)
        if step is None:
            raise RefusedError(
                "this is no code of now",
                cause="it is wrong, or was used already",
                effect="nothing was decided",
                fix="wait for the next code; compare the clocks of phone and machine",
            )
        keyfile.replace(str(self._file), msgspec.json.encode(_Kept(kept.secret, step)))
        self._throttle.succeeded()

    def offer(self, old: str, account: str) -> str:
        """A fresh secret as `otpauth:` URI; it counts when `confirm` has heard a code of it.

        Raises `RefusedError` unless `old` is a code of the secret before, if there is one.
        """
        if self.is_set():
            self.check(old)
        self._offered = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        label = quote(f"enactd:{account}", safe=":")
        return f"otpauth://totp/{label}?secret={self._offered}&issuer=enactd&digits={DIGITS}&period={STEP_S}"

    def confirm(self, given: str) -> None:
        """Keep what was offered. Raises `UsageError` if that is not a code of it, and the offer is void then."""
        offered, self._offered = self._offered, ""
        step = matching(_raw(offered), given, self._clock(), after=-1) if offered else None
        if step is None:
            raise UsageError(
                "this is no code of the new secret",
                effect="nothing was changed; what was shown is void",
                fix="enactctl totp enroll",
            )
        keyfile.replace(str(self._file), msgspec.json.encode(_Kept(offered, step)))

    def remove(self, old: str) -> None:
        """Forget the secret. Raises `RefusedError` unless `old` is a code of it."""
        self.check(old)
        keyfile.replace(str(self._file), b"-")
        self._file.unlink()

    def _read(self) -> _Kept:
        try:
            return msgspec.json.decode(keyfile.read(str(self._file)), type=_Kept)
        except msgspec.MsgspecError:
            raise RefusedError(
                "the authenticator's secret cannot be read",
                cause=f"`{self._file}` is damaged",
                effect="nothing was decided",
                fix=f"remove {self._file}, then: enactctl totp enroll",
            ) from None


def code(secret: bytes, step: int, digits: int = DIGITS, algorithm: str = "sha1") -> str:
    """The code of one time step (RFC 4226 section 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), getattr(hashlib, algorithm)().name)
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching(secret: bytes, given: str, now: float, *, after: int) -> int | None:
    """The step behind `after` whose code this is, looked for around now; None if there is none."""
    text = "".join(given[:20].split()).encode("utf-8", "replace")
    here = int(now) // STEP_S
    found = None
    for step in range(max(0, here - DRIFT, after + 1), here + DRIFT + 1):
        if hmac.compare_digest(code(secret, step).encode(), text):
            found = step
    return found


def _raw(secret: str) -> bytes:
    return base64.b32decode(secret)
