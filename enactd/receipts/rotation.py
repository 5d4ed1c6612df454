"""A new Ed25519 key, announced: a note that names both keys and is signed by both, kept in a `daemon` receipt.

So whoever has either public key knows the other: the old one vouches for what follows, the new one for what was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.receipts import note
from enactd.receipts.note import PublicKey
from enactd.receipts.record import Record

EVENT: Final = "key-rotated"
HEADER: Final = "enactd-key-rotation@v1"


class Rotation(msgspec.Struct, frozen=True):
    """From record `seq` on, `new` signs in place of `old`."""

    seq: int
    old: PublicKey
    new: PublicKey


def announce(origin: str, seeds: Sequence[bytes]) -> str:
    """The note by which the second of two seeds takes over from the first."""
    old, new = (note.public_key(origin, seed) for seed in seeds)
    return note.sign(f"{HEADER}\n{origin}\n{old.vkey}\n{new.vkey}\n", origin, *seeds).decode()


def parse(text: str, seq: int = 0) -> Rotation:
    """The announcement, if both keys that it names signed it; else `ValueError`. Whether to trust either is open."""
    found = note.parse(text.encode("utf-8", "replace"))
    header, origin, *named = found.text[:-1].split("\n")
    if header != HEADER or len(named) != 2:
        raise ValueError(f"the note of a new key begins with `{HEADER}` and names two keys")
    old, new = map(note.parse_vkey, named)
    if not old.name == new.name == origin:
        raise ValueError("the keys are not named after the log")
    signers = found.signers([old, new])
    if old not in signers or new not in signers:
        raise ValueError("it is not signed by both keys")
    return Rotation(seq, old, new)


def of_record(entry: Record) -> str | None:
    """The note in a record that announces a new key; None for any other record."""
    if entry.kind != "daemon" or entry.event != EVENT:
        return None
    found = entry.detail.get("note")
    return found if isinstance(found, str) else ""


def in_order(given: PublicKey, rotations: Sequence[Rotation]) -> list[tuple[int, PublicKey]]:
    """The log's keys, each with the number of records before it signed: `given` alone where none was announced.

    Raises `ValueError`, naming the record, for an announcement that does not follow from the one before.
    """
    keys: list[tuple[int, PublicKey]] = []
    for rotation in rotations:
        if keys and rotation.new.key == keys[-1][1].key and rotation.old.key == keys[-2][1].key:
            continue  # announced again, after a crash
        if keys and rotation.old.key != keys[-1][1].key:
            raise ValueError(f"record {rotation.seq} replaces a key that was not in use")
        keys = keys or [(0, rotation.old)]
        keys.append((rotation.seq, rotation.new))
    if not keys:
        return [(0, given)]
    return keys
