"""The cache of session states: ours or void, never trusted, never needed."""

from __future__ import annotations

import sqlite3
import stat
import time
from pathlib import Path

import pytest
from support.receipts import signer

from enactd.receipts.signer import Signer
from enactd.session_index import VERSION, Position, Row, SessionIndex, open_index, remove_index

HERE = Position("log", 7, "f" * 64)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "sessions.db")


def saved(path: str) -> SessionIndex:
    index = SessionIndex(path, signer())
    index.save([Row("a/1", 5, b"{1}"), Row("a/2", 6, b"{2}")], HERE)
    return index


def test_what_was_saved_is_there(path: str) -> None:
    """States and position, also for the next process."""
    saved(path).close()
    index = open_index(path, signer())
    assert index is not None
    assert (b"{1}", b"{2}", None) == (index.load("a/1"), index.load("a/2"), index.load("a/3"))
    assert HERE == index.position()
    index.close()


def test_a_new_index_knows_nothing(path: str) -> None:
    """No position, no states."""
    index = SessionIndex(path, signer())
    assert index.position() is None
    assert [] == index.newest(10)
    index.close()


def test_the_newest_state_wins(path: str) -> None:
    """Saving again replaces."""
    index = saved(path)
    index.save([Row("a/1", 9, b"{new}")], Position("log", 10, "e" * 64))
    assert b"{new}" == index.load("a/1")
    assert [b"{new}", b"{2}"] == index.newest(10)
    assert [b"{new}"] == index.newest(1)
    position = index.position()
    assert position is not None
    assert 10 == position.size
    index.close()


def test_private(path: str) -> None:
    """The file is 0600."""
    saved(path).close()
    assert 0o600 == stat.S_IMODE(Path(path).stat().st_mode)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE state SET body = CAST('{9}' AS BLOB) WHERE name = 'a/1'",
        "UPDATE state SET body = '{1}' WHERE name = 'a/1'",
        "UPDATE state SET mac = 'x' WHERE name = 'a/1'",
        "UPDATE state SET mac = NULL WHERE name = 'a/1'",
        "UPDATE state SET mac = 5 WHERE name = 'a/1'",
        "UPDATE state SET body = (SELECT body FROM state WHERE name='a/2'), "
        "mac = (SELECT mac FROM state WHERE name='a/2') WHERE name = 'a/1'",
    ],
)
def test_an_edited_row_is_an_error(path: str, change: str) -> None:
    """A row that is not ours is not taken, nor taken for absent."""
    saved(path).close()
    with sqlite3.connect(path) as database:
        database.execute(change)
    index = SessionIndex(path, signer())
    with pytest.raises(sqlite3.Error, match="not written by us"):
        index.load("a/1")
    assert b"{2}" == index.load("a/2")
    index.close()


def test_another_key(path: str) -> None:
    """An index of another key is made anew."""
    saved(path).close()
    index = open_index(path, Signer(b"x" * 32))
    assert index is not None
    assert index.position() is None
    assert index.load("a/1") is None
    index.close()


def test_another_version(path: str) -> None:
    """States of another shape are not read."""
    index = SessionIndex(path, signer())
    index.save([], Position("log", 7, "f" * 64, version=VERSION + 1))
    assert index.position() is None
    index.close()


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_made_anew(path: str, content: bytes) -> None:
    """Whatever lies there."""
    Path(path).write_bytes(content)
    index = open_index(path, signer())
    assert index is not None
    index.save([Row("a/1", 1, b"{}")], HERE)
    assert HERE == index.position()
    index.close()


def test_no_place_no_index(tmp_path: Path) -> None:
    """Where no file can be, there is none, and no error."""
    (tmp_path / "file").write_text("")
    assert open_index(str(tmp_path / "file" / "x.db"), signer()) is None
    (tmp_path / "folder").mkdir()
    assert open_index(str(tmp_path / "folder"), signer()) is None


def test_a_failed_save_changes_nothing(path: str) -> None:
    """All or nothing: while somebody else holds the file nothing is saved, and nobody waits long."""
    index = saved(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.perf_counter()
    with pytest.raises(sqlite3.Error, match="locked"):
        index.save([Row("a/1", 9, b"{new}")], HERE)
    assert time.perf_counter() - start < 0.5
    assert b"{1}" == index.load("a/1")
    other.close()
    index.save([Row("a/3", 9, b"{3}")], HERE)
    assert b"{3}" == index.load("a/3")
    index.close()


def test_removing(path: str) -> None:
    """All of its files go, and going twice is no trouble."""
    index = saved(path)
    remove_index(path)
    remove_index(path)
    index.close()
    assert [] == [name for name in Path(path).parent.iterdir() if name.name == "sessions.db"]
