"""Questions on a phone by ntfy, answered by a button that posts the token to a second topic, which we poll.

Whoever may read the first topic may answer. Its name stands in config.toml, which agents may read; so links and buttons
go out only where an access token is configured, and the server has to keep readers without one out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec
import structlog

from enactd import posting
from enactd.approvals.channels import text
from enactd.approvals.channels.secret import UNTOLD, secret
from enactd.approvals.channels.waiting import Waiting
from enactd.approvals.channels.webhook import check_answer, check_url, refused
from enactd.approvals.channels.work import Work
from enactd.approvals.model import ChannelName, Links, Request, State
from enactd.approvals.tokens import LONGEST
from enactd.config.approvals import Ntfy
from enactd.errors import ChannelError

SECONDS: Final = 15.0
PAUSE_S: Final = 3.0
"""Between two looks while something waits."""
LONGEST_PAUSE_S: Final = 60.0
MESSAGE: Final = 3_500
"""Bytes of a message; above 4,096 ntfy makes an attachment of it."""

log = structlog.get_logger()


class NtfyChannel:
    """One topic that tells, and one that answers; see `model.Channel`."""

    name: ChannelName = "ntfy"

    def __init__(self, ntfy: Ntfy, keys: Path, *, seconds: float = SECONDS, pause: float = PAUSE_S) -> None:
        self.approvers: tuple[str, ...] = (ntfy.approver,)
        self._ntfy = ntfy
        self._keys = keys
        self._seconds = seconds
        self._pause = pause
        self._work = Work()
        self._waiting = Waiting()
        self._since = str(int(time.time()))
        for key, url in (("topic", ntfy.topic), ("replies", ntfy.replies)):
            if url:
                check_url(url, f"approvals.ntfy.{key}")
                _split(url)
        if ntfy.replies and _split(ntfy.replies)[0] != _split(ntfy.topic)[0]:
            raise ChannelError(
                "the two topics of ntfy are on different servers",
                cause="both get the same access token",
                effect=UNTOLD,
                fix="use two topics of one server",
            )
        if ntfy.replies and not ntfy.token_file:
            raise ChannelError(
                "answers by ntfy need an access token",
                cause="a topic that anybody may read shows its tokens to agents, too",
                effect=UNTOLD,
                fix="reserve the topic on the server, set approvals.ntfy.token_file; or take out `replies`",
            )

    async def announce(self, request: Request, links: Links) -> None:
        """Publish it, with what answers it."""
        self._waiting.add(request, links)
        server, topic = _split(self._ntfy.topic)
        told = text.message(request, MESSAGE)
        message: dict[str, Any] = {
            "topic": topic,
            "title": text.title(request, 200),
            "message": told.plain(),
            "priority": 4,
            "tags": ["raised_hand"],
            "actions": self._actions(links, told.whole),
        }
        if links.view and self._ntfy.token_file:
            message["click"] = links.view
        data = msgspec.json.encode(message)
        answer = await self._ask("POST", server, data, wanted=lambda: self._waiting.has(request))
        if answer is not None:
            check_answer(answer, self._who)

    async def withdraw(self, request: Request, state: State) -> None:
        """A notification cannot be called back; its tokens are dead, and nothing is listened for any more."""
        self._waiting.drop(request)

    async def replies(self) -> AsyncIterator[str]:
        """Tokens that were posted to the answering topic since we started."""
        if not self._ntfy.replies:
            return
        pause = self._pause
        while True:
            await self._waiting.some()
            try:
                heard = await self._poll()
                pause = self._pause
            except ChannelError as error:
                pause = min(LONGEST_PAUSE_S, pause * 2)
                log.warning("no replies", channel="ntfy", problem=error.problem, cause=error.cause)
                heard = []
            for token in heard:
                yield token
            await asyncio.sleep(pause)

    @property
    def _who(self) -> str:
        return f"ntfy at {urlsplit(self._ntfy.topic).hostname}"

    def _actions(self, links: Links, whole: bool) -> list[dict[str, Any]]:
        """Buttons. Beside a message that does not show everything there is none that approves."""
        if not self._ntfy.token_file:
            return []
        found: list[dict[str, Any]] = []
        if links.view:
            found.append({"action": "view", "label": "See it", "url": links.view})
        if self._ntfy.replies and links.approve:
            approve = (("Approve", links.approve),) if whole else ()
            for label, token in (*approve, ("Deny", links.deny)):
                found.append(
                    {
                        "action": "http",
                        "label": label,
                        "method": "POST",
                        "url": self._ntfy.replies,
                        "body": token,
                        "clear": True,
                    }
                )
        return found

    async def _poll(self) -> list[str]:
        answer = await self._ask("GET", f"{self._ntfy.replies}/json?poll=1&since={quote(self._since)}", None)
        if answer is None:
            return []
        check_answer(answer, self._who)
        found = []
        for line in answer.body.splitlines()[:1000]:
            try:
                event = msgspec.json.decode(line, type=_Event)
            except msgspec.MsgspecError:
                continue
            if event.event == "message":
                self._since = event.id or self._since
                token = event.message.strip()
                if len(token) <= LONGEST and self._waiting.what(token):
                    found.append(token)
        return found

    async def _ask(
        self, method: str, url: str, data: bytes | None, wanted: Any = lambda: True
    ) -> posting.Answer | None:
        headers = {}
        if self._ntfy.token_file:
            headers["Authorization"] = f"Bearer {secret(self._ntfy.token_file, self._keys, 'access token of ntfy')}"
        try:
            return await self._work.do(
                lambda: posting.request(method, url, data, headers, seconds=self._seconds), wanted=wanted
            )
        except OSError as error:
            raise refused(self._who, str(error.strerror or error)) from None


class _Event(msgspec.Struct, frozen=True):
    event: str = ""
    id: str = ""
    message: str = ""


def _split(url: str) -> tuple[str, str]:
    """The server, where JSON is published to, and the topic."""
    server, _, topic = url.rpartition("/")
    if not topic or server.endswith(("/", ":")) or not all(char.isalnum() or char in "-_" for char in topic):
        raise ChannelError("this is no topic of ntfy", cause=f"`{url}`", effect=UNTOLD, fix="https://ntfy.sh/TOPIC")
    return server + "/", topic
