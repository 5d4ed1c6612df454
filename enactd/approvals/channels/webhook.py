"""A message to a chat or a program by HTTP POST: plain JSON, Slack's blocks, Teams' cards.

It carries the approver's link and no tokens: an answer is given on the page. Text that an agent chose stands where
the chat reads no markup. Who knows the URL can write there; nobody can read there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from enactd import posting
from enactd.approvals.channels import text
from enactd.approvals.channels.secret import UNTOLD
from enactd.approvals.channels.work import Work
from enactd.approvals.model import ChannelName, Links, Request, State
from enactd.config.approvals import Webhook
from enactd.errors import ChannelError

SECONDS: Final = 15.0
SLACK: Final = 8_000
TEAMS: Final = 12_000
"""Bytes of words in a message; of a larger one the chats take nothing."""
NO_REPLIES: Final[tuple[str, ...]] = ()


class WebhookChannel:
    """One webhook; see `model.Channel`."""

    name: ChannelName = "webhook"

    def __init__(self, webhook: Webhook, *, seconds: float = SECONDS) -> None:
        self.approvers: tuple[str, ...] = (webhook.approver,)
        self._webhook = webhook
        self._seconds = seconds
        self._work = Work()
        check_url(webhook.url, "approvals.webhooks")

    async def announce(self, request: Request, links: Links) -> None:
        """Post it once."""
        await self._post(_FORMATS[self._webhook.format](request, links))

    async def withdraw(self, request: Request, state: State) -> None:
        """Programs are told; a chat cannot take a message back."""
        if self._webhook.format == "json":
            await self._post({"event": "approval.settled", "version": 1, "id": request.id, "state": state})

    async def replies(self) -> AsyncIterator[str]:
        """None: it is not polled."""
        for token in NO_REPLIES:
            yield token

    async def _post(self, value: dict[str, Any]) -> None:
        data = msgspec.json.encode(value)
        headers = {"Content-Type": "application/json"}
        where = urlsplit(self._webhook.url).hostname or ""
        try:
            answer = await self._work.do(
                lambda: posting.request("POST", self._webhook.url, data, headers, seconds=self._seconds, limit=1024)
            )
        except OSError as error:
            raise refused(f"the webhook at {where}", str(error.strerror or error)) from None
        if answer is not None:
            check_answer(answer, f"the webhook at {where}")


def check_url(url: str, key: str) -> None:
    """Raise `ChannelError` unless it is https, or goes to this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        fits = parts.scheme == "https" or (parts.scheme == "http" and posting.is_loopback(host))
    except ValueError:
        host, fits = "", False
    if not host or not fits or not url.isprintable() or " " in url:
        raise ChannelError(
            f"`{key}` has a URL that is not used",
            cause="it must be https; plain http only to this machine",
            effect=UNTOLD,
            fix=f'{key}: url = "https://…"',
        )


def check_answer(answer: posting.Answer, who: str) -> None:
    """Raise `ChannelError` for anything but a 2xx."""
    if 300 <= answer.status < 400:
        raise refused(
            who, f"it answered {answer.status} and would send us elsewhere, where we do not go", "give its last URL"
        )
    if not 200 <= answer.status < 300:
        raise refused(who, f"it answered {answer.status}")


def refused(who: str, cause: str, fix: str = "enactctl approvals test") -> ChannelError:
    """A message that was not taken; never with a URL's path, which may be all that keeps it secret."""
    return ChannelError(f"{who} did not take the message", cause=cause, effect=UNTOLD, fix=fix)


def _json(request: Request, links: Links) -> dict[str, Any]:
    return {
        "event": "approval.requested",
        "version": 1,
        "approver": links.approver,
        "view": links.view,
        "until": links.until,
        "request": msgspec.to_builtins(request),
    }


def _slack(request: Request, links: Links) -> dict[str, Any]:
    """Blocks; agents' words stand in rich text, where nothing is a link, a mention or a style."""

    def words(kind: str, value: str) -> dict[str, Any]:
        return {"type": kind, "elements": [{"type": "text", "text": value}]}

    told = text.message(request, SLACK)
    lines = [words("rich_text_section", line + "\n") for line in told.lines]
    call = words("rich_text_preformatted", "\n".join(told.call))
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": text.cut(f"{request.agent} asks", 150)}},
        {"type": "rich_text", "elements": lines},
    ]
    if links.view:
        link = {"type": "link", "url": links.view, "text": "See it and decide"}
        blocks.append({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]})
    blocks.append({"type": "rich_text", "elements": [call]})
    plain = text.title(request).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": plain, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _teams(request: Request, links: Links) -> dict[str, Any]:
    """An adaptive card; text runs know no Markdown."""

    def words(value: str, **style: Any) -> dict[str, Any]:
        return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": value, **style}]}

    told = text.message(request, TEAMS)
    body = [
        words(text.cut(f"{request.agent} asks", 150), weight="Bolder"),
        *(words(line) for line in told.lines),
        words("\n".join(told.call), fontType="Monospace"),
    ]
    open_it = [{"type": "Action.OpenUrl", "title": "See it and decide", "url": links.view}] if links.view else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": open_it,
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


_FORMATS: Final = {"json": _json, "slack": _slack, "teams": _teams}
