"""A place where a receipt is waited for, with anything as the receipt; the real one belongs to a log."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Place(Generic[T]):
    """Waits on the running loop; told from any thread. The first word stands."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[T | None] = self._loop.create_future()

    async def receipt(self) -> T | None:
        return await self._future

    def leave(self, fault: BaseException | None = None) -> None:
        self._loop.call_soon_threadsafe(self._settle, fault)

    def come(self, receipt: T) -> None:
        self._loop.call_soon_threadsafe(self._settle, receipt)

    def _settle(self, word: T | BaseException | None) -> None:
        if self._future.done():
            return
        if isinstance(word, BaseException):
            self._future.set_exception(word)
        else:
            self._future.set_result(word)
