"""The instruments: what they time, and that inputs are new every time."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from bench import figures, payloads, spawn, stages


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([5.0], (1, 5.0, 5.0, 5.0)),
        (list(map(float, range(100, 0, -1))), (100, 51.0, 96.0, 100.0)),
    ],
)
def test_figures_are_nearest_ranks(samples: list[float], expected: tuple[float, ...]) -> None:
    """Samples in any order give samples, not interpolations."""
    found = figures.of(samples)
    assert expected == (found.n, found.p50, found.p95, found.p99)


def test_nothing_measured_is_an_error() -> None:
    """An empty measurement is never a zero."""
    with pytest.raises(ValueError, match="nothing"):
        figures.of([])


def test_a_program_is_timed_from_spawn_to_exit() -> None:
    """The time covers what the program does; input and both outputs are its own."""
    ended = spawn.run(("/bin/sh", "-c", "sleep 0.05; cat; echo no >&2; exit 3"), b"text")
    assert (3, b"text", b"no\n") == (ended.code, ended.stdout, ended.stderr)
    assert 50_000 <= ended.took < 5_000_000


def test_a_large_input_fits() -> None:
    """A message of 900 kB is there before the program starts."""
    assert b"900000" == spawn.run(("/bin/sh", "-c", "wc -c"), b"x" * 900_000).stdout.strip()


def test_a_crowd_runs_side_by_side() -> None:
    """Ten sleepers of a tenth of a second are done well before a second has gone."""
    began = time.monotonic()
    done, seconds = spawn.crowd(10, 10, lambda _: (("/bin/sleep", "0.1"), b""))
    assert [0] * 10 == [ended.code for ended in done]
    assert max(seconds, time.monotonic() - began) < 0.9


@pytest.mark.parametrize("kind", payloads.KINDS)
def test_no_input_comes_twice(kind: str) -> None:
    """Every number gives another tool input of the same kind."""
    made = [json.loads(payloads.message(kind, n, workspace="/w", session="s")) for n in range(200)]
    inputs = {json.dumps(one["tool_input"]) for one in made}
    assert 200 == len(inputs)
    assert 200 == len({one["tool_use_id"] for one in made})
    assert "{" not in made[0]["tool_input"].get("file_path", "")


def test_typical_sizes() -> None:
    """The script is two, the written file a hundred kilobytes."""
    assert 1_800 < len(payloads.script(1)["tool_input"]["command"]) < 2_200
    assert 99_000 < len(payloads.write(1)["tool_input"]["content"]) <= 100_000


@pytest.mark.parametrize(
    ("code", "stdout", "stopped"),
    [
        (0, b"", False),
        (0, b'{"hookSpecificOutput": {"hookEventName": "PreToolUse"}}', False),
        (2, b"", True),
        (0, b'{"hookSpecificOutput": {"permissionDecision": "ask"}}', True),
    ],
)
def test_an_answer_that_stops_is_told_from_one_that_does_not(code: int, stdout: bytes, stopped: bool) -> None:
    """A question counts as stopped, silence and "no objection" do not."""
    assert stopped == payloads.is_stopped(code, stdout)


def test_stage_times_are_exclusive(tmp_path: Path) -> None:
    """What an inner stage takes is not counted for the outer, and the whole is the sum."""
    clock = stages.Clock(str(tmp_path))
    inner = clock.timed("inner", lambda: time.sleep(0.03))

    def outer() -> None:
        time.sleep(0.01)
        inner()

    clock.begin(lambda: None)()
    clock.timed("outer", outer)()
    clock.end(lambda: None)()
    (call,) = clock.calls
    assert 29_000 < call["inner"] < call["outer"] + call["inner"]
    assert 9_000 < call["outer"] < 29_000
    assert call[stages.TOTAL] == pytest.approx(call["outer"] + call["inner"] + call[stages.WAITING])
    assert {stages.REFERENCE, stages.DISK} <= call.keys()


def test_a_stage_whose_function_is_gone_is_an_error() -> None:
    """Renaming a function of the product cannot drop a stage in silence."""
    with pytest.raises(AttributeError):
        stages._replace("enactd.server:_Connection.nothing", lambda work: work)


def test_every_stage_has_its_functions() -> None:
    """All names in the table of stages are there."""
    for places in stages.STAGES.values():
        for place in places:
            assert callable(stages.find(place))


def test_the_environment_of_a_measured_program_is_its_own() -> None:
    """Nothing of the caller's environment is measured along."""
    ended = spawn.run(("/usr/bin/env",))
    assert sorted(spawn.ENVIRONMENT) == sorted(line.split("=")[0] for line in ended.stdout.decode().splitlines())
    assert os.environ.get("HOME", "") not in ("", *spawn.ENVIRONMENT.values())
