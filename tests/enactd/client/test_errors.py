"""Every way of not running is one kind of error."""

from __future__ import annotations

import pytest

from enactd.client import ApprovalNeeded, Denied, GateError, Unreachable


@pytest.mark.parametrize(
    "error",
    [Denied("no", tool="Bash", receipt="1"), ApprovalNeeded("ask", ticket="2", tool="Bash"), Unreachable("gone")],
)
def test_all_are_gate_errors(error: GateError) -> None:
    """One `except GateError` catches whatever keeps a call from running."""
    assert isinstance(error, GateError)
    assert str(error)


def test_they_say_what_is_needed() -> None:
    """The reason, the ticket, and what helps."""
    denied = Denied("no", tool="Bash", receipt="1")
    assert ("no", "1", "Bash") == (denied.reason, denied.receipt, denied.tool)
    assert "2" == ApprovalNeeded("ask", ticket="2").ticket
    assert "gone; it did not run. Try: enactctl init" == str(Unreachable("gone", fix="enactctl init"))
