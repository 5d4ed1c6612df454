"""Evidence in files: made beside the log, checked without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.enactctl import Enactctl, Inhabited
from support.witnessed import build, rewrite

from enactd.receipts import checkpoint, note
from enactd.receipts.note import PublicKey


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Enactctl:
    """A command line whose own gate was never started."""
    return Enactctl(tmp_path_factory.mktemp("console"))


@pytest.fixture
def log(tmp_path: Path) -> tuple[Path, PublicKey]:
    key, _ = build(tmp_path, "rcrrrc")
    return tmp_path / "log", key


def test_a_checkpoint_of_now(inhabited: Inhabited, tmp_path: Path) -> None:
    """The daemon signs everything there is; it is kept, and held against the log later."""
    kept = tmp_path / "kept"
    said = inhabited.console("receipts", "checkpoint", "-o", str(kept))
    assert f"written to {kept}\n" == said.out
    found = checkpoint.parse(kept.read_bytes())
    key = note.parse_vkey(inhabited.console("keys", "export-public").out)
    assert "" == checkpoint.verify(found, [key])
    assert 0 == inhabited.console("receipts", "verify", "--since", str(kept)).code
    assert 1 == inhabited.console("receipts", "checkpoint", "-o", str(kept)).code


def test_one_receipt(inhabited: Inhabited, tmp_path: Path, console: Enactctl) -> None:
    """Proved here, checked elsewhere with the public key alone; with a changed line it does not hold."""
    receipt = inhabited.receipt("rm -rf /")
    proof = tmp_path / "one.tlog-proof"
    proof.write_text(inhabited.console("receipts", "prove", receipt).out)
    key = inhabited.console("keys", "export-public").out.strip()
    said = console("receipts", "check-proof", str(proof), "--key", key)
    assert (0, True) == (said.code, said.out.startswith(f"good: this receipt is record {receipt.split('-')[0]} of log"))
    (tmp_path / "line").write_text("{}")
    bad = console("receipts", "check-proof", str(proof), "--key", key, "--receipt", str(tmp_path / "line"))
    assert 5 == bad.code
    assert bad.out.startswith("BAD: the path does not lead")


def test_a_bare_proof(console: Enactctl, log: tuple[Path, PublicKey], tmp_path: Path) -> None:
    """Without the line in it, the line has to be given; PEM does for a key."""
    folder, key = log
    proof, line = tmp_path / "bare", tmp_path / "line"
    assert 0 == console("receipts", "prove", "2", "--bare", "--folder", str(folder), "-o", str(proof)).code
    (tmp_path / "key.pem").write_text(key.pem)
    words = ("receipts", "check-proof", str(proof), "--key", str(tmp_path / "key.pem"))
    assert "--receipt FILE" == console(*words).error["fix"]
    line.write_text(console("receipts", "export", "--first", "2", "--last", "2", "--folder", str(folder)).out)
    assert 0 == console(*words, "--receipt", str(line)).code
    value = console(*words, "--receipt", str(line), "--json").json("proof")
    assert (True, "") == (value["good"], value["problem"])


def test_two_checkpoints(console: Enactctl, log: tuple[Path, PublicKey], tmp_path: Path) -> None:
    """The newer one goes on from the older one, provably; a changed log gives no proof."""
    folder, key = log
    old, proof = tmp_path / "old", tmp_path / "proof"
    old.write_bytes(checkpoint.read_file(checkpoint.list_files(str(folder))[0])[0][0].data)
    assert 0 == console("receipts", "connect", str(old), "--folder", str(folder), "-o", str(proof)).code
    said = console("receipts", "check-proof", str(proof), "--key", key.vkey)
    assert (0, True) == (said.code, said.out.startswith("good: the log of 4 records goes on from that of 1"))
    other = note.public_key(key.name, bytes(32)).vkey
    assert 5 == console("receipts", "check-proof", str(proof), "--key", other).code
    rewrite(folder, 0, call_id="other")
    said = console("receipts", "connect", str(old), "--folder", str(folder))
    assert "not the one that this checkpoint signed" in said.error["error"]


def test_nothing_to_prove(console: Enactctl, tmp_path: Path) -> None:
    """Without a checkpoint there is no proof; a file that is none is said to be none."""
    said = console("receipts", "checkpoint")
    assert "enactd start" == said.error["fix"]
    (tmp_path / "file").write_text("text")
    said = console("receipts", "check-proof", str(tmp_path / "file"), "--key", "a+b+c")
    assert "is no proof" in said.error["error"]
