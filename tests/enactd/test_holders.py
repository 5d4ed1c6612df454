"""Sessions stay with their processes whatever finds no room, ends or fails; and one more costs what the first did."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.processes import sleeping

from enactd import holders, peer
from enactd.errors import RefusedError
from enactd.holder_file import SLICE, Key
from enactd.holders import Holder, Holders
from enactd.peer import Process


def process(pid: int) -> Process:
    found = peer.process_of(pid)
    assert found is not None
    return found


def holder(of: Process | None = None, **more: Any) -> Holder:
    """Held by this very process, which runs on, unless said otherwise."""
    facts: dict[str, Any] = {
        "exe": "/bin/a", "folder": "/w", "workspace": "/w", "home": "/h", "environment": {"PATH": "/bin"}, "cgroup": "/a",
    }  # fmt: skip
    return Holder(process=of or process(os.getpid()), **{**facts, **more})


def ended(number: int) -> Process:
    """A process that is no more: no number is as high."""
    return Process(pid=(1 << 23) + number, start=1000 + number, parent=1, name="gone")


def key(number: object) -> Key:
    return "claude-code", f"s{number}"


def opened(path: Path, capacity: int = 4) -> Holders:
    return Holders(path / "agents.db", "boot", capacity=capacity)


def rows(of: Holders) -> int:
    return int(of._file.database.execute("SELECT COUNT(*) FROM held").fetchone()[0])


@pytest.fixture
def other() -> Iterator[Process]:
    child = sleeping()
    yield process(child.pid)
    child.kill()
    child.wait()


def test_memory_is_bounded_and_nothing_is_forgotten(tmp_path: Path) -> None:
    """What a running process holds is known beyond any bound, with what the kernel said of it then."""
    known = opened(tmp_path)
    for number in range(50):
        known.add(key(number), holder(folder=f"/w/{number % 3}"))
        assert len(known._sessions) <= 4
        assert len(known._changed) <= 4
    assert [(holder(folder=f"/w/{number % 3}"),) for number in range(50)] == [known.of(key(n)) for n in range(50)]
    assert () == known.of(key(50))
    assert len(known._sessions) <= 4
    assert key(49) == known.latest(process(os.getpid()).identity)


def test_an_opening_writes_as_much_as_the_first(tmp_path: Path) -> None:
    """Neither what is written nor what is asked grows with the sessions that are open."""
    known = opened(tmp_path)
    asked: list[str] = []
    known._file.database.set_trace_callback(asked.append)
    counts = []
    for number in range(300):
        asked.clear()
        known.add(key(number), holder())
        known.use(key(number))
        counts.append(len(asked))
    assert max(counts[:20]) >= max(counts[20:])


def test_holders_that_say_the_same_are_one(tmp_path: Path) -> None:
    """The facts of a process are kept once, however many sessions it opens."""
    known = opened(tmp_path, capacity=100)
    for number in range(50):
        known.add(key(number), holder())
    again = opened(tmp_path, capacity=100)
    for one in (known, again):
        assert 1 == len({id(one.of(key(number))[0]) for number in range(50)})
    assert 1 == known._file.database.execute("SELECT COUNT(*) FROM holder").fetchone()[0]


def test_two_processes_hold_a_session(tmp_path: Path, other: Process) -> None:
    """Each use is the last one of both; what holds nothing has used nothing."""
    known = opened(tmp_path)
    known.add(key(1), holder())
    known.add(key(2), holder(other))
    known.add(key(1), holder(other))
    assert (holder(), holder(other)) == known.of(key(1))
    known.use(key(2))
    assert (key(1), key(2)) == (known.latest(process(os.getpid()).identity), known.latest(other.identity))
    known.use(key(1))
    assert key(1) == known.latest(other.identity)
    assert None is known.latest((1, 1))
    assert {process(os.getpid()).identity, other.identity} == known.living()


def test_a_hold_that_never_was(tmp_path: Path, other: Process) -> None:
    """What was used before is the last again, from memory or from the file; a first one leaves nothing."""
    known = opened(tmp_path, capacity=2)
    for number in range(6):
        known.add(key(number), holder())
    known.use(key(0))
    for number in (6, 7):
        known.add(key(number), holder())
    for number in (7, 6):
        known.drop(key(number), holder())
        assert () == known.of(key(number))
    assert key(0) == known.latest(process(os.getpid()).identity)
    known.add(key(0), holder(other))
    known.drop(key(0), holder(other))
    assert (holder(),) == known.of(key(0))
    assert None is known.latest(other.identity)
    assert {process(os.getpid()).identity} == known.living()
    known.drop(key("nobody"), holder())


def test_what_ended_holds_nothing_and_goes_away(tmp_path: Path) -> None:
    """Rows of ended processes go some with every opening, those of running ones stay; over a restart, too."""
    known = opened(tmp_path)
    for number in range(3 * SLICE):
        known.add(key(f"old-{number}"), holder(ended(0)))
    for number in range(holders.SWEEP):
        known.add(key(f"gone-{number}"), holder(ended(number)))
    assert {process(os.getpid()).identity} >= known.living()
    known.close()
    known = opened(tmp_path)
    for number in range(2 * holders.SWEEP):
        known.add(key(number), holder())
    assert 2 * holders.SWEEP == rows(known)
    assert 1 == len(known._agents)
    assert not known._ended
    assert () == known.of(key("old-0"))


def test_a_process_that_runs_is_not_forgotten_for_one_that_ended(tmp_path: Path) -> None:
    """What was to go and is held again stays."""
    known = opened(tmp_path)
    known.add(key(1), holder())
    known._ended.append(process(os.getpid()).identity)
    known.add(key(2), holder())
    assert (holder(),) == opened(tmp_path).of(key(1))
    assert not known._ended


def test_groups_of_ended_agents_are_remembered(tmp_path: Path) -> None:
    """Nobody in the group of an agent that has ended is taken for a person, over a restart as well."""
    known = opened(tmp_path)
    known.add(key(0), holder(ended(7), cgroup="/then"))
    known.add(key(1), holder(cgroup="/now"))
    for _ in range(2):
        told = [known.is_apart(group) for group in ("/then", "/now", "/elsewhere", "/", "")]
        assert [False, False, True, False, False] == told
        assert 1007 == known.began()
        known.close()
        known = opened(tmp_path)


def test_groups_without_processes_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where many agents have ended, only groups in which something still runs are of interest."""
    cgroups = tmp_path / "cgroups"
    cgroups.mkdir()
    (cgroups / "cgroup.controllers").touch()
    (cgroups / "busy").mkdir()
    (cgroups / "busy/cgroup.events").write_text("populated 1\nfrozen 0\n")
    monkeypatch.setattr(peer, "CGROUPS", str(cgroups))
    known = opened(tmp_path)
    known.add(key("busy"), holder(ended(0), cgroup="/busy"))
    for number in range(1, 4 * holders.SWEEP):
        known.add(key(number), holder(ended(number), cgroup=f"/g{number}"))
    assert len(known._past) < 2 * holders.SWEEP + 3
    assert not known.is_apart("/busy")
    assert known.is_apart("/g1")
    assert 1000 == known.began()
    known.close()
    assert 1000 == opened(tmp_path).began()


