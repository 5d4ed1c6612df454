"""The MAC key: made once, read once, kept in memory; nobody else opens the file.

Every record names the key by an id, so that keys can change later without touching old lines.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from typing import Final

from enactd.errors import ReceiptError

KEY_BYTES: Final = 32
KEY_NAME: Final = "receipts.key"
_FIX: Final = "restore the key file, or move the receipts away and let the daemon start a new log with a new key"


class Signer:
    """Holds one key. Thread-safe: every use works on a copy of the keyed state."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ReceiptError(f"the receipt key has {len(key)} bytes, not {KEY_BYTES}", fix=_FIX)
        self.key_id: Final = hashlib.sha256(b"enactd receipt key id\0" + key).hexdigest()[:16]
        self._records = hmac.new(key, digestmod="sha256")
        self._inputs = hmac.new(hmac.digest(key, b"enactd input digest\0", "sha256"), digestmod="sha256")

    def mac(self, data: bytes) -> str:
        """HMAC-SHA256 in hex."""
        state = self._records.copy()
        state.update(data)
        return state.hexdigest()

    def matches(self, data: bytes, mac: str) -> bool:
        """Whether `mac` is that of `data`; takes the same time wherever they differ."""
        return hmac.compare_digest(self.mac(data).encode(), mac.encode("utf-8", "replace"))

    def digest(self, raw: bytes) -> str:
        """The keyed digest of tool input: equal inputs agree, and nobody without the key can guess at one."""
        state = self._inputs.copy()
        state.update(raw)
        return state.hexdigest()


def open_signer(folder: str, *, create: bool) -> Signer:
    """Read `receipts.key` in the private folder; with `create`, make both where they are missing.

    Pass `create=False` where a log exists: a new key under an old log would look like tampering.
    Raises `ReceiptError` for a missing, short, foreign or readable-by-others key.
    """
    path = os.path.join(folder, KEY_NAME)
    try:
        if create:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                _create(folder, path)
        return Signer(_read(path))
    except OSError as error:
        raise ReceiptError(
            f"cannot use the receipt key `{path}`",
            cause=error.strerror or str(error),
            effect="no receipt can be signed, so every call is denied",
            fix=_FIX,
        ) from None


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid() or state.st_mode & 0o077:
            raise ReceiptError(
                f"the receipt key `{path}` is not private",
                cause="it must be a plain file of this user with mode 0600",
                effect="every call is denied",
                fix=f"check who could read it, then: chmod 600 {path}",
            )
        return os.read(descriptor, KEY_BYTES + 1)
    finally:
        os.close(descriptor)


def _create(folder: str, path: str) -> None:
    """Write a new key under a private name and link it into place whole, so that no half key can stay."""
    draft = f"{path}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            os.write(descriptor, secrets.token_bytes(KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(draft, path)
    finally:
        os.unlink(draft)
    _sync_folder(folder)


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
