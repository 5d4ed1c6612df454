"""Checkpoints and the proofs that stand on them: read back whole, and refused for the least change."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.errors import ReceiptError
from enactd.receipts import checkpoint, merkle, note
from enactd.receipts.checkpoint import Checkpoint

SEED = bytes(range(32))
ORIGIN = checkpoint.origin_of("ada.0123", note.public_key("x", SEED).key)
KEY = note.public_key(ORIGIN, SEED)
OTHER = note.public_key(ORIGIN, bytes(32))
LINES = [b'{"line":%d}' % number for number in range(11)]
LEAVES = [merkle.leaf_hash(line) for line in LINES]
quick = settings(max_examples=examples(60), deadline=None)


def head(size: int = 11) -> bytes:
    return Checkpoint(ORIGIN, size, merkle.root_of(LEAVES[:size])).signed(SEED)


def test_the_origin_names_host_and_key() -> None:
    """Log id, slash, the fingerprint that people compare."""
    assert f"ada.0123/{KEY.fingerprint}" == ORIGIN


def test_a_checkpoint_comes_back() -> None:
    """Three lines, signed by the log's key and by no other."""
    found = checkpoint.parse(head())
    root = base64.b64encode(merkle.root_of(LEAVES)).decode()
    assert f"{ORIGIN}\n11\n{root}\n" == found.note.text == found.checkpoint.text
    assert "" == checkpoint.verify(found, [OTHER, KEY])
    assert "not signed by" in checkpoint.verify(found, [OTHER])
    assert "not signed by" in checkpoint.verify(found, [])


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        f"o\n01\n{'A' * 43}=\n",
        f"o\n-1\n{'A' * 43}=\n",
        f"o\n1\n{'A' * 43}=\nmore\n",
        "o\n1\nAAAA\n",
        f"\n1\n{'A' * 43}=\n",
        f"o\n1{'0' * 15}\n{'A' * 43}=\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    """Leading zeros, other lines, short roots: signed or not, refused."""
    with pytest.raises(ValueError, match=r"."):
        checkpoint.parse(note.sign(text, ORIGIN, SEED))


def test_many_in_one_file(tmp_path: Path) -> None:
    """They stand behind each other; what a crash left unfinished ends the reading and is told."""
    path = tmp_path / "000000000001.checkpoints"
    whole = b"".join(head(size) + b"\n" for size in (1, 5, 11))
    path.write_bytes(whole)
    assert ([1, 5, 11], "") == sizes(path)
    for end in range(len(whole) - 1):
        path.write_bytes(whole[:end])
        found, problem = sizes(path)
        assert [1, 5, 11][: len(found)] == found
        assert problem or end in (0, *ends(whole))
    assert [str(path)] == checkpoint.list_files(str(tmp_path))


def ends(whole: bytes) -> list[int]:
    """Where a checkpoint ends, with and without the empty line behind it."""
    end = [len(head(1)), len(head(1)) + 1 + len(head(5)), len(whole) - 1]
    return [*end, *(place + 1 for place in end)]


def sizes(path: Path) -> tuple[list[int], str]:
    found, problem = checkpoint.read_file(str(path))
    return [signed.checkpoint.size for signed in found], problem


def test_the_newest(tmp_path: Path) -> None:
    """The last readable one of the last file that has any; none where there is none."""
    assert checkpoint.newest(str(tmp_path / "none")) is checkpoint.newest(str(tmp_path)) is None
    (tmp_path / "000000000001.checkpoints").write_bytes(head(1) + b"\n" + head(5) + b"\n")
    (tmp_path / "000000000011.checkpoints").write_bytes(head(11)[:40])
    found = checkpoint.newest(str(tmp_path))
    assert found is not None
    assert 5 == found.checkpoint.size


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReceiptError, match="cannot read"):
        checkpoint.list_files(str(tmp_path / "file"))
    with pytest.raises(ReceiptError, match="cannot read"):
        checkpoint.read_file(str(tmp_path / "gone"))


@pytest.mark.parametrize("line", [b"", LINES[4]])
def test_a_proof_of_one_receipt(line: bytes) -> None:
    """One file and the public key show that a line is in the log, and for no other line or key."""
    path = merkle.inclusion_proof(4, LEAVES)
    text = checkpoint.proof_text(4, path, head(), line)
    assert text.startswith(b"c2sp.org/tlog-proof@v1\n")
    assert text.endswith(b"\n\n" + head())
    found = checkpoint.parse_proof(text)
    assert (4, tuple(path), line) == (found.index, found.path, found.line)
    assert "" == checkpoint.check_proof(found, LINES[4], [KEY])
    assert "does not lead" in checkpoint.check_proof(found, LINES[5], [KEY])
    assert "the checkpoint" in checkpoint.check_proof(found, LINES[4], [OTHER])


def test_every_byte_of_a_proof_changed() -> None:
    """No changed byte leaves a proof that holds, but in the extra data, which proves nothing by itself."""
    whole = checkpoint.proof_text(4, merkle.inclusion_proof(4, LEAVES), head())
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        try:
            problem = checkpoint.check_proof(checkpoint.parse_proof(bytes(changed)), LINES[4], [KEY])
        except ValueError:
            continue
        assert problem, place


def test_a_tree_of_one() -> None:
    """Its proof has no hashes."""
    text = checkpoint.proof_text(0, (), head(1))
    assert "" == checkpoint.check_proof(checkpoint.parse_proof(text), LINES[0], [KEY])


@quick
@given(
    st.binary(max_size=120), st.sampled_from([b"", b"c2sp.org/tlog-proof@v1\n", b"c2sp.org/tlog-proof@v1\nindex 1\n"])
)
def test_garbage_is_no_proof(data: bytes, start: bytes) -> None:
    """Nothing but `ValueError` comes of bytes that are no proof."""
    with pytest.raises(ValueError, match=r".|\n"):
        checkpoint.parse_proof(start + data)


@pytest.mark.parametrize(("old", "new"), [(1, 11), (4, 11), (8, 9), (11, 11), (10, 11)])
def test_consistency_of_two_checkpoints(old: int, new: int) -> None:
    """One file shows that a later checkpoint goes on from an earlier one, and does not for a fork."""
    before, after = checkpoint.parse(head(old)), checkpoint.parse(head(new))
    text = checkpoint.consistency_text(merkle.consistency_proof(old, LEAVES[:new]), before, after)
    assert (before.checkpoint, after.checkpoint, "") == checkpoint.check_consistency(text, [KEY])
    assert "the old checkpoint" in checkpoint.check_consistency(text, [OTHER])[2]
    fork = checkpoint.parse(Checkpoint(ORIGIN, old, merkle.root_of(LEAVES[1 : old + 1])).signed(SEED))
    forked = checkpoint.consistency_text(merkle.consistency_proof(old, LEAVES[:new]), fork, after)
    if old < new:
        assert "does not begin" in checkpoint.check_consistency(forked, [KEY])[2]


def test_checkpoints_of_two_logs() -> None:
    """They say nothing about each other."""
    name = "bob/" + KEY.fingerprint
    before = checkpoint.parse(Checkpoint(name, 1, LEAVES[0]).signed(SEED))
    text = checkpoint.consistency_text([], before, checkpoint.parse(head(1)))
    assert "two logs" in checkpoint.check_consistency(text, [KEY, note.public_key(name, SEED)])[2]


@pytest.mark.parametrize(
    "text", [b"", b"other\n\n" + head() + b"\n" + head(), b"enactd-consistency-proof@v1\n\n" + head()]
)
def test_what_is_no_consistency_proof(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        checkpoint.check_consistency(text, [KEY])
