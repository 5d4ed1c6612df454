"""The keys in memory: MACs of records with a key that only goes forward, digests of inputs with one that stays.

A record's key lasts one epoch. The next one is derived from it one way and the old one is erased, so whoever
steals today's key can neither forge nor check what was signed before. Every record names its key by an id.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final, Protocol

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from enactd.errors import ReceiptError

KEY_BYTES: Final = 32


class _State(Protocol):
    """A keyed hash that can be copied."""

    def copy(self) -> _State: ...
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class Lasting(msgspec.Struct, frozen=True):
    """Keys of one log that do not change: of input digests and of the session index. Both come from its first key."""

    first_id: str
    inputs: bytes
    index: bytes

    @classmethod
    def of(cls, first: bytes) -> Lasting:
        """As they follow from the first key of the log, which they do not tell."""
        inputs = hmac.digest(first, b"enactd input digest\0", "sha256")
        return cls(key_id(first), inputs, hmac.digest(first, b"enactd session index\0", "sha256"))


class _Keyed:
    """HMAC-SHA256 with one key. Thread-safe: every use works on a copy of the keyed state."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ReceiptError(
                f"the receipt key has {len(key)} bytes, not {KEY_BYTES}",
                fix="restore the key file, or move the receipts away and let the daemon start a new log with a new key",
            )
        self.id = key_id(key)
        self._state: _State = hmac.new(key, digestmod="sha256")

    def mac(self, data: bytes) -> str:
        state = self._state.copy()
        state.update(data)
        return state.hexdigest()

    def matches(self, data: bytes, mac: str) -> bool:
        return hmac.compare_digest(self.mac(data).encode(), mac.encode("utf-8", "replace"))


class Signer:
    """What signs now. `before` is the key of the epoch before, known only while the change is not finished."""

    def __init__(
        self, key: bytes, *, epoch: int = 0, lasting: Lasting | None = None, before: bytes | None = None
    ) -> None:
        self.epoch = epoch
        self._records = _Keyed(key)
        self._before = _Keyed(before) if before else None
        lasting = lasting or Lasting.of(key)
        self.input_key: Final = lasting.first_id
        self._inputs, self._index = _Keyed(lasting.inputs), _Keyed(lasting.index)

    @property
    def key_id(self) -> str:
        """The id of the key that signs records now."""
        return self._records.id

    def mac(self, data: bytes) -> str:
        """HMAC-SHA256 in hex, with the key of this epoch."""
        return self._records.mac(data)

    def matches(self, data: bytes, mac: str) -> bool:
        """Whether `mac` is that of `data` in this epoch; takes the same time wherever they differ."""
        return self._records.matches(data, mac)

    def vouches(self, key: str, data: bytes, mac: str, before: int = 0) -> bool | None:
        """Whether the MAC is right under the key with this id; None if that key is not known (any more)."""
        for keyed in (self._records, self._before):
            if keyed is not None and keyed.id == key:
                return keyed.matches(data, mac)
        return None

    def turn(self, key: bytes) -> None:
        """Sign with the key of the next epoch from now on; nobody may be signing meanwhile."""
        self._before, self._records = self._records, _Keyed(key)
        self.epoch += 1

    def forget(self) -> None:
        """Let go of the key of the epoch before."""
        self._before = None

    def digest(self, raw: bytes) -> str:
        """The keyed digest of tool input: equal inputs agree, and nobody without the key can guess at one."""
        return self._inputs.mac(raw)

    def seal(self, data: bytes) -> str:
        """A MAC for a cache of ours, which outlives epochs."""
        return self._index.mac(data)

    def sealed(self, data: bytes, mac: str) -> bool:
        """Whether `mac` is the seal of `data`."""
        return self._index.matches(data, mac)


class Macs(Protocol):
    """Something that checks MACs: a signer, or an auditor's chain of keys."""

    def vouches(self, key: str, data: bytes, mac: str, before: int = 0) -> bool | None:
        """Whether the MAC of a record with so many `before` it is right; None if the key of this id is not known."""


class Chain:
    """All MAC keys of a log from one key on, as an auditor derives them who was given that key."""

    def __init__(self, key: bytes) -> None:
        self.first_id = key_id(key)
        self._newest = key
        self._keyed: list[_Keyed] = [_Keyed(key)]
        self._epochs = {self.first_id: 0}

    def epoch_of(self, key: str, most: int) -> int | None:
        """Which epoch, counted from the given key, the key with this id belongs to; None if to none up to `most`."""
        while key not in self._epochs and len(self._keyed) <= most:
            self._newest = next_key(self._newest)
            self._keyed.append(_Keyed(self._newest))
            self._epochs[self._keyed[-1].id] = len(self._keyed) - 1
        return self._epochs.get(key)

    def vouches(self, key: str, data: bytes, mac: str, before: int = 0) -> bool | None:
        """As `Macs.vouches`. Every epoch has a record of its own, so there are no more epochs than records before."""
        epoch = self.epoch_of(key, before + 1)
        return None if epoch is None else self._keyed[epoch].matches(data, mac)


def key_id(key: bytes) -> str:
    """What records call a key; names it and does not tell it."""
    return hashlib.sha256(b"enactd receipt key id\0" + key).hexdigest()[:16]


def next_key(key: bytes) -> bytes:
    """The MAC key of the epoch after: HKDF-SHA256 without salt (RFC 5869). There is no way back."""
    derived: bytes = HKDF(hashes.SHA256(), KEY_BYTES, None, b"enactd receipt key of the next epoch").derive(key)
    return derived
