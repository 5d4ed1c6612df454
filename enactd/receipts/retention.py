"""What is kept of a log, and for how long: closed segments are compressed, and dropped behind a signed tombstone.

Dropping is the one thing that takes evidence away, so it goes in steps of which each is durable before the next:

    (1) the segments are checked, line by line, from the last tombstone on; damage stops everything, it is evidence
    (2) the tombstone is signed and written
    (3) a receipt says so, with the tombstone's digest: it is in the chain and under every later checkpoint
    (4) the segments go

A crash in between leaves both, and the next run begins anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from enactd.atomic import replace_file, sync_folder
from enactd.errors import ReceiptError
from enactd.receipts import merkle, packing, query, record, segments, tombstone
from enactd.receipts.record import Draft, Receipt
from enactd.receipts.segments import Segment
from enactd.receipts.tombstone import Dropped, Tombstone

DAY: Final = 86_400


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator wants. Zero asks for nothing. Times in seconds, sizes in bytes."""

    rotate_after: int = 0
    compress: bool = False
    keep_for: int = 0
    keep_bytes: int = 0


class Writer(Protocol):
    """As much of the log as is needed here."""

    @property
    def folder(self) -> str:
        """Where the segments are."""

    def append_now(self, draft: Draft) -> Receipt:
        """The durable receipt; raises `ReceiptError`."""

    def rotate(self) -> None:
        """Begin a new segment with the next record."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did. `damage` says why nothing was dropped although it was due."""

    rotated: bool = False
    packed: int = 0
    dropped: int = 0  # records
    damage: str = ""


def tend(
    log: Writer, rules: Rules, *, origin: str, seeds: Sequence[bytes], now: Callable[[], float] = time.time
) -> Done:
    """Do what is due. Blocks; for a thread of its own. Raises `ReceiptError` where the disk fails."""
    rotated = _rotate(log, rules, now())
    dropped, damage = 0, ""
    if due := due_segments(log.folder, rules, now()):
        try:
            dropped = drop(log, due, rules, origin=origin, seeds=seeds)
        except _DamageError as error:
            damage = str(error)
    packed = _pack(log.folder) if rules.compress else 0
    return Done(rotated=rotated, packed=packed, dropped=dropped, damage=damage)


def due_segments(folder: str, rules: Rules, now: float) -> list[Segment]:
    """The oldest segments that may go; never the newest. A segment is as old as its youngest record."""
    found = segments.list_segments(folder)
    sizes = [os.path.getsize(segment.path) for segment in found]
    due: list[Segment] = []
    for number, segment in enumerate(found[:-1]):
        closed = _began(found[number + 1])
        old = rules.keep_for and closed is not None and closed < now - rules.keep_for
        large = rules.keep_bytes and sum(sizes[number:]) > rules.keep_bytes
        if not (old or large):
            break
        due.append(segment)
    return due


def drop(log: Writer, due: Sequence[Segment], rules: Rules, *, origin: str, seeds: Sequence[bytes]) -> int:
    """Drop these, the oldest segments, and say how many records went. Raises `ReceiptError`."""
    stone = _stone(log.folder, due, rules, origin)  # (1)
    data = stone.signed(*seeds)
    name = tombstone.file_name(stone.size)
    try:
        replace_file(os.path.join(log.folder, name), data)  # (2)
        log.append_now(_told(stone, name, data))  # (3)
        for segment in due:  # (4)
            _remove(segment)
        sync_folder(log.folder)
    except OSError as error:
        raise ReceiptError(
            f"cannot drop old receipts in `{log.folder}`",
            cause=error.strerror or str(error),
            effect="they are kept",
            fix=f"df -h {log.folder}",
        ) from None
    return sum(gone.records for gone in stone.dropped)


class _DamageError(Exception):
    """What is to be dropped is not what was written."""


def _stone(folder: str, due: Sequence[Segment], rules: Rules, origin: str) -> Tombstone:
    before = tombstone.read(folder, due[0].first) if due[0].first else None
    if due[0].first and before is None:
        raise _DamageError(f"the tombstone before record {due[0].first} is missing")
    tree = before.tombstone.tree() if before else merkle.Tree()
    prev = before.tombstone.prev if before else record.GENESIS
    log_id, dropped = before.tombstone.log_id if before else "", []
    for segment in due:
        digest, first = hashlib.sha256(), tree.size
        for line in segments.read_lines(segment.path):
            log_id = _check(line, tree.size, prev, log_id)
            prev = record.line_hash(line.data)
            tree.append(merkle.leaf_hash(line.data))
            digest.update(line.data + b"\n")
        if segment.first != first:
            raise _DamageError(f"segment {segment.first} stands where record {first} should begin")
        dropped.append(Dropped(segment.first, tree.size - first, digest.hexdigest()))
    return Tombstone(
        origin=origin,
        log_id=log_id,
        size=tree.size,
        prev=prev,
        peaks=tuple(tree.peaks),
        dropped=tuple(dropped),
        reason=_reason(rules),
    )


def _check(line: segments.Line, seq: int, prev: str, log_id: str) -> str:
    """The log's id. Raises `_DamageError` for a line that does not follow."""
    try:
        entry = record.decode(line.data)
    except ValueError as error:
        raise _DamageError(f"record {seq} is none: {error}") from None
    if not line.complete or entry.seq != seq or entry.prev != prev or (log_id and entry.log != log_id):
        raise _DamageError(f"record {seq} does not follow the one before")
    return entry.log


def _reason(rules: Rules) -> str:
    told = [f"older than {rules.keep_for // DAY} days"] if rules.keep_for else []
    told += [f"more than {rules.keep_bytes >> 20} MiB"] if rules.keep_bytes else []
    return " or ".join(told)


def _told(stone: Tombstone, name: str, data: bytes) -> Draft:
    detail = {
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "first": stone.dropped[0].first,
        "size": stone.size,
        "last": stone.prev,
        "root": stone.root.hex(),
        "reason": stone.reason,
    }
    return Draft(kind="daemon", event=tombstone.RETENTION, detail=detail)


def _remove(segment: Segment) -> None:
    """Both forms, the compressed one first: what is left by a crash is the plain one, which counts."""
    plain = os.path.join(os.path.dirname(segment.path), segments.segment_name(segment.first))
    for path in (plain + ".zst", plain):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def _rotate(log: Writer, rules: Rules, now: float) -> bool:
    found = segments.list_segments(log.folder)
    began = _began(found[-1]) if found else None
    if not rules.rotate_after or began is None or began > now - rules.rotate_after:
        return False
    log.rotate()
    return True


def _pack(folder: str) -> int:
    plain = [segment for segment in segments.list_segments(folder)[:-1] if not segment.packed]
    for segment in plain:
        packing.pack(segment)
    return len(plain)


def _began(segment: Segment) -> float | None:
    """When its first record was written, in seconds; None for an empty one, or for a line that is no record."""
    line = next(segments.read_lines(segment.path), None)
    try:
        return query.view(line.data).time / 1e6 if line and line.complete else None
    except ValueError:
        return None
