"""The words of an approval."""

from __future__ import annotations

import pytest

from enactd.approvals.model import Answer, Approver, Request


def test_a_request_is_one_persons_question_and_an_answer_opens_one_call_unless_more_is_said() -> None:
    """Nothing that a channel leaves out makes an answer wider or a question weaker."""
    request = Request(
        id="7-abcdef", agent="claude-code", session="s", session_risk="SAFE", risk="IRREVERSIBLE", tool="Bash",
        call="terraform destroy", cwd="/w", workspace="/w", since=1.0, until=2.0, questions=(),
    )  # fmt: skip
    answer = Answer(
        request=request.id, decision="approve", by=Approver(name="owner", channel="terminal", proof="terminal")
    )

    assert ("call", 1) == (answer.scope, answer.count)
    assert (1, False) == (request.needs, request.held)
    with pytest.raises(AttributeError):
        request.needs = 0  # type: ignore[misc]
