# SPDX-License-Identifier: Apache-2.0
"""How a program waits for a person: it asks the same question again, at growing intervals.

The gate itself holds a question for a while; what comes back with a ticket waits there without us. The same
call, asked again, passes once the ticket is approved.
"""

from __future__ import annotations

import time
from typing import Final

from enactd.client.errors import ApprovalNeeded, Denied
from enactd.client.messages import Ruling

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0


class Waiting:
    """One wait of `seconds`. `tool` is for messages."""

    def __init__(self, tool: str, seconds: float) -> None:
        if not seconds >= 0:
            raise ValueError(f"`wait` must be 0 or more seconds, not {seconds!r}")
        self._tool = tool
        self._end = time.monotonic() + seconds
        self._pause = FIRST_PAUSE
        self._first: Ruling | None = None

    @property
    def left(self) -> float:
        """Seconds that the next question may be held for a person; 0 where nobody waits."""
        return max(0.0, self._end - time.monotonic())

    def again(self, ruling: Ruling) -> float | None:
        """Seconds to wait before the same question; None when it may run now.

        Raises `Denied` for a no, a person's too, and `ApprovalNeeded` when the time is over.
        """
        if ruling.decision == "ask" and ruling.ticket:
            if self._first is not None and ruling.ticket != self._first.ticket:
                raise Denied(
                    f"request {self._first.ticket} was closed without an approval", tool=self._tool,
                    receipt=self._first.receipt,
                )  # fmt: skip
            self._first = self._first or ruling
            if self.left > 0:
                pause, self._pause = min(self._pause, self.left), min(self._pause * 1.5, LONGEST_PAUSE)
                return pause
        ruling.check(self._tool)
        return None

    @property
    def asked(self) -> ApprovalNeeded | None:
        """The question that a person has before them."""
        if self._first is None:
            return None
        return ApprovalNeeded(
            self._first.reason, ticket=self._first.ticket, tool=self._tool, receipt=self._first.receipt
        )
