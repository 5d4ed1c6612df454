"""Inside the daemon: decisions a second on one core, and where a call's time goes."""

from __future__ import annotations

import os
import sys

import msgspec

from bench import figures, load, stages
from bench.ground import Ground
from bench.results import Rate, Stage

MIX = ("short command", "&& chain", "Read", "MCP call")


def rates(ground: Ground, callers: tuple[int, ...], count: int) -> list[Rate]:
    """Decisions of a daemon that has one core; the callers have the others."""
    cores = sorted(os.sched_getaffinity(0))
    ours, theirs = {cores[0]}, tuple(cores[1:]) or (cores[0],)
    found = []
    with ground.daemon(cores=ours):
        for number, many in enumerate((1, *callers)):  # the first is only to warm up
            report = load.drive(
                load.Order(
                    socket=str(ground.home.socket),
                    workspace=str(ground.workspace),
                    count=count,
                    callers=many,
                    first=1_000_000 + number * count,
                    kinds=MIX,
                    session=f"rate-{number}",
                    cores=theirs,
                )
            )
            if report.stopped:
                raise RuntimeError(f"{report.stopped} of {count} harmless calls were stopped")
            if number:
                found.append(Rate(many, round(len(report.took) / report.seconds), figures.of(report.took)))
    return found


def profile(ground: Ground, count: int, kinds: tuple[str, ...] = ("short command",)) -> list[Stage]:
    """What each stage takes of calls that come one after the other."""
    result = ground.folder / "stages.json"
    command = [sys.executable, "-m", "bench.profiled", str(ground.home.root), str(result)]
    with ground.daemon(command=command):
        for first in (2_000_000, 3_000_000):  # the first half is not looked at
            load.drive(
                load.Order(
                    socket=str(ground.home.socket),
                    workspace=str(ground.workspace),
                    count=count,
                    first=first,
                    kinds=kinds,
                    session="stages",
                )
            )
    calls = msgspec.json.decode(result.read_bytes(), type=list[dict[str, float]])
    return summary(calls[-count:])


def summary(calls: list[dict[str, float]]) -> list[Stage]:
    """Figures per stage, in the order of a call; stages that no call had are left out."""
    whole = figures.median([call[stages.TOTAL] for call in calls])
    found = []
    for name in (*stages.STAGES, stages.WAITING, stages.TOTAL, stages.REFERENCE, stages.DISK):
        samples = [call[name] for call in calls if name in call]
        if not samples:
            continue
        reference = stages.DISK if name in stages.ON_DISK else stages.REFERENCE
        unit = figures.quartile([call[reference] for call in calls if reference in call])
        made = figures.of(samples)
        ratio = round(figures.quartile(samples) / unit, 2)
        found.append(Stage(name, made, round(made.p50 / whole, 3), ratio))
    return found
