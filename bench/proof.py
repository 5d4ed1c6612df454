"""`make proof`: every table of the two pages anew, in one go: the paired sweep, the measurements, the other guards.

Each part is a program of its own (`bench.chaos`, `bench`, `bench.accuracy`) and may be run alone; a part that fails does
not keep the next one from running. What the machine has to have is looked at first.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import prerequisites
from bench.results import FOLDER

Run = Callable[[Sequence[str]], int]
CASES = FOLDER.parent.parent / "shared" / "acceptance"
EVERY = 6
"""Of the cases for other guards every sixth is asked: all of them through ten programs take far longer than the rest."""


def main() -> int:
    """Exit 0 where every part did, 1 where one failed, 2 where the machine lacks something."""
    parser = argparse.ArgumentParser(prog="python -m bench.proof", description="make every table anew")
    parser.add_argument("--cases", type=Path, default=CASES, metavar="DIR", help="cases for the other guards")
    parser.add_argument("--every", type=int, default=EVERY, metavar="N", help=f"every N-th case; {EVERY}")
    parser.add_argument("--no-peers", action="store_true", help="without the other guards")
    parser.add_argument("--check", action="store_true", help="only look whether the machine has what is needed")
    options = parser.parse_args()
    for line in (absent := prerequisites.faults(environment=False)):
        print(line, file=sys.stderr)
    if absent or options.check:
        return 2 if absent else 0
    return play(parts(options.cases, options.every, peers=not options.no_peers))


def parts(cases: Path, every: int, *, peers: bool) -> dict[str, list[str]]:
    """What is run, by its name; without cases the other guards keep the table that they have."""
    found = {"sweep": ["bench.chaos", "--fresh", "--save"], "bench": ["bench", *([] if peers else ["--no-peers"])]}
    if peers and cases.is_dir():
        found["accuracy"] = ["bench.accuracy", "--cases", str(cases), "--every", str(every)]
    elif peers:
        print(f"{cases} is not here: the table of what other guards catch stays as it is", file=sys.stderr)
    return found


def play(wanted: dict[str, list[str]], run: Run = subprocess.call) -> int:
    """Each part in turn; says at the end how long each took and how it ended."""
    lines, failed = [], False
    for name, words in wanted.items():
        began = time.monotonic()
        code = run([sys.executable, "-m", *words])
        failed |= code != 0
        lines.append(f"{name}: {(time.monotonic() - began) / 60:.1f} minutes{f', exit code {code}' if code else ''}")
    print("\n" + "\n".join(lines))
    print("tables: README.md, bench/README.md; what each session did: ~/.cache/enactd-sweep/report.html")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
