"""`[approvals]` as it is written."""

from __future__ import annotations

import msgspec
import pytest

from enactd.config.approvals import Approvals


def test_by_default_no_port_is_opened_and_nothing_is_sent() -> None:
    """Whoever configures nothing is asked in the terminal."""
    found = Approvals()

    assert ("", "", "", (), False) == (
        found.web.listen, found.mail.server, found.ntfy.topic, found.webhooks, found.desktop
    )  # fmt: skip
    assert ("terminal",) == found.proof


@pytest.mark.parametrize("table", [{"proof": []}, {"proof": ["wish"]}, {"hold_s": -1}, {"webhooks": [{}]}])
def test_what_would_leave_a_question_without_proof_or_end_is_refused(table: dict[str, object]) -> None:
    """Bounds are those of the type."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, Approvals)