def test_too_many_groups_are_all_taken_for_an_agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be remembered is not taken for harmless."""
    monkeypatch.setattr(holders, "GROUPS", 100)
    monkeypatch.setattr(peer, "CGROUPS", str(tmp_path / "nowhere"))
    known = opened(tmp_path)
    for number in range(6 * holders.SWEEP):
        known.add(key(number), holder(ended(number), cgroup=f"/g{number}"))
    assert len(known._past) < 2 * holders.SWEEP + 100
    assert not known.is_apart("/never")
    known.close()
    assert not opened(tmp_path).is_apart("/never")


def test_paths_that_are_no_unicode(tmp_path: Path) -> None:
    """What the kernel says of a process comes back byte for byte."""
    strange = holder(folder=os.fsdecode(b"/w/\xff"), argv=(os.fsdecode(b"\xe9"), "\u00e9"))
    opened(tmp_path).add(key(1), strange)
    assert (strange,) == opened(tmp_path).of(key(1))


class Failing:
    """A database whose n-th statement goes wrong, once or from then on, by an error or the end of the process."""

    def __init__(self, real: sqlite3.Connection, number: int, how: str) -> None:
        self.real, self.number, self.how = real, number, how
        self.asked = 0

    def _next(self, run: Callable[..., Any], *arguments: Any) -> Any:
        mine, self.asked = self.asked, self.asked + 1
        if mine == self.number or (self.how == "full" and mine > self.number):
            if self.how in ("error", "full"):
                raise sqlite3.OperationalError("database or disk is full")
            if self.how == "killed":
                run(*arguments)
            os._exit(9)
        return run(*arguments)

    def execute(self, *arguments: Any) -> Any:
        if self.how == "full" and arguments[0].startswith("SELECT"):
            return self.real.execute(*arguments)
        return self._next(self.real.execute, *arguments)

    def executemany(self, *arguments: Any) -> Any:
        return self._next(self.real.executemany, *arguments)

    @property
    def in_transaction(self) -> bool:
        return self.real.in_transaction

    def close(self) -> None:
        self.real.close()


def play(known: Holders, who: Process, tell: Callable[[object], object]) -> None:
    """A life in small: openings, uses, one that never was, processes that ended, more than fit."""
    for number in range(7):
        with contextlib.suppress(RefusedError):
            known.add(key(f"gone-{number}"), holder(ended(number)))
            known.add(key(number), holder(who, folder=f"/w/{number % 2}"))
            tell(number)
            known.use(key(2))
        if number == 3:
            known.drop(key(number), holder(who, folder="/w/1"))
            tell(-number)
    known.close()


def failing(folder: Path, number: int, how: str) -> tuple[Holders, Failing]:
    known = opened(folder, capacity=3)
    known._sweep_at = 4
    broken = Failing(known._file.database, number, how)
    known._file.database = broken  # type: ignore[assignment]
    return known, broken


def total(folder: Path) -> int:
    known, counted = failing(folder, -1, "")
    play(known, process(os.getpid()), lambda _: None)
    return counted.asked


def in_a_fork(folder: Path, number: int, how: str) -> list[int]:
    """What a daemon said it had done before it was killed; the sessions are held by us."""
    me = process(os.getpid())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            play(failing(folder, number, how)[0], me, lambda done: os.write(writing, f"{done} ".encode()))
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        told = [int(word) for word in file.read().decode().split()]
    os.waitpid(child, 0)
    return told


def check(folder: Path, told: list[int]) -> None:
    """Every session that was open is held by the same process, and no other one is."""
    after = opened(folder)
    mine = [number for number in told if number == 0 or (number > 0 and -number not in told)]
    for number in mine:
        assert (f"/w/{number % 2}",) == tuple(one.folder for one in after.of(key(number))), number
    if -3 in told:
        assert () == after.of(key(3))
    latest = after.latest(process(os.getpid()).identity)
    assert mine == [] or latest is not None


def test_every_statement_that_fails(tmp_path: Path) -> None:
    """Whatever fails once is written with the next opening, or refused the one that could not be told."""
    for number in range(total(tmp_path)):
        folder = tmp_path / str(number)
        folder.mkdir()
        known, _ = failing(folder, number, "error")
        told: list[int] = []
        play(known, process(os.getpid()), lambda done, told=told: told.append(done))  # type: ignore[misc]
        assert len(told) >= 7 - 1  # one opening is refused where it cannot be told whose session it is
        check(folder, told)


@pytest.mark.parametrize("how", ["kill", "killed"])
def test_every_statement_that_is_the_last(tmp_path: Path, how: str) -> None:
    """Wherever the daemon is killed, before or after a statement: what was open is open."""
    for number in range(0, total(tmp_path), 4 if how == "kill" else 5):
        folder = tmp_path / str(number)
        folder.mkdir()
        check(folder, in_a_fork(folder, number, how))


def test_a_full_disk_refuses_before_it_forgets(tmp_path: Path) -> None:
    """Some more sessions fit into memory, then none is opened; all are known, and kept once there is room again."""
    known, broken = failing(tmp_path, 20, "full")
    refused = []
    for number in range(30):
        try:
            known.add(key(number), holder())
        except RefusedError:
            refused.append(number)
    done = [number for number in range(30) if number not in refused]
    assert list(range(refused[0], 30)) == refused
    assert len(known._sessions) <= 2 * 3 + 1
    assert [(holder(),)] * len(done) == [known.of(key(number)) for number in done]
    assert () == known.of(key(refused[0]))
    broken.how = ""
    known.add(key("more"), holder())
    assert not known.failing
    assert [(holder(),)] * len(done) == [opened(tmp_path).of(key(number)) for number in done]


@pytest.mark.parametrize("body", ["{", "{}", "[]", "\xff", "null"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, body: str) -> None:
    """A session that only the file could tell of is nobody's to open; those in memory go on."""
    known = opened(tmp_path, capacity=2)
    for number in range(6):
        known.add(key(number), holder())
    known._file.database.execute("UPDATE holder SET body = ?", (body.encode("latin-1"),))
    with pytest.raises(RefusedError, match="nobody can tell whose session"):
        known.of(key(0))
    assert (holder(),) == known.of(key(5))
    again = opened(tmp_path)  # what was not ours is as if it were not there
    assert ((), None) == (again.of(key(0)), again.latest(process(os.getpid()).identity))
    again.add(key(0), holder())
    assert (holder(),) == opened(tmp_path).of(key(0))
