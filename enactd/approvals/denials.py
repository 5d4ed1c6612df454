"""A person's no, kept for a while: the same call asked again hears it at once, and asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from enactd.approvals.model import Request

KEPT_S: Final = 300.0


class Denials:
    """By the bond of the call. `clock` in seconds; one that is set back ends them. A restart forgets them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Request]] = {}

    def keep(self, bond: str, request: Request) -> None:
        """From now on, for `KEPT_S`."""
        now = self._clock()
        self._kept = {name: (at, kept) for name, (at, kept) in self._kept.items() if 0 <= now - at < KEPT_S}
        self._kept[bond] = (now, request)

    def find(self, bond: str) -> Request | None:
        """The request that was denied for this call just now."""
        at, request = self._kept.get(bond, (0.0, None))
        return request if 0 <= self._clock() - at < KEPT_S else None
