"""When nobody is answered: from the start of a daemon to its first decision, and while policies change under load."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from bench import figures, load, spawn
from bench.ground import Ground
from bench.results import Reloads, Starts
from enactd.control_client import Client

POLICY = '''"""Version {n} of a policy that watches what no call of this measurement does."""
from enactd.policy import *


@policy(watches=PublishPackage, severity="low", stage="stable", since="1")
def check(effect, context):
    if effect.name == "bench-{n}":
        yield Deny("never here")
'''
SETTLED_S = 20


def starts(ground: Ground, times: int) -> Starts:
    """`times` starts over the same home: until the daemon is ready, and until a first hook call is decided."""
    ready, decided = [], []
    for number in range(times):
        began = time.perf_counter_ns()
        with ground.daemon():
            ready.append((time.perf_counter_ns() - began) / 1000)
            ended = spawn.run(ground.hook(), ground.message("short command", 6_000_000 + number, "starts"))
            decided.append((time.perf_counter_ns() - began) / 1000)
            if ended.code:
                raise RuntimeError(f"the first call was refused: {ended.stderr!r}")
    return Starts(figures.of(ready), figures.of(decided))


def reloads(ground: Ground, calls: int, changes: int) -> Reloads:
    """MCP calls of one caller, alone and while a policy of the user changes again and again."""
    with ground.daemon():
        client = Client(ground.home, timeout=SETTLED_S)
        quiet = figures.of(_calls(ground, calls, 7_000_000))
        took: list[float] = []
        until = threading.Event()

        def drive() -> None:
            part = 0
            while not until.is_set():
                part += 1
                took.extend(_calls(ground, max(50, calls // 4), 7_100_000 + part * calls))

        driver = threading.Thread(target=drive)
        driver.start()
        try:
            waits = [_change(ground.home.policies, client, number) for number in range(changes)]
        finally:
            until.set()
            driver.join()
    return Reloads(
        changes=changes, quiet=quiet, meanwhile=figures.of(took), longest=round(max(took), 1), until=figures.of(waits)
    )


def _calls(ground: Ground, count: int, first: int) -> list[float]:
    return load.drive(
        load.Order(
            socket=str(ground.home.socket), workspace=str(ground.workspace), count=count, first=first,
            kinds=("MCP call",), session=f"reload-{first}",
        )
    ).took  # fmt: skip


def _change(folder: Path, client: Client, number: int) -> float:
    """Microseconds from a changed file to policies in force that hold the change."""
    before = client.status().policies.digest
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / "bench" / "never.py"
    fresh.parent.mkdir(exist_ok=True)
    part = fresh.with_suffix(".new")
    part.write_text(POLICY.replace("{n}", str(number)))
    began = time.perf_counter_ns()
    os.replace(part, fresh)
    while client.status().policies.digest == before:
        if time.perf_counter_ns() - began > SETTLED_S * 1e9:
            raise RuntimeError(f"a changed policy in `{folder}` was not taken up")
        time.sleep(0.005)
    return (time.perf_counter_ns() - began) / 1000
