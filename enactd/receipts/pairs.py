"""Decisions and outcomes that should belong together: what ran unasked, what ran although stopped, what never ended.

A fold over the log. An outcome names its decision by a link; one without a link is of a call that nobody asked
about. A decision that let a call through waits for its outcome until the session is over or `PATIENCE` has passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from enactd.receipts import segments
from enactd.receipts.record import Link, Outcome

PATIENCE: Final = 3600 * 1_000_000
"""Microseconds of log time that a call may take before it counts as one that never ended."""
KEPT: Final = 1000
"""Numbers of each kind that are named; all are counted."""


class Slice(msgspec.Struct, frozen=True):
    """What pairing needs of a line."""

    seq: int
    time: int
    kind: str
    event: str = ""
    agent: str = ""
    session: str = ""
    call_id: str = ""
    verdict: str | None = None
    claimed: dict[str, object] = {}
    links: tuple[Link, ...] = ()
    outcome: Outcome | None = None


class Pairs(msgspec.Struct, frozen=True, kw_only=True):
    """The result: how many calls were let through, and the numbers of the receipts that stand alone.

    `bypassed`: outcomes of calls without a decision. `defied`: outcomes of calls that were denied, or asked about
    without anyone there. `unended`: decisions that let a call through, and nobody said how it went.
    """

    calls: int = 0
    outcomes: int = 0
    bypassed: tuple[int, ...] = ()
    defied: tuple[int, ...] = ()
    unended: tuple[int, ...] = ()
    counts: tuple[int, int, int] = (0, 0, 0)

    @property
    def told(self) -> str:
        """In one line."""
        words = ("OUTCOMES WITHOUT DECISION", "RAN ALTHOUGH STOPPED", "without outcome")
        alone = [f"{count} {word}" for count, word in zip(self.counts, words, strict=True) if count]
        return ", ".join([f"{self.calls} let through", *alone])

    @property
    def gate_was_passed_by(self) -> bool:
        """Whether anything ran that the gate had not let run."""
        return self.counts[0] + self.counts[1] > 0


class Pairing:
    """The fold. Feed it lines in the order of the log."""

    def __init__(self, since: int = 0, until: int | None = None) -> None:
        """Only what happened from `since` to before `until` is counted; pairs may reach over the edges."""
        self._since, self._until = since, until
        self._open: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._stopped: set[int] = set()
        self._alone: tuple[list[int], list[int], list[int]] = [], [], []
        self._calls = self._outcomes = self._now = 0

    def add(self, entry: Slice) -> None:
        """One more line."""
        self._now = max(self._now, entry.time)
        if entry.kind == "decision" and entry.call_id:
            self._decided(entry)
        elif entry.kind == "outcome":
            self._ended(entry)
        elif entry.kind == "session" and entry.event == "end":
            for key in [key for key in self._open if key[:2] == (entry.agent, entry.session)]:
                self._leave(key)

    def result(self) -> Pairs:
        """What stands alone by now; calls that may still be running are not among it."""
        for key, (_, began) in list(self._open.items()):
            if self._now - began > PATIENCE:
                self._leave(key)
        bypassed, defied, unended = (tuple(sorted(found)) for found in self._alone)
        return Pairs(
            calls=self._calls,
            outcomes=self._outcomes,
            bypassed=bypassed[-KEPT:],
            defied=defied[-KEPT:],
            unended=unended[-KEPT:],
            counts=(len(bypassed), len(defied), len(unended)),
        )

    def _decided(self, entry: Slice) -> None:
        key = (entry.agent, entry.session, entry.call_id)
        if key in self._open:  # asked again before it ran
            del self._open[key]
        if entry.verdict == "allow" or (entry.verdict == "ask" and entry.claimed.get("attended")):
            self._calls += self._is_meant(entry.time)
            if entry.verdict == "allow":
                self._open[key] = entry.seq, entry.time
        elif entry.verdict is not None:
            self._stopped.add(entry.seq)

    def _ended(self, entry: Slice) -> None:
        decision = next((link.seq for link in entry.links if link.relation == "decision"), None)
        approved = any(link.relation == "approval" for link in entry.links)
        self._open.pop((entry.agent, entry.session, entry.call_id), None)
        if not self._is_meant(entry.time) or (entry.outcome is not None and entry.outcome.status == "not-run"):
            return
        self._outcomes += 1
        if decision is None:
            self._alone[0].append(entry.seq)
        elif decision in self._stopped and not approved:
            self._alone[1].append(entry.seq)

    def _leave(self, key: tuple[str, str, str]) -> None:
        number, began = self._open.pop(key)
        if self._is_meant(began):
            self._alone[2].append(number)

    def _is_meant(self, time: int) -> bool:
        return time >= self._since and (self._until is None or time < self._until)


_decoder: Final = msgspec.json.Decoder(Slice)


def pair(lines: Iterable[bytes], since: int = 0, until: int | None = None) -> Pairs:
    """The pairs of these lines; what is no receipt is passed over, since the verifier names it."""
    fold = Pairing(since, until)
    for line in lines:
        try:
            fold.add(_decoder.decode(line))
        except (msgspec.DecodeError, RecursionError):
            continue
    return fold.result()


def recent(folder: str, since: int) -> Pairs:
    """The same for the newest part of a log, without reading segments that were closed an hour before `since`."""
    start = segments.first_since(folder, since - PATIENCE)
    return pair((line for _, line in segments.lines(folder, start)), since)


def of_folder(folder: str, since: int = 0, until: int | None = None) -> Pairs:
    """The pairs of a log. Raises `ReceiptError` where it cannot be read."""
    return pair((line for _, line in segments.lines(folder)), since, until)
