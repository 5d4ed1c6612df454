"""The state of one session and how a receipt changes it. Pure: no file, no clock.

The level is the gravest of what was allowed, or was asked (or refused!) and ran all the same. It never falls,
whatever the order of the records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from enactd import policy
from enactd.effects import model
from enactd.effects.subjects import about, deeds
from enactd.effects.values import NETWORK, SECRET
from enactd.memo import memo
from enactd.receipts import record
from enactd.receipts.compose import identifier
from enactd.receipts.record import Gains, Level, Link, Outcome, Record
from enactd.risk import Risk
from enactd.verdict import Finding

PENDING: Final = 64  # decisions of one session that may still hear of their outcome
REMEMBERED: Final = {"hosts": 1024, "downloads": 4096, "renamed": 256, "refused": 256, "deeds": 1024, "failed": 256}
DESTROYED: Final = "destroyed"
PUBLISHED: Final = "published"
GAINED: Final = 64  # of each kind, by one call
FEW: Final = 4  # names that are looked for one by one
_SETS: Final = "sets"


class Key(NamedTuple):
    """A session by the agent's own words."""

    agent: str
    session: str

    def __str__(self) -> str:
        return f"{self.agent}/{self.session}"


class Pending(msgspec.Struct, frozen=True):
    """A decision that may still hear of its outcome."""

    seq: int
    hash: str
    verdict: str
    risk: Risk
    gained: Gains | None = None

    @property
    def link(self) -> Link:
        """What the outcome's receipt says to point to the decision."""
        return Link(relation="decision", seq=self.seq, hash=self.hash)


class _Sets(NamedTuple):
    """What a state remembers, as policies look it up; made once for all calls between two that change it."""

    taints: frozenset[str]
    hosts: frozenset[str]
    refused: tuple[str, ...]
    downloads: frozenset[str]
    deeds: frozenset[str]
    failed: frozenset[str]


