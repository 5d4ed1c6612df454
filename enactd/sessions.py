"""The states of all sessions: each a fold of its receipts, so it survives a restart, a crash and `kill -9`.

Sub-agents share their session's state; a resumed, forked, cleared or nested session starts with all that its
parent had (`session_state.py` says how a receipt changes a state).
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import OrderedDict
from typing import Final

import msgspec

from enactd import policy
from enactd.receipts import record, segments
from enactd.receipts.compose import identifier
from enactd.receipts.record import Receipt, Record
from enactd.receipts.signer import Signer
from enactd.session_index import Position, Row, SessionIndex, open_index, remove_index
from enactd.session_state import Key, Pending, Slice, State, fold, gains, key_of

CAPACITY: Final = 256
"""States kept in memory, beside those that changed since the last flush. One that is asked for and is not there any
more is read from the index, with all that it ever held: whoever has more sessions at once pays by the call."""
CAPACITY_BYTES: Final = 32 << 20  # the same in bytes, counted as in the index: a session may hold megabytes of names
FLUSH_AFTER: Final = 128  # changed states after which the index is brought up to date
FLUSH_RECORDS: Final = 4096  # the same in records: how many a start after a crash has to fold again
FLUSH_BYTES: Final = 16 << 20  # the same in bytes of receipts: what states may have grown by, uncounted
SMALL: Final = 1024  # bytes that a state counts for before it was ever in the index

_slices: Final = msgspec.json.Decoder(Slice)
_states: Final = msgspec.json.Decoder(State)


class _BrokenError(Exception):
    """The new index fails as well."""


class Turn:
    """The lock of one session, made for its first user and dropped by its last."""

    def __init__(self, locks: dict[Key, tuple[asyncio.Lock, list[None]]], key: Key) -> None:
        self._locks = locks
        self._key = key

    async def __aenter__(self) -> None:
        held = self._locks.get(self._key)
        if held is None:
            held = self._locks[self._key] = (asyncio.Lock(), [])
        held[1].append(None)
        try:
            await held[0].acquire()
        except BaseException:
            self._leave(held[1])
            raise

    async def __aexit__(self, *_: object) -> None:
        lock, users = self._locks[self._key]
        lock.release()
        self._leave(users)

    def _leave(self, users: list[None]) -> None:
        users.pop()
        if not users:
            del self._locks[self._key]


class Sessions:
    """The states of all sessions: some in memory, all in the index, every one a fold of the log.

    Belongs to one event loop. `unverified` counts lines that a rebuild could not trust; the daemon reports it.
    """

    def __init__(
        self, folder: str, signer: Signer, index: SessionIndex | None, *, capacity: int = CAPACITY,
        capacity_bytes: int = CAPACITY_BYTES,
    ) -> None:  # fmt: skip
        self.unverified = 0
        self._folder = folder
        self._signer = signer
        self._index = index
        self._index_path = ""  # where a new one may be made once, if this one cannot be trusted any more
        self._capacity, self._capacity_bytes = capacity, capacity_bytes
        self._states: OrderedDict[Key, State] = OrderedDict()
        self._sizes: dict[Key, int] = {}  # of each of them, as the index had it last
        self._refolding = False
        self._bytes = self._grown = 0  # their sum; bytes of receipts folded since the last flush
        self._changed: set[Key] = set()
        self._locks: dict[Key, tuple[asyncio.Lock, list[None]]] = {}
        self._position = self._saved = Position("", 0, record.GENESIS)
        self._flush_at, self._flush_record = FLUSH_AFTER, FLUSH_RECORDS

    @classmethod
    def open(
        cls, folder: str, signer: Signer, *, index_path: str = "", capacity: int = CAPACITY,
        capacity_bytes: int = CAPACITY_BYTES,
    ) -> Sessions:  # fmt: skip
        """The sessions of the log in `folder`, brought up to its end. Without `index_path` all stay in memory."""
        index = open_index(index_path, signer) if index_path else None
        sessions = cls(folder, signer, index, capacity=capacity, capacity_bytes=capacity_bytes)
        sessions._index_path = index_path
        known = sessions._trusted_position()
        if index is not None and known is None:
            index.close()
            remove_index(index_path)
            sessions._index = open_index(index_path, signer)
        if known is not None:
            sessions._position = sessions._saved = known
            sessions._flush_record = known.size + FLUSH_RECORDS
        sessions._catch_up(known.size if known else 0)
        return sessions

    def view(self, agent: str, session: str) -> policy.Session:
        """What policies may know of the session; an unknown one has done nothing yet."""
        return self.state(agent, session).view()

    def state(self, agent: str, session: str) -> State:
        """The session's state. Belongs to this object: read it, change it only through `apply`."""
        key = key_of(agent, session)
        state = self._states.get(key)
        if state is None:
            state = self._load(key) or State(agent=key.agent, session=key.session)
            self._states[key] = state
            self._count(key, self._sizes.get(key, SMALL))
            self._evict()
        else:
            self._states.move_to_end(key)
        return state

    def decision(self, agent: str, session: str, call_id: str) -> Pending | None:
        """The decision that an outcome with this call id belongs to; None if there was none, or long ago."""
        return self.state(agent, session).pending.get(identifier(call_id))

    def newest(self, count: int = 100) -> list[State]:
        """The sessions that did something last, newest first."""
        found = {str(state.key): state for state in self._states.values()}
        if self._index is not None:
            with contextlib.suppress(sqlite3.Error, msgspec.DecodeError):
                stored = [_states.decode(body) for body in self._index.newest(count)]
                found = {str(state.key): state for state in stored} | found
        return sorted((state for state in found.values() if state.last >= 0), key=lambda state: -state.last)[:count]

    def lock(self, agent: str, session: str) -> Turn:
        """Held while a call of this session is decided; sub-agents wait for each other. Idle locks are dropped."""
        return Turn(self._locks, key_of(agent, session))

    def apply(self, receipt: Receipt) -> State | None:
        """Fold in a durable receipt, in the order of the log. The state it changed, if it is about a session."""
        if receipt.record.seq < self._position.size:  # everything was folded again meanwhile, this one, too
            entry = receipt.record
            return self.state(entry.agent, entry.session) if entry.session else None
        state = self._fold(receipt.record, receipt.hash)
        self._position = Position(receipt.record.log, receipt.record.seq + 1, receipt.hash)
        self._grown += len(receipt.line)
        if self._is_flush_due():
            self.flush()
        return state

    def flush(self) -> None:
        """Bring the index up to date; a failure only costs time at the next start."""
        if self._index is None or self._position == self._saved:
            return
        rows = [Row(str(key), self._states[key].last, msgspec.json.encode(self._states[key])) for key in self._changed]
        try:
            self._index.save(rows, self._position)
        except sqlite3.Error:
            self._flush_at, self._grown = len(self._changed) + FLUSH_AFTER, 0
            self._flush_record = self._position.size + FLUSH_RECORDS
            return
        for key, row in zip(self._changed, rows, strict=True):
            self._count(key, len(row.body))
        self._saved, self._flush_at, self._grown = self._position, FLUSH_AFTER, 0
        self._flush_record = self._position.size + FLUSH_RECORDS
        self._changed.clear()
        self._evict()

    def close(self) -> None:
        """Flush, and release the index."""
        self.flush()
        if self._index is not None:
            self._index.close()
            self._index = None

    def _is_flush_due(self) -> bool:
        many = len(self._changed) >= self._flush_at or self._position.size >= self._flush_record
        return many or self._grown >= FLUSH_BYTES

    def _fold(self, entry: Record | Slice, line_hash: str) -> State | None:
        if not entry.session:
            return None
        state = self.state(entry.agent, entry.session)
        self._changed.add(state.key)
        parent = entry.parent if entry.parent != str(state.key) else ""
        fold(state, entry, line_hash, self.state(*parent.partition("/")[::2]) if parent else None)
        return state

    def _trusted_position(self) -> Position | None:
        """How far the index goes, if that is a place in this log."""
        try:
            known = self._index.position() if self._index else None
        except sqlite3.Error:
            return None
        if known is None or known.size == 0:
            return known
        _, line = next(segments.lines(self._folder, known.size - 1), (0, b""))
        return known if record.line_hash(line) == known.hash else None

    def _catch_up(self, first: int) -> None:
        """Fold the log from record `first` on.

        A line whose MAC is wrong is folded all the same: levels only rise, and what it says it was may be true.
        """
        for number, line in segments.lines(self._folder, first):
            try:
                entry = _slices.decode(line)
                self.unverified += self._signer.vouches(entry.mac_key, record.signed_part(line), entry.mac) is False
            except (ValueError, RecursionError):
                self.unverified += 1
                continue
            line_hash = record.line_hash(line)
            self._fold(entry, line_hash)
            self._position = Position(entry.log, number + 1, line_hash)
            self._grown += len(line)
            if self._is_flush_due():
                self.flush()
        self.flush()

    def _load(self, key: Key) -> State | None:
        """A state from the index; if that cannot be trusted any more, everything is folded again."""
        if self._index is None:
            return None
        try:
            body = self._index.load(str(key))
            if body is None:
                return None
            self._count(key, len(body))
            return _states.decode(body)
        except (sqlite3.Error, msgspec.DecodeError) as error:
            if self._refolding:
                raise _BrokenError from error
            self._refold()
            return self._states.get(key) or self._load(key)

    def _refold(self) -> None:
        """Fold the log into a new index, or in memory where that cannot be had, or was tried before."""
        path, self._index_path = self._index_path, ""
        self._refolding = True
        for where in (path, "") if path else ("",):
            if self._index is not None:
                self._index.close()
            if where:
                remove_index(where)
            self._index = open_index(where, self._signer) if where else None
            for known in (self._states, self._sizes, self._changed):
                known.clear()
            self._bytes, self._saved = 0, Position("", 0, record.GENESIS)
            self._flush_at, self._flush_record = FLUSH_AFTER, FLUSH_RECORDS
            with contextlib.suppress(_BrokenError):
                self._catch_up(0)
                break
        self._refolding = False

    def _count(self, key: Key, size: int) -> None:
        """A state in memory takes so many bytes now."""
        self._bytes += size - self._sizes.get(key, 0)
        self._sizes[key] = size

    def _evict(self) -> None:
        """Drop the states that were not used for longest, as long as the index has them. The one used last stays."""
        if self._index is None or not self._is_full():
            return
        for key in list(self._states)[:-1]:
            if key not in self._changed and key not in self._locks:
                del self._states[key]
                self._bytes -= self._sizes.pop(key)
                if not self._is_full():
                    return

    def _is_full(self) -> bool:
        return len(self._states) > self._capacity or self._bytes > self._capacity_bytes


__all__ = ["Key", "Pending", "Sessions", "State", "gains"]
