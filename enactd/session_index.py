"""A rebuildable cache of session states in SQLite, so that a start need not read the whole log.

Every row carries a seal with a key of the log: an edited row makes the whole index void. Losing the file costs
time, never a level: states are folds of the receipts, and those are durable.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable
from typing import Final

import msgspec

from enactd.receipts.signer import Signer

_SCHEMA: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, last INTEGER, body BLOB, mac TEXT) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS state_last ON state (last)",
)
_POSITION: Final = "\0position"
VERSION: Final = 1
LOCK_WAIT: Final = 0.05  # seconds that the event loop may stand still for somebody else's lock


class Position(msgspec.Struct, frozen=True):
    """How far the log is folded into the index: `size` records, the last of which has `hash`."""

    log_id: str
    size: int
    hash: str
    version: int = VERSION


class Row(msgspec.Struct, frozen=True):
    """One state: its name, when it last changed (record number), its JSON."""

    name: str
    last: int
    body: bytes


class SessionIndex:
    """One file, one writer. Every method may raise `sqlite3.Error`, also for a row that was edited."""

    def __init__(self, path: str, signer: Signer) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        self._signer = signer
        self._database = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None, check_same_thread=False)
        for statement in _SCHEMA:
            self._database.execute(statement)

    def position(self) -> Position | None:
        """Where folding goes on; None if that cannot be trusted."""
        body = self._read(_POSITION)
        try:
            found = msgspec.json.decode(body, type=Position) if body else None
        except msgspec.DecodeError:
            return None
        return found if found and found.version == VERSION else None

    def load(self, name: str) -> bytes | None:
        """A state's JSON; None if there is none."""
        return self._read(name)

    def newest(self, count: int) -> list[bytes]:
        """The states that changed last, newest first."""
        rows = self._database.execute(
            "SELECT name, body, mac FROM state WHERE name != ? ORDER BY last DESC LIMIT ?", (_POSITION, count)
        )
        return [body for name, body, mac in rows if self._signer.sealed(_signed(name, body), mac)]

    def save(self, rows: Iterable[Row], position: Position) -> None:
        """States and position in one transaction."""
        body = msgspec.json.encode(position)
        every = [(row.name, row.last, row.body) for row in rows] + [(_POSITION, -1, body)]
        signed = [(name, last, text, self._signer.seal(_signed(name, text))) for name, last, text in every]
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", signed)
            self._database.execute("COMMIT")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def close(self) -> None:
        self._database.close()

    def _read(self, name: str) -> bytes | None:
        row = self._database.execute("SELECT body, mac FROM state WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        body, mac = row
        if not (isinstance(body, bytes) and isinstance(mac, str) and self._signer.sealed(_signed(name, body), mac)):
            raise sqlite3.DatabaseError("a row of the session index was not written by us")
        return body


def open_index(path: str, signer: Signer) -> SessionIndex | None:
    """The index, made anew if it is broken; None if there can be none, which costs time at the next start."""
    for attempt in range(2):
        try:
            index = SessionIndex(path, signer)
            index.position()
        except (sqlite3.Error, OSError):
            if attempt == 0:
                remove_index(path)
            continue
        return index
    return None


def remove_index(path: str) -> None:
    """Delete the cache; the next start rebuilds it."""
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            os.unlink(path + suffix)


def _signed(name: str, body: bytes) -> bytes:
    return b"session index\0" + name.encode("utf-8", "replace") + b"\0" + body
