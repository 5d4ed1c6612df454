"""Signs heads of the log while the daemon runs, and changes its keys; on a thread of its own, never in a call's way.

A checkpoint is signed after so many receipts, after so many seconds if there is a new one, when a segment is full,
and at the end. The MAC key goes forward every epoch, announced by the first receipt under the new key. A new
Ed25519 key is announced by a note that the old and the new one sign, and the next checkpoint carries both.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from enactd.atomic import replace_file
from enactd.errors import EnactError, ReceiptError
from enactd.receipts import checkpoint, rotation, treecache
from enactd.receipts.checkpoint import FILE_BYTES, SUFFIX, Checkpoint, Signed
from enactd.receipts.keys import CHECKPOINT_KEY_NAME, MacKeys, SigningKeys
from enactd.receipts.log import Growth, Log
from enactd.receipts.note import PublicKey
from enactd.receipts.record import Draft, Receipt
from enactd.receipts.tail import damage

EPOCH: Final = "key-epoch"
EXPORTED: Final = "key-exported"
VKEY_NAME: Final = "log.vkey"
"""The public key beside the log, for convenience; an auditor has it from elsewhere."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How often: a checkpoint each so many receipts or seconds, a new MAC key each so many seconds."""

    records: int = 1000
    seconds: float = 60.0
    epoch_seconds: float = 3600.0


class Keys(msgspec.Struct, frozen=True):
    """Both kinds of keys of one log."""

    macs: MacKeys
    signing: SigningKeys

    @classmethod
    def open(cls, folder: str, receipts: str, *, is_new: bool) -> Keys:
        """The keys in `folder` of the log in `receipts`; made where the log `is_new`. Raises `ReceiptError`.

        A log from before there were checkpoints gets its checkpoint key now.
        """
        unsigned = not checkpoint.list_files(receipts)
        return cls(MacKeys.open(folder, create=is_new), SigningKeys.open(folder, create=is_new or unsigned))


def newest_head(receipts: str, signing: SigningKeys, *, accept_damage: bool = False) -> Checkpoint | None:
    """The newest checkpoint that our own key signed; None where there is none yet.

    Raises `TamperedError` if there are checkpoints and none is ours, unless the operator accepts damage.
    """
    is_foreign = False
    for path in reversed(checkpoint.list_files(receipts)):
        found, _ = checkpoint.read_file(path)
        is_foreign = is_foreign or bool(found)
        for signed in reversed(found):
            keys = [PublicKey(signed.checkpoint.origin, key) for key in signing.public]
            if not checkpoint.verify(signed, keys):
                return signed.checkpoint
    if is_foreign and not accept_damage:
        raise damage(0, f"`{CHECKPOINT_KEY_NAME}` is not the key that signed this log's checkpoints")
    return None


