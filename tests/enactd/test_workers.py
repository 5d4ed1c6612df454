"""Readers that hang, crash, grow or lie are replaced, and nobody else notices."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from enactd.workers import Failure, Pool, Result, reader_pool


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(debug=True)
    pool.prestart()
    yield pool
    pool.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_answers(pool: Pool) -> None:
    """A payload comes back as it was sent."""
    assert Result({"text": "naïve\n", "list": [1, None]}) == pool.call("echo", {"text": "naïve\n", "list": [1, None]})


@pytest.mark.parametrize(
    ("kind", "limit", "cause"),
    [
        ("hang", 0.05, "slow"),
        ("sleep", 0.05, "slow"),
        ("segfault", 0.1, "crashed"),
        ("quit", 0.1, "crashed"),
        ("bomb", 2.0, "memory"),
        ("garbage", 0.1, "garbage"),
        ("stale", 0.1, "garbage"),
        ("huge", 0.1, "garbage"),
    ],
)
def test_misbehaviour_is_a_failure_and_the_next_call_works(pool: Pool, kind: str, limit: float, cause: str) -> None:
    """Whatever a worker does wrong, its caller hears why and the next caller gets an answer."""
    failure = pool.call(kind, None, limit)
    assert isinstance(failure, Failure)
    assert cause == failure.cause
    assert Result(7) == pool.call("echo", 7)


def test_real_hang_in_bashlex(pool: Pool) -> None:
    """Seven characters of valid shell that make bashlex loop for ever."""
    failure = pool.call("bashlex", "X='${x'", 0.05)
    assert isinstance(failure, Failure)
    assert "slow" == failure.cause


def test_real_explosion_in_sqlglot(pool: Pool) -> None:
    """Twenty nested arrays take sqlglot seconds; the worker gets none."""
    text = "SELECT " + "ARRAY[" * 20 + "1" + "]" * 20
    failure = pool.call("sql", {"text": text, "dialect": "postgres"}, 0.1)
    assert isinstance(failure, Failure)
    assert "slow" == failure.cause


def test_rejection_is_told_apart_from_trouble(pool: Pool) -> None:
    """A syntax error is the reader's answer, not a broken reader."""
    failure = pool.call("bashlex", "case x in")
    assert isinstance(failure, Failure)
    assert "rejected" == failure.cause
    unknown = pool.call("haruspex", "liver")
    assert Failure("no reader for `haruspex`", "rejected") == unknown


def test_debug_kinds_are_not_registered_otherwise() -> None:
    """The misbehaving kinds exist in test pools only."""
    plain = Pool(workers=1)
    try:
        assert Failure("no reader for `echo`", "rejected") == plain.call("echo", 1)
    finally:
        plain.close()


def test_others_are_undisturbed(pool: Pool) -> None:
    """While one caller's input hangs, another is served by a spare, each by its own limit."""
    wait_for(lambda: len(pool.pids()) == 3)
    pool.call("echo", 0)
    hung: list[object] = []
    thread = threading.Thread(target=lambda: hung.append(pool.call("hang", None, 0.5)))
    thread.start()
    served = 0
    while thread.is_alive():
        assert Result(served) == pool.call("echo", served)
        served += 1
    thread.join()
    assert served > 20
    assert isinstance(hung[0], Failure)


def test_many_threads_get_their_own_answers(pool: Pool) -> None:
    """Answers never cross between callers."""
    wrong: list[object] = []

    def ask(number: int) -> None:
        for turn in range(20):
            answer = pool.call("echo", [number, turn])
            if answer != Result([number, turn]):
                wrong.append(answer)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == wrong


def test_close_ends_all_processes_and_refuses() -> None:
    """After `close` no worker is left and calls fail at once."""
    pool = Pool(debug=True)
    assert Result(1) == pool.call("echo", 1)
    pids = pool.pids()
    pool.close()
    assert not any(alive(pid) for pid in pids)
    assert Failure("the readers are shut down", "closed") == pool.call("echo", 1)


def test_workers_die_with_their_parent() -> None:
    """A parent that is killed leaves no worker behind, not even a hanging one."""
    script = (
        "import threading, time, sys\n"
        "from enactd.workers import Pool\n"
        "pool = Pool(debug=True)\n"
        "pool.call('echo', 1)\n"
        "threading.Thread(target=pool.call, args=('hang', None, 30.0), daemon=True).start()\n"
        "time.sleep(0.3)\n"
        "print(*pool.pids(), flush=True)\n"
        "time.sleep(60)\n"
    )
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert pids
    wait_for(lambda: not any(alive(pid) for pid in pids))


def test_unusable_interpreter_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no worker can be started, every call says so instead of waiting or raising."""
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    pool = Pool(workers=1)
    answer = pool.call("echo", 1)
    pool.close()
    assert isinstance(answer, Failure)
    assert "crashed" == answer.cause


def test_shared_pool_is_one() -> None:
    """All readers of a process use the same workers."""
    assert reader_pool() is reader_pool()


def wait_for(condition: object, limit: float = 15.0) -> None:
    assert callable(condition)
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)
