"""Sessions survive restarts, crashes and lost caches: they are their receipts."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fuzz import examples
from support.receipts import LEVELS, decision, drafts, lines, open_log, segment, signer

from enactd.policy import Session
from enactd.receipts.log import Log
from enactd.receipts.record import Draft, Gains, Outcome
from enactd.risk import Risk
from enactd.session_index import SessionIndex
from enactd.sessions import Sessions, State

ROOT = Path(__file__).parents[2]


class Home:
    """A log and its sessions, as the daemon holds them."""

    def __init__(self, folder: Path, *, index: bool = True, capacity: int = 100, most: int = 1 << 30) -> None:
        self.log: Log = open_log(folder / "receipts")
        path = str(folder / "sessions.db") if index else ""
        self.sessions = Sessions.open(
            str(folder / "receipts"), signer(), index_path=path, capacity=capacity, capacity_bytes=most
        )

    def record(self, draft: Draft) -> State | None:
        return self.sessions.apply(self.log.append_now(draft))

    def close(self) -> None:
        self.sessions.close()
        self.log.close()

    def crash(self) -> None:
        """Give up without a flush, as `kill -9` would."""
        if self.sessions._index is not None:
            self.sessions._index.close()
        self.log.close()


def level(home: Home, session: str = "s1") -> Risk:
    return home.sessions.view("claude-code", session).level


@pytest.mark.parametrize("index", [True, False], ids=["index", "no index"])
@pytest.mark.parametrize("end", ["close", "crash"])
def test_levels_outlive_the_daemon(tmp_path: Path, index: bool, end: str) -> None:
    """After any end the level is what was allowed before."""
    home = Home(tmp_path, index=index)
    home.record(decision("allow", "COMMITMENT"))
    home.record(decision("deny", "IRREVERSIBLE"))
    home.record(decision("allow", "SAFE"))
    getattr(home, end)()
    home = Home(tmp_path, index=index)
    assert Risk.COMMITMENT == level(home)
    assert Risk.IRREVERSIBLE == home.sessions.state("claude-code", "s1").attempted
    assert Risk.SAFE == level(home, "s2")
    home.close()


def test_the_index_is_only_a_cache(tmp_path: Path) -> None:
    """Deleted, damaged, or of an older time: the states are the same."""
    home = Home(tmp_path)
    home.record(decision("allow", "SENSITIVE"))
    home.close()
    old = (tmp_path / "sessions.db").read_bytes()
    home = Home(tmp_path)
    home.record(decision("allow", "COMMITMENT"))
    home.close()
    for content in (old, b"garbage", b"", None):
        if content is None:
            (tmp_path / "sessions.db").unlink()
        else:
            (tmp_path / "sessions.db").write_bytes(content)
        home = Home(tmp_path)
        assert Risk.COMMITMENT == level(home)
        home.close()


def test_an_edited_state_is_folded_again(tmp_path: Path) -> None:
    """A row that somebody lowered is found when it is used."""
    home = Home(tmp_path)
    home.record(decision("allow", "IRREVERSIBLE"))
    home.close()
    with sqlite3.connect(tmp_path / "sessions.db") as database:
        database.execute("UPDATE state SET body = CAST(replace(body, '\"level\":3', '\"level\":0') AS BLOB)")
    home = Home(tmp_path)
    assert Risk.IRREVERSIBLE == level(home)
    home.record(decision("allow", "SAFE"))
    assert Risk.IRREVERSIBLE == level(home)
    home.close()


def test_an_index_of_another_log(tmp_path: Path) -> None:
    """A log that was replaced is not judged by the old one's cache."""
    home = Home(tmp_path)
    home.record(decision("allow", "COMMITMENT"))
    home.close()
    for path in (tmp_path / "receipts").glob("*.jsonl"):
        path.unlink()
    home = Home(tmp_path)
    assert Risk.SAFE == level(home)
    home.close()


