"""Only what went out and is not settled counts."""

from __future__ import annotations

import asyncio

from support.asking import asked, links

from enactd.approvals.channels.waiting import Known, Waiting


async def test_tokens_live_as_long_as_their_request() -> None:
    """From the announcement to its end, by an answer or by the clock."""
    now = 1000.0
    waiting = Waiting(lambda: now)
    one, other = asked(until=2000.0), asked(name="8-x", until=1500.0)
    first, second = links(one, "ada"), links(other, "bob")
    assert waiting.what(first.approve) is None
    waiting.add(one, first)
    waiting.add(other, second)
    assert (Known("ada", "approve"), Known("bob", "deny")) == (waiting.what(first.approve), waiting.what(second.deny))
    assert waiting.what(first.view) is None
    assert waiting.what("") is None
    await waiting.some()
    now = 1600.0
    await waiting.some()
    assert (True, False) == (waiting.has(one), waiting.has(other))
    waiting.drop(one)
    waiting.drop(one)
    assert waiting.what(first.approve) is None


async def test_nobody_listens_until_something_waits() -> None:
    """And then at once."""
    waiting = Waiting(lambda: 0.0)
    listening = asyncio.ensure_future(waiting.some())
    await asyncio.sleep(0.01)
    assert not listening.done()
    request = asked()
    waiting.add(request, links(request, "ada"))
    await asyncio.wait_for(listening, 10)


async def test_several_approvers_of_one_request_each_have_their_tokens() -> None:
    """The second announcement does not end the first."""
    waiting = Waiting(lambda: 0.0)
    request = asked()
    ada, bob = links(request, "ada"), links(request, "bob")
    waiting.add(request, ada)
    waiting.add(request, bob)
    assert ["ada", "bob"] == [known.approver for given in (ada, bob) if (known := waiting.what(given.deny))]
