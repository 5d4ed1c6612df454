"""What must not grow: memory with calls, and a call's time with the length of the log."""

from __future__ import annotations

import asyncio
import time

from bench import figures, inside, load
from bench.ground import Ground, resident_mb
from bench.results import History, Memory
from enactd.receipts.compose import Composer, Judgement, Provenance
from enactd.receipts.keys import MacKeys
from enactd.receipts.log import Log
from enactd.receipts.record import Draft
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Verdict

CALLERS = 16
SESSION_CALLS = 50  # calls after which a caller begins a new session


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
