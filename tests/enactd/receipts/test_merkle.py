"""The tree of RFC 6962: against its definition, against vectors, and against forged proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.receipts import merkle
from enactd.receipts.merkle import Tree

quick = settings(max_examples=examples(60), deadline=None)

# The eight inputs with which implementations of Certificate Transparency are tested, and the roots over the first
# n of them. Each root is computed again below from the definition.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(lines: Sequence[bytes]) -> bytes:
    """The definition, word by word: MTH of RFC 6962, section 2.1."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\x00" + lines[0]).digest()
    k = 1
    while k * 2 < len(lines):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(lines[:k]) + naive_root(lines[k:])).digest()


def naive_path(m: int, lines: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(lines) == 1:
        return []
    k = 1
    while k * 2 < len(lines):
        k *= 2
    if m < k:
        return [*naive_path(m, lines[:k]), naive_root(lines[k:])]
    return [*naive_path(m - k, lines[k:]), naive_root(lines[:k])]


def naive_proof(m: int, lines: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.2."""
    if m == len(lines):
        return [] if whole else [naive_root(lines)]
    k = 1
    while k * 2 < len(lines):
        k *= 2
    if m <= k:
        return [*naive_proof(m, lines[:k], whole), naive_root(lines[k:])]
    return [*naive_proof(m - k, lines[k:], False), naive_root(lines[:k])]


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"line %d" % number) for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size: int) -> None:
    """The roots of the known inputs, grown one by one, and by the definition."""
    tree = Tree()
    for line in INPUTS[:size]:
        tree.append(merkle.leaf_hash(line))
    assert ROOTS[size - 1] == tree.root().hex() == naive_root(INPUTS[:size]).hex()


def test_the_empty_tree() -> None:
    """Its root is the hash of nothing."""
    assert "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == Tree().root().hex()


@quick
@given(st.lists(st.binary(max_size=8), max_size=70))
def test_roots_by_definition(lines: list[bytes]) -> None:
    """Whatever the lines and however many: the grown tree has the root of the definition."""
    assert naive_root(lines) == merkle.root_of(map(merkle.leaf_hash, lines))


def test_proofs_by_definition() -> None:
    """Inclusion and consistency proofs of every tree up to 33 leaves are those of the definition, and verify."""
    for size in range(1, 34):
        lines = [b"line %d" % number for number in range(size)]
        found, root = leaves(size), naive_root(lines)
        for index in range(size):
            path = merkle.inclusion_proof(index, found)
            assert naive_path(index, lines) == path
            assert merkle.verify_inclusion(index, size, found[index], path, root)
        for old in range(1, size + 1):
            path = merkle.consistency_proof(old, found)
            assert naive_proof(old, lines) == path
            assert merkle.verify_consistency(old, size, path, naive_root(lines[:old]), root)


@quick
@given(st.integers(1, 40), st.data())
def test_false_inclusion(size: int, data: st.DataObject) -> None:
    """A proof holds for no other leaf, index, size or root, and not with a hash changed, dropped or added."""
    found = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    path, root = merkle.inclusion_proof(index, found), merkle.root_of(found)
    other = merkle.leaf_hash(b"other")
    place = data.draw(st.integers(0, len(path)))
    assert not merkle.verify_inclusion(index, size, other, path, root)
    assert not merkle.verify_inclusion(index, size, found[index], path, other)
    assert not merkle.verify_inclusion(index, size, found[index], [*path[:place], other, *path[place:]], root)
    for false in (place, *range(size)):
        if false != index:
            assert not merkle.verify_inclusion(false, size, found[index], path, root) or found[false] == found[index]
    if path:
        gone = data.draw(st.integers(0, len(path) - 1))
        assert not merkle.verify_inclusion(index, size, found[index], path[:gone] + path[gone + 1 :], root)
        assert not merkle.verify_inclusion(index, size, found[index], [*path[:gone], other, *path[gone + 1 :]], root)


@quick
@given(st.integers(1, 40), st.data())
def test_false_consistency(size: int, data: st.DataObject) -> None:
    """An old tree that is not the beginning of the new one has no proof: fork, rollback, change."""
    found = leaves(size)
    old = data.draw(st.integers(1, size))
    path, root, old_root = merkle.consistency_proof(old, found), merkle.root_of(found), merkle.root_of(found[:old])
    changed = data.draw(st.integers(0, old - 1))
    other = merkle.leaf_hash(b"other")
    fork = merkle.root_of([*found[:changed], other, *found[changed + 1 : old]])
    assert merkle.verify_consistency(old, size, path, old_root, root)
    assert not merkle.verify_consistency(old, size, path, fork, root)
    assert not merkle.verify_consistency(old, size, path, old_root, other)
    assert not merkle.verify_consistency(size + 1, size, path, old_root, root)
    assert not merkle.verify_consistency(old, size, [*path, other], old_root, root)
    for gone in range(len(path)):
        assert not merkle.verify_consistency(old, size, path[:gone] + path[gone + 1 :], old_root, root)


def test_the_empty_tree_begins_every_tree() -> None:
    """With an empty proof, and only as the empty tree."""
    found = leaves(3)
    assert [] == merkle.consistency_proof(0, found)
    assert merkle.verify_consistency(0, 3, [], merkle.EMPTY, merkle.root_of(found))
    assert not merkle.verify_consistency(0, 3, [], found[0], merkle.root_of(found))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_such_leaf(index: int, size: int) -> None:
    """What is not in the tree is not proved, and no proof of it verifies."""
    with pytest.raises(IndexError):
        merkle.inclusion_proof(index, leaves(size))
    assert not merkle.verify_inclusion(index, size, merkle.EMPTY, [], merkle.EMPTY)


@quick
@given(st.integers(0, 300), st.integers(0, 40))
def test_going_on_from_peaks(size: int, more: int) -> None:
    """A tree restored from its peaks grows as if it had never been away; the copy leaves the original alone."""
    found = leaves(size + more)
    tree = Tree()
    for leaf in found[:size]:
        tree.append(leaf)
    restored, kept = Tree(tree.size, tree.peaks), tree.copy()
    for leaf in found[size:]:
        restored.append(leaf)
    assert merkle.root_of(found) == restored.root()
    assert (size, merkle.root_of(found[:size])) == (kept.size, kept.root()) == (tree.size, tree.root())


@pytest.mark.parametrize(("size", "peaks"), [(0, 1), (1, 0), (3, 1), (4, 2), (-1, 1)])
def test_peaks_that_make_no_tree(size: int, peaks: int) -> None:
    """A state is refused unless it has as many peaks as its size asks for."""
    with pytest.raises(ValueError, match="do not make a tree"):
        Tree(size, [merkle.EMPTY] * peaks)


def test_a_peak_that_is_no_hash() -> None:
    with pytest.raises(ValueError, match="do not make a tree"):
        Tree(1, [b"short"])


@pytest.mark.parametrize("known", range(20))
def test_proofs_when_the_first_leaves_are_gone(known: int) -> None:
    """With the peaks of what was dropped, every remaining leaf is proved as before; a dropped one is not."""
    found = leaves(20)
    before = Tree()
    for leaf in found[:known]:
        before.append(leaf)
    for size in range(known + 1, 21):
        some = merkle.Leaves(found[known:size], before)
        assert merkle.root_of(found[:size]) == some.root(0, size)
        for index in range(size):
            if index >= known:
                assert merkle.inclusion_proof(index, found[:size]) == merkle.inclusion_proof(index, some)
                assert found[index] == some[index]
            else:
                with pytest.raises(IndexError):
                    merkle.inclusion_proof(index, some)
                with pytest.raises(IndexError):
                    some[index]
        for old in range(max(known, 1), size + 1):
            assert merkle.consistency_proof(old, found[:size]) == merkle.consistency_proof(old, some)


def test_what_peaks_cannot_tell() -> None:
    """Inside a dropped subtree nothing is known; no wrong hash is given in its place."""
    before = Tree()
    for leaf in leaves(12):
        before.append(leaf)
    some = merkle.Leaves([], before)
    assert merkle.root_of(leaves(8)) == some.root(0, 8)
    for first, last in ((0, 4), (1, 8), (0, 9), (4, 12), (8, 10), (10, 12)):
        with pytest.raises(IndexError):
            some.root(first, last)
