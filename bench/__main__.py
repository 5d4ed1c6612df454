"""`python -m bench`: one run that measures everything, writes figures and tables, compares with the budgets."""

from __future__ import annotations

import argparse
import sys

from bench import budgets, calls, growth, hostile, inside, policies, results, tables
from bench.ground import Ground


def main() -> int:
    """Exit 1 where a budget is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="measure the gate")
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls, to see that it works")
    parser.add_argument("--dry", action="store_true", help="print the tables, write nothing")
    options = parser.parse_args()
    found = run(0.1 if options.quick else 1.0)
    for name, table in tables.TABLES.items():
        print(f"\n{name}\n{table(found)}", end="")
    if not options.dry:
        results.save(found)
        tables.write(found)
    budget = budgets.read()
    over = budgets.exceeded(budget.spawned, budgets.of_rows(found.spawned), budget.slack)
    over += budgets.exceeded(budget.stages, budgets.of_stages(found.stages), budget.slack)
    for line in over:
        print(f"over budget: {line}", file=sys.stderr)
    return 1 if over else 0


def run(size: float) -> results.Results:
    """Everything, with `size` times the usual number of calls."""

    def count(usual: int) -> int:
        return max(20, int(usual * size))

    with Ground() as ground:
        where = results.machine(ground.folder)
        with calls.echo_server(ground) as echo, ground.daemon():
            say("one call at a time")
            spawned = calls.one_by_one(ground, echo, count(600))
            say("many callers")
            crowds = [crowd for many in (16, 64) for crowd in calls.together(ground, many, count(1600))]
            say("hostile input")
            quiet, hurt = hostile.measure(ground, count(300), 3)
        say("decisions a second")
        rates = inside.rates(ground, (1, 16, 64), count(4000))
        say("stages")
        stages = inside.profile(ground, count(1000))
    with Ground() as ground:
        say("policies")
        cost = policies.costs(ground, count(600))
        say("memory")
        memory = growth.memory(ground, tuple(count(usual) for usual in (1000, 5000, 10_000, 20_000)))
    say("length of the log")
    history = growth.history((count(1000), count(100_000)), count(600))
    return results.Results(
        machine=where, spawned=spawned, crowds=crowds, rates=rates, stages=stages, quiet=quiet, hostile=hurt,
        memory=memory, history=history, policies=cost,
    )  # fmt: skip


def say(what: str) -> None:
    """Progress, on stderr."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
