"""A test message over every configured channel, so that the first question is not the first thing they carry."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from enactd.approvals.model import Channel, Links, Question, Request, Tried
from enactd.errors import ChannelError


def sample(now: float) -> Request:
    """A request that nobody made; nothing can be answered to it."""
    return Request(
        id="0-test",
        agent="enactctl",
        session="test",
        session_risk="SAFE",
        risk="SAFE",
        tool="Bash",
        call="enactctl approvals test",
        cwd="/",
        workspace="/",
        since=now,
        until=now + 60,
        questions=(Question(policy="test", reason="this is a test message; nothing waits for an answer"),),
        effects=("nothing",),
    )


async def trial(channels: Iterable[Channel]) -> tuple[Tried, ...]:
    """Send it to everybody, all at once; each says what became of it, in the order of the settings."""
    request = sample(time.time())
    ways = [(channel, approver) for channel in channels for approver in channel.approvers]
    return tuple(await asyncio.gather(*(_one(channel, approver, request) for channel, approver in ways)))


async def _one(channel: Channel, approver: str, request: Request) -> Tried:
    links = Links(approver=approver, view="", approve="", deny="", until=request.until)
    try:
        await channel.announce(request, links)
        await channel.withdraw(request, "withdrawn")
    except ChannelError as error:
        return Tried(channel=channel.name, approver=approver, problem=error.problem, cause=error.cause, fix=error.fix)
    return Tried(channel=channel.name, approver=approver)
