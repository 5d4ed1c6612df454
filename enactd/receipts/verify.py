"""The numbered checks of a log. Reads, never writes; needs the folder, and for step 8 the key.

    (1) segments   the files follow each other: each is named by the number of its first record, from 0 on, or
                   from the record that a tombstone stands before, of which a receipt must tell
    (2) line       every line ends in LF, is at most 1 MiB long, and is one JSON object in UTF-8
    (3) canonical  the line is the one RFC 8785 spelling of that object: ASCII keys, no floats, integers < 2^53
    (4) schema     the fields are those of FORMAT.md, version 1
    (5) sequence   `seq` counts up by one
    (6) chain      `prev` is the SHA-256 of the line before, and `log` is its log
    (7) links      a link points to an earlier record of the kind it says, by its number and hash
    (8) mac        the HMAC over the line without `mac` is right (only with the MAC key)
    (9) checkpoints  the heads kept beside the log are of its lines, and signed (only with the public key)
    (10) since     so is a head that was kept elsewhere

Without a key nothing vouches for the newest record, and a tail that was cut off leaves no trace: both take the MAC,
or a checkpoint that someone else kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Final

import msgspec

from enactd.errors import ExitCode, ReceiptError
from enactd.receipts import canonical, checkpoint, record, segments, tombstone
from enactd.receipts.evidence import Evidence, Found
from enactd.receipts.note import PublicKey
from enactd.receipts.record import GENESIS, MAC_ALGORITHM, Record
from enactd.receipts.segments import Segment
from enactd.receipts.signer import Macs
from enactd.receipts.tombstone import RETENTION, Signed, Tombstone

STEPS: Final = {
    1: "segments",
    2: "line",
    3: "canonical",
    4: "schema",
    5: "sequence",
    6: "chain",
    7: "links",
    8: "mac",
    9: "checkpoints",
    10: "since",
}
_TARGETS: Final = {"decision": {"decision"}, "approval": {"approval"}}
_PATIENCE: Final = (0.005, 0.01, 0.02, 0.05)  # seconds between looks at a line that may just be being written


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that is wrong: the number of the record, the step, the file, and what it is."""

    index: int
    step: int
    segment: str
    reason: str

    @property
    def step_name(self) -> str:
        return STEPS[self.step]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked. `records` good ones stand before the problem, if any; `head` is the last good hash."""

    records: int
    segments: int
    log_id: str = ""
    head: str = GENESIS
    macs: int = 0
    erased: int = 0  # records before the first whose MAC key is known
    dropped: int = 0  # of the records, how many retention dropped: a tombstone stands for them
    evidence: Found = Found()
    since: bool = False  # whether a checkpoint kept elsewhere was held against the log, and it goes on from that
    problem: Problem | None = None

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode.TAMPERED if self.problem else ExitCode.OK


class _Bad(Exception):
    """A check failed; becomes the report's problem."""

    def __init__(self, step: int, reason: str, index: int | None = None) -> None:
        super().__init__(reason)
        self.step = step
        self.reason = reason
        self.index = index


class _Broken(_Bad):
    """Two lines do not fit together; which of them is bad remains to be found out."""


class _Place(msgspec.Struct):
    """One line, where it lies, and the record that it should be."""

    index: int
    segment: Segment
    data: bytes
    complete: bool


