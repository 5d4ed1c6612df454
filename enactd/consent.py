"""What a person agrees to while the daemon runs: exceptions to a question, and the settings of a repository.

Every agreement is made from what the daemon itself holds (a receipt of its own log, the folder as it reads it),
leaves a receipt, and can be taken back. None of these routes is open to an agent but the ones that list.
"""

from __future__ import annotations

import asyncio
import os
import queue
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
import structlog

from enactd import enclosure
from enactd.approvals.grants import Book
from enactd.config import Layout
from enactd.control import ADMIN, OBSERVE, Named, Proved, Route
from enactd.enclosure import Enclosure
from enactd.errors import TamperedError, UsageError
from enactd.evaluate import Policy
from enactd.granted import from_receipt
from enactd.health import REPOSITORY_UNUSABLE, Health
from enactd.receipts import segments
from enactd.receipts.record import Receipt
from enactd.report import Grant, MacCheck, Opening, Trusted
from enactd.trust import TrustStore

PAUSE_S: Final = 0.25

Tell = Callable[[str, dict[str, Any]], Awaitable[None]]
Verify = Callable[[int, int | None], Awaitable[MacCheck]]

log = structlog.get_logger()


class AllowOrder(Proved, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exception to what `receipt` asked, for so many seconds; with `session` only in the session it was asked in."""

    receipt: str
    reason: str
    seconds: float
    session: bool = False


class TrustOrder(Proved, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Trust in the repository of a workspace, with just the content of this digest."""

    workspace: str
    digest: str
    reason: str = ""


class Consent:
    """The routes of `enactctl allow` and `trust`, and what repositories are heard to say.

    `book` has the exceptions, which are grants of the scope `shape`. `policies` are those in force, `verify` checks receipts with the key, `reload` brings a trusted repository in.
    """

    def __init__(
        self, layout: Layout, health: Health, *, book: Callable[[], Book], tell: Tell, verify: Verify,
        reload: Callable[[], Awaitable[Any]],
        policies: Callable[[], Mapping[str, Policy]], look: Callable[[str], Enclosure | None] = enclosure.look,
    ) -> None:  # fmt: skip
        self._look = look
        self._layout = layout
        self._health = health
        self._tell = tell
        self._verify = verify
        self._reload = reload
        self._policies = policies
        self._book = book
        self._heard: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
        self._lock = asyncio.Lock()

    def routes(self) -> tuple[Route, ...]:
        """For the table of `control.py`."""
        return (
            Route("allow", needs=ADMIN, run=self.allow, takes=AllowOrder, proof=True),
            Route("allow-revoke", needs=ADMIN, run=self.revoke, takes=Named),
            Route("allow-list", needs=OBSERVE, run=self.allowed),
            Route("trust", needs=ADMIN, run=self.trust, takes=TrustOrder, proof=True),
            Route("trust-revoke", needs=ADMIN, run=self.distrust, takes=Named),
            Route("trust-list", needs=OBSERVE, run=self.trusted),
        )

    def hear(self, event: str, detail: Mapping[str, Any]) -> None:
        """A repository's settings came, went or cannot be used. From any thread; `run` makes it durable."""
        log.info(event, **detail)
        if detail.get("problem"):
            self._health.report(REPOSITORY_UNUSABLE, f"`{detail['workspace']}`: {detail['problem']}")
        self._heard.put((event, dict(detail)))

    async def run(self) -> None:
        """Record what was heard, until cancelled."""
        while True:
            while not self._heard.empty():
                event, detail = self._heard.get_nowait()
                await self._tell(event, detail)
            await asyncio.sleep(PAUSE_S)

    async def allow(self, wanted: AllowOrder) -> Grant:
        """Make the narrowest exception, record it, and let it hold. Raises `UsageError` where there is none."""
        async with self._lock:
            receipt = await self.receipt(wanted.receipt)
            fresh = self.narrowest(receipt, wanted)
            for old in self._book().holding():
                if old.id == fresh.id:
                    await self._book().revoke(old.id)  # of the same receipt only the last counts
            return await self._book().add(fresh, links=(receipt.link(),))

    def narrowest(self, receipt: Receipt, wanted: AllowOrder) -> Grant:
        """What answers just what this receipt asked. Raises `UsageError`."""
        protected = [name for name, policy in self._policies().items() if policy.declaration.protects_gate]
        return from_receipt(
            receipt, reason=wanted.reason, seconds=wanted.seconds, session=wanted.session, protected=protected,
            now=time.time(),
        )  # fmt: skip

    async def shape(self, request: str, reason: str) -> tuple[Receipt, tuple[Opening, ...]]:
        """What calls like the one of this receipt are, for an approval that opens them all. Raises `UsageError`."""
        receipt = await self.receipt(request)
        grant = self.narrowest(receipt, AllowOrder(receipt=request, reason=reason, seconds=1.0))
        return receipt, grant.opens

    async def revoke(self, wanted: Named) -> Grant:
        """Take one back; it no longer holds when this is answered."""
        return await self._book().revoke(wanted.name)

    async def allowed(self, _: Any) -> tuple[Grant, ...]:
        """Every exception there is, and those that ended lately."""
        return tuple(grant for grant in self._book().all() if grant.scope == "shape")

    async def trust(self, wanted: TrustOrder) -> Trusted:
        """Agree to what a repository says now. Raises `UsageError` if that is not what was shown to the person."""
        async with self._lock:
            if not os.path.isabs(wanted.workspace):
                raise UsageError(f"`{wanted.workspace}` is not absolute", fix="enactctl trust DIR")
            found = await asyncio.to_thread(self._look, wanted.workspace)
            if found is None or found.problem or found.digest != wanted.digest:
                cause = found.problem if found and found.problem else "it has changed since it was shown"
                raise UsageError(
                    f"`{wanted.workspace}` is not trusted", cause=cause if found else f"it has no `{enclosure.FOLDER}/`",
                    effect="nothing was changed", fix=f"enactctl trust {wanted.workspace}",
                )  # fmt: skip
            agreed = await asyncio.to_thread(TrustStore(self._layout).add, found, time.time(), wanted.reason[:300])
            await self._tell("repository-trusted", {**msgspec.to_builtins(agreed), "policies": list(found.python)})
            await self._reload()
            return agreed

    async def distrust(self, wanted: Named) -> tuple[Trusted, ...]:
        """Take trust back; from then on the repository only tightens."""
        async with self._lock:
            gone = await asyncio.to_thread(TrustStore(self._layout).remove, wanted.name)
            await self._tell("repository-distrusted", {"workspace": wanted.name, "digests": [g.digest for g in gone]})
            await self._reload()
            return gone

    async def trusted(self, _: Any) -> tuple[Trusted, ...]:
        """Every agreement about a repository."""
        return await asyncio.to_thread(lambda: TrustStore(self._layout).all())

    async def receipt(self, wanted: str) -> Receipt:
        """A receipt of our own log, its HMAC checked: an exception is not made from a line that somebody wrote."""
        found = await asyncio.to_thread(segments.find, str(self._layout.receipts), wanted)
        if found is None:
            raise UsageError(f"there is no receipt `{wanted[:60]}`", fix="enactctl log")
        checked = await self._verify(found.record.seq, found.record.seq)
        if checked.first_bad is not None or checked.checked != 1:
            raise TamperedError(f"receipt {found.id} is not what was written", cause=checked.reason or "it is not ours")
        return found
