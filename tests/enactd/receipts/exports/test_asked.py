"""The parts that every format tells."""

from __future__ import annotations

from pathlib import Path

from support.exported import write

from enactd.receipts.exports import asked


def test_parts(tmp_path: Path) -> None:
    """Operation, reason, deciding policies, time and severity of decisions and other events."""
    receipts = write(tmp_path)
    started, session, first = (receipt.record for receipt in receipts[:3])
    assert ("daemon.started", "session.start") == (asked.operation(started), asked.operation(session))
    last = [asked.operation(receipt.record) for receipt in receipts[-3:]]
    assert ["decision.malformed", "approval.approved", "of-a-later-version.grown"] == last
    assert (["secrets.read"], 1) == (asked.deciding(first), asked.severity(first))
    assert asked.text(first) == asked.reason(first) == asked.operation(first)
    assert (1, "") == (asked.severity(started), asked.text(started))
    assert "2026-09-21T14:13:20.000000Z" == asked.when(started)
    assert ["/w/.env", "/w/=x|y", "orders"] == asked.targets(receipts[8])
