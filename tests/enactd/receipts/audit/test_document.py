"""A report before it has a form."""

from __future__ import annotations

from pathlib import Path

from support.exported import write

from enactd.receipts.audit.document import Document, Proof, compose, moment
from enactd.receipts.audit.gathering import Gathered
from enactd.receipts.pairs import Pairs

PROOF = Proof(verdict="27 records verified", facts=[("head", "26-ab")], files=[("000000000000.jsonl", "9", "cd" * 32)])


def hostile(folder: Path) -> Document:
    """A report about a log full of hostile text."""
    found = Gathered(0, 1 << 52).read(write(folder))
    calls = Pairs(calls=4, outcomes=12, bypassed=(3, 5), counts=(2, 0, 0))
    return compose(found, calls, PROOF, None, made=1_790_000_000_000_000)


def test_sections(tmp_path: Path) -> None:
    """Every question has its section, once; what was gathered is in them."""
    document = hostile(tmp_path)
    sections = {section.key: section for section in document.sections}
    expected = [
        "agents",
        "refused",
        "asked",
        "approved",
        "secrets",
        "health",
        "personal",
        "coverage",
        "changes",
        "proof",
    ]
    assert expected == list(sections)
    assert 5 == len(sections["refused"].rows)
    assert ("calls that ran without a decision", "2", "receipts 3, 5") in sections["coverage"].rows
    assert "2 without a decision" in dict(document.facts)["past the gate"]
    assert all(len(row) == len(section.header) for section in document.sections for row in section.rows)


def test_moment() -> None:
    """UTC, to the second."""
    assert "2026-09-21 14:13:20" == moment(1_790_000_000_000_000)
