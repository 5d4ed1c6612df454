"""Judges the collected lines and counts what is stopped: by policy, by kind of source, with examples to read.

`python -m bench.precision.survey FOLDER [NAME]` writes `FOLDER/NAME.jsonl` (what stopped, one per line) and
prints the counts. What a person said of the stops is in `reading.py`; the README has the result.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bench.precision import reading


def main(folder: str, name: str = "stopped") -> None:
    """Run `enactctl check --jsonl` over `lines.jsonl` with a home of its own and report."""
    root = Path(folder).resolve()
    calls = {call["id"]: call for call in map(json.loads, (root / "lines.jsonl").open())}
    program = [sys.executable, "-c", "from enactd.cli import main; main()", "--home", str(root / "enactd-home")]
    done = subprocess.run([*program, "check", "--jsonl", str(root / "lines.jsonl")], capture_output=True, check=True)
    judged = map(json.loads, done.stdout.splitlines())
    stopped = [_told(calls[found["id"]], found) for found in judged if found["verdict"] != "allow"]
    with (root / f"{name}.jsonl").open("w") as out:
        out.writelines(json.dumps(found) + "\n" for found in stopped)
    _report(list(calls.values()), stopped)


def _told(call: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    reasons = [f"{finding['id']}: {finding['reason']}" for finding in found["policies"]]
    command = call["input"]["command"]
    told = reading.said(call["id"], command, reasons)
    return {
        "id": call["id"], "file": call["file"], "verdict": found["verdict"], "command": command, "why": reasons, "said": told
    }  # fmt: skip


def _report(calls: list[dict[str, Any]], stopped: list[dict[str, Any]]) -> None:
    kinds = Counter(_kind(call["id"]) for call in calls)
    print(f"{len(calls)} lines, {len(stopped)} stopped ({100 * len(stopped) / max(len(calls), 1):.1f} %)\n")
    _table(
        "source", {kind: [one for one in stopped if _kind(one["id"]) == kind] for kind, _ in kinds.most_common()}, kinds
    )
    policies = Counter(policy for one in stopped for policy in _policies(one))
    _table(
        "policy",
        {f"`{name}`": [one for one in stopped if name in _policies(one)] for name, _ in policies.most_common()},
    )
    for name, count in Counter(one["said"] for one in stopped).most_common():
        print(f"- {count}: {name}")


def _table(head: str, groups: dict[str, list[dict[str, Any]]], lines: Counter[str] | None = None) -> None:
    """A table of Markdown: how many of each group were stopped, and what was said of them."""
    print(f"| {head} |{' lines |' if lines else ''} stopped | right | cut | false |")
    print("| --- |" + " ---: |" * (5 if lines else 4))
    for name, found in groups.items():
        said = Counter(one["said"].partition(":")[0] for one in found)
        total = f" {lines[name]:,} |" if lines else ""
        print(f"| {name} |{total} {len(found)} | {said['right']} | {said['cut']} | {said['false']} |")
    print()


def _policies(stop: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(reason.partition(":")[0] for reason in stop["why"]))


def _kind(identity: str) -> str:
    return identity.split("#")[1]


if __name__ == "__main__":
    main(*sys.argv[1:])
