"""What is where in the log, for questions: a cache in SQLite, made from the log alone and made again at will.

It is never believed: it narrows down which lines are read, each line is checked against the hash noted here, and
what does not fit voids the whole file. What it cannot show is a row that somebody who may write our files took
out; an auditor searches without it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from enactd.receipts import query, record, segments
from enactd.receipts.query import LEVELS, Query, View

VERSION: Final = 1
CHUNK: Final = 20_000  # lines of one transaction
LOCK_WAIT: Final = 60.0  # seconds; another search may be filling it
WORD: Final = 3  # letters that the index of text knows a word by
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), version, last, segment, place, hash);
CREATE TABLE IF NOT EXISTS name (id INTEGER PRIMARY KEY, sort TEXT, name TEXT, UNIQUE (sort, name));
CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, segment, place, hash, time, kind, agent, session, tool,
  verdict, risk);
CREATE TABLE IF NOT EXISTS tag (name INTEGER, seq INTEGER, PRIMARY KEY (name, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_session ON entry (session);
CREATE INDEX IF NOT EXISTS entry_time ON entry (time);
CREATE VIRTUAL TABLE IF NOT EXISTS word USING
  fts5(text, content='', detail='none', tokenize="trigram case_sensitive 1");
"""
_PICKED: Final = "(SELECT number FROM temp.pick WHERE list = ?)"
_TAGGED: Final = "seq IN (SELECT seq FROM tag WHERE name IN (SELECT number FROM temp.pick WHERE list = ?))"
_ENTRY: Final = "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class StaleError(Exception):
    """The index does not fit the log."""


class Spot(msgspec.Struct, frozen=True):
    """Where a line lies: segment, byte in it (uncompressed), and the beginning of its hash."""

    seq: int
    segment: int
    place: int
    hash: bytes


class _Names:
    """Names as numbers, kept in memory while the index is open."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._known: dict[tuple[str, str], int] = {}

    def number(self, sort: str, name: str) -> int:
        """The number of a name, given now if it has none."""
        key = (sort, name)
        found = self._known.get(key)
        if found is None:
            self._database.execute("INSERT OR IGNORE INTO name (sort, name) VALUES (?, ?)", key)
            (found,) = self._database.execute("SELECT id FROM name WHERE sort = ? AND name = ?", key).fetchone()
            if len(self._known) > 200_000:
                self._known.clear()
            self._known[key] = found
        return int(found)

    def forget(self) -> None:
        """After a transaction that failed, or was somebody else's."""
        self._known.clear()