def test_only_what_is_new_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start folds the receipts behind the index, not all of them."""
    home = Home(tmp_path)
    for _ in range(20):
        home.record(decision("allow", "COMMITMENT"))
    home.close()
    home = Home(tmp_path)
    home.record(decision("allow"))
    home.crash()
    folded: list[int] = []
    inner = Sessions._fold
    monkeypatch.setattr(
        Sessions, "_fold", lambda self, entry, line: (folded.append(entry.seq), inner(self, entry, line))[1]
    )
    home = Home(tmp_path)
    assert [20] == folded
    assert Risk.COMMITMENT == level(home)
    home.close()


def test_a_crash_costs_a_bounded_fold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is brought up to date every so many records, also where one session does them all."""
    monkeypatch.setattr("enactd.sessions.FLUSH_RECORDS", 10)
    home = Home(tmp_path)
    home.sessions._flush_record = 10
    for _ in range(35):
        home.record(decision())
    assert home.sessions._saved.size >= 26
    home.crash()
    home = Home(tmp_path)
    assert 35 == home.sessions.state("claude-code", "s1").allowed
    home.close()


def test_memory_is_bounded(tmp_path: Path) -> None:
    """More sessions than fit: the rest lies in the index and comes back on demand."""
    home = Home(tmp_path, capacity=5)
    for number in range(60):
        home.record(decision("allow", LEVELS[number % 4], session=f"s{number}"))
        home.sessions.flush()
    assert len(home.sessions._states) <= 6
    for number in range(60):
        assert Risk[LEVELS[number % 4]] == level(home, f"s{number}")
    assert len(home.sessions._states) <= 6
    home.close()


def test_memory_is_bounded_by_what_sessions_hold(tmp_path: Path) -> None:
    """Few sessions that remember much are put away as well; one that is larger than all room is still served."""
    hosts = tuple(f"host-{number}.example.org" for number in range(64))
    home = Home(tmp_path, capacity=100, most=10_000)
    for number in range(30):
        home.record(decision("allow", "SENSITIVE", session=f"s{number}", gained=Gains(hosts=hosts)))
        home.sessions.flush()
        assert home.sessions._bytes <= 10_000
    assert 1 < len(home.sessions._states) < 8
    assert sum(home.sessions._sizes.values()) == home.sessions._bytes
    for number in range(40):
        home.record(decision("allow", "SAFE", session="large", gained=Gains(hosts=(f"{number}" * 200,))))
        home.sessions.flush()
    assert ["large"] == [key.session for key in home.sessions._states]
    assert 40 == len(home.sessions.view("claude-code", "large").hosts)
    assert set(hosts) == home.sessions.view("claude-code", "s0").hosts
    home.close()


