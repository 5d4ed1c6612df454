"""The file of open sessions: private, of this run of the kernel alone, whole whatever ends the daemon."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from enactd.holder_file import SLICE, Change, HolderFile, Key, Row, open_file

A, B = (10, 100), (11, 110)


def row(process: tuple[int, int] = A, used: int = 1, name: str = "h") -> Row:
    return Row(name, process, used, b"{}")


def held(file: HolderFile, key: Key, *rows: Row) -> None:
    file.save([Change(key, rows[0].used if rows else 0, rows)], [(one.process, f"/g{one.process[0]}") for one in rows])


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "agents.db")


def test_what_was_saved_is_there_for_the_next(path: str) -> None:
    """Holders in their order, uses, processes; also where the first never closed it."""
    first = HolderFile(path, "boot")
    held(first, ("a", "s"), row(name="one", used=3), row(B, name="two", used=3))
    held(first, ("a", "t"), row(used=7, name="one"))
    after = HolderFile(path, "boot")
    assert [row(name="one", used=3), row(B, name="two", used=3)] == after.load(("a", "s"))
    assert [] == after.load(("a", "unknown"))
    assert (("a", "t"), row(used=7, name="one")) == after.latest(A)
    assert None is after.latest((12, 1))
    assert [(A, "/g10"), (B, "/g11")] == sorted(after.agents())
    assert 7 == after.last_use()


def test_a_use_changes_the_order_alone(path: str) -> None:
    """Without rows a change says only when the session was used."""
    file = HolderFile(path, "boot")
    for number in range(3):
        held(file, ("a", f"s{number}"), row(used=number))
    file.save([Change(("a", "s1"), 9)])
    latest = file.latest(A)
    assert latest is not None
    assert ("a", "s1") == latest[0]
    assert 1 == len(file.load(("a", "s1")))


def test_a_session_that_nobody_holds_any_more_has_no_rows(path: str) -> None:
    """Empty rows take it away, and its process has used another one last."""
    file = HolderFile(path, "boot")
    held(file, ("a", "s"), row())
    held(file, ("a", "t"), row(used=2))
    file.save([Change(("a", "t"), 2, ())])
    assert [] == file.load(("a", "t"))
    latest = file.latest(A)
    assert latest is not None
    assert ("a", "s") == latest[0]


def test_what_ended_goes_in_slices(path: str) -> None:
    """No call takes away more rows than a few, and only those of that process."""
    file = HolderFile(path, "boot")
    for number in range(2 * SLICE + 1):
        held(file, ("a", f"s{number}"), row(name="one"), row(B, name="two"))
    assert [False, False, True] == [file.forget(A) for _ in range(3)]
    assert [row(B, name="two")] == file.load(("a", "s0"))
    assert [(B, "/g11")] == file.agents()
    assert [("two",)] == file.database.execute("SELECT id FROM holder").fetchall()


def test_past_groups(path: str) -> None:
    """They are kept until they are said to be gone."""
    file = HolderFile(path, "boot")
    file.save_past([("/a", 1), ("/b", 2)])
    file.save_past([("/b", 1)], ["/a"])
    assert {"/b": 1} == HolderFile(path, "boot").past()


def test_private(path: str) -> None:
    """The file and what SQLite keeps beside it are 0600."""
    file = HolderFile(path, "boot")
    held(file, ("a", "s"), row())
    modes = {stat.S_IMODE(one.stat().st_mode) for one in Path(path).parent.iterdir()}
    assert {0o600} == modes


def test_another_run_of_the_kernel_begins_anew(path: str) -> None:
    """Process numbers of before the boot mean nothing."""
    file = HolderFile(path, "boot")
    held(file, ("a", "s"), row())
    file.close()
    with pytest.raises(sqlite3.DatabaseError):
        HolderFile(path, "other")
    assert [] == open_file(path, "other").load(("a", "s"))


def test_a_file_that_is_damaged_inside_begins_anew(path: str) -> None:
    """It is looked at whole when it is opened, not when a row is missed."""
    file = HolderFile(path, "boot")
    for number in range(200):
        held(file, ("a", f"s{number}"), row(name=f"h{number}"))
    file.close()
    data = bytearray(Path(path).read_bytes())
    data[8192:-4096] = b"\xff" * (len(data) - 12288)
    Path(path).write_bytes(data)
    opened = open_file(path, "boot")
    assert ([], []) == (opened.agents(), opened.load(("a", "s0")))
    held(opened, ("a", "s"), row())
    assert [row()] == HolderFile(path, "boot").load(("a", "s"))


@pytest.mark.parametrize("how", ["no folder", "a folder", "a link"])
def test_where_there_can_be_no_file_memory_is_used(tmp_path: Path, how: str) -> None:
    """What is no file of ours is left alone."""
    path = tmp_path / "no" / "agents.db" if how == "no folder" else tmp_path / "agents.db"
    if how == "a folder":
        path.mkdir()
    if how == "a link":
        path.symlink_to(tmp_path / "elsewhere")
    file = open_file(str(path), "boot")
    held(file, ("a", "s"), row())
    assert [row()] == file.load(("a", "s"))
    assert not (tmp_path / "elsewhere").exists()
