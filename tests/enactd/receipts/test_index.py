"""The index is a cache: incremental, never believed, and void as soon as it does not fit the log."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from support.receipts import decision, open_log, segment, write_log

from enactd.receipts import index as index_module
from enactd.receipts.index import Index, StaleError
from enactd.receipts.query import Query

ALL = Query()


def seqs(index: Index, wanted: Query = ALL) -> list[int]:
    return [spot.seq for spot in index.candidates(wanted)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    write_log(tmp_path / "log", 10)
    return tmp_path / "log"


def test_it_grows_with_the_log(log: Path, tmp_path: Path) -> None:
    """What is new is added, and nothing is read twice."""
    index = Index(str(tmp_path / "i"), str(log))
    assert 10 == index.catch_up()
    write_log(log, 5)
    assert list(range(9, -1, -1)) == seqs(index)
    assert 15 == index.catch_up()
    assert list(range(14, -1, -1)) == seqs(index)
    index.close()
    again = Index(str(tmp_path / "i"), str(log))
    assert 15 == again.catch_up()


def test_chunks(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long log comes in several transactions, of which each is told."""
    monkeypatch.setattr(index_module, "CHUNK", 3)
    told: list[int] = []
    index = Index(str(tmp_path / "i"), str(log))
    assert 10 == index.catch_up(told.append)
    assert [3, 6, 9] == told
    assert 10 == len(seqs(index))


def test_over_segments(tmp_path: Path) -> None:
    """Places are those of the segment a line lies in."""
    write_log(tmp_path / "log", 30, segment_bytes=2000)
    index = Index(str(tmp_path / "i"), str(tmp_path / "log"))
    assert 30 == index.catch_up()
    assert len({spot.segment for spot in index.candidates(Query())}) > 2


def test_another_log_voids_it(log: Path, tmp_path: Path) -> None:
    """A changed last line, or a shorter log, is another log."""
    index = Index(str(tmp_path / "i"), str(log))
    index.catch_up()
    lines = segment(log).read_bytes().splitlines(keepends=True)
    segment(log).write_bytes(b"".join(lines[:-1]))
    with pytest.raises(StaleError):
        index.catch_up()
    segment(log).write_bytes(b"".join(lines).replace(b'"c9"', b'"c8"'))
    with pytest.raises(StaleError):
        index.catch_up()


def test_a_row_that_is_missing_voids_it(log: Path, tmp_path: Path) -> None:
    """Rows are counted, so that a lost one cannot hide a receipt."""
    index = Index(str(tmp_path / "i"), str(log))
    index.catch_up()
    other = sqlite3.connect(tmp_path / "i")
    other.execute("DELETE FROM entry WHERE seq = 4")
    other.commit()
    other.close()
    with pytest.raises(StaleError):
        index.catch_up()


def test_two_that_fill_it(log: Path, tmp_path: Path) -> None:
    """The second goes on where the first was."""
    one, two = Index(str(tmp_path / "i"), str(log)), Index(str(tmp_path / "i"), str(log))
    assert (10, 10) == (one.catch_up(), two.catch_up())
    write_log(log, 1)
    assert (11, 11) == (two.catch_up(), one.catch_up())


def test_numbers_of_one_transaction_that_failed(tmp_path: Path) -> None:
    """Names that were numbered in vain get numbers again."""
    log = open_log(tmp_path / "log")
    log.append_now(decision(session="one"))
    log.close()
    data = segment(tmp_path / "log").read_bytes()
    segment(tmp_path / "log").write_bytes(data + b"{}\n")
    index = Index(str(tmp_path / "i"), str(tmp_path / "log"))
    with pytest.raises(index_module.segments.ReceiptError):
        index.catch_up()
    segment(tmp_path / "log").write_bytes(data)
    assert 1 == index.catch_up()
    assert [0] == seqs(index, Query(session="one"))


def test_not_through_a_link(log: Path, tmp_path: Path) -> None:
    """A link planted where the index goes is not followed."""
    (tmp_path / "i").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        Index(str(tmp_path / "i"), str(log))
    assert not (tmp_path / "elsewhere").exists()


def test_private(log: Path, tmp_path: Path) -> None:
    """It holds what receipts hold, so it is as private."""
    Index(str(tmp_path / "i"), str(log)).catch_up()
    assert 0 == (tmp_path / "i").stat().st_mode & 0o077
    index_module.remove(str(tmp_path / "i"))
    assert [] == list(tmp_path.glob("i*"))
