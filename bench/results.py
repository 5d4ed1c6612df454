"""What a run found, as it is kept in results/latest.json. Times are microseconds unless a name says otherwise."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sysconfig
from pathlib import Path

import msgspec

from bench.figures import Figures

FOLDER = Path(__file__).resolve().parent
LATEST = FOLDER / "results" / "latest.json"
ACCURACY = FOLDER / "results" / "accuracy.json"
GROWTH = FOLDER / "results" / "growth-1m.json"


class Machine(msgspec.Struct, frozen=True):
    """Where and when: other machines have other milliseconds, and close to the same ratios."""

    date: str
    processor: str
    cores: int
    system: str
    python: str
    file_system: str
    load: float
    commit: str
    build: str = ""  # of Python: optimized or plain
    network: str = ""


class Noise(msgspec.Struct, frozen=True):
    """What others took meanwhile: shares of all cores' time, and how late a sleep of a millisecond ended."""

    load_before: float
    load_after: float
    busy: float
    stolen: float
    late_p50: float
    late_p99: float


class Row(msgspec.Struct, frozen=True):
    """One thing that was measured, and its median in units of the references of the same run."""

    name: str
    figures: Figures
    to_true: float = 0.0
    to_python: float = 0.0


class Crowd(msgspec.Struct, frozen=True):
    """Spawned callers at the same time."""

    callers: int
    name: str
    figures: Figures
    per_second: float
    to_true: float


class Rate(msgspec.Struct, frozen=True):
    """Decisions of a daemon on one core, without shims."""

    callers: int
    per_second: float
    figures: Figures


class Stage(msgspec.Struct, frozen=True):
    """A part of a call in the daemon; `ratio` compares its lower quartile with its reference's."""

    name: str
    figures: Figures
    share: float
    ratio: float


class Hostile(msgspec.Struct, frozen=True):
    """An input made to hurt: how it was answered, and what an ordinary call took meanwhile."""

    name: str
    answer: str
    ms: float
    meanwhile: Figures


class Memory(msgspec.Struct, frozen=True):
    """Resident memory after that many calls."""

    calls: int
    mb: float


class Grown(msgspec.Struct, frozen=True, kw_only=True):
    """A daemon after so many calls in so many sessions: its memory and its readers', and what calls take.

    `busy` are the last calls of many callers, `alone` calls of one caller in one session, `opening` ones that each
    open a session.
    """

    calls: int
    sessions: int
    mb: float
    readers_mb: float
    busy: Figures | None
    alone: Figures
    opening: Figures
    receipts_mb: int
    agents_kb: int


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """The long run, as far as it came of `wanted` calls."""

    machine: Machine
    noise: Noise
    seconds: float
    wanted: int
    callers: int
    rows: list[Grown]


class History(msgspec.Struct, frozen=True):
    """A daemon over a log of that length: start to first answer, and a call."""

    receipts: int
    start_ms: float
    figures: Figures


class PolicyCost(msgspec.Struct, frozen=True):
    """Policies alone: how many there are, how many look at a call, what that takes, and one fdatasync beside it.

    `to_sync` compares lower quartiles.
    """

    policies: int
    evaluated: float
    figures: Figures
    sync: Figures
    to_sync: float


class Other(msgspec.Struct, frozen=True):
    """The hook of another guard with one kind of call; `word` is what it said most."""

    name: str
    kind: str
    figures: Figures
    to_true: float
    word: str


class Starts(msgspec.Struct, frozen=True):
    """From the start of the daemon until it is ready, and until the first hook call was decided."""

    ready: Figures
    decided: Figures


class Reloads(msgspec.Struct, frozen=True):
    """Calls while policies change: `until` is from a changed file to the change in force, `longest` one call."""

    changes: int
    quiet: Figures
    meanwhile: Figures
    longest: float
    until: Figures


class Caught(msgspec.Struct, frozen=True, kw_only=True):
    """One guard over all cases; `caught` are denials and questions, `errors` answers that stop nothing."""

    name: str
    scope: str
    stops: int
    caught: int
    denied: int
    allows: int
    alarms: int
    errors: int


class Accuracy(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run of the cases, and who could not take part."""

    date: str
    network: str
    every: int
    rows: list[Caught]
    absent: dict[str, str] = {}


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run."""

    machine: Machine
    spawned: list[Row]
    crowds: list[Crowd]
    rates: list[Rate]
    stages: list[Stage]
    quiet: Figures
    hostile: list[Hostile]
    memory: list[Memory]
    history: list[History]
    policies: list[PolicyCost] = []
    others: list[Other] = []
    absent: dict[str, str] = {}
    starts: Starts | None = None
    reloads: Reloads | None = None
    noise: Noise | None = None
    seconds: float = 0.0


def machine(folder: Path) -> Machine:
    """This machine, now; `folder` is where receipts are written."""
    text = Path("/proc/cpuinfo").read_text() if os.path.exists("/proc/cpuinfo") else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    kind = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=False)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    return Machine(
        date=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        processor=names[0] if names else platform.processor(),
        cores=len(os.sched_getaffinity(0)),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        file_system=kind.stdout.strip(),
        load=round(os.getloadavg()[0], 1),
        commit=commit.stdout.strip() or "-",
        build=build(),
    )


def build() -> str:
    """How this Python was built, which is worth a third of the time of plain Python code."""
    given = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    return "optimized" if "--enable-optimizations" in given else "without optimizations"


def save(results: Results, path: Path = LATEST) -> None:
    """Write the file."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def load(path: Path = LATEST) -> Results:
    """Read it."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def save_accuracy(found: Accuracy, path: Path = ACCURACY) -> None:
    """Write what the cases gave."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def load_accuracy(path: Path = ACCURACY) -> Accuracy:
    """Read it."""
    return msgspec.json.decode(path.read_bytes(), type=Accuracy)


def save_growth(found: Growth, path: Path = GROWTH) -> None:
    """Write what the long run has found so far."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def load_growth(path: Path = GROWTH) -> Growth:
    """Read it."""
    return msgspec.json.decode(path.read_bytes(), type=Growth)
