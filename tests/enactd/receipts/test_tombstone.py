"""Tombstones: one spelling, one meaning, and nothing that is none gets through."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.errors import ReceiptError
from enactd.receipts import merkle, note, tombstone
from enactd.receipts.tombstone import Dropped, Tombstone

SEED = bytes(range(32))


def stone(size: int = 5, **changes: object) -> Tombstone:
    tree = merkle.Tree()
    for number in range(size):
        tree.append(merkle.leaf_hash(str(number).encode()))
    given: dict[str, object] = {
        "origin": "ada.1/4f8e",
        "log_id": "ada.1",
        "size": size,
        "prev": "ab" * 32,
        "peaks": tuple(tree.peaks),
        "dropped": (Dropped(0, 2, "cd" * 32), Dropped(2, size - 2, "ef" * 32)),
        "reason": "older than 90 days",
    }
    return Tombstone(**(given | changes))  # type: ignore[arg-type]


@settings(max_examples=examples(50))
@given(st.integers(2, 3000), st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20))
def test_read_back(size: int, reason: str) -> None:
    """What was spelled is read, and its tree goes on where the dropped one ended."""
    made = stone(size, reason=reason)
    read = tombstone.parse(made.signed(SEED))
    assert made == read.tombstone
    assert merkle.root_of(merkle.leaf_hash(str(number).encode()) for number in range(size)) == read.tombstone.root


def test_signature() -> None:
    """Only the log's key vouches for it."""
    read = tombstone.parse(stone().signed(SEED))
    assert "" == tombstone.verify(read, [note.public_key("ada.1/4f8e", SEED)])
    assert "not signed" in tombstone.verify(read, [note.public_key("ada.1/4f8e", bytes(32))])
    forged = tombstone.parse(stone().signed(SEED).replace(b"90 days", b"10 days"))
    assert "wrong" in tombstone.verify(forged, [note.public_key("ada.1/4f8e", SEED)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("enactd-tombstone@v1", "enactd-tombstone@v2"),
        ("size 5", "size 05"),
        ("size 5", "size 4"),
        ("size 5", "size 5\nsize 5"),
        ("size 5", "size 0"),
        ("log ada.1\n", ""),
        ("log ada.1", "log "),
        ("prev abab", "prev ABab"),
        ("reason", "colour blue\nreason"),
        ("segment 000000000000", "segment 00000000000x"),
        ("peak ", "peak !"),
    ],
)
def test_what_is_none(old: str, new: str) -> None:
    """A line that is unknown, missing, doubled or spelled otherwise."""
    text = stone().text
    assert old in text
    with pytest.raises(ValueError, match=r"\w"):
        tombstone.parse(note.sign(text.replace(old, new, 1), "ada.1/4f8e", SEED))


def test_every_line_swapped_or_dropped() -> None:
    """No other order, no other choice of lines is a tombstone."""
    lines = stone().text.splitlines(keepends=True)
    for place in range(len(lines)):
        fewer = lines[:place] + lines[place + 1 :]
        swapped = lines[:place] + lines[place : place + 2][::-1] + lines[place + 2 :]
        for changed in (fewer, *([swapped] if place + 1 < len(lines) else [])):
            try:
                read = tombstone.parse(note.sign("".join(changed), "ada.1/4f8e", SEED)).tombstone
            except ValueError:
                continue
            assert read.text == "".join(changed)
            assert "segment" in lines[place] or "peak" in lines[place] or place == 1


def test_in_a_folder(tmp_path: Path) -> None:
    """By the number of the record behind it; another number, garbage or a folder in its place is an error."""
    assert tombstone.read(str(tmp_path), 5) is None
    (tmp_path / tombstone.file_name(5)).write_bytes(stone().signed(SEED))
    (tmp_path / tombstone.file_name(7)).write_bytes(stone().signed(SEED))
    (tmp_path / tombstone.file_name(8)).write_bytes(b"\xff")
    (tmp_path / tombstone.file_name(9)).mkdir()
    found = tombstone.read(str(tmp_path), 5)
    assert found is not None
    assert stone() == found.tombstone
    for first in (7, 8, 9):
        with pytest.raises(ReceiptError):
            tombstone.read(str(tmp_path), first)
    assert 4 == len(tombstone.list_files(str(tmp_path)))
    assert [] == tombstone.list_files(str(tmp_path / "none"))