def test_long_receipts_bring_the_index_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one session gains between two flushes is bounded in bytes, too."""
    monkeypatch.setattr("enactd.sessions.FLUSH_BYTES", 20_000)
    home = Home(tmp_path)
    for number in range(20):
        home.record(decision("allow", "SAFE", gained=Gains(hosts=(f"{number}" * 2000,))))
        assert home.sessions._grown < 20_000
    assert home.sessions._saved.size > 0
    home.close()


def test_nothing_that_was_inherited_is_lost_with_memory(tmp_path: Path) -> None:
    """Long after parent and child were put away the child knows all that it got, and its own children do."""
    home = Home(tmp_path, capacity=2)
    gained = Gains(taints=("secret",), hosts=("h",), downloads=("/d",), deeds=("push x",), renamed=(("new", "old"),))
    home.record(decision("allow", "COMMITMENT", session="first", gained=gained))
    home.record(decision("deny", "IRREVERSIBLE", session="first", gained=Gains(stopped=("drop x",))))
    before = home.sessions.view("claude-code", "first")
    for number in range(5):
        parent = f"claude-code/{'first' if number == 0 else f'child-{number - 1}'}"
        home.record(Draft(kind="session", event="clear", agent="claude-code", session=f"child-{number}", parent=parent))
        home.record(decision("allow", "SAFE", session=f"child-{number}", call_id=f"call-{number}"))
        for other in range(4):
            home.record(decision("allow", "SAFE", session=f"other-{number}-{other}"))
        home.sessions.flush()
        assert not {"first", f"child-{number}"} & {key.session for key in home.sessions._states}
        now = home.sessions.view("claude-code", f"child-{number}")
        assert (before.level, before.taints, before.hosts) == (now.level, now.taints, now.hosts)
        assert (before.downloads, before.refused, before.renamed) == (now.downloads, now.refused, now.renamed)
        assert before.deeds == now.deeds
        assert home.sessions.decision("claude-code", f"child-{number}", f"call-{number}") is not None
    home.close()


def test_asking_costs_no_memory(tmp_path: Path) -> None:
    """Sessions that only exist by name are forgotten."""
    home = Home(tmp_path, capacity=5)
    for number in range(100):
        assert Risk.SAFE == level(home, f"nobody{number}")
    assert len(home.sessions._states) <= 6
    home.close()


def test_without_an_index_nothing_is_dropped(tmp_path: Path) -> None:
    """A level may not be lost because there is no place to keep it."""
    home = Home(tmp_path, index=False, capacity=5)
    for number in range(30):
        home.record(decision("allow", "COMMITMENT", session=f"s{number}"))
    assert [Risk.COMMITMENT] * 30 == [level(home, f"s{number}") for number in range(30)]
    home.close()


def test_an_index_that_fails_later(tmp_path: Path) -> None:
    """A cache that cannot be written or read any more changes no answer."""
    home = Home(tmp_path, capacity=2)
    for number in range(10):
        home.record(decision("allow", "COMMITMENT", session=f"s{number}"))
        home.sessions.flush()
    assert home.sessions._index is not None
    home.sessions._index.close()
    home.record(decision("allow", "IRREVERSIBLE", session="s3"))
    home.sessions.flush()
    assert Risk.IRREVERSIBLE == level(home, "s3")
    assert [Risk.COMMITMENT] * 3 == [level(home, f"s{number}") for number in range(3)]
    assert {f"s{number}" for number in range(10)} == {state.session for state in home.sessions.newest()}
    home.close()


def edit_a_row(folder: Path) -> None:
    with sqlite3.connect(folder / "sessions.db") as database:
        database.execute("UPDATE state SET body = CAST(replace(body, '\"level\":2', '\"level\":0') AS BLOB)")


def test_an_index_that_was_edited_is_made_anew(tmp_path: Path) -> None:
    """Memory stays bounded, and what was recorded meanwhile is counted once."""
    home = Home(tmp_path, capacity=3)
    for number in range(20):
        home.record(decision("allow", "COMMITMENT", session=f"s{number}"))
    home.sessions.flush()
    edit_a_row(tmp_path)
    late = home.log.append_now(decision("allow", "IRREVERSIBLE", session="s5"))
    assert [Risk.IRREVERSIBLE if n == 5 else Risk.COMMITMENT for n in range(20)] == [
        level(home, f"s{n}") for n in range(20)
    ]
    home.sessions.apply(late)
    assert 2 == home.sessions.state("claude-code", "s5").allowed
    assert len(home.sessions._states) <= 4
    assert home.sessions._index is not None
    home.close()
    home = Home(tmp_path, capacity=3)
    assert (Risk.IRREVERSIBLE, Risk.COMMITMENT) == (level(home, "s5"), level(home, "s6"))
    home.close()


def test_two_indexes_that_cannot_be_trusted_are_enough(tmp_path: Path) -> None:
    """From the second on everything stays in memory, and the levels are right."""
    home = Home(tmp_path, capacity=3)
    for number in range(20):
        home.record(decision("allow", "COMMITMENT", session=f"s{number}"))
    for _ in range(2):
        home.sessions.flush()
        edit_a_row(tmp_path)
        assert [Risk.COMMITMENT] * 20 == [level(home, f"s{n}") for n in range(20)]
    assert home.sessions._index is None
    home.close()


def test_a_new_index_that_fails_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is folded twice on the way to memory."""

    class Broken(SessionIndex):
        def load(self, name: str) -> bytes | None:
            raise sqlite3.OperationalError(name)

    home = Home(tmp_path, capacity=3)
    for number in range(20):
        home.record(decision("allow", "COMMITMENT", session=f"s{number}"))
    home.sessions.flush()
    edit_a_row(tmp_path)
    monkeypatch.setattr("enactd.sessions.open_index", Broken)
    assert [Risk.COMMITMENT] * 20 == [level(home, f"s{n}") for n in range(20)]
    assert {1} == {home.sessions.state("claude-code", f"s{n}").allowed for n in range(20)}
    assert home.sessions._index is None
    home.close()