class State(msgspec.Struct, kw_only=True, dict=True):
    """All that is remembered of one session. `last` is the newest record folded in, `seen` its time in microseconds."""

    agent: str
    session: str
    level: Risk = Risk.SAFE
    attempted: Risk = Risk.SAFE
    taints: list[str] = []
    hosts: list[str] = []
    downloads: list[str] = []
    renamed: dict[str, str] = {}
    refused: list[str] = []
    deeds: list[str] = []
    failed: list[str] = []
    destructive: int = 0
    pending: dict[str, Pending] = {}
    parent: str = ""
    workspace: str = ""
    began: int = 0
    seen: int = 0
    last: int = -1
    ended: bool = False
    allowed: int = 0
    asked: int = 0
    denied: int = 0

    @property
    def key(self) -> Key:
        return Key(self.agent, self.session)

    def view(self) -> policy.Session:
        """The state as policies see it. What that costs does not grow with what the session has done."""
        sets: _Sets | None = self.__dict__.get(_SETS)
        if sets is None:
            sets = self.__dict__[_SETS] = _Sets(
                frozenset(self.taints), frozenset(self.hosts), tuple(self.refused), frozenset(self.downloads),
                frozenset(self.deeds), frozenset(self.failed),
            )  # fmt: skip
        return policy.Session(
            level=self.level, destructive=self.destructive, renamed=dict(self.renamed), **sets._asdict()
        )

    def inherit(self, parent: State) -> None:
        """Begin with all that the parent had; what is pending there stays there."""
        self.level = max(self.level, parent.level)
        self.attempted = max(self.attempted, parent.attempted)
        self._changes()
        _remember(self.taints, parent.taints, 64)
        for name in ("hosts", "downloads", "refused", "deeds", "failed"):
            _remember(getattr(self, name), getattr(parent, name), REMEMBERED[name])
        self._rename(parent.renamed.items())

    def gain(self, gained: Gains | None) -> None:
        """What a call that runs adds. What ran was not refused after all, and counts for what it destroyed."""
        self.destructive = self.destructive + 1 if gained is not None and DESTROYED in gained.deeds else 0
        if gained is None:
            return
        self._changes()
        self.refused = [one for one in self.refused if one not in gained.stopped]
        told = tuple(deed for deed in gained.deeds if deed != DESTROYED)
        _remember(self.deeds, told, REMEMBERED["deeds"], newest=True)
        _remember(self.taints, gained.taints, 64)
        _remember(self.hosts, gained.hosts, REMEMBERED["hosts"])
        _remember(self.downloads, gained.downloads, REMEMBERED["downloads"])
        self._rename(gained.renamed)

    def refuse(self, gained: Gains | None) -> None:
        """What a call that was stopped leaves behind: what it was stopped for, the newest first to stay."""
        self.destructive = 0
        if gained is not None:
            self._changes()
            _remember(self.refused, gained.stopped, REMEMBERED["refused"], newest=True)

    def fail(self, gained: Gains | None, *, failed: bool = True) -> None:
        """What a call that ran and failed has not done after all; with `failed` false: what now succeeded."""
        told = [deed for deed in gained.deeds if deed != DESTROYED] if gained is not None else []
        if not told:
            return
        self._changes()
        again = [f"{deed} twice" for deed in told if deed in self.failed]
        self.failed = [deed for deed in self.failed if deed.removesuffix(" twice") not in told]
        if failed:
            self.deeds = [deed for deed in self.deeds if deed not in told]
            _remember(self.failed, (*told, *again), REMEMBERED["failed"], newest=True)

    def taint(self, gained: Gains | None) -> None:
        """What an output left behind: orders in a text that was fetched."""
        if gained is not None:
            self._changes()
            _remember(self.taints, gained.taints, 64)

    def _changes(self) -> None:
        """Something is remembered or forgotten: what policies were shown is not what they will be."""
        self.__dict__.pop(_SETS, None)

    def _rename(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Tables keep the name they had first, over any number of renames."""
        for now, before in pairs:
            if len(self.renamed) < REMEMBERED["renamed"] or now in self.renamed:
                self.renamed[now] = self.renamed.get(before, before)


class Slice(msgspec.Struct, frozen=True):
    """What of a record matters here; reading no more of a million lines halves the time."""

    kind: str
    log: str
    seq: int
    time: int
    mac_key: str
    mac: str
    agent: str = ""
    session: str = ""
    event: str = ""
    parent: str = ""
    workspace: str = ""
    call_id: str = ""
    verdict: Literal["allow", "ask", "deny"] | None = None
    risk: Level | None = None
    risk_after: Level | None = None
    gained: Gains | None = None
    outcome: Outcome | None = None


@memo(1024)
def key_of(agent: str, session: str) -> Key:
    """The key as receipts spell it."""
    return Key(identifier(agent), identifier(session))


def fold(state: State, entry: Record | Slice, line_hash: str, parent: State | None) -> None:
    """Change `state` by a record about it; `parent` is the state it came from, where the record names one."""
    if parent is not None:
        state.parent = entry.parent
        state.inherit(parent)
    state.level = max(state.level, record.level(entry.risk_after))
    state.workspace = entry.workspace or state.workspace
    state.began = state.began or entry.time
    state.seen, state.last = entry.time, entry.seq
    if entry.kind == "decision" and entry.verdict:
        _decide(state, entry, line_hash)
    elif entry.kind == "outcome":
        _finish(state, entry)
    elif entry.kind == "session":
        state.ended = entry.event == "end"


def gains(effects: Sequence[model.Effect], stopping: Iterable[Finding] = ()) -> Gains | None:
    """What a call with these effects adds to its session if it runs; None if nothing.

    `stopping` are the findings that it was stopped for: those it leaves behind where it does not run.
    """
    taints: set[str] = set()
    hosts: set[str] = set()
    downloads: set[str] = set()
    renamed: list[tuple[str, str]] = []
    for effect in effects:
        match effect:
            case model.Request(host=host, local=local):
                hosts.update((host,) if host else ())
                taints.update(() if local else (NETWORK,))
            case model.SendData(to=str(to)):
                hosts.add(to)
            case model.ReadPath(shown=True, how="content" | "search", target=target) if target.secret:
                taints.add(SECRET)
            case model.RevealSecret():
                taints.add(SECRET)
            case model.PublishPackage():
                taints.add(PUBLISHED)
            case model.WritePath(origins=origins, target=model.Target(path=str(path))) if NETWORK in origins:
                downloads.add(path)
            case model.RunSql(renames=(str(before), str(now))) if before and now:
                renamed.append((identifier(now), identifier(before)))
            case _:
                pass
    done = _bounded(deeds(effects))
    stopped = _bounded(
        filter(None, (about(effects[found.effect]) for found in stopping if 0 <= found.effect < len(effects)))
    )
    if not (taints or hosts or downloads or renamed or done or stopped):
        return None
    return Gains(
        taints=_bounded(taints), hosts=_bounded(hosts), downloads=_bounded(downloads), renamed=tuple(renamed[:GAINED]),
        deeds=done, stopped=stopped,
    )  # fmt: skip


def _bounded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(identifier(name, 4096) for name in sorted(set(names))[:GAINED])


def _decide(state: State, entry: Record | Slice, line_hash: str) -> None:
    risk = record.level(entry.risk)
    if entry.verdict == "allow":
        state.allowed += 1
        state.level = max(state.level, risk)
        state.gain(entry.gained)
    else:
        state.asked += entry.verdict == "ask"
        state.denied += entry.verdict == "deny"
        state.attempted = max(state.attempted, risk)
        state.refuse(entry.gained)
    if entry.call_id:
        state.pending.pop(entry.call_id, None)
        if len(state.pending) >= PENDING:
            del state.pending[next(iter(state.pending))]
        verdict = entry.verdict or ""
        state.pending[entry.call_id] = Pending(entry.seq, line_hash, verdict, risk, entry.gained)


def _finish(state: State, entry: Record | Slice) -> None:
    """A call that was asked about, or even refused, and ran all the same counts like an allowed one."""
    decision = state.pending.pop(entry.call_id, None)
    if entry.outcome is not None and entry.outcome.status == "not-run":
        return
    state.level = max(state.level, record.level(entry.risk))
    state.taint(entry.gained)
    if decision is None:
        return
    if decision.verdict != "allow":
        state.level = max(state.level, decision.risk)
        state.gain(decision.gained)
    if entry.outcome is not None and entry.outcome.status in ("ok", "failed", "partial"):  # half done is not done
        state.fail(decision.gained, failed=entry.outcome.status != "ok")


def _remember(known: list[str], more: Sequence[str], limit: int, *, newest: bool = False) -> None:
    """Add what is new. A full list keeps the old ones, or with `newest` the new ones."""
    present: list[str] | set[str] = known if len(more) < FEW else set(known)
    for name in more:
        if name in present:
            continue
        if len(known) >= limit:
            if not newest:
                return
            gone = known.pop(0)
            if isinstance(present, set):
                present.discard(gone)
        known.append(name)
        if isinstance(present, set):
            present.add(name)
