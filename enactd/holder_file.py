"""Who holds which session, in SQLite, so that neither an opening nor a look-up costs more the more there are.

What it says is worth as much as the processes it names, so it ends with the kernel's run (`boot`), and is not synced:
after `kill -9` of the daemon it is whole, and after a power cut nothing of it counts any more.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_SCHEMA: Final = (
    "PRAGMA synchronous=OFF",
    "PRAGMA journal_mode=WAL",
    "PRAGMA wal_autocheckpoint=64",
    "PRAGMA cache_size=-512",
    "CREATE TABLE IF NOT EXISTS boot (id TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS agent (pid INTEGER, start INTEGER, cgroup TEXT, PRIMARY KEY (pid, start)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS holder (id TEXT PRIMARY KEY, pid INTEGER, start INTEGER, body BLOB)",
    "CREATE INDEX IF NOT EXISTS holder_process ON holder (pid, start)",
    "CREATE TABLE IF NOT EXISTS held (agent TEXT, session TEXT, holder TEXT, pid INTEGER, start INTEGER, used INTEGER,"
    " PRIMARY KEY (agent, session, holder)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS held_process ON held (pid, start, used)",
    "CREATE TABLE IF NOT EXISTS past (cgroup TEXT PRIMARY KEY, start INTEGER) WITHOUT ROWID",
)
LOCK_WAIT: Final = 0.05  # seconds that the event loop may stand still for somebody else's lock
SLICE: Final = 16
"""Rows of a process that has ended which go away with one opening: more than come, and too few to wait for."""

Key = tuple[str, str]
Identity = tuple[int, int]


class Row(NamedTuple):
    """One process's hold on a session. `holder` names `body`, which many rows share; `used` grows with every use."""

    holder: str
    process: Identity
    used: int
    body: bytes


class Change(NamedTuple):
    """What a session's rows become: all of them, or with `rows` None the time of its last use alone."""

    key: Key
    used: int
    rows: tuple[Row, ...] | None = None


class HolderFile:
    """One file, one writer. Every method may raise `sqlite3.Error`; `save` then changes nothing."""

    def __init__(self, path: str, boot: str) -> None:
        if path != ":memory:":
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        self.database = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None, check_same_thread=False)
        try:
            for statement in _SCHEMA:
                self.database.execute(statement)
            self.database.execute("INSERT OR IGNORE INTO boot VALUES (?)", (boot,))
            if self.database.execute("SELECT id FROM boot").fetchall() != [(boot,)]:
                raise sqlite3.DatabaseError("it is of another run of the kernel")
            if self.database.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise sqlite3.DatabaseError("it is damaged")
        except BaseException:
            self.close()
            raise

    def load(self, key: Key) -> list[Row]:
        """A session's holders, in the order they came; none of a session that nobody holds."""
        rows = self.database.execute(
            "SELECT holder.id, held.pid, held.start, used, body FROM held JOIN holder ON holder.id = holder"
            " WHERE agent = ? AND session = ? ORDER BY holder.rowid",
            key,
        )
        return [Row(name, (pid, start), used, body) for name, pid, start, used, body in rows]

    def latest(self, process: Identity) -> tuple[Key, Row] | None:
        """The session that a process used last, as far as uses were saved."""
        row = self.database.execute(
            "SELECT agent, session, holder.id, used, body FROM held JOIN holder ON holder.id = holder"
            " WHERE held.pid = ? AND held.start = ? ORDER BY used DESC LIMIT 1",
            process,
        ).fetchone()
        return None if row is None else ((row[0], row[1]), Row(row[2], process, row[3], row[4]))

    def agents(self) -> list[tuple[Identity, str]]:
        """The processes that hold or held something that is still here, and their control groups."""
        rows = self.database.execute("SELECT pid, start, cgroup FROM agent")
        return [((pid, start), cgroup) for pid, start, cgroup in rows]

    def past(self) -> dict[str, int]:
        """Control groups of agents that have ended, and when the first of each began."""
        return dict(self.database.execute("SELECT cgroup, start FROM past").fetchall())

    def last_use(self) -> int:
        """The largest `used` of all."""
        found = self.database.execute(
            "SELECT MAX((SELECT MAX(used) FROM held WHERE held.pid = agent.pid AND held.start = agent.start)) FROM agent"
        ).fetchone()
        return int(found[0] or 0)

    def save(self, changes: Iterable[Change], agents: Iterable[tuple[Identity, str]] = ()) -> None:
        """All changes, and the processes that are new, in one transaction."""
        with self._transaction():
            for (pid, start), cgroup in agents:
                self.database.execute("INSERT OR REPLACE INTO agent VALUES (?, ?, ?)", (pid, start, cgroup))
            for key, used, rows in changes:
                if rows is None:
                    self.database.execute("UPDATE held SET used = ? WHERE agent = ? AND session = ?", (used, *key))
                    continue
                self.database.execute("DELETE FROM held WHERE agent = ? AND session = ?", key)
                for row in rows:
                    self.database.execute(
                        "INSERT OR IGNORE INTO holder VALUES (?, ?, ?, ?)", (row.holder, *row.process, row.body)
                    )
                    self.database.execute(
                        "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?)", (*key, row.holder, *row.process, used)
                    )

    def save_past(self, past: Iterable[tuple[str, int]], gone: Iterable[str] = ()) -> None:
        """Control groups of processes that have ended; those in `gone` are of no interest any more."""
        with self._transaction():
            self.database.executemany("DELETE FROM past WHERE cgroup = ?", [(name,) for name in gone])
            self.database.executemany("INSERT OR REPLACE INTO past VALUES (?, ?)", list(past))

    def forget(self, process: Identity, slice_: int = SLICE) -> bool:
        """Take away some rows of a process that has ended; whether nothing of it is left."""
        with self._transaction():
            found = self.database.execute(
                "SELECT agent, session, holder FROM held WHERE pid = ? AND start = ? LIMIT ?", (*process, slice_)
            ).fetchall()
            self.database.executemany("DELETE FROM held WHERE agent = ? AND session = ? AND holder = ?", found)
            if len(found) == slice_:
                return False
            self.database.execute("DELETE FROM holder WHERE pid = ? AND start = ?", process)
            self.database.execute("DELETE FROM agent WHERE pid = ? AND start = ?", process)
            return True

    def close(self) -> None:
        """Nothing is asked after."""
        self.database.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        if self.database.in_transaction:  # what could not even be taken back
            self.database.execute("ROLLBACK")
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.database.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.database.execute("ROLLBACK")
            raise


def open_file(path: str, boot: str) -> HolderFile:
    """The file, made anew if it is broken or from before the last boot; where there can be none, one in memory."""
    for attempt in range(2):
        try:
            return HolderFile(path, boot)
        except (OSError, sqlite3.Error) as error:
            if attempt or isinstance(error, OSError):
                break
            remove_file(path)
    return HolderFile(":memory:", boot)


def remove_file(path: str) -> None:
    """Remove the file and what SQLite keeps beside it."""
    for name in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal"):
        with contextlib.suppress(OSError):
            os.unlink(name)
