"""Web services that send messages or move money."""

from __future__ import annotations

import pytest

from enactd.effects.http import exchange
from enactd.effects.values import known

ROWS = [
    ("GET", "https://api.telegram.org/bot12345:abc/sendMessage", ["SendMessage"]),
    ("POST", "https://hooks.slack.com/services/T/B/x", ["SendMessage"]),
    ("POST", "https://api.twilio.com/2010-04-01/Accounts/AC/Messages.json", ["SendMessage"]),
    ("POST", "https://api.sendgrid.com/v3/mail/send", ["SendMessage"]),
    ("POST", "https://discord.com/api/webhooks/1/x", ["SendMessage"]),
    ("POST", "https://api.stripe.com/v1/refunds", ["MoveMoney"]),
    ("DELETE", "https://api.stripe.com/v1/subscriptions/sub_1", ["MoveMoney"]),
    ("POST", "https://shop.example.org/orders/1/refunds", ["MoveMoney"]),
    ("GET", "https://api.stripe.com/v1/charges", []),
    ("POST", "https://api.stripe.com/v1/customers", []),
    ("GET", "https://slack.com/api/conversations.list", []),
    ("POST", "http://localhost:3000/refunds", []),
    ("POST", "https://api.stripe.test/v1/customers", []),
]


@pytest.mark.parametrize(("method", "url", "kinds"), ROWS)
def test_consequences(method: str, url: str, kinds: list[str]) -> None:
    """Only requests that send or pay have consequences, and none on this machine."""
    assert kinds == [type(effect).__name__ for effect in exchange(method, known(url))][1:]
