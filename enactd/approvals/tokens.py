"""Links as proof: signed, single-use, expiring tokens that name one request, one decision and one approver.

The key is made at the daemon's start and kept in its memory alone, which other processes of the user cannot read;
so no file tells how to make one, and every link dies with the daemon. A token is made of letters, digits, `-` and
`_`, without padding, so that it survives mail, chat and a browser's address.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from enactd.errors import RefusedError

Purpose = Literal["view", "approve", "deny"]

LONGEST: Final = 600
"""Characters of a token; a longer text is none."""
QUOTA: Final = 60
"""Forged tokens that are answered one by one; those beyond, within `QUOTA_S`, are told so and counted."""
QUOTA_S: Final = 60.0
_VERSION: Final = 1
_PURPOSES: Final[tuple[Purpose, ...]] = ("view", "approve", "deny")
_HEAD: Final = struct.Struct(">BBQ12sB")  # version, purpose, end in ms, nonce, length of the request's id
_MAC: Final = 32
_SEAL: Final = 8
_PERSON: Final = b"enactd approval link\0"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a genuine token says."""

    request: str
    purpose: Purpose
    approver: str
    until: float
    nonce: bytes


class Tokens:
    """Makes and reads tokens. `clock` in seconds since 1970; a clock that jumps back revives no token that was used."""

    def __init__(self, clock: Callable[[], float] = time.time, *, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)
        self.door = secrets.token_bytes(32)
        """Tells those that may be ours from guesses, see `may_be_ours`; it makes and opens none."""
        self._clock = clock
        self._spent: OrderedDict[bytes, float] = OrderedDict()
        self._forged: list[float] = []
        self.forged = 0
        """Forged tokens since the start."""

    def issue(self, request: str, purpose: Purpose, approver: str, until: float) -> str:
        """A fresh token. Two of the same words differ."""
        name = request.encode()
        head = _HEAD.pack(_VERSION, _PURPOSES.index(purpose), int(until * 1000), secrets.token_bytes(12), len(name))
        body = head + name + approver.encode("utf-8", "replace")[:200]
        signed = body + self._mac(body)
        return base64.urlsafe_b64encode(signed + _seal(self.door, signed)).rstrip(b"=").decode()

    def read(self, token: str) -> Claim:
        """What a token says. Raises `RefusedError` for one that is forged, cut, of an earlier daemon, or expired."""
        claim = self._opened(token)
        if claim is None:
            raise self._unknown()
        if self._clock() >= claim.until:
            raise RefusedError("this link has expired", effect="nothing was decided", fix="enactctl pending")
        if claim.nonce in self._spent:
            raise RefusedError("this link was used already", effect="nothing more was decided", fix="enactctl pending")
        return claim

    def spend(self, claim: Claim) -> None:
        """From now on its token says nothing more. Raises `RefusedError` if it did not even before."""
        if claim.nonce in self._spent:
            raise RefusedError("this link was used already", effect="nothing more was decided", fix="enactctl pending")
        self._spent[claim.nonce] = claim.until
        # By its end alone a token is dead; but the clock may be set back, so the newest are kept for longer.
        while len(self._spent) > 65_536 and next(iter(self._spent.values())) < self._clock():
            self._spent.popitem(last=False)

    def _opened(self, token: str) -> Claim | None:
        """The claim in a token whose signature is ours; nothing in it is looked at before that is known."""
        data = _decoded(token)[:-_SEAL]
        body, mac = data[:-_MAC], data[-_MAC:]
        genuine = hmac.compare_digest(self._mac(body), mac.ljust(_MAC, b"\0")) and may_be_ours(self.door, token)
        if not genuine or len(body) < _HEAD.size:
            return None
        version, purpose, until, nonce, length = _HEAD.unpack_from(body)
        names = body[_HEAD.size :]
        if version != _VERSION or purpose >= len(_PURPOSES) or length > len(names):
            return None
        return Claim(
            request=names[:length].decode("utf-8", "replace"),
            purpose=_PURPOSES[purpose],
            approver=names[length:].decode("utf-8", "replace"),
            until=until / 1000,
            nonce=nonce,
        )

    def _unknown(self) -> RefusedError:
        now = time.monotonic()
        self.forged += 1
        self._forged = [moment for moment in self._forged if now - moment < QUOTA_S][-QUOTA:]
        if len(self._forged) >= QUOTA:
            return RefusedError(
                "too many links that are none",
                cause=f"more than {QUOTA} in {QUOTA_S:g} s",
                effect="nothing was decided",
            )
        self._forged.append(now)
        return RefusedError(
            "this link is not valid",
            cause="it is cut or changed, or from before the daemon was started",
            effect="nothing was decided",
            fix="use the newest link, or `enactctl pending`",
        )

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, _PERSON + body, "sha256")


def may_be_ours(door: bytes, token: str) -> bool:
    """Whether a token has the seal of the daemon's that has this `door`.

    For a process that is to turn away guesses but must not be able to make a token: what has the seal is still
    asked about.
    """
    data = _decoded(token)
    return len(data) > _SEAL and hmac.compare_digest(_seal(door, data[:-_SEAL]), data[-_SEAL:])


def _seal(door: bytes, signed: bytes) -> bytes:
    return hmac.digest(door, signed, "sha256")[:_SEAL]


def _decoded(token: str) -> bytes:
    """The bytes of a token; none for what no token could be, so that each has one spelling only."""
    if not token.isascii() or not 0 < len(token) <= LONGEST:
        return b""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return data if base64.urlsafe_b64encode(data).rstrip(b"=").decode() == token else b""
