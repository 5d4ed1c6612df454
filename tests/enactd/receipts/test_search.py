"""Search: the same answers with the index and without, whatever happened to the index."""

from __future__ import annotations

import os
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples
from support.receipts import decision, drafts, open_log, segment, write_log

from enactd.errors import ReceiptError
from enactd.receipts import query
from enactd.receipts import search as search_module
from enactd.receipts.query import Query
from enactd.receipts.record import Draft
from enactd.receipts.search import scan, search

PLACES = st.sampled_from(("/a", "/a/b", "/a/b/c.py", "/a/bc", "*.pem", "ä/é"))
EFFECTS = st.builds(
    lambda kind, path, secret: {"type": kind, "target": {"path": path, "secret": secret}},
    st.sampled_from(("ReadPath", "WritePath")),
    PLACES,
    st.sampled_from(("", "private key")),
)
QUERIES = st.builds(
    Query,
    kinds=st.sets(st.sampled_from(("decision", "outcome", "daemon", "not-yet")), max_size=2).map(frozenset),
    agent=st.sampled_from(("", "claude-code", "cursor", "x")),
    session=st.sampled_from(("", "s", "s1", "x")),
    verdicts=st.sets(st.sampled_from(("allow", "deny")), max_size=1).map(frozenset),
    policy=st.sampled_from(("", "*", "a*", "[a-m]*")),
    effect=st.sampled_from(("", "ReadPath")),
    target=st.sampled_from(("", "/a", "/a/b/", "/*c.py", "*", "/")),
    secret=st.booleans(),
    risk=st.integers(0, 3),
    since=st.none() | st.integers(1_790_000_000_000_000, 1_790_000_000_030_000),
    text=st.lists(st.text(st.sampled_from("abcdeAÄß/\"' %_*"), min_size=1, max_size=4), max_size=2).map(
        lambda found: query.words(" ".join(found))
    ),
)


def write(folder: Path, found: list[Draft]) -> None:
    log = open_log(folder, segment_bytes=3000)
    for draft in found:
        log.append_now(draft)
    log.close()


@settings(max_examples=examples(40))
@given(
    st.lists(
        st.builds(
            lambda draft, effects: Draft(
                **{name: getattr(draft, name) for name in draft.__struct_fields__} | {"effects": tuple(effects)}
            ),
            drafts,
            st.lists(EFFECTS, max_size=2),
        ),
        max_size=12,
    ),
    st.lists(QUERIES, min_size=1, max_size=6),
    st.integers(1, 5),
)
def test_index_and_log_agree(
    tmp_path_factory: pytest.TempPathFactory, found: list[Draft], queries: list[Query], count: int
) -> None:
    """Whatever the log holds and is asked, both ways give the same lines in the same order."""
    place = tmp_path_factory.mktemp("search")
    write(place / "log", found)
    for wanted in queries:
        whole = scan(str(place / "log"), wanted)
        assert whole == search(str(place / "log"), str(place / "i"), wanted)
        assert whole[:count] == search(str(place / "log"), str(place / "i"), wanted, count)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    write_log(tmp_path / "log", 200, segment_bytes=20_000)
    return tmp_path / "log"


def found(log: Path, index: Path) -> list[int]:
    return [hit.seen.seq for hit in search(str(log), str(index), Query(verdicts=frozenset({"allow"})))]


EVERYTHING = list(range(199, -1, -1))


def test_a_broken_index_is_made_anew(log: Path, tmp_path: Path) -> None:
    """Deleted, emptied, cut, overwritten at random, no database at all: the answer stays the same."""
    index, chance = tmp_path / "i", random.Random(5)
    assert EVERYTHING == found(log, index)
    whole = index.read_bytes()
    index.unlink()
    assert EVERYTHING == found(log, index)
    damages = [b"", b"not a database" * 1000, whole[: len(whole) // 2], whole[:5000]]
    for _ in range(12):
        bad = bytearray(whole)
        for _ in range(60):
            bad[chance.randrange(100, len(bad))] ^= chance.randrange(1, 256)
        damages.append(bytes(bad))
    for damage in damages:
        for name in ("i-wal", "i-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        index.write_bytes(damage)
        assert EVERYTHING == found(log, index)


def test_rows_that_lie_are_found_out(log: Path, tmp_path: Path) -> None:
    """A row that points to another line, or to none, makes the index void."""
    for change in ("place = place + 7", "segment = 77", "hash = x'0000000000000000'"):
        assert EVERYTHING == found(log, tmp_path / "i")
        database = sqlite3.connect(tmp_path / "i")
        database.execute(f"UPDATE entry SET {change} WHERE seq = 17")
        database.commit()
        database.close()
        assert EVERYTHING == found(log, tmp_path / "i")


def test_no_place_for_an_index(log: Path, tmp_path: Path) -> None:
    """Where none can be written the log is read; what is no file stays what it is."""
    assert EVERYTHING == found(log, Path("/nowhere/i"))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert EVERYTHING == found(log, pipe)
    assert pipe.is_fifo()


def test_an_unfinished_line_is_not_there_yet(log: Path, tmp_path: Path) -> None:
    """What is being written at the moment comes with the next search."""
    assert EVERYTHING == found(log, tmp_path / "i")
    last = sorted(log.glob("*.jsonl"))[-1]
    whole = last.read_bytes()
    last.write_bytes(whole + b'{"half":')
    assert EVERYTHING == found(log, tmp_path / "i")


def test_a_damaged_log_is_told(log: Path, tmp_path: Path) -> None:
    """A line that is no receipt is an error, not a gap in the answer."""
    segment(log).write_bytes(b"{}\n" + segment(log).read_bytes())
    with pytest.raises(ReceiptError, match="record 0"):
        found(log, tmp_path / "i")
    with pytest.raises(ReceiptError, match="record 0"):
        scan(str(log), Query())


def test_only_what_may_be_meant_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the log is, a question reads the lines that the index points to, and those that are new."""
    log = open_log(tmp_path / "log", segment_bytes=200_000)
    for number in range(2000):
        path = f"/w/{number % 40}/f{number}.py"
        rare = number % 500 == 7
        log.append_now(
            decision(
                "deny" if rare else "allow",
                session=f"s{number // 100}",
                tool="Read" if rare else "Bash",
                effects=({"type": "ReadPath", "target": {"path": path, "secret": "key" if rare else ""}},),
            )
        )
    log.close()
    folder, index = str(tmp_path / "log"), str(tmp_path / "i")
    search(folder, index, Query(), 1)
    read: list[int] = []
    seen = search_module._view
    monkeypatch.setattr(search_module, "_view", lambda line, number: read.append(number) or seen(line, number))
    for wanted, expected in (
        (Query(verdicts=frozenset({"deny"})), 4),
        (Query(secret=True, effect="ReadPath"), 4),
        (Query(session="s7"), 100),
        (Query(target="/w/3"), 50),
        (Query(target="*/f77.py"), 1),
        (Query(tool="Read"), 4),
        (Query(text=("f1234.py",)), 1),
        (Query(text=("nowhere",)), 0),
    ):
        read.clear()
        assert expected == len(search(folder, index, wanted)) == len(read)
