"""Break-glass: for some minutes calls are let through that would have been stopped, each with a receipt.

It lifts questions and denials alike, because who breaks the glass has weighed that; it never lifts what protects the
gate. It ends by itself. A restart keeps it only where its end, as the journal has it, is still to come.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from enactd.approvals.journal import Entry, Journal, Paused
from enactd.errors import UsageError
from enactd.receipts.record import Link
from enactd.report import Pause

if TYPE_CHECKING:
    from enactd.approvals.grants import Recorder

LONGEST_MINUTES: Final = 240
REASON: Final = 300


class Pauses:
    """What is on and what was on since the start. Belongs to the daemon's event loop."""

    def __init__(self, journal: Journal, record: Recorder, clock: Callable[[], float]) -> None:
        self.changed: Callable[[], None] = lambda: None
        """Called after every change, on the event loop."""
        self._journal = journal
        self._record = record
        self._clock = clock
        self._pauses: dict[str, Pause] = {}
        self._over: dict[str, tuple[Pause, str]] = {}  # ended here by whom, and not yet where it outlives the daemon
        self._turn = asyncio.Lock()

    def holding(self) -> tuple[Pause, ...]:
        """Those that are on now, oldest first."""
        now = self._clock()
        return tuple(pause for pause in self._pauses.values() if pause.holds(now))

    def over(self, agent: str, session: str) -> Pause | None:
        """The one that holds for a session now."""
        return next((one for one in self.holding() if one.agent in ("", agent) and one.session in ("", session)), None)

    async def begin(self, *, minutes: float, reason: str, by: str, agent: str = "", session: str = "") -> Pause:
        """Let through from now on. Raises `UsageError` and `ReceiptError`."""
        reason = " ".join(reason.split())
        if not reason or len(reason) > REASON:
            raise UsageError("break-glass needs a reason", cause=f"of 1 to {REASON} characters", fix='--reason "…"')
        if not 0 < minutes <= LONGEST_MINUTES:
            raise UsageError("break-glass ends", cause=f"after at most {LONGEST_MINUTES} minutes", fix="--minutes 10")
        now = self._clock()
        pause = Pause(
            id=secrets.token_hex(4), reason=reason, since=now, until=now + 60 * minutes, agent=agent, session=session,
            by=by,
        )  # fmt: skip
        receipt = await self._record.approval(
            "paused", agent=agent, session=session, pause=pause.id, reason=reason, by=by, until=int(pause.until)
        )
        made = msgspec.structs.replace(pause, made=(receipt.record.seq, receipt.hash))
        await self._journal.append(Paused(pause=made))
        self._pauses[made.id] = made
        self.changed()
        return made

    async def end(self, *, by: str, wanted: str = "") -> tuple[Pause, ...]:
        """End one, or all; they hold no more from the moment this is called. Raises `ReceiptError`.

        Those whose end could not be made durable are among them again; `expire` tries on by itself.
        """
        now = self._clock()
        for pause in [pause for pause in self.holding() if wanted in ("", pause.id, pause.session)]:
            del self._pauses[pause.id]
            self._over[pause.id] = msgspec.structs.replace(pause, until=now), by
        self.changed()
        return await self._write_over(wanted)

    async def _write_over(self, wanted: str = "") -> tuple[Pause, ...]:
        """Make durable what is over; which that were."""
        async with self._turn:
            found = [(pause, by) for pause, by in self._over.values() if wanted in ("", pause.id, pause.session)]
            for pause, by in found:
                await self._journal.append(Paused(pause=pause))
                await self._told_over(pause, "resumed", by=by)
                del self._over[pause.id]
        return tuple(pause for pause, _ in found)

    async def expire(self) -> None:
        """Record the end of those whose time is over, and forget them. Raises `ReceiptError`."""
        await self._write_over()
        now = self._clock()
        for pause in [pause for pause in self._pauses.values() if now >= pause.until]:
            del self._pauses[pause.id]
            self.changed()
            await self._told_over(pause, "pause-ended")

    def links(self, names: Iterable[str]) -> tuple[Link, ...]:
        """The receipts in which these were made."""
        made = [self._pauses[name].made for name in names if name in self._pauses]
        return tuple(Link(relation="approval", seq=one[0], hash=one[1]) for one in made if one)

    def fold(self, entries: Iterable[Entry]) -> None:
        """Read back what the journal says; what is over by now stays over."""
        found = {entry.pause.id: entry.pause for entry in entries if isinstance(entry, Paused)}
        self._pauses = {name: pause for name, pause in found.items() if pause.holds(self._clock())}
        self.changed()

    async def _told_over(self, pause: Pause, event: str, by: str = "") -> None:
        made = (Link(relation="approval", seq=pause.made[0], hash=pause.made[1]),) if pause.made else ()
        more = {"by": by} if by else {}
        await self._record.approval(
            event, agent=pause.agent, session=pause.session, links=made, pause=pause.id, reason=pause.reason, **more
        )
