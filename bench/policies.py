"""What policies cost a call, warm, for the library and for sets made of copies of it; beside one fdatasync each.

`python -m bench.policies` measures this part alone and puts it into the kept run.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import msgspec

from bench import figures, results, stages, tables
from bench.ground import Ground
from bench.results import PolicyCost
from enactd import evaluate, judge, resources
from enactd.bundle import catalogue
from enactd.effects.shell.readers import Readers
from enactd.evaluate import PolicySet
from enactd.policy_stats import PolicyStats
from enactd.toolcall import ToolCall

MIX = ("short command", "&& chain", "Read", "MCP call", "SQL by psql -c", "here-document")
SIZES = (0, 200, 400)
"""How many policies; 0 is the library as it ships."""


def costs(ground: Ground, calls: int) -> list[PolicyCost]:
    """For each size `calls` calls of all kinds in turn, measured as the daemon measures them."""
    return [_cost(ground, library(size), calls) for size in SIZES]


def library(size: int) -> PolicySet:
    """The shipped policies, and copies of them under other names up to `size`."""
    shipped = catalogue([("shipped", str(resources.policies_folder()))]).under().policies
    if not size:
        return PolicySet(shipped, "bench")
    copies = [
        msgspec.structs.replace(one, id=f"copy-{turn}.{one.id}") if turn else one
        for turn in range(size // len(shipped) + 1)
        for one in shipped
    ]
    return PolicySet(copies[:size], "bench")


def _cost(ground: Ground, policies: PolicySet, calls: int) -> PolicyCost:
    """The time of `evaluate` alone; a kilobyte is made durable after each call."""
    took: list[float] = []
    asked: list[int] = []

    def timed(*arguments: object) -> object:
        began = time.perf_counter_ns()
        verdict = evaluate.evaluate(*arguments)  # type: ignore[arg-type]
        took.append((time.perf_counter_ns() - began) / 1000)
        asked.append(len(verdict.evaluated))
        return verdict

    made = judge.Judge(policies, readers=Readers(None), watch=PolicyStats())
    syncs: list[float] = []
    original = judge.evaluate
    judge.evaluate = timed  # type: ignore[assignment]
    try:
        with Path(ground.folder, "sync").open("ab") as file:
            for number in range(2 * calls):
                made.judge(_call(ground, number), workspace=str(ground.workspace), home=str(ground.folder))
                syncs.append(stages.reference_sync(file.fileno()))
    finally:
        judge.evaluate = original
    warm, sync = took[calls:], syncs[calls:]  # the first half only warms up
    return PolicyCost(
        policies=len(policies.policies),
        evaluated=round(sum(asked[calls:]) / calls, 1),
        figures=figures.of(warm),
        sync=figures.of(sync),
        to_sync=round(figures.quartile(warm) / figures.quartile(sync), 3),
    )


def _call(ground: Ground, number: int) -> ToolCall:
    """A call as the adapter would make it of an agent's message."""
    kind = MIX[number % len(MIX)]
    message = msgspec.json.decode(ground.message(kind, number))
    return ToolCall(
        agent="claude-code", session="bench", tool=message["tool_name"], input=message["tool_input"],
        cwd=str(ground.workspace),
    )  # fmt: skip


def main() -> int:
    """Measure this part, keep it, and bring the page up to date."""
    with Ground() as ground:
        found = costs(ground, 600)
    for cost in found:
        print(cost, file=sys.stderr)
    kept = msgspec.structs.replace(results.load(), policies=found)
    results.save(kept)
    tables.write()
    return 0


if __name__ == "__main__":
    os.chdir(results.FOLDER.parent)
    sys.exit(main())
