"""`python -m bench`: one run that measures everything, writes figures and tables, compares with the budgets."""

from __future__ import annotations

import argparse
import sys
import time

import msgspec

from bench import budgets, calls, growth, hostile, inside, isolation, pauses, peers, policies, results, tables
from bench.ground import Ground

CALLS = 20_000  # after which memory is looked at last, where nothing else is asked for


def main() -> int:
    """Exit 1 where a budget is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="measure the gate")
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls, to see that it works")
    parser.add_argument("--dry", action="store_true", help="print the tables, write nothing")
    parser.add_argument("--calls", type=int, default=0, help=f"calls that memory is watched over, instead of {CALLS}")
    parser.add_argument("--no-peers", action="store_true", help="without the other guards, and without the network")
    options = parser.parse_args()
    if not options.no_peers:
        isolation.fetch_then_cut(lambda: [peers.install(peer) for peer in peers.listed() if not peer.absent])
    began, listening = time.monotonic(), isolation.Listening()
    found = run(0.1 if options.quick else 1.0, options.calls, with_peers=not options.no_peers)
    found = msgspec.structs.replace(found, noise=listening.heard(), seconds=round(time.monotonic() - began))
    for name, table in tables.TABLES.items():
        print(f"\n{name}\n{table(found)}", end="")
    if not options.dry:
        results.save(found)
        tables.write()
    budget = budgets.read()
    over = budgets.exceeded(budget.spawned, budgets.of_rows(found.spawned), budget.slack)
    over += budgets.exceeded(budget.stages, budgets.of_stages(found.stages), budget.slack)
    for line in over:
        print(f"over budget: {line}", file=sys.stderr)
    return 1 if over else 0


def run(size: float, calls_of_memory: int, *, with_peers: bool) -> results.Results:
    """Everything, with `size` times the usual number of calls."""

    def count(usual: int) -> int:
        return max(20, int(usual * size))

    with Ground() as ground:
        where = msgspec.structs.replace(results.machine(ground.folder), network=isolation.network())
        ready, absent = peers.prepare(ground.folder / "peers") if with_peers else ([], {})
        with calls.echo_server(ground) as echo, ground.daemon():
            say("one call at a time")
            spawned = calls.one_by_one(ground, echo, count(500))
            say("beside other guards")
            others = calls.beside(ground, ready, max(3, int(20 * size))) if ready else []
            say("many callers")
            crowds = [crowd for many in (16, 64) for crowd in calls.together(ground, many, count(1600))]
            say("hostile input")
            quiet, hurt = hostile.measure(ground, count(300), 3)
        say("decisions a second")
        rates = inside.rates(ground, (1, 16, 64), count(3000))
        say("stages")
        stages = inside.profile(ground, count(1000))
        say("starts and reloads")
        starts, reloads = (
            pauses.starts(ground, max(3, int(9 * size))),
            pauses.reloads(ground, count(600), max(3, int(20 * size))),
        )
    with Ground() as ground:
        say("policies")
        cost = policies.costs(ground, count(600))
        say("memory")
        memory = growth.memory(ground, steps(calls_of_memory or count(CALLS)))
    say("length of the log")
    history = growth.history((count(1000), count(100_000)), count(600))
    return results.Results(
        machine=where, spawned=spawned, crowds=crowds, rates=rates, stages=stages, quiet=quiet, hostile=hurt,
        memory=memory, history=history, policies=cost, others=others, absent=absent, starts=starts, reloads=reloads,
    )  # fmt: skip


def steps(last: int) -> tuple[int, ...]:
    """After how many calls memory is looked at: four times, the last ones twice the one before."""
    return tuple(dict.fromkeys(max(20, last // part) for part in (20, 4, 2, 1)))


def say(what: str) -> None:
    """Progress, on stderr."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
