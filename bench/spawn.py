"""Starting programs as an agent starts its hook, and the time from spawn to exit.

`posix_spawn`, stdin a pipe that holds the whole message, stdout and stderr pipes: what the agents do, with
as little of our own in the measured time as Python allows. The process that calls this is the agent.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

PIPE_BYTES = 1 << 20  # the most an ordinary user's pipe holds
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class Ended(msgspec.Struct, frozen=True):
    """How a program ended, and what it took in microseconds."""

    code: int
    stdout: bytes
    stderr: bytes
    took: float


class _Running(msgspec.Struct, frozen=True):
    began: int
    pid: int
    out: int
    err: int

    def ended(self, status: int, now: int) -> Ended:
        return Ended(os.waitstatus_to_exitcode(status), _drain(self.out), _drain(self.err), (now - self.began) / 1000)


def run(
    argv: Sequence[str], stdin: bytes = b"", environment: Mapping[str, str] = ENVIRONMENT, *, cwd: str = ""
) -> Ended:
    """Run a program to its end, in another folder where one is named. Its output must fit into a pipe."""
    running = _start(argv, stdin, environment, cwd)
    _, status = os.waitpid(running.pid, 0)
    return running.ended(status, time.perf_counter_ns())


def crowd(callers: int, count: int, order: Callable[[int], tuple[Sequence[str], bytes]]) -> tuple[list[Ended], float]:
    """`count` programs, `callers` of them at a time; what each took, and the seconds for all.

    `order(i)` is the command line and stdin of the i-th.
    """
    running: dict[int, _Running] = {}
    done: list[Ended] = []
    began = time.perf_counter()
    started = 0
    while len(done) < count:
        while started < count and len(running) < callers:
            fresh = _start(*order(started))
            running[fresh.pid] = fresh
            started += 1
        pid, status = os.waitpid(-1, 0)
        now = time.perf_counter_ns()
        if pid in running:
            done.append(running.pop(pid).ended(status, now))
    return done, time.perf_counter() - began


def _start(argv: Sequence[str], stdin: bytes, environment: Mapping[str, str] = ENVIRONMENT, cwd: str = "") -> _Running:
    source, (out, out_end), (err, err_end) = _holding(stdin), os.pipe(), os.pipe()
    moves = [(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate((source, out_end, err_end))]
    here = os.getcwd() if cwd else ""
    if cwd:
        os.chdir(cwd)
    began = time.perf_counter_ns()
    try:
        pid = os.posix_spawn(argv[0], list(argv), environment, file_actions=moves)
    finally:
        if here:
            os.chdir(here)
    for end in (source, out_end, err_end):
        os.close(end)
    return _Running(began, pid, out, err)


def _holding(data: bytes) -> int:
    """The reading end of a pipe with `data` in it and nobody left to write."""
    reading, writing = os.pipe()
    if len(data) > 65_536:
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    os.set_blocking(writing, False)
    if os.write(writing, data) != len(data):
        raise ValueError(f"{len(data)} bytes do not fit into a pipe")
    os.close(writing)
    return reading


def _drain(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 65_536):
        parts.append(part)
    os.close(descriptor)
    return b"".join(parts)
