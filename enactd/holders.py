"""Which processes hold which sessions, and which session each of them used last.

Bounds, and what they mean. Memory holds the `CAPACITY` sessions used last; of one that is older the file is asked, so
it is as well known as any other. A session whose processes have all ended is held by nobody, just as one that never
was: its rows go, some with every opening. What stays of such a process is its control group, for as long as anything
runs in there. A file that cannot be read refuses what only it could tell; one that cannot be written keeps `CAPACITY`
sessions more in memory, then no session is opened until it can be.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import OrderedDict, deque
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from enactd import peer
from enactd.errors import RefusedError
from enactd.holder_file import Change, HolderFile, Identity, Key, Row, open_file, remove_file
from enactd.peer import Process

CAPACITY: Final = 1024
SWEEP: Final = 64  # processes from which on it is looked who has ended, again when there are twice as many
GROUPS: Final = 4096
"""Control groups of ended agents in which something still runs. With more of them no group counts as free of agents."""
EVERY_GROUP: Final = "*"
_UNREADABLE: Final = (sqlite3.Error, msgspec.MsgspecError, ValueError)


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's process that holds a session, and what the kernel said of it when it began to.

    `folder` is where it was started, `workspace` the work tree around that.
    """

    process: Process
    exe: str
    folder: str
    workspace: str
    home: str
    environment: dict[str, str]
    argv: tuple[str, ...] = ()
    cgroup: str = ""


class _Session:
    """A session in memory: its holders, each with the name of its row, and when it was used last."""

    __slots__ = ("holders", "names", "used")

    def __init__(self, holders: tuple[Holder, ...], names: tuple[str, ...], used: int) -> None:
        self.holders = holders
        self.names = names
        self.used = used


class _Agent:
    """A process that holds something. `holder` is what was learned of it last, which most of its sessions share."""

    __slots__ = ("cgroup", "holder", "latest")

    def __init__(self, cgroup: str, holder: Holder, latest: Key) -> None:
        self.cgroup = cgroup
        self.holder = holder
        self.latest = latest


