"""Time stamps by a real authority: obtained, kept, verified here and by openssl, and refused where they do not hold."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tsa import Authority, authority
from support.witnessed import build

from enactd.errors import ReceiptError, UsageError
from enactd.receipts import checkpoint, timestamps
from enactd.receipts.checkpoint import Signed
from enactd.receipts.timestamps import Stamped, list_stamps, load_certificates, obtain, verify


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("tsa") / "one") as made:
        yield made


@pytest.fixture
def log(tmp_path: Path, tsa: Authority) -> Path:
    """Two records, two checkpoints, a stamp for each."""
    tsa.spoilt = None
    for _ in range(2):
        build(tmp_path, "rc")
        obtain(str(tmp_path / "log"), newest(tmp_path / "log"), tsa.url)
    return tmp_path / "log"


def newest(log: Path) -> Signed:
    found = checkpoint.newest(str(log))
    assert found is not None
    return found


def held(log: Path, *certificates: Path) -> Stamped:
    return verify(str(log), load_certificates(b"".join(path.read_bytes() for path in certificates)))


def test_stamps_are_good(log: Path, tsa: Authority, tmp_path: Path) -> None:
    """Held against the root alone, or with what lies between; openssl agrees, byte for byte of the note."""
    began = time.time()
    for certificates in ((tsa.root,), (tsa.folder / "tsa.pem", tsa.root)):
        found = held(log, *certificates)
        assert (2, 2, "") == (found.good, found.covered, found.problem)
        assert began - 600 < found.when < time.time() + 5
    assert ["000000000001.tsr", "000000000002.tsr"] == [Path(path).name for path in list_stamps(str(log))]
    (tmp_path / "note").write_bytes(newest(log).data)
    assert tsa.verify(log / "000000000002.tsr", tmp_path / "note")
    assert not tsa.verify(log / "000000000001.tsr", tmp_path / "note")


def test_another_authority(log: Path, tmp_path: Path, tsa: Authority) -> None:
    """A stamp of somebody else counts for nothing, whatever it says."""
    with authority(tmp_path / "other") as other:
        found = held(log, other.root)
        assert (0, True) == (found.good, found.problem.startswith("`000000000001.tsr`: "))
        obtain(str(log), newest(log), other.url)
    found = held(log, tsa.root)
    assert (1, 1, True) == (found.good, found.covered, found.problem.startswith("`000000000002.tsr`: "))


@pytest.mark.parametrize("step", [1, 7])
def test_every_byte_counts(log: Path, tsa: Authority, step: int) -> None:
    """A stamp of which a bit is turned is no stamp: what is signed is found out, and what is not changes nothing."""
    path = log / "000000000002.tsr"
    whole = path.read_bytes()
    good = held(log, tsa.root)
    odd = []
    for place in range(step, len(whole), 29):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = held(log, tsa.root)
        if not found.problem and found != good:
            odd.append(place)
    assert [] == odd
    for data in (b"", whole[:-1], whole[: len(whole) // 2], b"\0" * 40):
        path.write_bytes(data)
        assert "`000000000002.tsr`" in held(log, tsa.root).problem


def test_a_checkpoint_that_changed(log: Path, tsa: Authority) -> None:
    """The stamp is about the exact bytes of one note: another one of the same size is not covered, nor is none."""
    (path,) = {Path(one) for one in checkpoint.list_files(str(log)) if "000000000002" in one}
    path.write_bytes(path.read_bytes().replace(b"test.1/", b"test.2/"))
    assert "`000000000002.tsr`" in held(log, tsa.root).problem
    path.unlink()
    assert "of a checkpoint that is not there" in held(log, tsa.root).problem


def test_a_stamp_moved_to_another_checkpoint(log: Path, tsa: Authority) -> None:
    """An older stamp under a newer one's name would make the newer records older."""
    (log / "000000000002.tsr").write_bytes((log / "000000000001.tsr").read_bytes())
    found = held(log, tsa.root)
    assert (1, True) == (found.good, "`000000000002.tsr`" in found.problem)


def test_answers_that_are_none(log: Path, tsa: Authority, tmp_path: Path) -> None:
    """Nothing is kept of what is not the answer to our question; what there was stays."""
    build(tmp_path, "rc")
    before = list_stamps(str(log))
    refusal = subprocess.run(
        ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "bad.tsq"],
        cwd=_with_bad_question(tsa), capture_output=True, check=True,
    ).stdout  # fmt: skip
    for spoilt in (b"", b"<html>", refusal, (log / "000000000001.tsr").read_bytes()):
        tsa.spoilt = spoilt
        with pytest.raises(ReceiptError, match="gave no time stamp") as caught:
            obtain(str(log), newest(log), tsa.url)
        assert caught.value.cause
    with pytest.raises(OSError, match="refused"):
        obtain(str(log), newest(log), "http://127.0.0.1:9/")
    assert before == list_stamps(str(log))


def _with_bad_question(tsa: Authority) -> Path:
    """A question by a digest that the authority does not take."""
    words = ["openssl", "ts", "-query", "-digest", "00" * 20, "-sha1", "-out", "bad.tsq"]
    subprocess.run(words, cwd=tsa.folder, capture_output=True, check=True)
    return tsa.folder


def test_certificates(tsa: Authority, log: Path) -> None:
    """What is none, and what is no root, is said."""
    with pytest.raises(UsageError, match="no certificate in PEM"):
        load_certificates(b"nonsense")
    with pytest.raises(UsageError, match="no certificate given is a root"):
        held(log, tsa.folder / "tsa.pem")


def test_no_stamps(tmp_path: Path, tsa: Authority) -> None:
    """Nothing to check is no problem."""
    assert Stamped() == held(tmp_path / "nowhere", tsa.root)


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: who asks for stamps without it is told how to get it."""
    build(tmp_path, "rc")
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(ReceiptError, match="not installed") as caught:
        obtain(str(tmp_path / "log"), newest(tmp_path / "log"), "http://127.0.0.1:9/")
    assert "pip install 'enactd[timestamps]'" == caught.value.fix
    assert "timestamps = [" in (Path(__file__).parents[3] / "pyproject.toml").read_text()


def test_the_library_stays_out_of_the_way() -> None:
    """The daemon starts without it, and without what it brings."""
    code = "import sys, enactd.__main__, enactd.cli; print([n for n in sys.modules if n.startswith('rfc3161')])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "[]\n" == shown
    assert timestamps.EXTRA == "enactd[timestamps]"
