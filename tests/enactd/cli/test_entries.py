"""Receipts in a few words."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from enactd.cli import entries
from enactd.errors import UsageError
from enactd.receipts.record import GENESIS, Input, Note, Receipt, Record


def entry(**fields: Any) -> Record:
    chain = {
        "log": "x",
        "seq": 7,
        "prev": GENESIS,
        "time": 1,
        "monotonic": 1,
        "mac_alg": "",
        "mac_key": "",
        "mac": GENESIS,
    }
    return Record(**{"kind": "decision", "v": 1, **chain, **fields})


def call(tool: str, **given: Any) -> Record:
    return entry(tool=tool, input=Input(digest=GENESIS, key="", size=1, text=json.dumps(given)))


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (call("Bash", command="ls\n-l", description="looks"), "ls -l"),
        (call("Read", file_path="/a/.env"), "Read /a/.env"),
        (call("Grep", pattern="x", path="/a"), "Grep x"),
        (call("mcp__db__query", sql="SELECT 1"), 'mcp__db__query {"sql":"SELECT 1"}'),
        (call("Bash", command=7), 'Bash {"command":7}'),
        (entry(tool="Bash", input=Input(digest=GENESIS, key="", size=1, text="not json")), 'Bash {"input":"not json"}'),
        (entry(event="malformed"), "(malformed)"),
        (entry(), "(unreadable message)"),
        (entry(kind="session", event="start"), "session start"),
        (entry(kind="outcome", tool="Bash"), "outcome Bash"),
    ],
)
def test_action(record: Record, told: str) -> None:
    """The words that say most about a call come first, on one line."""
    assert told == entries.action(record)


def test_deciding() -> None:
    """The policies behind the verdict, not those that were milder."""
    notes = tuple(Note(policy=p, decision=d) for p, d in (("a", "ask"), ("b", "deny"), ("c", "deny"), ("b", "deny")))
    assert "b +1" == entries.deciding(entry(verdict="deny", findings=notes))
    assert "a" == entries.deciding(entry(verdict="ask", findings=notes))
    assert "" == entries.deciding(entry(verdict="allow"))


def test_since() -> None:
    """Spans end now, dates are local; what is neither is refused."""
    now = time.time() * 1e6
    assert now - entries.since("10m") == pytest.approx(600e6, abs=5e6)
    assert now - entries.since(" 2 h ") == pytest.approx(7200e6, abs=5e6)
    assert 0 == entries.since("1970-01-01T00:00:00+00:00")
    for text in ("", "10", "m", "1y", "٣m"):
        with pytest.raises(UsageError):
            entries.since(text)


def test_summary_is_of_the_receipt() -> None:
    """Programs get the id by which people name it."""
    receipt = Receipt(entry(), "ab" * 32, b"")
    assert ("7-ababab", 7) == tuple(entries.summary(receipt)[key] for key in ("id", "seq"))
