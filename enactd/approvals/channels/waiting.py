"""What a polled channel has announced and nobody has settled: only then is anything asked for, and only those count."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

from enactd.approvals.model import Decision, Links, Request


class Known(NamedTuple):
    """What a token that went out means."""

    approver: str
    decision: Decision


class Waiting:
    """The requests that wait for an answer over one channel. `clock` in seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._tokens: dict[str, dict[str, Known]] = {}
        self._some = asyncio.Event()

    def add(self, request: Request, links: Links) -> None:
        """A message about it goes out."""
        self._until[request.id] = min(request.until, links.until)
        tokens = self._tokens.setdefault(request.id, {})
        tokens[links.approve] = Known(links.approver, "approve")
        tokens[links.deny] = Known(links.approver, "deny")
        self._some.set()

    def drop(self, request: Request) -> None:
        """It is settled."""
        self._until.pop(request.id, None)
        self._tokens.pop(request.id, None)

    def has(self, request: Request) -> bool:
        """Whether it is still waited for."""
        return request.id in self._until

    def what(self, token: str) -> Known | None:
        """What a token says that went out and was not settled; None for any other text."""
        return next((tokens[token] for tokens in self._tokens.values() if token and token in tokens), None)

    async def some(self) -> None:
        """Return as soon as something waits."""
        while not self._living():
            self._some.clear()
            await self._some.wait()

    def _living(self) -> bool:
        now = self._clock()
        for name in [name for name, until in self._until.items() if until <= now]:
            del self._until[name]
            del self._tokens[name]
        return bool(self._until)