@pytest.mark.parametrize("event", ["resume", "fork", "clear", "nested"])
def test_inheritance_outlives_everything(tmp_path: Path, event: str) -> None:
    """A child starts at its parent's level, now and after a restart, also of another agent."""
    home = Home(tmp_path)
    home.record(decision("allow", "COMMITMENT", gained=Gains(taints=("secret",), hosts=("h",))))
    home.record(Draft(kind="session", event=event, agent="cursor", session="child", parent="claude-code/s1"))
    for _ in range(2):
        view = home.sessions.view("cursor", "child")
        assert (Risk.COMMITMENT, {"secret"}, {"h"}) == (view.level, view.taints, view.hosts)
        home.crash()
        home = Home(tmp_path)
    home.record(decision("allow", "IRREVERSIBLE", agent="cursor", session="child"))
    assert Risk.COMMITMENT == level(home)
    home.close()


def test_a_session_is_not_its_own_parent(tmp_path: Path) -> None:
    """A circle of parents ends."""
    home = Home(tmp_path)
    home.record(Draft(kind="session", event="resume", agent="a", session="x", parent="a/x"))
    home.record(Draft(kind="session", event="resume", agent="a", session="x", parent="a/y"))
    home.record(Draft(kind="session", event="resume", agent="a", session="y", parent="a/x"))
    assert Risk.SAFE == home.sessions.view("a", "y").level
    home.close()


def test_sub_agents_share(tmp_path: Path) -> None:
    """What a sub-agent does is its session's doing."""
    home = Home(tmp_path)
    home.record(decision("allow", "COMMITMENT", subagent="reviewer"))
    assert Risk.COMMITMENT == level(home)
    home.close()


def test_decisions_wait_for_their_outcome(tmp_path: Path) -> None:
    """Also over a restart: the outcome finds its decision by call id."""
    home = Home(tmp_path)
    receipt = home.log.append_now(decision("ask", "COMMITMENT", call_id="c1"))
    home.sessions.apply(receipt)
    home.crash()
    home = Home(tmp_path)
    pending = home.sessions.decision("claude-code", "s1", "c1")
    assert pending is not None
    assert receipt.link() == pending.link
    assert home.sessions.decision("claude-code", "s1", "c2") is None
    home.record(
        Draft(
            kind="outcome",
            agent="claude-code",
            session="s1",
            call_id="c1",
            outcome=Outcome(status="ok"),
            links=(pending.link,),
        )
    )
    assert Risk.COMMITMENT == level(home)
    assert home.sessions.decision("claude-code", "s1", "c1") is None
    home.close()


def test_daemon_records_belong_to_no_session(tmp_path: Path) -> None:
    """They move the position and no state."""
    home = Home(tmp_path)
    assert home.record(Draft(kind="daemon", event="started")) is None
    assert [] == home.sessions.newest()
    home.close()


def test_the_newest_sessions(tmp_path: Path) -> None:
    """Those that did something last come first, whether in memory or not."""
    home = Home(tmp_path, capacity=2)
    for name in ("a", "b", "c", "d", "a"):
        home.record(decision(session=name))
        home.sessions.flush()
    home.record(decision(session="b"))
    level(home, "never seen")
    assert ["b", "a", "d", "c"] == [state.session for state in home.sessions.newest()]
    assert ["b", "a"] == [state.session for state in home.sessions.newest(2)]
    home.close()


def test_a_view_is_a_value(tmp_path: Path) -> None:
    """What a policy holds does not change under it."""
    home = Home(tmp_path)
    before = home.sessions.view("claude-code", "s1")
    home.record(decision("allow", "COMMITMENT", gained=Gains(taints=("secret",), renamed=(("b", "a"),))))
    assert Session() == before
    assert {"b": "a"} == home.sessions.view("claude-code", "s1").renamed
    home.close()


def test_long_names_are_kept_apart(tmp_path: Path) -> None:
    """Names are found again as the receipts spell them."""
    home = Home(tmp_path)
    name = "\ud800" + "x" * 500
    from enactd.receipts.compose import identifier

    home.record(decision("allow", "COMMITMENT", session=identifier(name)))
    assert Risk.COMMITMENT == level(home, name)
    assert Risk.SAFE == level(home, name + "y")
    home.close()


def test_lines_that_cannot_be_trusted(tmp_path: Path) -> None:
    """A rebuild counts them; what can be read of them raises levels all the same."""
    home = Home(tmp_path, index=False)
    home.record(decision("allow", "COMMITMENT"))
    home.record(decision("allow", "SAFE", session="s2"))
    home.close()
    whole = lines(tmp_path / "receipts")
    changed = whole[0].replace(b'"tool":"Bash"', b'"tool":"Bush"')
    segment(tmp_path / "receipts").write_bytes(changed + b"garbage\n" + whole[1])
    sessions = Sessions.open(str(tmp_path / "receipts"), signer())
    assert 2 == sessions.unverified
    assert Risk.COMMITMENT == sessions.view("claude-code", "s1").level


