"""A trial tells of every channel and every approver, and opens nothing."""

from __future__ import annotations

from support.unhelpful import Taken, closing, says, unhelpful

from enactd.approvals.channels.trial import trial
from enactd.approvals.channels.webhook import WebhookChannel
from enactd.config.approvals import Webhook


async def test_each_channel_says_what_became_of_it() -> None:
    """One that works and one that does not, in their order."""
    yes = says(b"HTTP/1.1 204 No Content\r\n\r\n")
    with unhelpful(yes) as good, unhelpful(closing) as bad:
        ways = [WebhookChannel(Webhook(url=f"http://127.0.0.1:{port}/x", approver=str(port))) for port in (bad, good)]
        found = await trial(ways)
    assert [(str(bad), True), (str(good), False)] == [(one.approver, bool(one.problem)) for one in found]
    assert found[0].fix


async def test_the_message_carries_nothing_that_answers() -> None:
    """And says that it is a test."""
    taken = Taken()
    with unhelpful(taken) as port:
        await trial([WebhookChannel(Webhook(url=f"http://127.0.0.1:{port}/x"))])
    told, settled = taken.bodies
    assert "this is a test" in str(told)
    assert ("", "withdrawn") == (told["view"], settled["state"])
