"""Proofs out of a log's folder: one receipt under a checkpoint, two checkpoints of one log. Reads only.

The tree is built from the lines each time: a second or two per million. What it commits to is checked against the
checkpoint first, so that no proof is made that would not hold.
"""

from __future__ import annotations

from enactd.errors import ReceiptError
from enactd.receipts import checkpoint, merkle, segments, tombstone
from enactd.receipts.checkpoint import Signed
from enactd.receipts.merkle import Leaves
from enactd.receipts.record import Receipt

_VERIFY = "enactctl receipts verify"


def covering(folder: str, seq: int) -> Signed | None:
    """The newest checkpoint beside the log, if it covers record `seq`."""
    found = checkpoint.newest(folder)
    if found is None:
        return None
    base = checkpoint.base_of(found.checkpoint.origin)
    return found if base <= seq < base + found.checkpoint.size else None


def prove(folder: str, receipt: Receipt, signed: Signed, *, with_line: bool = True) -> bytes:
    """The tlog-proof that a receipt is under this checkpoint. Raises `ReceiptError` where it cannot be shown."""
    head = signed.checkpoint
    leaves = _leaves(folder, signed)
    index = receipt.record.seq - checkpoint.base_of(head.origin)
    try:
        path = merkle.inclusion_proof(index, leaves)
    except IndexError as error:
        raise ReceiptError(f"receipt {receipt.id} cannot be proved", cause=str(error), fix=_VERIFY) from None
    line = receipt.line if with_line else b""
    if not merkle.verify_inclusion(index, head.size, merkle.leaf_hash(receipt.line), path, head.root):
        raise ReceiptError(f"receipt {receipt.id} is not the one that was signed", fix=_VERIFY)
    return checkpoint.proof_text(index, path, signed.data, line)


def connect(folder: str, old: Signed, new: Signed) -> bytes:
    """The proof that `new` goes on from `old`. Raises `ReceiptError` where it does not, or cannot be shown."""
    before, after = old.checkpoint, new.checkpoint
    if before.origin != after.origin or before.size > after.size:
        raise ReceiptError(
            "these checkpoints do not follow each other",
            cause=f"`{before.origin}` of {before.size}, `{after.origin}` of {after.size} records",
            fix="give the older one first; behind accepted damage a new tree begins",
        )
    try:
        path = merkle.consistency_proof(before.size, _leaves(folder, new))
    except IndexError as error:
        raise ReceiptError("the older checkpoint cannot be connected", cause=str(error), fix=_VERIFY) from None
    if not merkle.verify_consistency(before.size, after.size, path, before.root, after.root):
        raise ReceiptError(
            "the newer checkpoint does not go on from the older one",
            cause=f"the first {before.size} records are not what was signed then",
            fix=_VERIFY,
        )
    return checkpoint.consistency_text(path, old, new)


def _leaves(folder: str, signed: Signed) -> Leaves:
    """The leaf hashes under a checkpoint, as the log has them now."""
    head = signed.checkpoint
    base = checkpoint.base_of(head.origin)
    found = segments.list_segments(folder)
    first = found[0].first if found else 0
    stone = tombstone.read(folder, first) if first > base else None
    before = stone.tombstone.tree() if stone else merkle.Tree()
    hashes: list[bytes] = []
    for number, line in segments.lines(folder, base + before.size):
        if number >= base + head.size:
            break
        hashes.append(merkle.leaf_hash(line))
    leaves = Leaves(hashes, before)
    if len(leaves) == head.size and leaves.root(0, head.size) != head.root:
        raise ReceiptError("the log is not the one that this checkpoint signed", fix=_VERIFY)
    if len(leaves) < head.size:
        raise ReceiptError(
            "the log is shorter than this checkpoint", cause=f"{len(leaves)} of {head.size} records", fix=_VERIFY
        )
    if before.size > head.size:
        raise ReceiptError("what this checkpoint covers was dropped", cause=f"records before {before.size} are gone")
    return leaves
