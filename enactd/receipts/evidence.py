"""Steps 9 and 10: what the public key says about a log. Fed with every line of one pass; reads, never writes.

A checkpoint is good if its root is that of the first so many lines, and the key that was in use signed it. Where
one is not, all that can be said is that something changed behind the last good one before it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec

from enactd.receipts import checkpoint, merkle, rotation, tombstone
from enactd.receipts.checkpoint import Signed
from enactd.receipts.merkle import Tree
from enactd.receipts.note import PublicKey
from enactd.receipts.record import Record
from enactd.receipts.tail import DAMAGE_ACCEPTED

CHECKPOINTS, SINCE = 9, 10


class Flaw(msgspec.Struct, frozen=True):
    """Something that is wrong: the first record that may be bad, the step, and what it is."""

    index: int
    step: int
    reason: str


class Found(msgspec.Struct, frozen=True):
    """What came out: good checkpoints, how many records the newest covers, whether the public key changed."""

    checkpoints: int = 0
    covered: int = 0
    rotations: int = 0
    flaw: Flaw | None = None


class _Expected(msgspec.Struct):
    """A checkpoint, and what became of it. `end` counts records from the log's first one."""

    signed: Signed
    step: int
    base: int
    end: int
    root: bytes | None = None

    @property
    def name(self) -> str:
        return "the checkpoint given" if self.step == SINCE else f"the checkpoint of {self.end} records"


class Evidence:
    """The state of one pass."""

    def __init__(self, folder: str, key: PublicKey, since: Signed | None = None) -> None:
        self._key = key
        self._flaws: list[Flaw] = []
        self._trees: dict[int, Tree] = {0: Tree()}
        self._rotations: list[rotation.Rotation] = []
        self._stone: tombstone.Signed | None = None
        self._expected = list(self._read(folder))
        if since is not None:
            self._expected.append(_expected(since, SINCE))
        self._ends: dict[int, list[_Expected]] = {}
        for one in self._expected:
            self._ends.setdefault(one.end, []).append(one)

    def begin(self, stone: tombstone.Signed) -> None:
        """Go on behind dropped records."""
        self._stone = stone
        self._trees = {checkpoint.base_of(stone.tombstone.origin): stone.tombstone.tree()}

    def line(self, entry: Record, data: bytes) -> None:
        """The next good line."""
        if entry.kind == "daemon" and entry.event == DAMAGE_ACCEPTED:
            self._trees[entry.seq] = Tree()
        leaf = merkle.leaf_hash(data)
        for tree in self._trees.values():
            tree.append(leaf)
        if entry.kind == "daemon" and (text := rotation.of_record(entry)) is not None:
            try:
                self._rotations.append(rotation.parse(text, entry.seq))
            except ValueError as error:
                self._flaws.append(Flaw(entry.seq, CHECKPOINTS, f"the announcement of a new key: {error}"))
        for one in self._ends.get(entry.seq + 1, ()):
            tree = self._trees.get(one.base, Tree())
            one.root = tree.root() if tree.size == one.signed.checkpoint.size else b""

    def end(self, count: int, base: int, *, whole: bool) -> Found:
        """What the checkpoints say of a log of `count` good lines, of which those before `base` are dropped.

        Where the pass is not `whole`, because an earlier step stopped it, missing lines are not held against it, nor
        keys that may be announced in them.
        """
        try:
            keys = rotation.in_order(self._key, self._rotations)
        except ValueError as error:
            return Found(flaw=self._first(Flaw(self._rotations[0].seq, CHECKPOINTS, str(error))))
        if self._key.key not in {key.key for _, key in keys}:
            reason = f"record {self._rotations[0].seq} announces keys of which none is the one given"
            strange = [Flaw(self._rotations[0].seq, CHECKPOINTS, reason)] if whole else []
            return Found(flaw=self._first(*strange))
        if self._stone is not None and whole and (problem := tombstone.verify(self._stone, [key for _, key in keys])):
            self._flaws.append(Flaw(0, CHECKPOINTS, f"the tombstone: {problem}"))
        good = covered = 0
        for one in sorted(self._expected, key=lambda one: (one.end, one.step)):
            if not whole and (one.end > count or not self._is_claimed(one, keys)):
                continue
            reason = self._judge(one, keys, count, base)
            if reason:
                self._flaws.append(Flaw(min(covered, count) if one.end <= count else count, one.step, reason))
            else:
                good, covered = good + 1, max(covered, one.end)
        return Found(good, covered, len(keys) - 1, self._first())

    def _is_claimed(self, one: _Expected, keys: list[tuple[int, PublicKey]]) -> bool:
        """Whether the note names the key in use, rightly or not."""
        key = PublicKey(one.signed.checkpoint.origin, _in_use(one, keys).key)
        return any((name, key_id) == (key.name, key.id) for name, key_id, _ in one.signed.note.signatures)

    def _first(self, *more: Flaw) -> Flaw | None:
        return min([*self._flaws, *more], key=lambda flaw: (flaw.index, flaw.step), default=None)

    def _judge(self, one: _Expected, keys: list[tuple[int, PublicKey]], count: int, base: int) -> str:
        """Why a checkpoint does not fit; empty if it does."""
        head = one.signed.checkpoint
        if head.origin.split("/")[0] != self._key.name.split("/")[0]:
            return f"{one.name} is of another log, `{head.origin}`"
        if problem := checkpoint.verify(one.signed, [PublicKey(head.origin, _in_use(one, keys).key)]):
            return f"{one.name}: {problem}"
        if one.end > count:
            return f"{one.name} covers {one.end} records, {count} are there: the tail was cut"
        if one.end < base or (one.end == base and base):
            return ""  # all that it covers is dropped; the tombstone stands for it
        if one.end and one.root != head.root:
            return f"{one.name} covers other lines: something before record {one.end} was changed"
        return ""

    def _read(self, folder: str) -> Iterator[_Expected]:
        """The checkpoints beside the log. One that a crash cut short at a file's end is none."""
        for path in checkpoint.list_files(folder):
            found, problem = checkpoint.read_file(path)
            for signed in found:
                yield _expected(signed, CHECKPOINTS)
            if problem and _is_closed(path):
                end = _expected(found[-1], CHECKPOINTS).end if found else 0
                self._flaws.append(Flaw(end, CHECKPOINTS, f"`{os.path.basename(path)}`: {problem}"))


def _is_closed(path: str) -> bool:
    """Whether the last write to a file of checkpoints was finished: signatures and an empty line stand at its end."""
    with open(path, "rb") as file:
        rest, end, nothing = file.read().rpartition(b"\n\n")
    return bool(end) and not nothing and rest.rpartition(b"\n\n")[2].startswith("— ".encode())


def _in_use(one: _Expected, keys: list[tuple[int, PublicKey]]) -> PublicKey:
    """The key that signs a checkpoint with this end."""
    return next((key for seq, key in reversed(keys) if one.end > seq), keys[0][1])


def _expected(signed: Signed, step: int) -> _Expected:
    base = checkpoint.base_of(signed.checkpoint.origin)
    return _Expected(signed, step, base, base + signed.checkpoint.size)
