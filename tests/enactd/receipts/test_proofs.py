"""Proofs made from a folder hold without it, and none is made that would not."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.receipts import lines
from support.witnessed import build, rewrite

from enactd.errors import ReceiptError
from enactd.receipts import checkpoint, proofs, segments
from enactd.receipts.checkpoint import Signed
from enactd.receipts.note import PublicKey
from enactd.receipts.record import Receipt


@pytest.fixture
def log(tmp_path: Path) -> tuple[Path, PublicKey]:
    key, _ = build(tmp_path, "rrrcrrrrc", segment_bytes=1200)
    return tmp_path / "log", key


def receipt(folder: Path, number: int) -> Receipt:
    found = segments.find(str(folder), str(number))
    assert found is not None
    return found


def kept(folder: Path) -> list[Signed]:
    return [signed for path in checkpoint.list_files(str(folder)) for signed in checkpoint.read_file(path)[0]]


def test_every_receipt_is_proved(log: tuple[Path, PublicKey]) -> None:
    """Each by one small file that needs nothing else but the public key."""
    folder, key = log
    for number in range(7):
        wanted = receipt(folder, number)
        signed = proofs.covering(str(folder), number)
        assert signed is not None
        proof = checkpoint.parse_proof(proofs.prove(str(folder), wanted, signed))
        assert (number, wanted.line) == (proof.index, proof.line)
        assert "" == checkpoint.check_proof(proof, wanted.line, [key])
        assert b"" == checkpoint.parse_proof(proofs.prove(str(folder), wanted, signed, with_line=False)).line
    assert proofs.covering(str(folder), 7) is proofs.covering(str(folder / "none"), 0) is None


def test_under_an_older_checkpoint(log: tuple[Path, PublicKey]) -> None:
    """What it covers is proved by it; what came later is not."""
    folder, key = log
    old, _ = kept(folder)
    proof = checkpoint.parse_proof(proofs.prove(str(folder), receipt(folder, 1), old))
    assert "" == checkpoint.check_proof(proof, receipt(folder, 1).line, [key])
    with pytest.raises(ReceiptError, match="cannot be proved"):
        proofs.prove(str(folder), receipt(folder, 5), old)


def test_two_checkpoints(log: tuple[Path, PublicKey]) -> None:
    """The newer one goes on from the older one, in one file; not the other way round."""
    folder, key = log
    old, new = kept(folder)
    before, after, problem = checkpoint.check_consistency(proofs.connect(str(folder), old, new), [key])
    assert (3, 7, "") == (before.size, after.size, problem)
    with pytest.raises(ReceiptError, match="do not follow"):
        proofs.connect(str(folder), new, old)


def test_a_changed_log_proves_nothing(log: tuple[Path, PublicKey]) -> None:
    """Neither a receipt nor a connection, whichever record was changed."""
    folder, _ = log
    old, new = kept(folder)
    rewrite(folder, 2, call_id="other")
    with pytest.raises(ReceiptError, match="not the one that this checkpoint signed"):
        proofs.prove(str(folder), receipt(folder, 5), new)
    with pytest.raises(ReceiptError, match="not the one that this checkpoint signed"):
        proofs.connect(str(folder), old, new)


def test_a_shorter_log_proves_nothing(log: tuple[Path, PublicKey]) -> None:
    folder, _ = log
    _, new = kept(folder)
    for path in sorted(folder.glob("*.jsonl"))[1:]:
        path.unlink()
    assert len(lines(folder)) < 7
    with pytest.raises(ReceiptError, match="shorter than this checkpoint"):
        proofs.prove(str(folder), receipt(folder, 0), new)
