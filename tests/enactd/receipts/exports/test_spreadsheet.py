"""CSV: what a spreadsheet reads is what was written, and it calculates nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.exported import HOSTILE, export, write

from enactd.receipts.exports.spreadsheet import COLUMNS, neutral

FORMULA = "=+-@\t\r|%＝＋－＠"


def test_rows(tmp_path: Path) -> None:
    """A row per receipt under a header, and no cell that begins like a formula; numbers of ours stay numbers."""
    receipts = write(tmp_path)
    rows = list(csv.DictReader(io.StringIO(b"\n".join(export("csv", receipts)).decode()), strict=True))
    assert len(receipts) == len(rows)
    assert [receipt.hash for receipt in receipts] == [row["line_sha256"] for row in rows]
    for row in rows:
        assert tuple(row) == COLUMNS
        for name, cell in row.items():
            assert cell.lstrip()[:1] not in FORMULA or not cell or name == "exit_code"
            assert cell.isprintable()
    assert {"-3", "0", "8", ""} <= {row["exit_code"] for row in rows}
    told = [row["input"].removeprefix("'") for row in rows if row["kind"] == "decision" and row["event"] == ""]
    assert [text for text in HOSTILE if text.isprintable()] == [text for text in told if text in HOSTILE]


@given(st.text())
def test_neutral(text: str) -> None:
    """Whatever the text, the cell is one line that begins with nothing a spreadsheet would run."""
    cell = neutral(text)
    assert cell.isprintable()
    assert not cell or cell.lstrip()[:1] not in FORMULA


@pytest.mark.parametrize("text", ["plain", "a=b", "1-2", "/w/x y", "é"])
def test_plain_text_stays(text: str) -> None:
    """Only the beginning matters."""
    assert text == neutral(text)
