"""What must not grow: memory with calls, and a call's time with the length of the log.

python -m bench.growth [--calls 1000000] [--write FILE]

By itself it is the long run: one daemon, so many calls, memory and times of calls on the way. What was found so far is
written after each step, so that a run that is cut short says how far it came.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench import figures, inside, isolation, load, results
from bench.figures import Figures
from bench.ground import Ground, resident_mb
from bench.results import Grown, Growth, History, Memory
from enactd.receipts.compose import Composer, Judgement, Provenance
from enactd.receipts.keys import MacKeys
from enactd.receipts.log import Log
from enactd.receipts.record import Draft
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Verdict

CALLERS = 16
SESSION_CALLS = 50  # calls after which a caller begins a new session
PART = 8_000  # calls of the long run that are made ready at a time; the last of them before a step are its figures
ALONE = 300  # calls of one caller at each step, and openings of sessions
SHARES = (0.01, 0.1, 0.25, 0.5, 0.75, 1.0)  # of the calls, when the long run is looked at


def memory(ground: Ground, steps: tuple[int, ...]) -> list[Memory]:
    """Resident memory of a daemon after so many calls, all different, in ever new sessions."""
    found = []
    done = 0
    with ground.daemon() as daemon:
        for step in steps:
            load.drive(
                load.Order(
                    socket=str(ground.home.socket),
                    workspace=str(ground.workspace),
                    count=step - done,
                    first=done,
                    callers=CALLERS,
                    kinds=inside.MIX,
                    session=f"memory-{step}",
                    fresh_after=SESSION_CALLS,
                )
            )
            done = step
            found.append(Memory(step, round(resident_mb(daemon.pid), 1)))
    return found


def long_run(ground: Ground, last: int) -> Iterator[Grown]:
    """What a daemon holds and how long it takes, when it has started and at each step."""
    with ground.daemon() as daemon:
        yield _seen(ground, daemon.pid, 0, None)
        done = 0
        for step in dict.fromkeys(max(1, round(last * share)) for share in SHARES):
            took: list[float] = []
            while done < step:
                count = min(PART, step - done)
                took = load.drive(_order(ground, count, done, session=f"long-{done}", callers=CALLERS)).took
                done += count
            yield _seen(ground, daemon.pid, done, figures.of(took))


def _seen(ground: Ground, pid: int, calls: int, busy: Figures | None) -> Grown:
    """Memory first, then some calls of one caller in one session, and as many that each open one."""
    mb = resident_mb(pid)
    readers = {reader for task in Path(f"/proc/{pid}/task").glob("*/children") for reader in task.read_text().split()}
    first = 9_000_000 + 2 * ALONE * (calls % 997)
    alone = load.drive(_order(ground, ALONE, first, session=f"alone-{calls}", fresh=0)).took
    opening = load.drive(_order(ground, ALONE, first + ALONE, session=f"opening-{calls}", fresh=1)).took
    return Grown(
        calls=calls, sessions=-(-calls // SESSION_CALLS), mb=round(mb, 1),
        readers_mb=round(sum(resident_mb(int(reader)) for reader in readers), 1), busy=busy,
        alone=figures.of(alone), opening=figures.of(opening), receipts_mb=_size(ground.home.receipts) // 1_000_000,
        agents_kb=sum(path.stat().st_size for path in ground.home.agents_file.parent.glob("agents.db*")) // 1000,
    )  # fmt: skip


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _order(
    ground: Ground, count: int, first: int, *, session: str, callers: int = 1, fresh: int = SESSION_CALLS
) -> load.Order:
    return load.Order(
        socket=str(ground.home.socket), workspace=str(ground.workspace), count=count, first=first, callers=callers,
        kinds=inside.MIX, session=session, fresh_after=fresh,
    )  # fmt: skip


def history(lengths: tuple[int, ...], calls: int) -> list[History]:
    """Start and calls of a daemon over logs of different lengths."""
    found = []
    for length in lengths:
        with Ground() as ground:
            asyncio.run(_fill(ground, length))
            with ground.daemon():
                pass  # what a crash would make it do: fold the whole log. Measured is an ordinary start
            began = time.perf_counter()
            with ground.daemon():
                start = (time.perf_counter() - began) * 1000
                order = load.Order(
                    socket=str(ground.home.socket), workspace=str(ground.workspace), count=calls, kinds=inside.MIX
                )
                load.drive(order)
                order.first = calls
                found.append(History(length, round(start), figures.of(load.drive(order).took)))
    return found


async def _fill(ground: Ground, length: int) -> None:
    """A log of so many decisions in sessions of 100 calls each, written by the product's own writer."""
    ground.home.prepare()
    signer = MacKeys.open(str(ground.home.keys), create=True).signer
    composer = Composer(signer, engine="bench")
    log = Log.open(str(ground.home.receipts), signer)
    for first in range(0, length, 250):
        drafts = [_draft(composer, str(ground.workspace), n) for n in range(first, min(first + 250, length))]
        await asyncio.gather(*(log.append(draft) for draft in drafts))
    log.close()


def _draft(composer: Composer, workspace: str, n: int) -> Draft:
    command = f"python3 -m pytest tests/test_{n}.py -q"
    call = ToolCall(
        agent="claude-code",
        session=f"old-{n // 100}",
        tool="Bash",
        input={"command": command},
        cwd=workspace,
        call_id=f"old_{n}",
    )
    judgement = Judgement(
        verdict=Verdict(Decision.ALLOW, ()), risk=Risk.SAFE, before=Risk.SAFE, after=Risk.SAFE, policy_set="0" * 64
    )
    return composer.decision(call, command.encode(), judgement, Provenance(workspace=workspace))


def main() -> None:
    """The long run; prints a line for each step and keeps what it found."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description="memory and times over many calls")
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--write", type=Path, default=results.GROWTH)
    given = parser.parse_args()
    began, listening, rows = time.monotonic(), isolation.Listening(), list[Grown]()
    with Ground() as ground:
        where = results.machine(ground.folder)
        for row in long_run(ground, given.calls):
            rows.append(row)
            print(msgspec.json.encode(row).decode(), flush=True)
            seconds = round(time.monotonic() - began)
            found = Growth(
                machine=where, noise=listening.heard(), seconds=seconds, wanted=given.calls, callers=CALLERS, rows=rows
            )
            results.save_growth(found, given.write)


if __name__ == "__main__":
    main()