class Notary:
    """Makes checkpoints of one open log. Usable from any thread; `start` it, and `close` it before the log."""

    def __init__(
        self,
        log: Log,
        keys: Keys,
        head: Checkpoint | None = None,
        *,
        engine: str = "",
        pace: Pace | None = None,
        spread: Callable[[Signed], object] = lambda signed: None,
        troubled: Callable[[str], object] = lambda why: None,
    ) -> None:
        """`head` is what `newest_head` found; `spread` is told of each new checkpoint.

        `troubled` hears, on the notary's thread, why a checkpoint or key could not be written; empty when it could.
        """
        self._troubled = troubled
        self._log = log
        self._keys = keys
        self._engine = engine
        self._pace = pace or Pace()
        self._spread = spread
        named = head.origin if head else checkpoint.origin_of(log.head.log_id, keys.signing.public[0])
        self.origin: Final = checkpoint.with_base(named, log.base)
        self._newest = head if head and head.origin == self.origin else None
        self._file = ""
        self._epoch_began, self._epoch_size = time.monotonic(), log.head.size
        self.epoch_first = 0  # the first receipt that is signed with the present MAC key, as far as is known
        self._mutex = threading.Lock()
        self._due = threading.Event()
        self._begun: int | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._serve, name="notary", daemon=True)

    def start(self) -> None:
        """Finish what a crash interrupted, and watch the log from now on."""
        with self._mutex:
            self._keys.macs.sweep()
            self._keys.signing.sweep()
            if self._keys.macs.unfinished:
                self._log.append_now(self._epoch_note(self._keys.macs.signer.epoch))
                self._keys.macs.settle()
            if self._keys.signing.unfinished:
                self._rotate()
            self._write_vkey()
        self._log.watch = self._grown
        self._thread.start()

    def keep(self, pace: Pace) -> None:
        """Go at this pace from now on."""
        if pace != self._pace:
            self._pace = pace
            self._due.set()

    @property
    def public(self) -> PublicKey:
        """What verifies the checkpoints from now on."""
        return PublicKey(self.origin, self._keys.signing.public[-1])

    @property
    def newest(self) -> Checkpoint | None:
        """The newest checkpoint of this tree."""
        return self._newest

    def checkpoint(self) -> Signed:
        """A checkpoint of everything there is, durable; the present one where nothing is new. Raises `ReceiptError`."""
        with self._mutex:
            return self._checkpoint()

    def next_epoch(self) -> Receipt:
        """Sign with the next MAC key from now on, and erase the one before. Raises `ReceiptError`."""
        with self._mutex:
            return self._next_epoch()

    def export_mac_key(self) -> tuple[bytes, Receipt]:
        """The MAC key from which an auditor derives all later ones, and the receipt that says it was handed out.

        An epoch's key is handed out once: asked again, a new epoch begins first. The key checks the receipts of its
        epoch and later, and none before. Raises `ReceiptError`.
        """
        with self._mutex:
            if not self._keys.macs.exportable:
                self._next_epoch()
            detail = {"epoch": self._keys.macs.signer.epoch, "key": self._keys.macs.signer.key_id}
            receipt = self._log.append_now(self._draft(EXPORTED, **detail))
            return self._keys.macs.export(), receipt

    def rotate(self) -> Receipt:
        """Replace the Ed25519 key; the receipt holds the note that both signed. Raises `ReceiptError`."""
        with self._mutex:
            self._keys.signing.prepare()
            receipt = self._rotate()
            self._write_vkey()
            return receipt

    def close(self) -> None:
        """Sign the last checkpoint, and stop. The log stays open."""
        self._log.watch = None
        if self._thread.is_alive():
            self._ending = True
            self._due.set()
            self._thread.join()
        if self._log.head.size > self._log.base:
            self._attempt(self.checkpoint)

    def _serve(self) -> None:
        while not self._ending:
            self._due.wait(self._pace.seconds)
            self._due.clear()
            if not self._ending:
                self._attempt(self._tend)

    def _tend(self) -> None:
        """What is due now."""
        with self._mutex:
            fresh = self._log.head.size - self._epoch_size
            if fresh > 0 and time.monotonic() - self._epoch_began >= self._pace.epoch_seconds:
                self._next_epoch()
            self._checkpoint()

    def _grown(self, growth: Growth) -> None:
        covered = self._log.base + (self._newest.size if self._newest else 0)
        is_rotated = self._begun is not None and growth.begun > self._begun
        self._begun = growth.begun
        if is_rotated or growth.size - covered >= self._pace.records:
            self._due.set()

    def _attempt(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (EnactError, OSError) as error:
            self._troubled((error.cause or error.problem) if isinstance(error, EnactError) else str(error.strerror))
        else:
            self._troubled("")

    def _checkpoint(self) -> Signed:
        tree = self._log.tree
        if self._newest is not None and self._newest.size == tree.size and (found := checkpoint.newest(self._folder)):
            return found
        made = Checkpoint(self.origin, tree.size, tree.root())
        signed = checkpoint.parse(made.signed(*self._keys.signing.seeds))
        try:
            self._store(signed)
            treecache.save(self._folder, tree)
        except OSError as error:
            raise ReceiptError(
                f"cannot write a checkpoint in `{self._folder}`",
                cause=error.strerror or str(error),
                effect="calls are decided as before; what is new is not signed with the public key yet",
                fix=f"df -h {self._folder}",
            ) from None
        self._newest = made
        self._spread(signed)
        return signed

    def _store(self, signed: Signed) -> None:
        """Append to the newest file of checkpoints, durable. A new one is begun for a new daemon or a full file."""
        size = 0
        with contextlib.suppress(FileNotFoundError):
            size = os.stat(self._file).st_size if self._file else 0
        if not self._file or size > FILE_BYTES:
            self._file, size = _next_file(self._folder, self._log.base + signed.checkpoint.size)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._file, flags, 0o600)
        try:
            data = signed.data + b"\n"
            if os.write(descriptor, data) != len(data):
                raise OSError(28, "No space left on device")
            os.fdatasync(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
            raise
        finally:
            os.close(descriptor)

    def _next_epoch(self) -> Receipt:
        key = self._keys.macs.prepare()
        receipt = self._log.change_key(key, self._epoch_note(self._keys.macs.signer.epoch + 1))
        self._keys.macs.settle()
        self._epoch_began, self._epoch_size = time.monotonic(), receipt.record.seq + 1
        self.epoch_first = receipt.record.seq
        return receipt

    def _rotate(self) -> Receipt:
        """Announce the next key, cover the announcement with a checkpoint of both, erase the old one."""
        old, new = (PublicKey(self.origin, key) for key in self._keys.signing.public)
        text = rotation.announce(self.origin, self._keys.signing.seeds)
        draft = self._draft(rotation.EVENT, note=text, old=old.fingerprint, new=new.fingerprint)
        receipt = self._log.append_now(draft)
        self._checkpoint()
        self._keys.signing.settle()
        return receipt

    def _write_vkey(self) -> None:
        with contextlib.suppress(OSError):
            replace_file(os.path.join(self._folder, VKEY_NAME), f"{self.public.vkey}\n".encode())

    def _epoch_note(self, epoch: int) -> Draft:
        return self._draft(EPOCH, epoch=epoch)

    def _draft(self, event: str, **detail: Any) -> Draft:
        return Draft(kind="daemon", event=event, engine=self._engine, detail=detail)

    @property
    def _folder(self) -> str:
        return self._log.folder


def _next_file(folder: str, size: int) -> tuple[str, int]:
    """The file to go on in, and its size: a new one, or one of this name that a crash left, cut to what is whole."""
    path = os.path.join(folder, f"{size:012d}{SUFFIX}")
    with contextlib.suppress(FileNotFoundError):
        found = checkpoint.read_file(path)[0] if os.path.exists(path) else []
        whole = sum(len(signed.data) + 1 for signed in found)
        os.truncate(path, whole)
        return path, whole
    return path, 0
