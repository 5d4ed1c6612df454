"""Judges the collected lines and counts what is stopped: by policy, by kind of source, with examples to read.

`python -m bench.precision.survey FOLDER [NAME]` writes `FOLDER/NAME.jsonl` (what stopped, one per line) and
prints the counts. Judging each stop right, debatable or false is a person's work; the README has the result.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def main(folder: str, name: str = "stopped") -> None:
    """Run `enactctl check --jsonl` over `lines.jsonl` with a home of its own and report."""
    root = Path(folder).resolve()
    calls = {call["id"]: call for call in map(json.loads, (root / "lines.jsonl").open())}
    program = [sys.executable, "-c", "from enactd.cli import main; main()", "--home", str(root / "enactd-home")]
    done = subprocess.run([*program, "check", "--jsonl", str(root / "lines.jsonl")], capture_output=True, check=True)
    stopped = [found for found in map(json.loads, done.stdout.splitlines()) if found["verdict"] != "allow"]
    with (root / f"{name}.jsonl").open("w") as out:
        for found in stopped:
            out.write(json.dumps(_told(calls[found["id"]], found)) + "\n")
    _report(list(calls.values()), stopped)


def _told(call: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    reasons = [f"{finding['id']}: {finding['reason']}" for finding in found["policies"]]
    command = call["input"]["command"]
    return {"id": call["id"], "file": call["file"], "verdict": found["verdict"], "command": command, "why": reasons}


def _report(calls: list[dict[str, Any]], stopped: list[dict[str, Any]]) -> None:
    kinds = Counter(_kind(call["id"]) for call in calls)
    stops = Counter(_kind(found["id"]) for found in stopped)
    print(f"{len(calls)} lines, {len(stopped)} stopped ({100 * len(stopped) / max(len(calls), 1):.1f} %)")
    for kind, count in kinds.most_common():
        print(f"  {kind:14} {count:6} lines {stops[kind]:6} stopped")
    policies = Counter(policy for found in stopped for policy in {f["id"] for f in found["policies"]})
    for policy, count in policies.most_common():
        print(f"  {policy:30} {count:6}")


def _kind(identity: str) -> str:
    return identity.split("#")[1]


if __name__ == "__main__":
    main(*sys.argv[1:])
