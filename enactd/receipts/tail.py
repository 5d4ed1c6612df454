"""Where a log ends, checked before anyone appends to it. Reads only.

The whole chain is `verify.py`'s work; here the last records must be beyond doubt, because the next one
is signed on top of them. Of records whose key was erased (an earlier epoch) only the chain is checked; the newest
record must be signed with a key we hold, and vouches for them. What a crash leaves behind (an unfinished last line, a hole of NUL bytes) is
`torn` and may be cut. Anything else is damage, and the writer must not go on silently.
"""

from __future__ import annotations

import os
from typing import Final

import msgspec

from enactd.errors import ReceiptError, TamperedError
from enactd.receipts import canonical, record, segments, tombstone
from enactd.receipts.record import GENESIS, Record
from enactd.receipts.segments import Segment
from enactd.receipts.signer import Signer
from enactd.receipts.tombstone import Tombstone

DAMAGE_ACCEPTED: Final = "damage-accepted"
TAIL_BYTES: Final = 2 << 20  # how much of the last segment is checked at start: some thousand records


class Tail(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a log. `length` is how much of the last segment is good; `torn` is what lies behind."""

    segment: Segment
    length: int
    next_seq: int = 0
    prev: str = GENESIS
    log_id: str = ""
    torn: bytes = b""


def read_tail(folder: str, signer: Signer) -> Tail:
    """The checked end of the log in `folder`; a new log has `next_seq` 0 and no id.

    Raises `TamperedError` with the first bad index for damage that no crash of ours leaves behind.
    """
    found = segments.list_segments(folder)
    if not found:
        return Tail(segment=Segment(0, os.path.join(folder, segments.segment_name(0))), length=0)
    last = found[-1]
    stone = _tombstone(folder, found[0])
    if len(found) == 1 and last.first > 0 and stone is None:
        raise damage(0, f"the segments before `{os.path.basename(last.path)}` are gone")
    tail = _read_segment(last, signer)
    if tail.next_seq > last.first:
        if len(found) > 1 and tail.length <= TAIL_BYTES:
            _check_seam(found[-2], last, signer)
        elif stone is not None and len(found) == 1:
            _check_stone(stone, last)
        return tail
    if last.first == 0:
        return tail
    if len(found) == 1 and stone is not None:
        return msgspec.structs.replace(tail, next_seq=stone.size, prev=stone.prev, log_id=stone.log_id)
    before = _read_segment(found[-2], signer)
    if before.torn or before.next_seq != last.first:
        raise damage(before.next_seq, f"`{os.path.basename(last.path)}` does not follow the segment before it")
    return msgspec.structs.replace(before, segment=last, length=0, torn=tail.torn)


def read_damaged(folder: str) -> tuple[Tail, bytes]:
    """Where a new segment may begin behind a damaged last one, and that one's bytes. Trusts nothing in it.

    Numbers go on behind every line there is; `prev` is the hash of the last line, whatever it is.
    """
    *earlier, last = segments.list_segments(folder)
    lines = [line.data for segment in (*earlier[-1:], last) for line in segments.read_lines(segment.path)]
    with segments.open_segment(last.path) as file:
        data = file.read()
    following = last.first + max(1, data.count(b"\n") + (not data.endswith(b"\n")))
    path = os.path.join(folder, segments.segment_name(following))
    log_id = next(filter(None, map(_log_id, reversed(lines))), "")
    prev = record.line_hash(lines[-1]) if lines else GENESIS
    return Tail(segment=Segment(following, path), length=0, next_seq=following, prev=prev, log_id=log_id), data


def _tombstone(folder: str, oldest: Segment) -> Tombstone | None:
    """What stands for the segments that are gone; None where none are. Who signed it is the verifier's question."""
    if oldest.first == 0:
        return None
    try:
        found = tombstone.read(folder, oldest.first)
    except ReceiptError as error:
        raise damage(0, f"{error.problem}: {error.cause}") from None
    return found.tombstone if found else None


def _check_stone(stone: Tombstone, first: Segment) -> None:
    line = next(segments.read_lines(first.path), None)
    entry = record.decode(line.data) if line else None
    if entry is not None and (entry.prev != stone.prev or entry.log != stone.log_id):
        raise damage(stone.size, "the first record does not follow the tombstone before it")


def _log_id(line: bytes) -> str:
    try:
        return record.decode(line).log
    except ValueError:
        return ""


def _read_segment(segment: Segment, signer: Signer, *, is_end: bool = True) -> Tail:
    """The checked end of one segment; where it `is_end` of the log, a key of ours must vouch for it."""
    try:
        with segments.open_segment(segment.path) as file:
            size = file.seek(0, os.SEEK_END)
            start = max(0, size - TAIL_BYTES)
            file.seek(start)
            data = file.read()
    except OSError as error:
        raise ReceiptError(f"cannot read the segment `{segment.path}`", cause=error.strerror or str(error)) from None
    if start:  # begin with a whole line
        skipped = data.find(b"\n") + 1
        start += skipped
        data = data[skipped:]
    return _walk(segment, start, data, signer, is_end)


def _walk(segment: Segment, start: int, data: bytes, signer: Signer, is_end: bool) -> Tail:
    previous: Record | None = None
    foreign: Record | None = None  # the first of those at the end that no key of ours vouches for
    is_known = False
    seq, prev, offset = segment.first, GENESIS, 0
    while offset < len(data):
        end = data.find(b"\n", offset)
        line = data[offset : end if end >= 0 else len(data)]
        if _is_torn(line, last=end < 0 or end == len(data) - 1, complete=end >= 0):
            break
        current, is_ours = _check(line, seq, signer)
        if is_ours is None and is_known:
            raise _unknown_key(current, signer)
        is_known = is_known or is_ours is True
        foreign = None if is_known else foreign or current
        expected = current.seq if previous is None and start else seq
        linked = previous is None or (current.prev == prev and current.log == previous.log)
        if current.seq != expected or not linked:
            raise damage(expected, "the chain is broken")
        previous, seq, prev, offset = current, current.seq + 1, record.line_hash(line), end + 1
    if foreign is not None and is_end:
        raise _unknown_key(foreign, signer)
    if previous is None and start:
        raise damage(segment.first, f"`{os.path.basename(segment.path)}` ends in a line that is no record")
    log_id = previous.log if previous else ""
    return Tail(segment=segment, length=start + offset, next_seq=seq, prev=prev, log_id=log_id, torn=data[offset:])


def _is_torn(line: bytes, *, last: bool, complete: bool) -> bool:
    """Whether a crash explains this line: unfinished, not JSON at the very end, or a hole of zeros."""
    if not complete:
        return True
    if line.startswith(b"\0"):
        return True
    if not last:
        return False
    try:
        canonical.decode(line)
    except ValueError:
        return True
    return False


def _check(line: bytes, seq: int, signer: Signer) -> tuple[Record, bool | None]:
    """The record of a line, and whether its MAC is ours; None if its key is none that we hold."""
    try:
        current = record.decode(line)
        unsigned = record.signed_part(line)
    except ValueError as error:
        raise damage(seq, str(error)) from None
    if record.encode(current) != line:
        raise damage(seq, "the line is not in canonical form")
    is_ours = signer.vouches(current.mac_key, unsigned, current.mac)
    if is_ours is False:
        raise damage(current.seq, "the record's MAC is wrong")
    return current, is_ours


def _unknown_key(found: Record, signer: Signer) -> TamperedError:
    return damage(found.seq, f"the record was signed with key {found.mac_key}, ours is {signer.key_id}")


def _check_seam(before: Segment, last: Segment, signer: Signer) -> None:
    """The first record of the last segment must follow the last one before, unless an operator accepted damage."""
    beginning = next(segments.read_lines(last.path), None)
    first = record.decode(beginning.data) if beginning else None
    if first and first.kind == "daemon" and first.event == DAMAGE_ACCEPTED:
        return
    ending = _read_segment(before, signer, is_end=False)
    follows = first is not None and first.prev == ending.prev
    if ending.torn or ending.next_seq != last.first or not follows:
        raise damage(min(ending.next_seq, last.first), f"`{os.path.basename(last.path)}` does not follow on")


def damage(index: int, cause: str) -> TamperedError:
    """What is raised where the log is not what its own records, or a checkpoint of ours, say."""
    return TamperedError(
        f"the receipts are damaged at record {index}",
        cause=cause,
        effect="the daemon does not start on them, so agents are denied",
        fix="enactctl receipts verify; then keep a copy and let the daemon go on with: enactd start --accept-damage",
        index=index,
    )
