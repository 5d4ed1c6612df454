"""JSON Lines are the signed bytes."""

from __future__ import annotations

from pathlib import Path

from support.exported import export, write
from support.receipts import lines


def test_byte_for_byte(tmp_path: Path) -> None:
    """What is exported verifies as the log does."""
    receipts = write(tmp_path)
    assert b"".join(lines(tmp_path)) == b"".join(line + b"\n" for line in export("jsonl", receipts))
