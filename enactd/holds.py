"""Calls that wait for a person, and who of them is still there to hear the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from weakref import WeakSet

T = TypeVar("T")


class Holds:
    """Waits that end with whoever waits. Belongs to one event loop; a hold is known by the task that serves the call."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Task[Any] | None, asyncio.Future[Any]] = {}
        self._gone: WeakSet[asyncio.Task[Any]] = WeakSet()

    def end(self, task: asyncio.Task[Any]) -> None:
        """Nobody listens to this task any more."""
        self._gone.add(task)
        waiting = self._waiting.get(task)
        if waiting is not None:
            waiting.cancel()

    async def wait(self, work: Callable[[float], Awaitable[T | None]], seconds: float) -> T | None:
        """What `work` finds within so many seconds; None as soon as nobody listens to this task any more."""
        task = asyncio.current_task()
        assert task is not None
        waiting = self._waiting[task] = asyncio.ensure_future(work(0 if task in self._gone else seconds))
        try:
            found = await waiting
        except asyncio.CancelledError:
            if task.cancelling():
                raise
            return None
        finally:
            del self._waiting[task]
        return None if task in self._gone else found
