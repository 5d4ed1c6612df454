"""The log under load: what an append costs from the first receipt to the last, and what a long log costs to read.

python -m bench.receipts [--count 1000000] [--folder DIR] [--write FILE]

Every append is compared with a bare write and fdatasync of as many bytes, made in turn with it in the same run and
on the same disk: milliseconds belong to the disk and its neighbours, the ratio to us.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from enactd.receipts import query
from enactd.receipts.log import Log
from enactd.receipts.query import Query
from enactd.receipts.record import Draft, Input, Note, Witnessed
from enactd.receipts.search import scan, search
from enactd.receipts.signer import Signer
from enactd.receipts.verify import verify

STAGES: Final = 10
PROBES: Final = 400  # appends of one caller at each stage
CROWD: Final = 64
WORDS: Final = (
    "git status push deploy terraform plan destroy npm run build test pytest src main app server README docs index"
    " lib config kubectl get pods curl https api example".split()
)


def drafts(seed: int = 1) -> Iterator[Draft]:
    """Decisions as the gate makes them, about two kilobytes each, for ever."""
    chance = random.Random(seed)
    number = 0
    while True:
        command = f"{' '.join(chance.choices(WORDS, k=8))} f{chance.randrange(100_000)}.py"
        path = f"/home/ada/p{chance.randrange(20)}/src/f{chance.randrange(5000)}.py"
        secret = chance.random() < 0.003
        target = {"path": "/home/ada/p1/.env", "secret": "dotenv file"} if secret else {"path": path}
        verdict: Any = chance.choices(("allow", "ask", "deny"), (94, 4, 2))[0]
        notes = (
            ()
            if verdict == "allow"
            else (Note(policy="secrets.read", decision=verdict, reason=f"`{command}` reads it"),)
        )
        number += 1
        yield Draft(
            kind="decision", agent="claude-code", session=f"s{number // 500}", tool=chance.choice(("Bash", "Read", "Edit")),
            call_id=f"toolu_{number:020d}", cwd="/home/ada/p1", workspace="/home/ada/p1", verdict=verdict, findings=notes,
            witnessed=Witnessed(uid=1000, pid=4242, exe="/usr/bin/node"),
            input=Input(digest="0" * 64, key="0" * 16, size=len(command), text=json.dumps({"command": command})),
            effects=({"type": chance.choice(("ReadPath", "WritePath", "Request")), "source": command, "target": target},),
            evaluated=tuple(f"area{k}.policy-{k}" for k in range(40)), policy_set="a" * 64, engine="0.1.0",
            risk="SAFE", risk_before="SAFE", risk_after="SAFE", enforcement={"caller": "full"}, duration=1234,
        )  # fmt: skip


class Bare:
    """A file of its own on the same disk, for what a write and an fdatasync cost there now."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, data: bytes) -> float:
        """Microseconds of one."""
        began = time.perf_counter_ns()
        os.write(self._file, data)
        os.fdatasync(self._file)
        return (time.perf_counter_ns() - began) / 1000


def spread(times: list[float]) -> dict[str, float]:
    """p50 and p99 in microseconds."""
    ordered = sorted(times)
    return {"p50": round(statistics.median(ordered), 1), "p99": round(ordered[int(0.99 * (len(ordered) - 1))], 1)}


async def probe(log: Log, source: Iterator[Draft], bare: Bare) -> dict[str, Any]:
    """One caller, each append in turn with a bare write."""
    appends, writes = [], []
    for _ in range(PROBES):
        draft = next(source)
        began = time.perf_counter_ns()
        receipt = await log.append(draft)
        appends.append((time.perf_counter_ns() - began) / 1000)
        writes.append(bare.write(receipt.line + b"\n"))
    one, other = spread(appends), spread(writes)
    return {"append": one, "bare": other, "ratio": round(one["p50"] / other["p50"], 2)}


