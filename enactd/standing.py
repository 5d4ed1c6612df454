"""The folders that are the same for every call, the gate's own and temporary ones, with their links resolved.

What a call names is resolved for that call alone. These stay where they are while a daemon runs, so they are
looked up once a second instead of with every call, which would cost a fifth of reading a short command. Whoever could
put a link in their place within that second could as well do it between the answer and the call.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Final

from enactd.effects.areas import normal

RENEWED_S: Final = 1.0


class Standing:
    """Folders by the name they were given and by the one they resolve to."""

    def __init__(
        self, gate: Iterable[str], temp: Iterable[str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._given = (tuple(gate), tuple(temp))
        self._clock = clock
        self._known = self._look()

    def folders(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The gate's folders and the temporary ones, normal; no older than `RENEWED_S`."""
        due, gate, temp = self._known
        if self._clock() >= due:
            self._known = due, gate, temp = self._look()
        return gate, temp

    def _look(self) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
        gate, temp = self._given
        return self._clock() + RENEWED_S, _both(gate), _both(temp)


def _both(folders: Iterable[str]) -> tuple[str, ...]:
    """Each as named and as resolved, once."""
    found: dict[str, None] = {}
    for folder in folders:
        if folder:
            found[normal(folder)] = None
            found[_resolved(folder)] = None
    return tuple(found)


def _resolved(folder: str) -> str:
    return os.path.realpath(folder) if folder.startswith("/") else normal(folder)
