"""What was said to be durable is read back; nothing that was taken back comes again."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from enactd.approvals.journal import Ended, Journal, Used
from enactd.errors import ReceiptError


async def test_entries_come_back_in_order(tmp_path: Path) -> None:
    """Also when many are written at once, and the file is private."""
    journal = Journal(tmp_path / "j")
    await asyncio.gather(*(journal.append(Used(grant=str(number))) for number in range(20)))
    assert [Used(grant=str(number)) for number in range(20)] == Journal(tmp_path / "j").read()
    assert 0o600 == os.stat(tmp_path / "j").st_mode & 0o777


async def test_a_torn_end_is_dropped(tmp_path: Path) -> None:
    """Nobody was told of it."""
    journal = Journal(tmp_path / "j")
    await journal.append(Used(grant="a"), Used(grant="b"))
    os.truncate(tmp_path / "j", os.stat(tmp_path / "j").st_size - 4)
    again = Journal(tmp_path / "j")
    assert [Used(grant="a")] == again.read()
    assert "" == again.damaged


async def test_nothing_counts_that_stands_before_what_cannot_be_read(tmp_path: Path) -> None:
    """The bad line may have taken it back."""
    journal = Journal(tmp_path / "j")
    await journal.append(Used(grant="a"))
    (tmp_path / "j").write_bytes((tmp_path / "j").read_bytes() + b"{}\n")
    await journal.append(Ended(grant="b", how="used"))
    again = Journal(tmp_path / "j")
    assert [Ended(grant="b", how="used")] == again.read()
    assert "line 2" in again.damaged


async def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With the fix; a folder in the file's place is an example."""
    (tmp_path / "j").mkdir()
    with pytest.raises(ReceiptError, match="cannot write"):
        await Journal(tmp_path / "j").append(Used(grant="a"))
    journal = Journal(tmp_path / "j")
    assert [] == journal.read()
    assert journal.damaged
