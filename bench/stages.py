"""Where a call's time goes: timers put around the functions of a daemon, from outside.

The product holds no hook for this, so it costs nothing when off. `install` replaces the functions below by
timed ones; times are exclusive (what an inner stage takes is not the outer's). Only right while one call is
under way at a time. A function that is not there any more is an error, so that no stage falls silently out.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import re
import time
from collections.abc import Callable
from typing import Any, Final

STAGES: Final[dict[str, tuple[str, ...]]] = {
    "socket": (
        "enactd.server:_Connection.connection_made",
        "enactd.server:_Connection.data_received",
        "enactd.server:_Connection.send_and_close",
        "enactd.wire:decode_hook",
    ),
    "peer": ("enactd.server:_witness", "enactd.origin:Origins.admit"),
    "adapter": (
        "enactd.agents.claude_code:ClaudeCode.read",
        "enactd.agents.claude_code:ClaudeCode.render",
        "enactd.ledger:_raw_input",
    ),
    "parse": ("enactd.effects.reading:parse",),
    "second readers": ("enactd.effects.shell.readers:Readers.doubt",),
    "effects": ("enactd.judge:Judge.judge", "enactd.judge:interpret"),
    "policies": ("enactd.judge:evaluate",),
    "session": ("enactd.sessions:Sessions.view", "enactd.sessions:Sessions.apply"),
    "receipt text": ("enactd.receipts.compose:Composer.decision", "enactd.receipts.log:Log._sign"),
    "receipt on disk": ("enactd.receipts.store:Store.append",),
}
TOTAL: Final = "whole call"
REFERENCE: Final = "reference: plain Python"
DISK: Final = "reference: fdatasync"
ON_DISK: Final = frozenset({"receipt on disk", DISK})
"""Stages that are compared with the disk and not with the processor."""
WAITING: Final = "between stages"
"""Event loop, threads handing over, and what no stage claims."""


class Clock:
    """Exclusive nanoseconds per stage of the call under way, and the finished calls."""

    def __init__(self, folder: str) -> None:
        self._file = os.open(os.path.join(folder, "reference"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.calls: list[dict[str, float]] = []
        self._now: dict[str, int] = {}
        self._inner = [0]
        self._began = 0

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """`work`, its time counted for `stage`."""

        @functools.wraps(work)
        def run(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter_ns()
            self._inner.append(0)
            try:
                return work(*args, **kwargs)
            finally:
                took = time.perf_counter_ns() - began
                self._now[stage] = self._now.get(stage, 0) + took - self._inner.pop()
                self._inner[-1] += took

        return run

    def begin(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The function with which a call begins."""

        @functools.wraps(work)
        def run(*args: Any, **kwargs: Any) -> Any:
            self._now, self._inner, self._began = {}, [0], time.perf_counter_ns()
            return work(*args, **kwargs)

        return run

    def end(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The function with which a call ends; a reference piece of work follows, outside the call."""

        @functools.wraps(work)
        def run(*args: Any, **kwargs: Any) -> Any:
            result = work(*args, **kwargs)
            total = (time.perf_counter_ns() - self._began) / 1000
            call = {stage: took / 1000 for stage, took in self._now.items()}
            call[WAITING] = total - sum(call.values())
            call[TOTAL] = total
            if len(self.calls) % 4 == 0:
                call[REFERENCE] = reference()
                call[DISK] = reference_sync(self._file)
            self.calls.append(call)
            return result

        return run


def install(clock: Clock) -> None:
    """Put the timers in place. Raises `AttributeError` for a function that is gone."""
    for stage, places in STAGES.items():
        for place in places:
            _replace(place, functools.partial(clock.timed, stage))
    _replace("enactd.server:_Connection.connection_made", clock.begin)
    _replace("enactd.server:_Connection.send_and_close", clock.end)


def reference() -> float:
    """Microseconds for a fixed piece of plain Python: what every stage is compared with."""
    began = time.perf_counter_ns()
    table = {f"name-{i}": {"number": i, "text": "word " * 4} for i in range(60)}
    text = json.dumps(table)
    found = len(re.findall(r'"number": (\d+)', text)) + len(json.loads(text))
    assert found == 120
    return (time.perf_counter_ns() - began) / 1000


def reference_sync(descriptor: int) -> float:
    """Microseconds until a kilobyte more is durable: what the receipt on disk is compared with."""
    began = time.perf_counter_ns()
    os.write(descriptor, b"x" * 1024)
    os.fdatasync(descriptor)
    return (time.perf_counter_ns() - began) / 1000


def find(place: str) -> Callable[..., Any]:
    """The function that `module:path` names; raises `AttributeError` if there is none."""
    owner, name = _owner(place)
    found: Callable[..., Any] = getattr(owner, name)
    return found


def _owner(place: str) -> tuple[Any, str]:
    module, _, path = place.partition(":")
    *outer, name = path.split(".")
    return functools.reduce(getattr, outer, importlib.import_module(module)), name


def _replace(place: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    owner, name = _owner(place)
    setattr(owner, name, wrap(getattr(owner, name)))
