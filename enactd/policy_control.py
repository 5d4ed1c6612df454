"""What a person orders about policies while the daemon runs: bundles in and out, a freeze on and off.

Every order leaves a receipt, and what it brings comes into force by the one reload. Nothing that would not load
is ever put in place of what does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from enactd import bundle_store, posture
from enactd.bundle_store import Installed, seen
from enactd.config import Layout, Settings, freezing
from enactd.config.freezing import Order
from enactd.control import ADMIN, OBSERVE, Proved, Route
from enactd.errors import PolicyError, UsageError
from enactd.manifest import Bundle, open_bundle
from enactd.policy_stats import PolicyStats
from enactd.report import BundleSeen, FreezeSeen, Installation, PolicySetSeen, Reloaded

Tell = Callable[[str, dict[str, str]], Awaitable[None]]


class BundleFolder(Proved, frozen=True, forbid_unknown_fields=True):
    """Where the bundle lies that is to be installed; absolute."""

    folder: str


class BundleName(Proved, frozen=True, forbid_unknown_fields=True):
    """Which installed bundle is meant."""

    name: str


class FreezeOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, and until when; without `until` it holds until it is taken back."""

    reason: str
    until: datetime | None = None


class Held(Protocol):
    """What is in force, as far as orders need to know it."""

    @property
    def settings(self) -> Settings:
        """Those for everybody."""

    @property
    def policies(self) -> PolicySetSeen:
        """With the bundles among them."""


class PolicyControl:
    """The routes of bundles, freeze and statistics. `held` is what is in force now; `reload` brings what was ordered into force."""

    def __init__(
        self,
        layout: Layout,
        held: Callable[[], Held],
        *,
        reload: Callable[[], Awaitable[Reloaded]],
        tell: Tell,
        stats: PolicyStats,
    ) -> None:
        self._layout = layout
        self._held = held
        self._reload = reload
        self._tell = tell
        self._stats = stats
        self._leaving: set[str] = set()
        self._lock = asyncio.Lock()

    def routes(self) -> tuple[Route, ...]:
        """For the table of `control.py`."""
        return (
            Route("bundle-install", needs=ADMIN, run=self.install, takes=BundleFolder, proof=True),
            Route("bundle-remove", needs=ADMIN, run=self.remove, takes=BundleName, proof=True),
            Route("freeze-on", needs=ADMIN, run=self.freeze, takes=FreezeOrder),
            Route("freeze-off", needs=ADMIN, run=self.thaw, takes=Proved, proof=True),
            Route("freeze", needs=OBSERVE, run=self.freeze_seen),
            Route("policy-stats", needs=OBSERVE, run=self.stats),
        )

    def check(self, found: Iterable[Bundle]) -> None:
        """Raise `PolicyError` where a bundle that is in force would go, or go back, without an order."""
        by_name = {one.manifest.name: one for one in found}
        for before in self._held().policies.bundles:
            if before.name in by_name:
                entry = Installed(version=before.version, digest=before.digest)
                bundle_store.check_follows(before.name, entry, by_name[before.name])
            elif before.name not in self._leaving:
                raise PolicyError(
                    f"the bundle `{before.name}` is gone", cause="nobody ordered that",
                    effect="the policies before stay in force", fix=f"enactctl bundle remove {before.name}, or install it",
                )  # fmt: skip

    async def install(self, wanted: BundleFolder) -> Installation:
        """Verify, try, put in place, bring into force. Raises `PolicyError`, and then nothing was changed."""
        async with self._lock:
            candidate, before = await asyncio.to_thread(self._install, wanted.folder)
            fresh = seen(candidate)
            if before == fresh:
                return Installation(bundle=fresh, changed=False)
            detail = {"bundle": fresh.name, "version": fresh.version, "content": fresh.digest, "key": fresh.signed_by}
            await self._tell("bundle-installed", {**detail, "before": before.version if before else ""})
            done = await self._reload()
            return Installation(bundle=fresh, changed=True, waiting=done.waiting)

    async def remove(self, wanted: BundleName) -> Installation:
        """Take a bundle out of force. Raises `PolicyError` if there is none of that name."""
        async with self._lock:
            gone = await asyncio.to_thread(bundle_store.remove, self._layout, wanted.name)
            entry = BundleSeen(name=wanted.name, version=gone.version, digest=gone.digest)
            await self._tell(
                "bundle-removed", {"bundle": entry.name, "version": entry.version, "content": entry.digest}
            )
            self._leaving.add(wanted.name)
            try:
                done = await self._reload()
            finally:
                self._leaving.discard(wanted.name)
            return Installation(bundle=entry, changed=True, waiting=done.waiting)

    async def freeze(self, wanted: FreezeOrder) -> FreezeSeen:
        """Nothing is changed or shipped from now on. Raises `UsageError` for a freeze that would be none."""
        reason = " ".join(wanted.reason.split())[:200]
        until = wanted.until.astimezone(UTC) if wanted.until else None
        order = Order(reason=reason, until=until, since=datetime.now(UTC))
        if not reason or not order.holds():
            raise UsageError(
                "this would be no freeze",
                cause="it has no reason" if not reason else f"it was over at {until.isoformat() if until else ''}",
                fix='enactctl freeze on --until 18:00 --reason "..."',
            )
        async with self._lock:
            await asyncio.to_thread(freezing.give, self._layout, order)
            await self._tell("freeze-on", {"reason": reason, "until": until.isoformat() if until else ""})
            await self._reload()
        return await self.freeze_seen(None)

    async def thaw(self, _: Any) -> FreezeSeen:
        """Take the order back; what `config.toml` says stays."""
        waiting = ""
        async with self._lock:
            if await asyncio.to_thread(freezing.take_back, self._layout):
                await self._tell("freeze-off", {})
                waiting = (await self._reload()).waiting
        return msgspec.structs.replace(await self.freeze_seen(None), waiting=waiting)

    async def freeze_seen(self, _: Any) -> FreezeSeen:
        """The order, if one holds, and why a freeze is on for everybody now."""
        order = await asyncio.to_thread(freezing.ordered, self._layout)
        settings = self._held().settings
        known = order if order is not None and order.holds() else None
        return FreezeSeen(
            reason=settings.frozen(),
            ordered=known is not None,
            until=known.until if known else settings.freeze.until,
            since=known.since if known else None,
            source=settings.origin.get("freeze.reason", "") if settings.frozen() else "",
        )

    async def stats(self, _: Any) -> Any:
        """What each policy was asked, said and cost."""
        return self._stats.seen()

    def _install(self, folder: str) -> tuple[Bundle, BundleSeen | None]:
        candidate = open_bundle(folder, bundle_store.trusted_keys(self._layout))
        current = bundle_store.installed(self._layout)
        before = next((seen(one) for one in current if one.manifest.name == candidate.manifest.name), None)
        would = bundle_store.with_candidate(current, candidate)
        settings = self._held().settings
        posture.build(self._layout, settings, would)
        if before != seen(candidate):
            bundle_store.install(self._layout, candidate)
        return candidate, before
