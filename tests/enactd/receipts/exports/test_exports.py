"""The formats by name, and what all of them keep to."""

from __future__ import annotations

import base64
import json
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


@pytest.mark.parametrize("name", FORMATS)
def test_who_approved_is_in_all(name: str, tmp_path: Path) -> None:
    """What a person decided, by which way, and which receipt it is about leave in every format; of kinds unknown, too."""
    asked, approval, unknown = write(tmp_path)[-3:]
    for receipt in (approval, unknown):
        (line,) = (line for line in export(name, [receipt], seed=SEED) if name != "csv" or b"line_sha256" not in line)
        text = base64.b64decode(json.loads(line)["payload"]).decode() if name == "in-toto" else line.decode()
        for word in ("Ada", "terminal", receipt.record.event):
            assert word in text
    if name != "cef":
        text = b"".join(export(name, [approval], seed=SEED)).decode()
        text = base64.b64decode(json.loads(text)["payload"]).decode() if name == "in-toto" else text
        assert asked.hash in text or f"decision {asked.id}" in text
