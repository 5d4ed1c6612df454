"""The log's keys on disk. Only the daemon opens these files; both change so that a crash loses nothing.

`receipts.key` holds the MAC key of this epoch: 32 bytes in the first one, JSON later. `checkpoint.key` holds the
Ed25519 seed. While a change is under way a file names both the old and the new key; the log tells what was reached.
"""

from __future__ import annotations

import os
import secrets
from typing import Annotated, Final

import msgspec

from enactd.errors import ReceiptError
from enactd.receipts import keyfile, note
from enactd.receipts.signer import KEY_BYTES, Lasting, Signer, key_id, next_key

KEY_NAME: Final = "receipts.key"
CHECKPOINT_KEY_NAME: Final = "checkpoint.key"
_FIX: Final = "restore the key file, or move the receipts away and let the daemon start a new log with a new key"
_Hex = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class _MacFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """`receipts.key` after the first epoch. `before` is there until the new key has signed its first record."""

    v: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    epoch: int
    key: _Hex
    before: _Hex | None = None
    first_id: str
    inputs: _Hex
    index: _Hex
    exported: bool = False


class _SigningFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """`checkpoint.key`. `next` is there until the rotation is recorded and signed by both."""

    v: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    seed: _Hex
    next: _Hex | None = None


class MacKeys:
    """`receipts.key`, and the signer that holds its keys in memory. One daemon at a time."""

    def __init__(self, path: str, stored: _MacFile) -> None:
        self._path = path
        self._stored = stored
        before = bytes.fromhex(stored.before) if stored.before else None
        lasting = Lasting(stored.first_id, bytes.fromhex(stored.inputs), bytes.fromhex(stored.index))
        self.signer: Final = Signer(bytes.fromhex(stored.key), epoch=stored.epoch, lasting=lasting, before=before)

    @classmethod
    def open(cls, folder: str, *, create: bool) -> MacKeys:
        """Read the file in the private folder; with `create`, make both where they are missing.

        Pass `create=False` where a log exists: a new key under an old log would look like tampering.
        Raises `ReceiptError` for a missing, damaged, foreign or readable-by-others key.
        """
        path = os.path.join(folder, KEY_NAME)
        try:
            if create:
                keyfile.create(path, secrets.token_bytes(KEY_BYTES))
            return cls(path, _mac_file(keyfile.read(path)))
        except OSError as error:
            raise _unusable(path, error) from None

    def sweep(self) -> None:
        """Remove what a crash left of a change; the writer of the log alone may."""
        keyfile.sweep(self._path)

    @property
    def unfinished(self) -> bool:
        """Whether a crash came between the new key and its first record."""
        return self._stored.before is not None

    def prepare(self) -> bytes:
        """The key of the next epoch, durable beside the present one; nothing is signed with it yet."""
        if self.unfinished:
            raise ReceiptError("the last change of the receipt key is not finished", fix="enactctl status")
        key = next_key(bytes.fromhex(self._stored.key))
        self._store(
            msgspec.structs.replace(
                self._stored, epoch=self._stored.epoch + 1, key=key.hex(), before=self._stored.key, exported=False
            )
        )
        return key

    def settle(self) -> None:
        """Erase the key before: a record with the new one is durable."""
        self._store(msgspec.structs.replace(self._stored, before=None))
        self.signer.forget()

    @property
    def exportable(self) -> bool:
        """Whether the key of this epoch was not handed out yet."""
        return not self._stored.exported

    def export(self) -> bytes:
        """The key of this epoch, for an auditor, once. Raises `ReceiptError` the second time."""
        if not self.exportable:
            raise ReceiptError("this epoch's key was exported already", fix="enactctl keys verify-key export")
        self._store(msgspec.structs.replace(self._stored, exported=True))
        return bytes.fromhex(self._stored.key)

    def _store(self, stored: _MacFile) -> None:
        _replace(self._path, stored)
        self._stored = stored


class SigningKeys:
    """`checkpoint.key`: the Ed25519 key of checkpoints, and while it is being changed the next one, too."""

    def __init__(self, path: str, stored: _SigningFile) -> None:
        self._path = path
        self._stored = stored

    @classmethod
    def open(cls, folder: str, *, create: bool) -> SigningKeys:
        """Read the file; with `create`, make it where it is missing. Raises `ReceiptError` as `MacKeys.open`."""
        path = os.path.join(folder, CHECKPOINT_KEY_NAME)
        try:
            if create:
                keyfile.create(path, msgspec.json.encode(_SigningFile(seed=secrets.token_hex(KEY_BYTES))))
            return cls(path, _signing_file(path, keyfile.read(path)))
        except OSError as error:
            raise _unusable(path, error) from None

    @property
    def seeds(self) -> tuple[bytes, ...]:
        """What signs checkpoints now: one seed, or during a change the old and the new one."""
        found = (self._stored.seed, self._stored.next)
        return tuple(bytes.fromhex(seed) for seed in found if seed)

    @property
    def public(self) -> tuple[bytes, ...]:
        """The public halves of `seeds`."""
        return tuple(note.public_key("x", seed).key for seed in self.seeds)

    def sweep(self) -> None:
        """Remove what a crash left of a change; the writer of the log alone may."""
        keyfile.sweep(self._path)

    @property
    def unfinished(self) -> bool:
        """Whether a change was begun and not settled."""
        return self._stored.next is not None

    def prepare(self) -> None:
        """Make the next key, durable beside the present one. A second time it is the same."""
        if not self.unfinished:
            self._store(msgspec.structs.replace(self._stored, next=secrets.token_hex(KEY_BYTES)))

    def settle(self) -> None:
        """Erase the old key: the change is recorded, and a checkpoint of both covers the record."""
        self._store(_SigningFile(seed=self._stored.next or self._stored.seed))

    def _store(self, stored: _SigningFile) -> None:
        _replace(self._path, stored)
        self._stored = stored


def _mac_file(data: bytes) -> _MacFile:
    """The content of `receipts.key`: bare bytes are the key of epoch 0."""
    try:
        return msgspec.json.decode(data, type=_MacFile)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if len(data) != KEY_BYTES:
            raise ReceiptError(f"the receipt key has {len(data)} bytes, not {KEY_BYTES}", fix=_FIX) from None
    lasting = Lasting.of(data)
    return _MacFile(
        epoch=0, key=data.hex(), first_id=key_id(data), inputs=lasting.inputs.hex(), index=lasting.index.hex()
    )


def _signing_file(path: str, data: bytes) -> _SigningFile:
    try:
        return msgspec.json.decode(data, type=_SigningFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReceiptError(f"the checkpoint key `{path}` is damaged", cause=str(error), fix=_FIX) from None


def _replace(path: str, stored: msgspec.Struct) -> None:
    try:
        keyfile.replace(path, msgspec.json.encode(stored))
    except OSError as error:
        raise ReceiptError(
            f"the key `{path}` cannot be replaced", cause=error.strerror or str(error), effect="the old key stays"
        ) from None


def _unusable(path: str, error: OSError) -> ReceiptError:
    return ReceiptError(
        f"cannot use the receipt key `{path}`",
        cause=error.strerror or str(error),
        effect="no receipt can be signed, so every call is denied",
        fix=_FIX,
    )
