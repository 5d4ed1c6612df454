"""Webhooks: what they carry, where they may go, and what a bad one costs."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from support.asking import EVIL, asked, links
from support.unhelpful import Taken, closing, dripping, endless, says, silent, unhelpful

from enactd.approvals.channels.webhook import WebhookChannel
from enactd.approvals.model import Question
from enactd.config.approvals import Webhook
from enactd.errors import ChannelError


def channel(port: int, form: Any = "json", *, seconds: float = 10.0) -> WebhookChannel:
    return WebhookChannel(Webhook(url=f"http://127.0.0.1:{port}/hook/s3cret", format=form), seconds=seconds)


def strings(value: Any, under: str = "") -> Any:
    """All texts in a message, each with the type of what holds it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(
                inner, str(value.get("type", under)) if key in ("text", "elements", "inlines") else under
            )
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, under)
    elif isinstance(value, str):
        yield under, value


@pytest.mark.parametrize("form", ["json", "slack", "teams"])
async def test_a_message_carries_the_call_its_effects_and_the_link_and_no_token_to_answer_with(form: str) -> None:
    """What a person needs, and a way to the page; answers are not given by whoever relays the message."""
    taken = Taken()
    request = asked()
    given = links(request, "webhook")
    with unhelpful(taken) as port:
        await channel(port, form).announce(request, given)
    text = json.dumps(taken.bodies[0])
    for part in ("terraform destroy", "deletes 5 resources", "the database `main`", given.view):
        assert part in text
    assert given.approve not in text
    assert given.deny not in text


@pytest.mark.parametrize("form", ["slack", "teams"])
async def test_reasons_push_the_effects_out_of_no_message(form: str) -> None:
    """However many there are, what would happen and what lasts stand before them, and what is left out is counted."""
    taken = Taken()
    reasons = tuple(Question(policy=f"p{number}", reason=f"touches file {number}") for number in range(40))
    request = asked("ls #\nWould: nothing", questions=reasons)
    with unhelpful(taken) as port:
        await channel(port, form).announce(request, links(request, "webhook"))
    text = json.dumps(taken.bodies[0]["blocks" if form == "slack" else "attachments"])
    parts = (
        "Cannot be undone: the database",
        "Would: deletes 5",
        "Why: touches file 0",
        "Why: and 10 more",
        "| Would: nothing",
    )
    places = [text.index(part) for part in parts]
    assert sorted(places) == places


@pytest.mark.parametrize(
    ("form", "plain"),
    [("slack", {"rich_text_preformatted", "rich_text_section", "text"}), ("teams", {"RichTextBlock", "TextRun"})],
)
async def test_agents_words_are_never_markup(form: str, plain: set[str]) -> None:
    """They stand where the chat knows no links, mentions or styles; and nothing hides in them."""
    taken = Taken()
    request = asked(EVIL)
    with unhelpful(taken) as port:
        await channel(port, form).announce(request, links(request, "webhook"))
    message = taken.bodies[0]
    fallback = message.pop("text", "")
    assert "<!channel>" not in fallback
    holders = {kind for kind, text in strings(message) if "[x](http://evil)" in text}
    assert holders
    assert holders <= plain
    assert not {char for _, text in strings(message) for char in text if char in "\x1b\u202e\r"}


async def test_programs_hear_that_it_is_settled_and_chats_do_not() -> None:
    """A chat would only be told twice."""
    taken = Taken()
    request = asked()
    with unhelpful(taken) as port:
        await channel(port).withdraw(request, "denied")
        await channel(port, "slack").withdraw(request, "denied")
    assert [("approval.settled", request.id, "denied")] == [(b["event"], b["id"], b["state"]) for b in taken.bodies]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "answered 302"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answered 404"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "answered 500"),
        (b"nonsense", "does not speak HTTP"),
    ],
)
async def test_whatever_is_no_yes_is_an_error_that_says_why(answer: bytes, cause: str) -> None:
    """And never shows the path, which may be all that keeps the webhook secret."""
    request = asked()
    with unhelpful(says(answer)) as port, pytest.raises(ChannelError) as caught:
        await channel(port).announce(request, links(request, "webhook"))
    assert cause in caught.value.cause
    assert caught.value.effect
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("behave", [silent, dripping, closing])
async def test_a_server_that_never_answers_costs_its_own_message(behave: Any) -> None:
    """The loop goes on meanwhile, and it ends."""
    request, beats = asked(), 0
    with unhelpful(behave) as port:
        sending = asyncio.ensure_future(channel(port, seconds=0.6).announce(request, links(request, "webhook")))
        while not sending.done():
            await asyncio.sleep(0.01)
            beats += 1
            if behave is closing:
                break
        with pytest.raises(ChannelError):
            await sending
    assert behave is closing or beats > 10


async def test_a_huge_answer_is_not_read() -> None:
    """It said yes in its first line; the rest is nobody's business."""
    request = asked()
    with unhelpful(endless) as port:
        await channel(port).announce(request, links(request, "webhook"))


async def test_many_messages_at_once_take_few_threads() -> None:
    """To a server that hangs: each has its turn, four at a time, and none is forgotten."""
    import threading

    request, most = asked(), 0
    with unhelpful(silent) as port:
        way = channel(port, seconds=0.3)
        sending = [asyncio.ensure_future(way.announce(request, links(request, "webhook"))) for _ in range(12)]
        began = time.monotonic()
        while not all(one.done() for one in sending) and time.monotonic() - began < 60:
            most = max(most, sum(thread.name == "channel" for thread in threading.enumerate()))
            await asyncio.sleep(0.01)
        results = await asyncio.gather(*sending, return_exceptions=True)
    assert 12 == sum(isinstance(result, ChannelError) for result in results)
    assert 0 < most <= 4


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/x", "http://10.0.0.7/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "", "https:///x", "https://h /x",
     "http://localhost.evil.example/", "https://h:99999/", "https://h/\r\nX: y"],
)  # fmt: skip
def test_only_https_or_this_machine(url: str) -> None:
    """What would go over a network in the clear, or nowhere, is told when the daemon begins to use it."""
    with pytest.raises(ChannelError, match="a URL that is not used"):
        WebhookChannel(Webhook(url=url))


async def test_nothing_is_polled() -> None:
    """Its replies end at once."""
    assert [] == [token async for token in WebhookChannel(Webhook(url="https://h/x")).replies()]
