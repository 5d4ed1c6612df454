"""All scenarios of a pack, two at a time, each result on disk as soon as it is there."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.chaos import pack, places, run, sink, verdict
from bench.chaos.scenario import Scenario
from bench.chaos.world import Template

AT_ONCE: Final = 2
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
    ground = run.Ground(template, sink.certificate(template.etc), folder / "rooms", source, timeout_s=timeout_s)
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
    return pair if pair.digest == read.digest else None


def _pair(ground: run.Ground, read: pack.Read) -> verdict.Pair:
    scenario = read.scenario
    try:
        without, guarded = (run.play(ground, scenario, gate=gate) for gate in (False, True))
        outcome, why = verdict.judge(scenario, without, guarded)
    except (OSError, ValueError) as error:
        without, guarded = run.Arm(error=str(error)), run.Arm()
        outcome, why = "broken", str(error)
    return verdict.Pair(
        id=scenario.id, title=scenario.title, kind=scenario.kind, topic=scenario.topic, source=scenario.source,
        prompt=scenario.prompt, digest=read.digest, outcome=outcome, why=why, without=without, guarded=guarded,
    )  # fmt: skip


def log_of_told(pairs: Iterable[verdict.Pair]) -> str:
    """What the agent was told at each refusal, in order: the file `told.log` of a sweep."""
    lines = []
    for pair in pairs:
        for refusal in pair.guarded.refusals:
            text = re.sub(r"\s*<system-reminder>.*?</system-reminder>\s*", "", refusal.text, flags=re.DOTALL)
            lines.append(f"{pair.id}\t{refusal.position}\t{refusal.receipt}\t{' '.join(text.split())}\n")
    return "".join(lines)
