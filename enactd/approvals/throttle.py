"""Wrong answers get slower: each failure behind the third doubles the wait, and a restart forgets none.

An attempt is written down before it is looked at: whoever ends the daemon in the middle of one has used it up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from enactd.atomic import replace_file
from enactd.errors import RefusedError
from enactd.receipts import keyfile

FREE: Final = 3
"""Failures without a wait: fingers slip."""
FIRST_S: Final = 5.0
LONGEST_S: Final = 3600.0


class _Failures(msgspec.Struct, frozen=True):
    count: int
    last: float


class Throttle:
    """The failures in a row at one secret, kept in `file`. `what` names the secret; `clock` in seconds since 1970."""

    def __init__(self, file: Path, what: str, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._what = what
        self._clock = clock

    def attempt(self) -> None:
        """Count an attempt, as a failure until `succeeded`. Raises `RefusedError` while it is too early for one."""
        before, now = self._read(), self._clock()
        wait = waiting(before.count) - max(0.0, now - before.last)  # a clock set back gives nothing away
        if wait > 0:
            raise RefusedError(
                f"too many wrong {self._what}s",
                cause=f"{before.count} in a row; the next try is in {wait:.0f} s",
                effect="nothing was decided",
                fix="wait, and type carefully",
            )
        self._write(_Failures(before.count + 1, now))

    def succeeded(self) -> None:
        """The attempt was right: the next failure is the first again."""
        self._write(_Failures(0, 0.0))

    def _read(self) -> _Failures:
        try:
            return msgspec.json.decode(keyfile.read(str(self._file)), type=_Failures)
        except FileNotFoundError:
            return _Failures(0, 0.0)
        except (OSError, msgspec.MsgspecError):
            raise RefusedError(
                f"wrong {self._what}s cannot be counted",
                cause=f"`{self._file}` is damaged or cannot be read",
                effect="nothing was decided",
                fix=f"look who changed it, then remove {self._file}",
            ) from None

    def _write(self, failures: _Failures) -> None:
        """Raises `OSError`: what cannot be counted is not tried."""
        replace_file(self._file, msgspec.json.encode(failures))


def waiting(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return 0.0 if failures < FREE else min(LONGEST_S, FIRST_S * 2.0 ** min(failures - FREE, 40))