async def crowd(log: Log, source: Iterator[Draft], count: int, callers: int = CROWD) -> dict[str, Any]:
    """Callers that each wait for their receipt: latency, and microseconds of one receipt on the whole."""
    times: list[float] = []

    async def caller(share: int) -> None:
        for _ in range(share):
            draft = next(source)
            began = time.perf_counter_ns()
            await log.append(draft)
            times.append((time.perf_counter_ns() - began) / 1000)

    began = time.perf_counter()
    await asyncio.gather(*(caller(count // callers) for _ in range(callers)))
    return {"append": spread(times), "each": round((time.perf_counter() - began) * 1e6 / max(1, len(times)), 1)}


async def fill(folder: Path, count: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Write the log in stages; at the beginning and after each stage one caller is measured beside bare writes."""
    log = Log.open(str(folder / "log"), Signer(bytes(range(32))))
    bare, source = Bare(folder), drafts()
    stages = [{"size": log.head.size, **await probe(log, source, bare)}]
    crowds = []
    for _ in range(STAGES):
        crowds.append(await crowd(log, source, count // STAGES))
        stages.append({"size": log.head.size, **await probe(log, source, bare)})
        tell(f"{log.head.size} receipts: {stages[-1]} {crowds[-1]}")
    began = time.perf_counter()
    log.close()
    last = statistics.median(crowd["each"] for crowd in crowds)
    writes = statistics.median(stage["bare"]["p50"] for stage in stages)
    return {
        "stages": stages,
        "crowds": crowds,
        "group": {"each_us": last, "bare_us": writes, "ratio": round(last / writes, 2)},
        "closing_s": round(time.perf_counter() - began, 2),
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    found = work()
    return round(time.perf_counter() - began, 3), found


QUESTIONS: Final = {
    "a word that is nowhere": (Query(text=("zzzz",)), 50),
    "three words": (Query(text=query.words("terraform destroy f777")), 50),
    "denied, newest 50": (Query(verdicts=frozenset(["deny"])), 50),
    "secret files read, all": (Query(effect="ReadPath", secret=True), None),
    "below a folder, newest 50": (Query(target="/home/ada/p3/src"), 50),
    "a session": (Query(session="s77"), None),
}


def read(folder: Path) -> dict[str, Any]:
    """Open, verify, index, ask; memory at each."""
    log, index = str(folder / "log"), str(folder / "index")
    before = _resident()
    opening, opened = timed(lambda: Log.open(log, Signer(bytes(range(32)))))
    opened.close()
    signer = Signer(bytes(range(32)))
    verifying, report = timed(lambda: verify(log, signer))
    assert report.problem is None, report.problem
    verified = _resident()
    indexing, _ = timed(lambda: search(log, index, Query(text=("zzzz",)), 1))
    answers = {}
    for name, (wanted, count) in QUESTIONS.items():
        seconds, found = timed(lambda wanted=wanted, count=count: search(log, index, wanted, count))  # type: ignore[misc]
        answers[name] = {"ms": round(seconds * 1000, 1), "found": len(found)}
    scanning, _ = timed(lambda: scan(log, Query(effect="ReadPath", secret=True)))
    return {
        "records": report.records,
        "bytes_each": round(sum(path.stat().st_size for path in (folder / "log").iterdir()) / report.records),
        "opening_s": opening,
        "verifying_s": verifying,
        "indexing_s": indexing,
        "index_mb": round(os.path.getsize(index) / 1e6, 1),
        "scanning_s": scanning,
        "answers": answers,
        "memory_mb": {"before": before, "verified": verified, "peak": _peak()},
    }


def _resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return round(int(file.read().split()[1]) * resource.getpagesize() / 1e6, 1)


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1)


def first_and_last(filled: dict[str, Any]) -> float:
    """How the last stage's append, beside its bare write, compares with the first one's: 1 is flat."""
    stages = filled["stages"]
    return round(
        statistics.median(stage["ratio"] for stage in stages[-3:])
        / statistics.median(stage["ratio"] for stage in stages[:3]),
        2,
    )


def main() -> None:
    """Measure, print, and write the result where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="enactd-receipts-", dir=given.folder))
    try:
        load = os.getloadavg()[0]
        filled = asyncio.run(fill(place, given.count, print))
        result = {"count": given.count, "load": round(load, 1), **filled, "flat": first_and_last(filled), **read(place)}
    finally:
        shutil.rmtree(place)
    text = json.dumps(result, indent=1)
    print(text)
    if given.write:
        given.write.write_text(text + "\n")


if __name__ == "__main__":
    main()
