"""The log, its keys, and those who write: opened together, closed in order; and what `enactctl` may ask of them."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
import structlog

from enactd import __version__
from enactd.config import Layout
from enactd.config.settings import Receipts
from enactd.control import ADMIN, OBSERVE, MacRange, Route
from enactd.disk import signs
from enactd.errors import ConfigError, ReceiptError
from enactd.footprints import Look
from enactd.health import CHECKPOINTS_LATE, PLACES_BEHIND, RECEIPTS_DAMAGED, RETENTION_STOPPED, Health
from enactd.ledger import Ledger
from enactd.receipts import retention
from enactd.receipts.compose import Composer
from enactd.receipts.courier import Courier
from enactd.receipts.errands import Errand, Heads, Lines, Stamps
from enactd.receipts.log import Log
from enactd.receipts.notary import Keys, Notary, Pace, newest_head
from enactd.receipts.parcel import Kind
from enactd.receipts.places import Nowhere, Place, open_place
from enactd.receipts.retention import Rules
from enactd.receipts.segments import list_segments
from enactd.report import CheckpointSeen, KeyExported, KeyRotated, KeysSeen, PlaceSeen
from enactd.sessions import Sessions

UPKEEP_S: Final = 900.0
"""How often the segments are looked after."""
GLANCE_S: Final = 5.0
"""How soon changed settings of checkpoints and places come into force."""

log = structlog.get_logger()


class Books:
    """An open log with everything around it. One per daemon."""

    def __init__(
        self,
        ledger: Ledger,
        notary: Notary,
        keys: Keys,
        *,
        writer: Log,
        composer: Composer,
        courier: Courier,
        health: Health,
    ) -> None:
        self.ledger: Final = ledger
        self.notary: Final = notary
        self.composer: Final = composer
        self._keys = keys
        self.writer: Final = writer
        self.courier: Final = courier
        self._health = health
        self._work = os.path.join(os.path.dirname(writer.folder), "places")  # beside the log, for git

    @classmethod
    def open(
        cls, layout: Layout, mechanisms: Mapping[str, str], health: Health, *, accept_damage: bool, look: Look = signs
    ) -> Books:
        """Open keys and log, fold the sessions, begin to sign heads. Raises `ReceiptError` and `TamperedError`.

        `look` sees what lies at the paths of a call.
        """
        folder = str(layout.receipts)
        keys = Keys.open(str(layout.keys), folder, is_new=not list_segments(folder))
        signer = keys.macs.signer
        head = newest_head(folder, keys.signing, accept_damage=accept_damage)
        writer = Log.open(folder, signer, engine=__version__, accept_damage=accept_damage, head=head)
        courier = Courier(str(layout.state), lambda why: _tell(health, PLACES_BEHIND, why))
        notary = Notary(
            writer,
            keys,
            head,
            engine=__version__,
            spread=courier.wake,
            troubled=lambda why: _tell(health, CHECKPOINTS_LATE, why),
        )
        notary.start()
        sessions = Sessions.open(folder, signer, index_path=str(layout.state / "sessions.db"))
        if sessions.unverified:
            health.report(RECEIPTS_DAMAGED, f"{sessions.unverified} receipts could not be trusted")
        composer = Composer(signer, engine=__version__, enforcement=mechanisms)
        ledger = Ledger(writer, sessions, composer, signer, look)
        return cls(ledger, notary, keys, writer=writer, composer=composer, courier=courier, health=health)

    def close(self) -> None:
        """Sign the last checkpoint and end the log; nothing can be recorded after."""
        self.notary.close()
        self.courier.close()
        self.ledger.close()

    async def upkeep(self, wanted: Callable[[], Receipts]) -> None:
        """Redact as the settings say, from now on; close, compress and drop segments, now and every so often."""
        self.composer.patterns = lambda: wanted().redact
        tended, seen = -UPKEEP_S, None
        while True:
            settings = wanted()
            if settings != seen:
                self.follow(settings)
                seen = settings
            if time.monotonic() - tended >= UPKEEP_S:
                await asyncio.to_thread(self.tend, rules_of(settings))
                tended = time.monotonic()
            await asyncio.sleep(GLANCE_S)

    def follow(self, settings: Receipts) -> None:
        """Sign, deliver and have stamped as the settings say; a place that is none fails, the others are served."""
        records, seconds = settings.checkpoint_records, settings.checkpoint_seconds
        self.notary.keep(Pace(records=records, seconds=seconds, epoch_seconds=60 * settings.epoch_minutes))
        folder, served = self.writer.folder, dict[str, Errand]()
        for text in settings.places:
            served[text] = Heads(folder, self._place(text, "checkpoint"))
        for text in settings.copies:
            is_taken = text.startswith("file:") and text in settings.places
            place = Nowhere("checkpoints go there") if is_taken else self._place(text, "receipt")
            served[f"{Lines.what} {text}"] = Lines(folder, place, self._durable)
        if url := settings.timestamps:
            served[f"{Stamps.what} {url}"] = Stamps(folder, url, 60 * settings.timestamp_minutes)
        self.courier.serve(served)

    def _place(self, text: str, what: Kind) -> Place:
        try:
            return open_place(text, self._work, what)
        except ConfigError as error:
            return Nowhere(error.problem)

    def _durable(self) -> tuple[str, int]:
        head = self.writer.head
        return head.log_id, head.size

    def places(self) -> tuple[PlaceSeen, ...]:
        """How far behind each second place is."""
        return tuple(msgspec.convert(msgspec.to_builtins(one), PlaceSeen) for one in self.courier.standings())

    def tend(self, rules: Rules) -> None:
        """Look after the segments once; health says what went wrong."""
        try:
            done = retention.tend(self.writer, rules, origin=self.notary.origin, seeds=self._keys.signing.seeds)
            why = done.damage
        except ReceiptError as error:
            why = error.cause or error.problem
        if why:
            log.warning("receipts not tended", why=why)
            self._health.report(RETENTION_STOPPED, why)
        else:
            self._health.clear(RETENTION_STOPPED)

    def routes(self) -> tuple[Route, ...]:
        """What control answers about the log and its keys."""

        async def verify(wanted: MacRange) -> Any:
            return await self.ledger.verify_macs(wanted.first, wanted.last)

        return (
            Route("verify-macs", needs=OBSERVE, run=verify, takes=MacRange),
            Route("checkpoint", needs=OBSERVE, run=_on_thread(self._checkpoint)),
            Route("keys", needs=OBSERVE, run=_on_thread(self._keys_seen)),
            Route("rotate-keys", needs=ADMIN, run=_on_thread(self._rotate)),
            Route("export-mac-key", needs=ADMIN, run=_on_thread(self._export)),
        )

    def _checkpoint(self) -> CheckpointSeen:
        signed = self.notary.checkpoint()
        head = signed.checkpoint
        return CheckpointSeen(origin=head.origin, size=head.size, note=signed.data.decode())

    def _keys_seen(self) -> KeysSeen:
        public, signer, head = self.notary.public, self._keys.macs.signer, self.notary.newest
        return KeysSeen(
            origin=self.notary.origin,
            fingerprint=public.fingerprint,
            vkey=public.vkey,
            pem=public.pem,
            mac_key=signer.key_id,
            epoch=signer.epoch,
            exported=not self._keys.macs.exportable,
            checkpoint=head.size if head else 0,
        )

    def _rotate(self) -> KeyRotated:
        """A new Ed25519 key and a new epoch of the MAC key."""
        old = self.notary.public.fingerprint
        self.notary.next_epoch()
        receipt = self.notary.rotate()
        return KeyRotated(receipt=receipt.id, old=old, new=self.notary.public.fingerprint, vkey=self.notary.public.vkey)

    def _export(self) -> KeyExported:
        key, receipt = self.notary.export_mac_key()
        return KeyExported(
            key=key.hex(), epoch=self._keys.macs.signer.epoch, receipt=receipt.id, first=self.notary.epoch_first
        )


def rules_of(settings: Receipts) -> Rules:
    """The settings as the log counts: seconds and bytes."""
    return Rules(
        rotate_after=settings.rotate_hours * 3600,
        compress=settings.compress,
        keep_for=settings.keep_days * retention.DAY,
        keep_bytes=settings.keep_mb << 20,
    )


def _on_thread(work: Callable[[], Any]) -> Callable[[Any], Awaitable[Any]]:
    """A route that waits for the disk."""

    async def run(_: Any) -> Any:
        return await asyncio.to_thread(work)

    return run


def _tell(health: Health, code: str, why: str) -> None:
    if why:
        health.report(code, why)
    else:
        health.clear(code)
