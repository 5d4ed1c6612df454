"""How many rows a DELETE or UPDATE fits, counted in a local SQLite file. Off unless the settings say so.

The file is opened read-only and as one that nobody changes, in a process of its own that may do nothing but count,
for a second of processor time. The statement itself is never run: its condition becomes that of a `SELECT count(*)`.
Rows that stand only in a write-ahead log are not seen, and that is said.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from enactd.effects.model import Effect, ReadPath, RunSql, WritePath
from enactd.effects.sql.tokens import HOLE, Token, tokenize
from enactd.world import World

SECONDS: Final = 1
WALL: Final = 5.0
MOST: Final = 5
"""Statements of one call that are counted."""
_ANSWER: Final = 4096
# Runs isolated. The authorizer lets nothing through but reading rows of the file and functions without effects.
_COUNT: Final = """
import json, resource, sqlite3, sys
resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
order = json.load(sys.stdin)
from urllib.parse import quote
base = sqlite3.connect("file:" + quote(order["path"]) + "?mode=ro&immutable=1", uri=True, timeout=0)
may = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
safe = set("count abs coalesce ifnull nullif length lower upper substr substring trim ltrim rtrim round instr replace like"
           " glob date time datetime julianday strftime unixepoch min max sum avg total iif typeof hex quote sign json_extract"
           " json_type random unicode char printf format".split())
def allowed(action, one, two, database, trigger):
    if action in may or (action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in safe):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
base.set_authorizer(allowed)
print(json.dumps([base.execute(sql).fetchone()[0] for sql in order["queries"]]))
"""


class _Order(msgspec.Struct):
    path: str
    queries: tuple[str, ...]


def summary(effects: Iterable[Effect], world: World) -> Iterator[str]:
    """Sentences about statements on SQLite files at hand. Starts one process per file; blocks for seconds at most."""
    kept = list(effects)
    for effect in [one for one in kept if isinstance(one, RunSql) and one.verb in ("delete", "update")][:MOST]:
        if effect.place or effect.database.dialect != "sqlite" or effect.database.stage == "memory":
            continue
        path, query = _file(effect, kept), counting(effect.text)
        if path is None or query is None or world.assumed:
            yield f"how many rows `{effect.verb}` fits in {', '.join(effect.tables) or 'the table'} is not known here"
            continue
        found = count(world.real(path), query)
        if found is None:
            yield f"how many rows `{effect.verb}` fits in {', '.join(effect.tables)} could not be counted"
            continue
        log = world.stat(f"{path}-wal")
        late = ", without what its write-ahead log holds" if log.kind == "file" and log.size > 0 else ""
        yield f"{found} row{'' if found == 1 else 's'} of {', '.join(effect.tables)} fit in {path}{late}"


def count(path: str, query: str) -> int | None:
    """What a `SELECT count(*)` gives; None where it cannot be had in time, or asks for more than to count."""
    if not os.path.isfile(path):
        return None
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _COUNT.replace("SECONDS", str(SECONDS))],
            input=msgspec.json.encode(_Order(path, (query,))), capture_output=True, timeout=WALL, check=False, cwd="/",
            env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        return msgspec.json.decode(done.stdout[:_ANSWER], type=list[int])[0] if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, msgspec.MsgspecError, UnicodeError, IndexError):
        return None


def counting(statement: str) -> str | None:
    """The count of what a DELETE or UPDATE fits; None for a form that is not certainly understood."""
    if HOLE in statement:
        return None
    read = tokenize(statement, "sqlite")
    tokens = [token for token in read.tokens if not token.is_symbol(";")]
    if read.broken or len(tokens) < 2 or any(t.is_symbol(";") for t in read.tokens[:-1]):
        return None
    if any(t.depth == 0 and t.is_word("RETURNING", "ORDER", "LIMIT", "FROM", "INDEXED") for t in tokens[2:]):
        return None
    place = 2 if tokens[0].is_word("DELETE") and tokens[1].is_word("FROM") else 1 if tokens[0].is_word("UPDATE") else 0
    if not place or not _is_table(tokens, place):
        return None
    table = read.text[tokens[place].start : tokens[place].end]
    where = next((t for t in tokens if t.depth == 0 and t.is_word("WHERE")), None)
    end = tokens[-1].end
    condition = f" WHERE {read.text[where.end : end]}" if where is not None else ""
    return f"SELECT count(*) FROM {table}{condition}"  # noqa: S608 - it runs where nothing but counting is allowed


def _is_table(tokens: list[Token], place: int) -> bool:
    """A plain name at that place, and behind it the end, WHERE or SET: no schema, no alias."""
    if place >= len(tokens) or not tokens[place].is_name or tokens[place].is_word("OR", "ONLY"):
        return False
    follows = tokens[place + 1] if place + 1 < len(tokens) else None
    wanted = "WHERE" if tokens[0].is_word("DELETE") else "SET"
    return follows.is_word(wanted) if follows is not None else wanted == "WHERE"


def _file(effect: RunSql, effects: list[Effect]) -> str | None:
    """The file that the same command opens as its database."""
    for other in effects:
        if isinstance(other, WritePath | ReadPath) and other.source == effect.source and other.target.path is not None:
            if other.target.word in (effect.database.name, effect.database.name.removeprefix("file:")):
                return other.target.path
    return None
