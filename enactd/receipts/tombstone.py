"""Tombstones: what stands in a log for segments that retention dropped. Reading and spelling; nothing is dropped here.

A signed note (see `note.py`) in the file `NNNNNNNNNNNN.tombstone`, named by the first record that is still there:

    enactd-tombstone@v1
    ada.0123456789ab/4f8e...            the origin, as in checkpoints
    log ada.0123456789ab
    size 40213                          records 0 to 40212 are gone
    prev 9bd8c8...                      the hash of the last of them, which the next line carries
    peak CsUYapGGPo4dkMgIAUqom...       the tree over them: the roots of its full subtrees from left to right
    segment 000000000000 40213 5c1f...  what was dropped now: name, records, SHA-256 of its plain bytes
    reason older than 90 days

So the chain, the tree and every later checkpoint are checked as if the records were still there.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable
from typing import Final

import msgspec

from enactd.errors import ReceiptError
from enactd.receipts import merkle, note
from enactd.receipts.note import Note, PublicKey

SUFFIX: Final = ".tombstone"
RETENTION: Final = "retention"
"""The `event` of the receipt that tells of a tombstone, with its digest as `sha256`."""
HEADER: Final = "enactd-tombstone@v1"
SIZE_LIMIT: Final = 1 << 20
_NAME: Final = re.compile(r"[0-9]{12}\.tombstone", re.ASCII)
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Dropped(msgspec.Struct, frozen=True):
    """A segment that is gone: its first record, how many it had, SHA-256 of its plain bytes."""

    first: int
    records: int
    sha256: str


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a log behind its dropped records."""

    origin: str
    log_id: str
    size: int
    prev: str
    peaks: tuple[bytes, ...]
    dropped: tuple[Dropped, ...] = ()
    reason: str = ""

    @property
    def root(self) -> bytes:
        """The root of the tree over all that is gone."""
        return self.tree().root()

    def tree(self) -> merkle.Tree:
        """That tree, to go on from."""
        return merkle.Tree(self.size, self.peaks)

    @property
    def text(self) -> str:
        """What is signed."""
        lines = [HEADER, self.origin, f"log {self.log_id}", f"size {self.size}", f"prev {self.prev}"]
        lines += [f"peak {base64.b64encode(peak).decode()}" for peak in self.peaks]
        lines += [f"segment {gone.first:012d} {gone.records} {gone.sha256}" for gone in self.dropped]
        lines.append(f"reason {self.reason}")
        return "\n".join(lines) + "\n"

    def signed(self, *seeds: bytes) -> bytes:
        """The note, under the origin as the key's name."""
        return note.sign(self.text, self.origin, *seeds)


class Signed(msgspec.Struct, frozen=True):
    """A tombstone as it was read, with the note that carries it. Nothing is verified yet."""

    tombstone: Tombstone
    note: Note
    data: bytes

    @property
    def sha256(self) -> str:
        """What the receipt about it says."""
        return hashlib.sha256(self.data).hexdigest()


def file_name(size: int) -> str:
    """The file of the tombstone behind which record `size` comes."""
    return f"{size:012d}{SUFFIX}"


def read(folder: str, first: int) -> Signed | None:
    """The tombstone before record `first`, the first that is there; None if there is none.

    Raises `ReceiptError` for one that is damaged or does not say so.
    """
    path = os.path.join(folder, file_name(first))
    try:
        with open(path, "rb") as file:
            data = file.read(SIZE_LIMIT)
        found = parse(data)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReceiptError(f"cannot read `{path}`", cause=error.strerror or str(error)) from None
    except ValueError as error:
        raise ReceiptError(f"`{path}` is no tombstone", cause=str(error), fix="enactctl receipts verify") from None
    if found.tombstone.size != first:
        raise ReceiptError(f"`{path}` speaks of another record", cause=f"size {found.tombstone.size}")
    return found


def parse(data: bytes) -> Signed:
    """A tombstone from the bytes of its note; raises `ValueError`."""
    found = note.parse(data)
    header, origin, *rest = found.text[:-1].split("\n")
    if header != HEADER or not origin:
        raise ValueError(f"the first line of a tombstone is `{HEADER}`")
    pairs = [line.partition(" ")[::2] for line in rest]
    one = dict(pairs)
    if not one.keys() >= {"log", "size", "prev", "reason"}:
        raise ValueError("a tombstone says log, size, prev and reason")
    if not _NUMBER.fullmatch(one["size"]) or not _HASH.fullmatch(one["prev"]) or not one["log"]:
        raise ValueError("a number or a hash of the tombstone is none")
    stone = Tombstone(
        origin=origin,
        log_id=one["log"],
        size=int(one["size"]),
        prev=one["prev"],
        peaks=tuple(note.decoded(value) for name, value in pairs if name == "peak"),
        dropped=tuple(_dropped(value) for name, value in pairs if name == "segment"),
        reason=one["reason"],
    )
    stone.tree()  # raises for peaks that are not those of the size
    if stone.size == 0 or stone.text != found.text:  # so no line can be unknown, doubled or out of its order
        raise ValueError("a tombstone is spelled in one way only")
    return Signed(stone, found, data)


def verify(signed: Signed, keys: Iterable[PublicKey]) -> str:
    """Why none of `keys` vouches for the tombstone; empty if one does."""
    try:
        signers = signed.note.signers(keys)
    except ValueError as error:
        return str(error)
    return "" if signers else "it is not signed by the log's key"


def list_files(folder: str) -> list[str]:
    """The tombstones in a log's folder, oldest first."""
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if _NAME.fullmatch(name)]
    except OSError:
        return []


def _dropped(value: str) -> Dropped:
    first, _, rest = value.partition(" ")
    records, _, digest = rest.partition(" ")
    if len(first) != 12 or not first.isdecimal() or not _NUMBER.fullmatch(records) or not _HASH.fullmatch(digest):
        raise ValueError("a segment line is name, records and SHA-256")
    return Dropped(int(first), int(records), digest)
