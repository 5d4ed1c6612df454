"""The Merkle tree of RFC 6962 over the lines of a log: line `i`, without its LF, is leaf `i`.

A `Tree` keeps only its peaks, the roots of the full subtrees from left to right (as many as the size has one
bits), so appending is cheap and the state of a million leaves is some twenty hashes. Proofs need all leaf hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY: Final = hashlib.sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    """The hash of one line as a leaf; the prefix keeps leaves and nodes apart."""
    return hashlib.sha256(b"\0" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A growing tree. Not thread-safe; `copy` gives others a state that stays."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Go on from a known state; raises `ValueError` if so many peaks are not those of that size."""
        if size < 0 or len(peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in peaks):
            raise ValueError(f"{len(peaks)} peaks do not make a tree of {size} leaves")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the right."""
        complete = self.size
        while complete & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            complete >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash that commits to all leaves and their order."""
        if not self.peaks:
            return EMPTY
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def copy(self) -> Tree:
        """The same state, which goes its own way from now on."""
        return Tree(self.size, self.peaks)


class Leaves:
    """Leaf hashes to prove with; of those before the first one only a tree's peaks may be known."""

    def __init__(self, hashes: Sequence[bytes], before: Tree | None = None) -> None:
        self.hashes = hashes
        self.before = before or Tree()

    def __len__(self) -> int:
        return self.before.size + len(self.hashes)

    def __getitem__(self, index: int) -> bytes:
        if index < self.before.size:
            raise IndexError(f"leaf {index} is not known any more")
        return self.hashes[index - self.before.size]

    def root(self, first: int, last: int) -> bytes:
        """The root over leaves `first` to `last - 1`; raises `IndexError` where single ones of them are not known."""
        known = self.before.size
        if first >= known:
            return root_of(self.hashes[first - known : last - known])
        place, covered, peaks = 0, 0, []
        for peak, size in zip(self.before.peaks, _sizes(known), strict=True):
            if first <= place < last:
                peaks.append(peak)
                covered += size
            place += size
        if covered != min(last, known) - first:
            raise IndexError(f"leaves {first} to {last - 1} are not known any more")
        tree = Tree(covered, peaks)
        for leaf in self.hashes[: max(0, last - known)]:
            tree.append(leaf)
        return tree.root()


def _sizes(size: int) -> list[int]:
    """How many leaves each peak stands for, from left to right."""
    return [1 << bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_proof(index: int, given: Sequence[bytes] | Leaves) -> list[bytes]:
    """The siblings from leaf `index` up to the root; raises `IndexError` where there is no such leaf."""
    leaves = given if isinstance(given, Leaves) else Leaves(given)
    if not leaves.before.size <= index < len(leaves):
        raise IndexError(f"leaf {index} is not among {len(leaves)}")
    path: list[bytes] = []
    first, last = 0, len(leaves)
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(leaves.root(middle, last))
            last = middle
        else:
            path.append(leaves.root(first, middle))
            first = middle
    return path[::-1]


def consistency_proof(old: int, given: Sequence[bytes] | Leaves) -> list[bytes]:
    """What shows that the tree of the first `old` leaves is the beginning of this one; raises `IndexError`."""
    leaves = given if isinstance(given, Leaves) else Leaves(given)
    if not 0 <= old <= len(leaves):
        raise IndexError(f"there are no {old} leaves among {len(leaves)}")
    if old in (0, len(leaves)):
        return []
    path: list[bytes] = []
    first, last, is_whole = 0, len(leaves), True
    while old != last:
        middle = first + _split(last - first)
        if old <= middle:
            path.append(leaves.root(middle, last))
            last = middle
        else:
            path.append(leaves.root(first, middle))
            first, is_whole = middle, False
    if not is_whole:
        path.append(leaves.root(first, last))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` shows `leaf` at `index` in the tree of `size` leaves with this `root`."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `path` shows that the tree of `old` leaves is the beginning of the one of `new` leaves."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not path and old_root == EMPTY
    if old == new:
        return not path and old_root == new_root
    whole = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not whole:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = whole[0]
    for sibling in whole[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
