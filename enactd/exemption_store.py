"""Where exemptions are kept: one file of the gate, written by the daemon alone. What cannot be read is none."""

from __future__ import annotations

from typing import Final

import msgspec

from enactd.atomic import replace_file
from enactd.config import Layout
from enactd.errors import UsageError
from enactd.report import Exemption

NAME: Final = "exceptions.json"
KEPT_S: Final = 30 * 86_400
"""How long one that has ended is still listed."""
MOST: Final = 2_000


class ExemptionStore:
    """The exemptions of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._file = layout.state / NAME

    def all(self) -> tuple[Exemption, ...]:
        """Every one, the oldest first; those that ended lately, too."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=tuple[Exemption, ...])
        except (OSError, msgspec.MsgspecError):
            return ()

    def add(self, fresh: Exemption) -> tuple[Exemption, ...]:
        """Put one in; of the same receipt only the last counts. All that there are now."""
        kept = [one for one in self.all() if one.id != fresh.id and one.until > fresh.since - KEPT_S]
        if len(kept) >= MOST:
            raise UsageError(f"there are {MOST} exceptions already", fix="enactctl allow --list")
        return self._write((*kept, fresh))

    def remove(self, wanted: str) -> tuple[Exemption, tuple[Exemption, ...]]:
        """Take out the one of that id, or from that receipt; it, and what is left. Raises `UsageError`."""
        found = next((one for one in self.all() if wanted in (one.id, one.receipt, one.receipt.split("-")[0])), None)
        if found is None:
            raise UsageError(f"there is no exception `{wanted[:40]}`", fix="enactctl allow --list")
        return found, self._write(tuple(one for one in self.all() if one.id != found.id))

    def _write(self, every: tuple[Exemption, ...]) -> tuple[Exemption, ...]:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._file, msgspec.json.encode(every))
        return every
