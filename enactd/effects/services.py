"""Well-known web services whose requests send messages or move money, by host, method and path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from enactd.effects.hosts import Address
from enactd.effects.model import Effect, MoveMoney, Request, SendMessage
from enactd.effects.values import Value

# (host ending, methods or "" for any, path, name of the service)
_MESSAGES: Final[tuple[tuple[str, str, re.Pattern[str], str], ...]] = tuple(
    (host, methods, re.compile(path, re.IGNORECASE), by)
    for host, methods, path, by in (
        ("slack.com", "", r"/api/(?:chat\.(?:post\w*|schedulemessage|memessage|update)|files\.\w*upload)", "slack"),
        ("hooks.slack.com", "POST PUT", r"/", "slack"),
        ("api.telegram.org", "", r"/bot[^/]*/(?:send|forward|copy|edit)", "telegram"),
        ("twilio.com", "POST", r"/(?:messages|calls|verifications|executions)", "twilio"),
        ("sendgrid.com", "POST", r"/v3/(?:mail/send|marketing/singlesends)|/api/mail\.send", "sendgrid"),
        ("mailgun.net", "POST", r"/messages", "mailgun"),
        ("postmarkapp.com", "POST", r"/email", "postmark"),
        ("resend.com", "POST", r"/(?:emails|broadcasts)", "resend"),
        ("mailjet.com", "POST", r"/send", "mailjet"),
        ("mailchimp.com", "POST", r"/actions/send|/messages/send", "mailchimp"),
        ("mandrillapp.com", "POST", r"/messages/send", "mandrill"),
        ("brevo.com", "POST", r"/smtp/email|/sms|/emailcampaigns", "brevo"),
        ("sparkpost.com", "POST", r"/transmissions", "sparkpost"),
        ("mailersend.com", "POST", r"/email", "mailersend"),
        ("discord.com", "POST PUT PATCH", r"/api/(?:v\d+/)?(?:webhooks/|channels/[^/]+/messages)", "discord"),
        ("discordapp.com", "POST PUT PATCH", r"/api/(?:v\d+/)?(?:webhooks/|channels/[^/]+/messages)", "discord"),
        ("webhook.office.com", "POST", r"/", "teams"),
        ("graph.microsoft.com", "POST", r"/sendmail|/messages|/send$|/chats", "microsoft graph"),
        ("googleapis.com", "POST", r"/gmail/.*/send|/upload/gmail|messages:send|/spaces/.*/messages", "google"),
        ("twitter.com", "POST", r"/tweets|/statuses/update|/dm_", "twitter"),
        ("x.com", "POST", r"/2/(?:tweets|dm_)", "x"),
        ("graph.facebook.com", "POST", r"/(?:feed|messages|photos|comments)", "facebook"),
        ("linkedin.com", "POST", r"/(?:ugcposts|posts|shares)", "linkedin"),
        ("reddit.com", "POST", r"/api/(?:submit|comment|compose)", "reddit"),
        ("pushover.net", "POST", r"/messages", "pushover"),
        ("ntfy.sh", "POST PUT", r"/.", "ntfy"),
        ("pushbullet.com", "POST", r"/pushes", "pushbullet"),
        ("pagerduty.com", "POST", r"/(?:v2/enqueue|incidents)", "pagerduty"),
        ("opsgenie.com", "POST", r"/alerts", "opsgenie"),
        ("onesignal.com", "POST", r"/notifications", "onesignal"),
        ("intercom.io", "POST", r"/(?:messages|conversations)", "intercom"),
        ("customer.io", "POST", r"/send|/broadcasts|/campaigns", "customer.io"),
        ("webexapis.com", "POST", r"/messages", "webex"),
        ("vonage.com", "POST", r"/messages", "vonage"),
        ("nexmo.com", "", r"/sms/", "vonage"),
        ("line.me", "POST", r"/message/|/notify", "line"),
        ("bsky.social", "POST", r"createrecord", "bluesky"),
    )
)  # fmt: skip
_ANYWHERE: Final = re.compile(r"/_matrix/client/.*/send/|/api/v1/statuses$", re.IGNORECASE)
_CHAT_READING: Final = re.compile(r"chat\.getpermalink|get(?:me|updates|chat|file)", re.IGNORECASE)
_MONEY_HOSTS: Final = re.compile(
    r"(?:^|\.)(stripe|paypal|squareup|square|adyen|braintreegateway|braintree-api|wise|transferwise|coinbase|razorpay"
    r"|mollie"
    r"|checkout|gocardless|plaid|paddle|lemonsqueezy|chargebee|recurly|kraken|binance|dwolla|modernt?reasury|shopify"
    r"|myshopify|paystack"
    r"|flutterwave|klarna)\.(?:com|io|net|co|dev)$"
)
_MONEY_PATH: Final = re.compile(
    r"refund|charge|payout|payment|transfer|invoices?/[^/]+/(?:pay|send|void)|capture|withdraw|orders?$|top_?ups?"
    r"|subscription"
    r"|checkout/sessions|/cancel",
    re.IGNORECASE,
)
_MONEY_ANYWHERE: Final = re.compile(r"/(?:refunds?|payouts?|chargebacks?)(?:/|$)", re.IGNORECASE)
_HARMLESS_MONEY: Final = re.compile(
    r"payment_methods/?$|payment_links/?$|transfer_?reversal.*list|upcoming", re.IGNORECASE
)


def consequences(request: Request, place: Address, body: Value | None) -> Iterator[Effect]:
    """Messages and payments that a request stands for; nothing for requests to this machine."""
    host, path = place.host, place.path.replace("\x00", "x")
    if host is None or place.local:
        return
    by = _messenger(host, request.method, path)
    if by:
        yield SendMessage(by=by, to=host, carries=request.carries, bulk=_is_bulk(path, body))
    verb = _money(host, request.method, path)
    if verb:
        yield MoveMoney(by=host, verb=verb, bulk=_is_bulk(path, None))


def _ends(host: str, ending: str) -> bool:
    return host == ending or host.endswith("." + ending)


def _messenger(host: str, method: str, path: str) -> str:
    for ending, methods, pattern, by in _MESSAGES:
        if _ends(host, ending) and (not methods or method in methods.split()) and pattern.search(path or "/"):
            return "" if _CHAT_READING.search(path) else by
    return "http" if method in ("POST", "PUT") and _ANYWHERE.search(path) else ""


def _money(host: str, method: str, path: str) -> str:
    if method in ("GET", "HEAD", "OPTIONS"):
        return ""
    if _MONEY_ANYWHERE.search(path):
        return "refund" if "refund" in path.lower() else "payout"
    if not _MONEY_HOSTS.search(host) or not _MONEY_PATH.search(path) or _HARMLESS_MONEY.search(path):
        return ""
    lowered = path.lower()
    if method == "DELETE" or "/cancel" in lowered:
        return "cancel"
    for word in ("refund", "payout", "transfer", "withdraw", "subscription"):
        if word in lowered:
            return word
    return "pay"


def _is_bulk(path: str, body: Value | None) -> bool:
    if re.search(r"bulk|batch|broadcast|campaign|/all(?:/|$)", path, re.IGNORECASE):
        return True
    return body is not None and body.visible.count("@") > 10
