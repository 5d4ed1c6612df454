"""What keeps others out of a measurement: no network, and a word on how noisy the machine was.

A run first fetches what it needs, then goes on in a network namespace of its own that has no way out, where the
machine lets it (root on Linux). Cores are taken by `taskset` or `sched_setaffinity` where a table says so.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.results import Noise

MARK = "ENACTD_BENCH_CUT"
"""Set in the environment of a run that has begun again without a network, to how it was cut."""


def fetch_then_cut(fetch: Callable[[], object]) -> None:
    """Fetch, then begin this program again without a network; returns in the second run, or where it cannot be cut."""
    if MARK in os.environ:
        return
    fetch()
    unshare = shutil.which("unshare")
    if unshare is None or os.geteuid() != 0:
        return
    words = [unshare, "--net", sys.executable, *sys.orig_argv[1:]]
    os.execve(unshare, words, {**os.environ, MARK: "cut"})


def network() -> str:
    """Whether what runs has a way out."""
    return "none" if os.environ.get(MARK) else "not cut off"


class Listening:
    """Processor time that others took while something was measured, and how long a wake-up of one of us took."""

    def __init__(self) -> None:
        self._began = _times()
        self._load = os.getloadavg()[0]

    def heard(self) -> Noise:
        """From the beginning until now; the wake-ups are measured at once."""
        busy, idle, stolen = (now - before for now, before in zip(_times(), self._began, strict=True))
        whole = max(1, busy + idle + stolen)
        late = sorted(_late() for _ in range(200))
        return Noise(
            load_before=round(self._load, 1), load_after=round(os.getloadavg()[0], 1), busy=round(busy / whole, 3),
            stolen=round(stolen / whole, 3), late_p50=round(statistics.median(late), 1), late_p99=round(late[-3], 1),
        )  # fmt: skip


def _times() -> tuple[int, int, int]:
    """Ticks of all cores: busy, idle, stolen by the host."""
    try:
        fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    except OSError:
        return 0, 0, 0
    user, nice, system, idle, waiting, interrupt, soft, stolen = fields
    return user + nice + system + interrupt + soft, idle + waiting, stolen


def _late() -> float:
    """Microseconds that a sleep of one millisecond took too long."""
    began = time.perf_counter_ns()
    time.sleep(0.001)
    return (time.perf_counter_ns() - began) / 1000 - 1000
