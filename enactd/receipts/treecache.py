"""The tree of a log, when a daemon starts: from the state that the last one left, or from all lines.

The state is a cache beside the segments. It counts only if it has the root that our own newest checkpoint signed;
else every line is read, which takes seconds per million.
"""

from __future__ import annotations

import contextlib
import os
from typing import Final

import msgspec

from enactd.atomic import remove_drafts, replace_file
from enactd.receipts import checkpoint, merkle, record, segments, tombstone
from enactd.receipts.checkpoint import Checkpoint
from enactd.receipts.merkle import Tree
from enactd.receipts.tail import DAMAGE_ACCEPTED, damage

NAME: Final = "tree.state"


class _State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    size: int
    peaks: tuple[str, ...]


def restore(folder: str, end: int, head: Checkpoint | None) -> Tree:
    """The tree over the lines up to record `end`, which goes on from our own newest checkpoint.

    It begins with record 0, or with the one that says which damage was accepted. Raises `TamperedError` if the log
    is shorter than that checkpoint or its lines are others, `ReceiptError` if it cannot be read.
    """
    base = _accepted(folder)
    if head is not None and checkpoint.base_of(head.origin) < base:
        head = None  # its tree ended where damage was accepted
    if head is not None and end < base + head.size:
        raise damage(end, f"our own checkpoint is of {base + head.size} records, {end} are there")
    tree = _known(folder, head) or _dropped(folder, base)
    if head is not None and tree.size > head.size:
        head = None  # what it covers was dropped by retention; the tombstone vouches for more
    for _, line in segments.lines(folder, base + tree.size):
        _compare(tree, base, head)
        if base + tree.size == end:
            break
        tree.append(merkle.leaf_hash(line))
    _compare(tree, base, head)
    if base + tree.size != end:
        raise damage(base + tree.size, f"a line before record {end} is missing or not finished")
    return tree


def save(folder: str, tree: Tree) -> None:
    """Leave the state for the next start. Raises `OSError`."""
    path = os.path.join(folder, NAME)
    remove_drafts(path)
    replace_file(path, msgspec.json.encode(_State(tree.size, tuple(peak.hex() for peak in tree.peaks))))


def _known(folder: str, head: Checkpoint | None) -> Tree | None:
    """The state that was left, if our checkpoint vouches for it."""
    if head is None:
        return None
    with contextlib.suppress(OSError, msgspec.DecodeError, ValueError):
        with open(os.path.join(folder, NAME), "rb") as file:
            state = msgspec.json.decode(file.read(), type=_State)
        tree = Tree(state.size, [bytes.fromhex(peak) for peak in state.peaks])
        if (tree.size, tree.root()) == (head.size, head.root):
            return tree
    return None


def _accepted(folder: str) -> int:
    """The newest record that says which damage was accepted; 0 where none was. It is always the first of a segment."""
    for segment in reversed(segments.list_segments(folder)):
        line = next(segments.read_lines(segment.path), None)
        with contextlib.suppress(ValueError):
            entry = record.decode(line.data) if line else None
            if entry and (entry.kind, entry.event) == ("daemon", DAMAGE_ACCEPTED):
                return segment.first
    return 0


def _dropped(folder: str, base: int) -> Tree:
    """The tree over what retention dropped; the empty one where nothing was."""
    found = segments.list_segments(folder)
    first = found[0].first if found else 0
    stone = tombstone.read(folder, first) if first > base else None
    return stone.tombstone.tree() if stone else Tree()


def _compare(tree: Tree, base: int, head: Checkpoint | None) -> None:
    if head is not None and tree.size == head.size and tree.root() != head.root:
        last = base + tree.size - 1
        raise damage(last, f"records {base} to {last} are not those that our own checkpoint covers")