class _Walk:
    """The state of one pass over the log."""

    def __init__(self, macs: Macs | None, evidence: Evidence | None, first: int, last: int | None) -> None:
        self.keys = macs
        self.evidence = evidence
        self.first = first
        self.last = last
        self.log_id = ""
        self.prev = GENESIS
        self.count = 0
        self.macs = 0
        self.erased: list[str] = []  # the keys of records before the first whose key is known
        self.past: set[str] = set()  # keys that were replaced
        self.mac_key = ""
        self.proved = -1  # the newest record whose MAC was right
        self.base = 0  # records before are gone, and a tombstone stands for them
        self.hashes = bytearray()  # 32 bytes per record from `base` on: what links are checked against
        self.kinds: list[str] = []
        self.told: set[object] = set()  # digests of tombstones that receipts tell of

    def begin(self, stone: Tombstone) -> None:
        """Go on behind dropped records."""
        self.base = self.count = stone.size
        self.prev, self.log_id = stone.prev, stone.log_id

    def check(self, place: _Place) -> None:
        """Steps 2 to 8 for one line, and its place in the tree, in order; raises `_Bad` with the first that fails."""
        entry = self._parse(place)
        if entry.seq != place.index:  # (5)
            raise _Bad(5, f"record {entry.seq} stands in place {place.index}")
        if entry.prev != self.prev:  # (6)
            raise _Broken(6, f"`prev` is {entry.prev[:12]}..., the line before has {self.prev[:12]}...")
        if self.count and entry.log != self.log_id:
            raise _Bad(6, f"the record is of log `{entry.log}`, not `{self.log_id}`")
        self._check_links(entry)  # (7)
        self._check_mac(entry, place)  # (8)
        self.log_id, self.prev = entry.log, record.line_hash(place.data)
        self.hashes += bytes.fromhex(self.prev)
        self.kinds.append(entry.kind)
        self.count += 1
        if self.evidence is not None:
            self.evidence.line(entry, place.data)
        if entry.kind == "daemon" and entry.event == RETENTION:
            self.told.add(entry.detail.get("sha256"))

    def _parse(self, place: _Place) -> Record:
        if not place.complete:  # (2)
            raise _Bad(
                2, "the line is not finished" if len(place.data) < segments.LINE_LIMIT else "the line is too long"
            )
        try:
            parsed = canonical.decode(place.data)
        except ValueError as error:
            raise _Bad(2, str(error)) from None
        if not isinstance(parsed, dict):
            raise _Bad(2, "the line is no JSON object")
        if not canonical.is_canonical(place.data, parsed):  # (3)
            raise _Bad(3, "the line is not the canonical spelling of what it says")
        try:  # (4)
            entry = record.decode(place.data)
        except ValueError as error:
            raise _Bad(4, str(error)) from None
        if record.encode(entry) != place.data:
            raise _Bad(4, "an optional field is there although it is empty")
        return entry

    def _check_links(self, entry: Record) -> None:
        for link in entry.links:
            if not 0 <= link.seq < entry.seq:
                raise _Bad(7, f"a link points to record {link.seq}, which is not earlier")
            place = link.seq - self.base
            if place < 0:  # dropped
                continue
            if self.hashes[32 * place : 32 * place + 32].hex() != link.hash:
                raise _Bad(7, f"a link's hash is not that of record {link.seq}")
            if self.kinds[place] not in _TARGETS.get(link.relation, {self.kinds[place]}):
                raise _Bad(7, f"a link says `{link.relation}`, record {link.seq} is of kind `{self.kinds[place]}`")

    def _check_mac(self, entry: Record, place: _Place) -> None:
        if self.keys is None or entry.seq < self.first or (self.last is not None and entry.seq > self.last):
            return
        if entry.mac_alg != MAC_ALGORITHM:
            raise _Bad(8, f"`{entry.mac_alg}` is not an algorithm we know")
        if entry.mac_key in self.past:
            raise _Bad(8, f"key {entry.mac_key} was replaced before")
        is_right = self.keys.vouches(entry.mac_key, record.signed_part(place.data), entry.mac, entry.seq)
        if is_right is None and not self.macs:
            self.erased.append(entry.mac_key)
            return
        if not is_right:
            raise _Bad(8, "the MAC is wrong" if is_right is False else f"key {entry.mac_key} does not follow from ours")
        if self.mac_key not in ("", entry.mac_key):
            self.past.add(self.mac_key)
        self.mac_key = entry.mac_key
        self.macs += 1
        self.proved = entry.seq


def verify(
    folder: str,
    macs: Macs | None = None,
    *,
    first: int = 0,
    last: int | None = None,
    key: PublicKey | None = None,
    since: checkpoint.Signed | None = None,
) -> Report:
    """Check the whole log. With `macs` also step 8, of records `first` to `last` where these are given.

    With the public `key` also the checkpoints beside the log, and `since`, one that was kept elsewhere.
    Raises `ReceiptError` only where the folder cannot be read; what is wrong with the log is in the report.
    """
    found = segments.list_segments(folder)
    evidence = Evidence(folder, key, since) if key is not None else None
    walk = _Walk(macs, evidence, first, last)
    problem = _pass(walk, folder, found)
    found_out = evidence.end(walk.count, walk.base, whole=problem is None) if evidence else Found()
    if found_out.flaw and (problem is None or found_out.flaw.index < problem.index):
        flaw = found_out.flaw
        problem = _problem(_Bad(flaw.step, flaw.reason, flaw.index), None, walk, None, found)
    return Report(
        records=problem.index if problem else walk.count,
        segments=len(found),
        log_id=walk.log_id,
        head=walk.prev,
        macs=walk.macs,
        erased=len(walk.erased),
        dropped=walk.base,
        evidence=found_out,
        since=since is not None and problem is None,
        problem=problem,
    )