class Holders:
    """All that is known, over a restart of the daemon, too. Belongs to one thread. Any look-up may raise `RefusedError`."""

    def __init__(self, file: Path | None, boot: str, *, capacity: int = CAPACITY) -> None:
        where = str(file) if file else ":memory:"
        self._file: HolderFile = open_file(where, boot)
        self._capacity = capacity
        self._sessions: OrderedDict[Key, _Session] = OrderedDict()
        self._changed: dict[Key, bool] = {}  # to be saved: with its holders, or the time of its use alone
        self._agents: dict[Identity, _Agent] = {}
        self._unsaved: set[Identity] = set()  # of these
        self._ended: deque[Identity] = deque()  # whose rows are to go
        self._past: dict[str, int] = {}
        self._sweep_at, self._look_at = SWEEP, SWEEP
        self.failing = False
        self._uses = 0
        try:
            self._restore()
        except _UNREADABLE:  # somebody else wrote in it: as if there were none
            self._file.close()
            remove_file(where)
            self._file = open_file(where, boot)

    def of(self, key: Key) -> tuple[Holder, ...]:
        """Who holds a session, those that have ended since included; nobody, if none of them runs any more."""
        held = self._find(key)
        return held.holders if held else ()

    def latest(self, identity: Identity) -> Key | None:
        """The session that a process used last; None if it holds none."""
        agent = self._agents.get(identity)
        return agent.latest if agent else None

    def living(self) -> set[Identity]:
        """The processes that hold something and run."""
        return {identity for identity in self._agents if peer.is_alive(identity)}

    def began(self) -> int | None:
        """When the first process began that held anything, as far back as this run of the kernel goes."""
        return min([*(start for _, start in self._agents), *self._past.values()], default=None)

    def is_apart(self, cgroup: str) -> bool:
        """Whether this is a control group in which no agent ever was."""
        if cgroup in {"", "/"} or cgroup in self._past or EVERY_GROUP in self._past:
            return False
        return all(agent.cgroup != cgroup for agent in self._agents.values())

    def use(self, key: Key) -> None:
        """A holder speaks for the session: it is now the one used last by those who hold it."""
        held = self._find(key)
        if held is None:
            return
        self._uses += 1
        held.used = self._uses
        for holder in held.holders:
            agent = self._agents.get(holder.process.identity)
            if agent is not None:
                agent.latest = key
        if not self.failing:
            self._changed.setdefault(key, False)
            if len(self._changed) >= max(1, self._capacity // 2):
                self._save()

    def add(self, key: Key, holder: Holder) -> None:
        """A process holds the session from now on, besides those that do and still run. Raises `RefusedError`."""
        if self.failing and len(self._changed) >= self._capacity:
            self._save()
            if self.failing:
                raise _full()
        identity = holder.process.identity
        known = self._agents.get(identity)
        if known is not None and known.holder == holder:
            holder = known.holder  # one object for all sessions
        living = [held for held in self.of(key) if peer.is_alive(held.process.identity)]
        holders = (*(held for held in living if held.process.identity != identity), holder)
        self._sessions[key] = _Session(holders, tuple(map(_name, holders)), 0)
        self._changed[key] = True
        self._agents[identity] = _Agent(holder.cgroup, holder, key)
        self._unsaved.add(identity)
        self.use(key)
        self._save()
        self._sweep()
        self._evict()

    def drop(self, key: Key, holder: Holder) -> None:
        """This hold never was: the process used last what it used before. Where nobody can tell, there were no holders."""
        try:
            held = self._find(key)
        except RefusedError:
            held = _Session((), (), 0)
        if held is None:
            return
        left = tuple(one for one in held.holders if one != holder)
        self._sessions[key] = _Session(left, tuple(map(_name, left)), held.used)
        self._changed[key] = True
        self._save()
        agent = self._agents.get(holder.process.identity)
        if agent is not None and agent.latest == key:
            before = self._before(holder.process.identity)
            if before is None:
                del self._agents[holder.process.identity]
            else:
                agent.latest = before
        if not left and key not in self._changed:
            del self._sessions[key]

    def close(self) -> None:
        """Save the order of the last uses, and release the file."""
        self._save()
        self._file.close()

    def _restore(self) -> None:
        known = []
        for identity, cgroup in self._file.agents():
            found = self._file.latest(identity)
            known.append((identity, cgroup, found and (found[0], _decode(found[1].body))))
        self._past, self._uses = self._file.past(), self._file.last_use()
        for identity, cgroup, latest in known:
            if not peer.is_alive(identity):
                self._bury(identity, cgroup)
            elif latest is not None:
                self._agents[identity] = _Agent(cgroup, latest[1], latest[0])
        self._keep_past(list(self._past))

    def _find(self, key: Key) -> _Session | None:
        held = self._sessions.get(key)
        if held is None:
            held = self._load(key)
            if held is None:
                return None
            self._sessions[key] = held
            self._evict()
        self._sessions.move_to_end(key)
        return held

    def _load(self, key: Key) -> _Session | None:
        """What the file says of a session; a process that has ended holds nothing."""
        try:
            rows = [row for row in self._file.load(key) if peer.is_alive(row.process)]
            holders = tuple(self._shared(_decode(row.body)) for row in rows)
        except _UNREADABLE as error:
            raise _unreadable(error) from None
        return _Session(holders, tuple(row.holder for row in rows), rows[0].used) if rows else None

    def _shared(self, holder: Holder) -> Holder:
        agent = self._agents.get(holder.process.identity)
        return agent.holder if agent is not None and agent.holder == holder else holder

    def _before(self, identity: Identity) -> Key | None:
        """The session that a process used last, of those it holds."""
        mine = [
            (held.used, key)
            for key, held in self._sessions.items()
            if any(holder.process.identity == identity for holder in held.holders)
        ]
        try:
            found = self._file.latest(identity)
        except sqlite3.Error:
            found = None
        if found is not None and found[0] not in self._changed:
            mine.append((found[1].used, found[0]))
        return max(mine)[1] if mine else None

    def _save(self) -> None:
        """Write what has changed; what cannot be written stays in memory and is tried again with the next opening."""
        if not self._changed:
            return
        changes = [self._change(key, self._sessions[key], whole) for key, whole in self._changed.items()]
        fresh = [(identity, self._agents[identity].cgroup) for identity in self._unsaved if identity in self._agents]
        try:
            self._file.save(changes, fresh)
        except sqlite3.Error:
            self.failing = True
            return
        self.failing = False
        self._changed.clear()
        self._unsaved.clear()

    def _change(self, key: Key, held: _Session, whole: bool) -> Change:
        if not whole:
            return Change(key, held.used)
        named = zip(held.names, held.holders, strict=True)
        return Change(
            key, held.used, tuple(Row(name, one.process.identity, held.used, _encode(one)) for name, one in named)
        )

    def _evict(self) -> None:
        """Leave the sessions that were not used for longest to the file, as long as it has them."""
        if len(self._sessions) <= self._capacity:
            return
        for key in list(self._sessions)[:-1]:
            if key not in self._changed:
                del self._sessions[key]
                if len(self._sessions) <= self._capacity:
                    return

    def _sweep(self) -> None:
        """Forget processes that have ended, and some of their rows. What that costs does not grow with an opening."""
        if len(self._agents) >= self._sweep_at:
            ended = [identity for identity in self._agents if not peer.is_alive(identity)]
            groups = [self._bury(identity, self._agents.pop(identity).cgroup) for identity in ended]
            self._sweep_at = max(SWEEP, 2 * len(self._agents))
            self._keep_past(groups)
        try:
            if self._ended and (self._ended[0] in self._agents or self._file.forget(self._ended[0])):
                self._ended.popleft()
        except sqlite3.Error:
            self.failing = True

    def _bury(self, identity: Identity, cgroup: str) -> str:
        """A process has ended: its group is remembered, its rows are to go. The name that the group is kept under."""
        self._ended.append(identity)
        self._past[cgroup] = min(identity[1], self._past.get(cgroup, identity[1]))
        return cgroup

    def _keep_past(self, groups: Iterable[str]) -> None:
        """Remember these groups; where they are many, those in which nothing runs any more are left out."""
        gone: list[str] = []
        if len(self._past) > self._look_at:
            first = min(self._past.values())
            gone = [name for name in self._past if name.startswith("/") and peer.is_deserted(name)]
            self._past = {name: start for name, start in self._past.items() if name not in set(gone)}
            if len(self._past) > GROUPS:
                gone += self._past
                self._past = {EVERY_GROUP: first}
            self._past[""] = first
            self._look_at = max(SWEEP, 2 * len(self._past))
        kept = {name: self._past[name] for name in (*groups, "", EVERY_GROUP) if name in self._past}
        try:
            self._file.save_past(kept.items(), gone)
        except sqlite3.Error:
            self.failing = True


def _encode(holder: Holder) -> bytes:
    """In ASCII, because paths and arguments may be no valid Unicode."""
    return json.dumps(msgspec.to_builtins(holder), separators=(",", ":")).encode()


def _decode(body: bytes) -> Holder:
    return msgspec.convert(json.loads(body), Holder)


def _name(holder: Holder) -> str:
    return hashlib.sha256(_encode(holder)).hexdigest()[:32]


def _unreadable(error: Exception) -> RefusedError:
    return RefusedError(
        "nobody can tell whose session this is",
        cause=f"the file of sessions that are open cannot be read: {type(error).__name__}",
        effect="calls of sessions that were not used lately are denied",
        fix="systemctl --user restart enactd, or enactd stop; enactd start",
    )


def _full() -> RefusedError:
    return RefusedError(
        "no more sessions can be opened",
        cause="the file of sessions that are open cannot be written, and no more of them are kept in memory",
        effect="calls of new sessions are denied, those of open ones are served",
        fix="enactctl doctor; df -h",
    )