@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(drafts, st.sampled_from(["", "crash", "close", "flush", "lose index"])), max_size=12))
def test_any_history_gives_the_same_states(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[Draft, str]]
) -> None:
    """However often the daemon ends, and however: the states are those of a fold in one go."""
    folder = tmp_path_factory.mktemp("home")
    home = Home(folder, capacity=1)
    for draft, event in history:
        home.record(draft)
        match event:
            case "flush":
                home.sessions.flush()
            case "lose index":
                home.crash()
                (folder / "sessions.db").unlink(missing_ok=True)
                home = Home(folder, capacity=1)
            case "crash" | "close":
                getattr(home, event)()
                home = Home(folder, capacity=1)
    fresh = Sessions.open(str(folder / "receipts"), signer())
    for agent in ("", "claude-code", "cursor"):
        for session in ("s1", "s2"):
            assert fresh.state(agent, session) == home.sessions.state(agent, session)
    home.close()


async def test_one_call_of_a_session_at_a_time(tmp_path: Path) -> None:
    """Decisions of one session come one after the other, those of two together."""
    home = Home(tmp_path)
    inside: dict[str, int] = {}
    most: dict[str, int] = {}
    together = 0

    async def call(session: str) -> None:
        nonlocal together
        async with home.sessions.lock("a", session):
            inside[session] = inside.get(session, 0) + 1
            most[session] = max(most.get(session, 0), inside[session])
            together = max(together, sum(inside.values()))
            await asyncio.sleep(0.001)
            inside[session] -= 1

    await asyncio.gather(*(call(session) for session in ("x", "y", "z") for _ in range(5)))
    assert {"x": 1, "y": 1, "z": 1} == most
    assert 3 == together
    assert {} == home.sessions._locks
    home.close()


async def test_locks_are_given_back(tmp_path: Path) -> None:
    """After an error and after a cancelled wait nothing stays locked or remembered."""
    home = Home(tmp_path)

    async def fail() -> None:
        async with home.sessions.lock("a", "x"):
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        await fail()
    async with home.sessions.lock("a", "x"):
        waiting = asyncio.create_task(fail())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert 1 == len(home.sessions._locks)
    assert {} == home.sessions._locks
    async with asyncio.timeout(1), home.sessions.lock("a", "x"):
        pass
    home.close()


WRITER = """
import os, sys
from enactd.receipts.log import Log
from enactd.receipts.record import Draft
from enactd.receipts.signer import Signer
from enactd.sessions import Sessions
signer = Signer(bytes(range(32)))
log = Log.open(sys.argv[1] + "/receipts", signer)
sessions = Sessions.open(sys.argv[1] + "/receipts", signer, index_path=sys.argv[1] + "/sessions.db", capacity=3)
number = log.head.size
while True:
    risk = ("SAFE", "SENSITIVE", "COMMITMENT", "IRREVERSIBLE")[number % 4]
    draft = Draft(kind="decision", agent="a", session=f"s{number}", verdict="allow", risk=risk)
    sessions.apply(log.append_now(draft))
    if number % 7 == 0:
        sessions.flush()
    os.write(1, f"{number} {risk}\\n".encode())
    number += 1
"""


def test_levels_survive_kill_nine(tmp_path: Path) -> None:
    """Every level that was acknowledged before a kill is there after it, whatever the index was doing."""
    acknowledged: dict[str, str] = {}
    for pause in (0.01, 0.05, 0.02):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as writer:
            assert writer.stdout is not None
            first = writer.stdout.readline()
            time.sleep(pause)
            writer.send_signal(signal.SIGKILL)
            told = (first + writer.stdout.read()).decode().splitlines()
        acknowledged.update(line.split() for line in told if len(line.split()) == 2)  # type: ignore[misc]
    home = Home(tmp_path, capacity=3)
    assert acknowledged
    for number, risk in acknowledged.items():
        assert Risk[risk] == home.sessions.view("a", f"s{number}").level
    home.close()
