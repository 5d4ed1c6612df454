"""What was said to be durable is read back; nothing that was taken back comes again."""

from __future__ import annotations

import asyncio
import hmac
import os
from pathlib import Path

import pytest

from enactd.approvals.journal import Ended, Journal, Used
from enactd.errors import ReceiptError


def opened(folder: Path, key: bytes = b"key") -> Journal:
    return Journal(folder / "j", lambda line: hmac.digest(key, line, "sha256").hex())


async def test_entries_come_back_in_order(tmp_path: Path) -> None:
    """Also when many are written at once, and the file is private."""
    journal = opened(tmp_path)
    await asyncio.gather(*(journal.append(Used(grant=str(number))) for number in range(20)))
    assert [Used(grant=str(number)) for number in range(20)] == opened(tmp_path).read()
    assert 0o600 == os.stat(tmp_path / "j").st_mode & 0o777


async def test_a_torn_end_is_dropped(tmp_path: Path) -> None:
    """Nobody was told of it."""
    journal = opened(tmp_path)
    await journal.append(Used(grant="a"), Used(grant="b"))
    os.truncate(tmp_path / "j", os.stat(tmp_path / "j").st_size - 4)
    again = opened(tmp_path)
    assert [Used(grant="a")] == again.read()
    assert "" == again.damaged


async def test_nothing_counts_where_a_line_cannot_be_read(tmp_path: Path) -> None:
    """The bad line may have taken something back."""
    journal = opened(tmp_path)
    await journal.append(Used(grant="a"))
    (tmp_path / "j").write_bytes((tmp_path / "j").read_bytes() + b"{}\n")
    await journal.append(Ended(grant="b", how="used"))
    again = opened(tmp_path)
    assert [] == again.read()
    assert "line 2" in again.damaged


@pytest.mark.parametrize("change", ["added", "changed", "dropped", "swapped", "another key", "no mac"])
async def test_a_line_that_we_did_not_write_opens_nothing(tmp_path: Path, change: str) -> None:
    """Whoever can write the file but has no key cannot make a grant hold, nor a used one whole again."""
    journal = opened(tmp_path)
    await journal.append(Used(grant="a"), Used(grant="b"), Ended(grant="c", how="used"))
    lines = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    made = {
        "added": [*lines, lines[0]],
        "changed": [lines[0], lines[1].replace(b'"b"', b'"x"'), lines[2]],
        "dropped": [lines[0], lines[2]],
        "swapped": [lines[1], lines[0], lines[2]],
        "no mac": [b" " + lines[0].partition(b" ")[2]],
        "another key": lines,
    }[change]
    (tmp_path / "j").write_bytes(b"".join(made))
    again = opened(tmp_path, b"other" if change == "another key" else b"key")
    assert [] == again.read()
    assert again.damaged


async def test_a_write_that_failed_does_not_break_the_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after it is read back."""
    journal = opened(tmp_path)
    await journal.append(Used(grant="a"))
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _full)
        with pytest.raises(ReceiptError):
            await journal.append(Used(grant="b"))
    await journal.append(Used(grant="c"))
    assert [Used(grant="a"), Used(grant="c")] == opened(tmp_path).read()


def _full(_: int) -> None:
    raise OSError(28, "no space left on device")


async def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With the fix; a folder in the file's place is an example."""
    (tmp_path / "j").mkdir()
    with pytest.raises(ReceiptError, match="cannot write"):
        await opened(tmp_path).append(Used(grant="a"))
    journal = opened(tmp_path)
    assert [] == journal.read()
    assert journal.damaged
