"""What of a journal still counts: all that a start needs, and all that a smaller file has to keep."""

from __future__ import annotations

from collections.abc import Iterable

from enactd.approvals.grants import KEPT_S, folded
from enactd.approvals.journal import Agreed, Asked, Closed, Entry, Made, Paused


def still_counting(entries: Iterable[Entry], now: float) -> list[Entry]:
    """What of a journal has to stay: requests that wait, grants, pauses. Pure, from any thread."""
    every = tuple(entries)
    waiting = {entry.request.id: entry for entry in every if isinstance(entry, Asked)}
    for entry in every:
        if isinstance(entry, Closed):
            waiting.pop(entry.request, None)
    pauses = {entry.pause.id: entry for entry in every if isinstance(entry, Paused)}
    return [
        *waiting.values(),
        *(entry for entry in every if isinstance(entry, Agreed) and entry.answer.request in waiting),
        *(Made(grant=grant) for grant in folded(every).values() if now <= grant.until + KEPT_S),
        *(entry for entry in pauses.values() if entry.pause.holds(now)),
    ]
