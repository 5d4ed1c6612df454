"""Guessing gets slow, and neither a restart nor a clock makes it quick again."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.approvals.throttle import FREE, LONGEST_S, Throttle, waiting
from enactd.errors import RefusedError


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def fail(file: Path, clock: Clock, times: int) -> int:
    """Attempts that got through, of so many at once, each in a daemon of its own."""
    done = 0
    for _ in range(times):
        try:
            Throttle(file, "PIN", clock).attempt()
        except RefusedError:
            continue
        done += 1
    return done


def test_the_wait_doubles_up_to_a_limit() -> None:
    """Some slips are free, then each failure costs twice the time of the one before."""
    waits = [waiting(number) for number in range(40)]
    assert [0.0] * FREE == waits[:FREE]
    assert [5.0, 10.0, 20.0, 40.0] == waits[FREE : FREE + 4]
    assert waits == sorted(waits)
    assert LONGEST_S == waits[-1] == waiting(10**6)


def test_a_restart_forgets_no_failure(tmp_path: Path) -> None:
    """However many daemons are started, the attempts are the same."""
    clock = Clock()
    assert FREE == fail(tmp_path / "f", clock, 50)
    clock.now += waiting(FREE)
    assert 1 == fail(tmp_path / "f", clock, 50)
    clock.now += waiting(FREE)
    assert 0 == fail(tmp_path / "f", clock, 50)


@pytest.mark.parametrize("jump", [-1.0, -3600.0, -1e9])
def test_a_clock_set_back_gives_no_attempt(tmp_path: Path, jump: float) -> None:
    """The wait begins anew instead."""
    clock = Clock()
    fail(tmp_path / "f", clock, FREE)
    clock.now += jump
    assert 0 == fail(tmp_path / "f", clock, 5)


def test_a_success_begins_anew(tmp_path: Path) -> None:
    """Who knows the secret is not punished for slips of long ago."""
    clock = Clock()
    throttle = Throttle(tmp_path / "f", "PIN", clock)
    throttle.attempt()
    throttle.attempt()
    throttle.succeeded()
    assert FREE == fail(tmp_path / "f", clock, 50)


def test_a_day_of_guessing_is_a_few_dozen_guesses(tmp_path: Path) -> None:
    """What the wait amounts to: a PIN of six digits has a million."""
    clock, guesses = Clock(), 0
    for _ in range(24 * 60):
        guesses += fail(tmp_path / "f", clock, 2)
        clock.now += 60
    assert guesses < 50


@pytest.mark.parametrize("text", [b"", b"{", b'{"count":"x"}', b"\xff"])
def test_a_damaged_count_refuses(tmp_path: Path, text: bytes) -> None:
    """A count that cannot be read is none that allows."""
    file = tmp_path / "f"
    file.touch(mode=0o600)
    file.write_bytes(text)
    with pytest.raises(RefusedError, match="cannot be counted"):
        Throttle(file, "PIN").attempt()


def test_a_count_that_cannot_be_written_tries_nothing(tmp_path: Path) -> None:
    """A full or read-only disk gives no free attempt."""
    with pytest.raises(OSError, match="No such file"):
        Throttle(tmp_path / "no" / "f", "PIN").attempt()
