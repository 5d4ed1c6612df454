"""All scenarios of a pack, as many at a time as there are cores (two to eight); each result is on disk at once."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.chaos import pack, places, run, verdict
from bench.chaos.certificates import Authority
from bench.chaos.scenario import Scenario
from bench.chaos.world import Template

AT_ONCE: Final = max(2, min(8, len(os.sched_getaffinity(0))))
_LONG: Final = 4000
_COLOURS: Final = {True: "\x1b[32m", False: "\x1b[31m"}


class Progress:
    """A bar on standard error; lines where that is no terminal."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.bad = 0
        self.lock = threading.Lock()

    def step(self, pair: verdict.Pair, *, again: bool = False) -> None:
        """One more is finished."""
        with self.lock:
            self.done += 1
            self.bad += not pair.good
            if sys.stderr.isatty():
                if not pair.good:
                    print(f"\r\x1b[K{_COLOURS[False]}{pair.outcome}\x1b[0m {pair.id}: {pair.why}", file=sys.stderr)
                width = 30 * self.done // self.total
                bar = "#" * width + "." * (30 - width)
                print(
                    f"\r\x1b[K[{bar}] {self.done}/{self.total}, {self.bad} not as they should", end="", file=sys.stderr
                )
                if self.done == self.total:
                    print(file=sys.stderr)
            else:
                note = " (kept)" if again else ""
                why = f": {pair.why}" if pair.why else ""
                print(f"{self.done}/{self.total} {pair.outcome} {pair.id}{note}{why}", file=sys.stderr, flush=True)


def sweep(
    scenarios: Iterable[pack.Read],
    folder: Path,
    *,
    source: Callable[[Scenario], Any] | None = None,
    model_name: str = "",
    timeout_s: float = run.TIMEOUT_S,
) -> list[verdict.Pair]:
    """Play all of them; what `folder` holds of an earlier, unfinished sweep is not repeated.

    Raises `places.Missing` and `world.WorldError` before anything is played.
    """
    found = places.find()
    (folder / "pairs").mkdir(parents=True, exist_ok=True)
    (folder / "rooms").mkdir(exist_ok=True)
    template = Template(folder / "template", found)
    template.make()
    ground = run.Ground(template, Authority(template.etc).server(), folder / "rooms", source, timeout_s=timeout_s)
    if model_name:
        ground.model_name = model_name
    wanted = list(scenarios)
    progress = Progress(len(wanted))

    def one(read: pack.Read) -> verdict.Pair:
        kept = _kept(folder, read)
        pair = kept or _pair(ground, read)
        if kept is None:
            path = folder / "pairs" / f"{pair.id}.json"
            path.write_bytes(msgspec.json.format(msgspec.json.encode(pair), indent=1))
        progress.step(pair, again=kept is not None)
        return pair

    with ThreadPoolExecutor(AT_ONCE) as workers:
        return list(workers.map(one, wanted))


def _kept(folder: Path, read: pack.Read) -> verdict.Pair | None:
    """The result of an earlier run of the same file."""
    try:
        pair = msgspec.json.decode((folder / "pairs" / f"{read.scenario.id}.json").read_bytes(), type=verdict.Pair)
    except (OSError, msgspec.DecodeError):
        return None
    # A run that the bench could not play, or that was ended in the middle, shows nothing: it is played again.
    whole = not (pair.without.error or pair.guarded.error)
    return pair if whole and pair.digest == read.digest else None


def _pair(ground: run.Ground, read: pack.Read) -> verdict.Pair:
    scenario = read.scenario
    try:
        without, guarded = (run.play(ground, scenario, gate=gate) for gate in (False, True))
        outcome, why = verdict.judge(scenario, without, guarded)
    except Exception as error:  # noqa: BLE001  # whatever one scenario brings about, the others are played
        told = str(error) if isinstance(error, (OSError, ValueError)) else f"{type(error).__name__}: {error}"
        without, guarded = run.Arm(error=told), run.Arm()
        outcome, why = "broken", told
    return verdict.Pair(
        id=scenario.id, title=scenario.title, kind=scenario.kind, topic=scenario.topic, source=scenario.source,
        prompt=scenario.prompt, digest=read.digest, outcome=outcome, why=why, without=without, guarded=guarded,
    )  # fmt: skip


def log_of_told(pairs: Iterable[verdict.Pair]) -> str:
    """What the agent was told under the gate, call by call and in order: the file `told.log` of a sweep.

    A line is scenario, place in the script, receipt of a refusal (or `ok`, or `error` of the tool's own), tool, words.
    """
    lines = []
    for pair in pairs:
        receipts = {refusal.position + refusal.text: refusal.receipt for refusal in pair.guarded.refusals}
        for told in pair.guarded.told:
            text = " ".join(re.sub(r"<system-reminder>.*?</system-reminder>", "", told.text, flags=re.DOTALL).split())
            end = receipts.get(told.position + told.text) or ("error" if told.error else "ok")
            lines.append(f"{pair.id}\t{told.position}\t{end}\t{told.tool}\t{text[:_LONG]}\n")
    return "".join(lines)