def _pass(walk: _Walk, folder: str, found: list[Segment]) -> Problem | None:
    """Steps 1 to 8 over all lines; the first problem."""
    place: _Place | None = None
    ahead: Iterator[_Place] = iter(())
    try:
        stone = _begin(walk, folder, found)
        ahead = _places(found, walk.base)
        for place in ahead:
            walk.check(place)
        if stone is not None and stone.sha256 not in walk.told:
            raise _Bad(1, "no receipt tells of the tombstone", walk.base)
        if walk.erased and not walk.macs:
            raise _Bad(8, f"no record names our key; the first names {walk.erased[0]}", max(walk.first, walk.base))
    except _Bad as bad:
        return _problem(bad, place, walk, _next(ahead), found)
    return None


def verify_macs(folder: str, signer: Macs, first: int = 0, last: int | None = None) -> Report:
    """What the daemon answers to `enactctl receipts verify`: all steps, and the MACs of the records named."""
    return verify(folder, signer, first=first, last=last)


def _begin(walk: _Walk, folder: str, found: list[Segment]) -> Signed | None:
    """Where records were dropped, what stands for them."""
    if not found or found[0].first == 0:
        return None
    try:
        stone = tombstone.read(folder, found[0].first)
    except ReceiptError as error:
        raise _Bad(1, f"{error.problem}: {error.cause}", 0) from None
    if stone is not None:
        walk.begin(stone.tombstone)
        if walk.evidence is not None:
            walk.evidence.begin(stone)
    return stone


def _places(found: list[Segment], index: int = 0) -> Iterator[_Place]:
    """All lines in order, from record `index` on; step 1 at each seam."""
    for number, segment in enumerate(found):
        if segment.first != index:  # (1)
            raise _Bad(1, f"segment `{os.path.basename(segment.path)}` stands where record {index} should begin", index)
        newest = number == len(found) - 1
        try:
            for line in _lines(segment.path, patient=newest):
                yield _Place(index, segment, line.data, line.complete)
                index += 1
        except ReceiptError as error:
            if not segment.packed:
                raise
            raise _Bad(2, f"the compressed segment is damaged: {error.cause}", index) from None


def _lines(path: str, *, patient: bool) -> Iterator[segments.Line]:
    """The lines of a segment. An unfinished last one of the newest segment may be in the middle of a write."""
    start = 0
    for pause in (*_PATIENCE, None):
        for line in segments.read_lines(path, start):
            if not line.complete and patient and pause is not None and len(line.data) < segments.LINE_LIMIT:
                start = line.offset
                break
            yield line
        else:
            return
        time.sleep(pause or 0)


def _problem(bad: _Bad, place: _Place | None, walk: _Walk, after: _Place | None, found: list[Segment]) -> Problem:
    """Name the first bad record.

    A broken chain has two ends. The later one is bad if the earlier has a right MAC, or if the line behind does not
    vouch for the later one. Where no line follows, nothing vouches for either: the earlier.
    """
    if place is None or bad.index is not None:
        index = walk.count if bad.index is None else bad.index
        segment = next((s for s in reversed(found) if s.first <= index), found[0] if found else None)
        name = os.path.basename(segment.path) if segment else ""
        return Problem(index=index, step=bad.step, segment=name, reason=bad.reason)
    index = place.index
    doubtful = isinstance(bad, _Broken) and index > walk.base and walk.proved < index - 1
    if doubtful and (after is None or _vouches(after, place)):
        index -= 1
    return Problem(index=index, step=bad.step, segment=os.path.basename(place.segment.path), reason=bad.reason)


def _next(ahead: Iterator[_Place]) -> _Place | None:
    try:
        return next(ahead, None)
    except _Bad:
        return None


def _vouches(after: _Place, place: _Place) -> bool:
    try:
        return record.decode(after.data).prev == record.line_hash(place.data)
    except ValueError:
        return False
