"""Calls without shims: one process that is as many callers as asked for, so that the daemon is the limit.

It connects as the shim does, once per call; its parent is the agent. As a program it reads one JSON order
from stdin and prints one JSON report.
"""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench import payloads
from enactd import wire
from enactd.call import HookCall

ROOT = Path(__file__).resolve().parents[1]


class Order(msgspec.Struct, kw_only=True):
    """`count` calls of these kinds in turn, numbered from `first`, by `callers` with a session each."""

    socket: str
    workspace: str
    count: int
    callers: int = 1
    first: int = 0
    kinds: tuple[str, ...] = ("short command",)
    session: str = "load"
    fresh_after: int = 0  # calls after which a caller begins a new session; 0: never
    cores: tuple[int, ...] = ()


class Report(msgspec.Struct, kw_only=True):
    """How long every call took in microseconds, how long all did, and how many were not answered 0."""

    took: list[float]
    seconds: float
    stopped: int = 0


def drive(order: Order) -> Report:
    """Run an order in a process of its own and wait for it."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=msgspec.json.encode(order), stdout=subprocess.PIPE,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
    )  # fmt: skip
    return msgspec.json.decode(done.stdout, type=Report)


class _Caller:
    """One caller: always one call under way."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.calls = 0
        self.began = 0
        self.answer = b""
        self.connection: socket.socket | None = None


def _frames(order: Order) -> Iterator[bytes]:
    """All messages, made before the clock runs."""
    for i in range(order.count):
        caller, turn = i % order.callers, i // order.callers
        part = turn // order.fresh_after if order.fresh_after else 0
        session = f"{order.session}-{caller}-{part}"
        kind = order.kinds[i % len(order.kinds)]
        text = payloads.message(kind, order.first + i, workspace=order.workspace, session=session)
        yield wire.encode_hook(HookCall("claude-code", "PreToolUse", 20_000, "bench", text))


def run(order: Order) -> Report:
    """Do it. Every caller has calls of its own session, one after the other."""
    if order.cores:
        os.sched_setaffinity(0, order.cores)
    frames = list(_frames(order))
    report = Report(took=[], seconds=0.0)
    waiting = selectors.DefaultSelector()
    callers = [_Caller(number) for number in range(order.callers)]
    began = time.perf_counter()
    for caller in callers:
        _next(caller, frames, order, waiting)
    while waiting.get_map():
        for key, _ in waiting.select():
            caller = key.data
            part = key.fileobj.recv(65_536)  # type: ignore[union-attr]
            caller.answer += part
            if part:
                continue
            report.took.append((time.perf_counter_ns() - caller.began) / 1000)
            report.stopped += _stopped(caller.answer)
            waiting.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
            _next(caller, frames, order, waiting)
    report.seconds = time.perf_counter() - began
    return report


def _next(caller: _Caller, frames: list[bytes], order: Order, waiting: selectors.BaseSelector) -> None:
    index = caller.calls * order.callers + caller.number
    if index >= len(frames):
        return
    caller.calls += 1
    caller.answer = b""
    connection = socket.socket(socket.AF_UNIX)
    caller.began = time.perf_counter_ns()
    connection.connect(order.socket)
    connection.sendall(frames[index])
    waiting.register(connection, selectors.EVENT_READ, caller)


def _stopped(answer: bytes) -> bool:
    frames = wire.Decoder.of_client().feed(answer)
    replies = [wire.decode_answer(frame.payload) for frame in frames if frame.kind is wire.Kind.ANSWER]
    return not replies or payloads.is_stopped(replies[0].exit_code, replies[0].stdout)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(run(msgspec.json.decode(sys.stdin.buffer.read(), type=Order))))