class Index:
    """An open index. All methods may raise `sqlite3.Error`; `StaleError` where it does not fit the log."""

    def __init__(self, path: str, folder: str) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        try:
            _refuse_device(descriptor, path)
        finally:
            os.close(descriptor)
        self._folder = folder
        self._picks = 0
        self._database = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None)
        try:
            for setting in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-65536", "cell_size_check=ON"):
                self._database.execute(f"PRAGMA {setting}")
            self._database.executescript(_SCHEMA)
            self._database.execute("CREATE TEMP TABLE pick (list INTEGER, number INTEGER)")
        except sqlite3.Error:
            self._database.close()
            raise
        self._names = _Names(self._database)

    def catch_up(self, progress: Callable[[int], object] = lambda done: None) -> int:
        """Read what the log has more; returns how many records are known. `progress` hears of every chunk."""
        while True:
            size, added = self._add_chunk()
            if added < CHUNK:
                return size
            progress(size)

    def candidates(self, wanted: Query) -> Iterator[Spot]:
        """Where records lie that could be meant, newest first: all that are, and some that are not."""
        conditions, values = self._conditions(wanted)
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._database.execute(f"SELECT seq, segment, place, hash FROM entry {where} ORDER BY seq DESC", values)  # noqa: S608 - constants of this module
        for row in rows:
            yield Spot(*row)

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self._database.close()

    def _add_chunk(self) -> tuple[int, int]:
        """One transaction of new lines: what is known then, and how many were added."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            last = self._last()
            size, added = last.seq + 1 if last else 0, 0
            for line in segments.placed(self._folder, last):
                if last is None or line.seq >= size:
                    self._add(line)
                    last, size, added = line, line.seq + 1, added + 1
                if added == CHUNK:
                    break
            if last is not None and added:
                row = (1, VERSION, last.seq, last.segment, last.place, _short(last.data))
                self._database.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?)", row)
            self._database.execute("COMMIT")
        except BaseException:
            self._names.forget()
            with contextlib.suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise
        return size, added

    def _last(self) -> segments.Placed | None:
        """The last line that is known, if it is still where it was; None for an empty index."""
        row = self._database.execute("SELECT version, last, segment, place, hash FROM state").fetchone()
        if row is None:
            return None
        version, seq, segment, place, line_hash = row
        (rows, oldest) = self._database.execute("SELECT count(*), min(seq) FROM entry").fetchone()
        if version != VERSION or not rows or rows != seq + 1 - oldest:
            raise StaleError("rows are missing")
        first = next((found.first for found in segments.list_segments(self._folder)), 0)
        if oldest < first:  # retention dropped a segment
            self._database.execute("DELETE FROM entry WHERE seq < ?", (first,))
        last = next(segments.placed(self._folder, segments.Placed(seq, segment, place, b"")), None)
        if last is None or (last.seq, last.place) != (seq, place) or _short(last.data) != line_hash:
            raise StaleError("the log goes on differently")
        return last

    def _add(self, line: segments.Placed) -> None:
        try:
            seen = query.view(line.data)
        except ValueError as error:
            raise segments.not_a_receipt(f"record {line.seq}", error) from None
        number = self._names.number
        numbered = (
            number("kind", seen.kind),
            number("agent", seen.agent),
            number("session", seen.session),
            number("tool", seen.tool),
            number("verdict", seen.verdict or ""),
            LEVELS[seen.risk or "SAFE"],
        )
        row = (line.seq, line.segment, line.place, _short(line.data), seen.time, *numbered)
        self._database.execute(_ENTRY, row)
        tags = {(number(sort, name), line.seq) for sort, name in _tags(seen)}
        self._database.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", tags)
        self._database.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", (line.seq, query.haystack(seen)))

    def _conditions(self, wanted: Query) -> tuple[list[str], list[object]]:
        conditions: list[str] = []
        values: list[object] = []

        def add(condition: str, *more: object) -> None:
            conditions.append(condition)
            values.extend(more)

        for column, names in (
            ("kind", wanted.kinds),
            ("verdict", wanted.verdicts),
            ("agent", (wanted.agent,)),
            ("tool", (wanted.tool,)),
        ):
            if any(names):
                add(f"{column} IN {_PICKED}", self._pick(column, names))
        if wanted.session:
            add(f"session IN {_PICKED}", self._pick_fitting("session", wanted.session, lambda name: True))
        if wanted.since is not None:
            add("time >= ?", wanted.since)
        if wanted.until is not None:
            add("time < ?", wanted.until)
        if wanted.risk:
            add("risk >= ?", wanted.risk)
        for picked in self._picked_tags(wanted):
            add(_TAGGED, picked)
        words = [word for word in wanted.text if len(word) >= WORD]
        if words:
            quoted = " AND ".join('"' + gram + '"' for word in words for gram in _grams(word))
            add("seq IN (SELECT rowid FROM word WHERE word MATCH ?)", quoted)
        return conditions, values

    def _picked_tags(self, wanted: Query) -> Iterator[int]:
        if wanted.effect:
            yield self._pick("effect", (wanted.effect,))
        if wanted.secret:
            yield self._pick("mark", ("secret",))
        if wanted.policy:
            start = query.beginning(wanted.policy)
            yield self._pick_fitting("policy", start, lambda name: query.fits_policy(wanted.policy, name))
        if wanted.target:
            start = query.beginning(wanted.target)
            yield self._pick_fitting("target", start, lambda name: query.fits_target(wanted.target, name))

    def _pick(self, sort: str, names: Iterable[str]) -> int:
        """The numbers of these names as a list that SQL can look into; returns which list."""
        rows = (
            self._database.execute("SELECT id FROM name WHERE sort = ? AND name = ?", (sort, name)).fetchone()
            for name in names
        )
        return self._keep_picked([row[0] for row in rows if row])

    def _pick_fitting(self, sort: str, start: str, fits: Callable[[str], bool]) -> int:
        """The same for names that begin so and fit."""
        rows = self._database.execute(
            "SELECT id, name FROM name WHERE sort = ? AND name >= ? AND name <= ?", (sort, start, f"{start}\U0010ffff")
        )
        return self._keep_picked([number for number, name in rows if fits(name)])

    def _keep_picked(self, numbers: list[int]) -> int:
        self._picks += 1
        self._database.executemany("INSERT INTO temp.pick VALUES (?, ?)", ((self._picks, n) for n in numbers))
        return self._picks


def _refuse_device(descriptor: int, path: str) -> None:
    """A pipe or a device is no place for an index, and nothing to be taken away. Raises OSError."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(errno.ENOTSUP, "no regular file", path)


def remove(path: str) -> None:
    """Delete the cache, which `Index` has opened before; the next question makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + suffix)


def fits(spot: Spot, line: bytes) -> bool:
    """Whether this is the line that was indexed there."""
    return _short(line) == spot.hash


def _tags(seen: View) -> Iterator[tuple[str, str]]:
    for name in query.policies(seen):
        yield "policy", name
    for name in query.effects(seen):
        yield "effect", name
    for name in query.targets(seen):
        yield "target", name
    if query.is_about_secret(seen):
        yield "mark", "secret"


def _short(line: bytes) -> bytes:
    return bytes.fromhex(record.line_hash(line)[:16])


def _grams(word: str) -> Iterator[str]:
    """The pieces of three letters in a word, as the index of text has them; quotes doubled."""
    for start in range(len(word) - WORD + 1):
        yield word[start : start + WORD].replace('"', '""')
