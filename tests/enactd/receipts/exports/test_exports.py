"""The formats by name, and what all of them keep to."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.exported import export, write

from enactd.receipts.exports import FORMATS, find

SEED = bytes(range(32))


@pytest.mark.parametrize("name", FORMATS)
def test_each_line_is_a_line(name: str, tmp_path: Path) -> None:
    """UTF-8 without a line end inside, and every receipt's hash in it, whatever agents wrote."""
    receipts = write(tmp_path)
    lines = export(name, receipts, seed=SEED)
    whole = b"\n".join(lines).decode()
    assert len(lines) == len(whole.split("\n"))
    if name in ("csv", "cef", "otel"):
        assert len(lines) == len(whole.splitlines())  # no other line end of Unicode either
    if name not in ("jsonl", "in-toto"):
        assert all(receipt.hash in whole for receipt in receipts)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_export(name: str) -> None:
    """An empty log gives nothing, or a header."""
    assert export(name, [], seed=SEED) in ([], export("csv", []))


def test_unknown() -> None:
    """A format there is not."""
    with pytest.raises(KeyError):
        find("xml")
