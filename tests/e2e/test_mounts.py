"""A disk that turns read-only, or full, under a daemon that writes: no yes without a receipt, and on again afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support import on_a_mount
from support.required import missing, need

ROOT = Path(__file__).parents[2]
UNWRITABLE = ["receipts-unwritable"]


def played(scene: str, folder: Path) -> dict[str, dict[str, Any]]:
    """What was seen at each step, in a mount namespace of its own."""
    unshare = ["unshare", "-m", "--propagation", "private", *([] if os.geteuid() == 0 else ["-r"])]
    words = [*unshare, sys.executable, on_a_mount.__file__, scene, str(folder)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False, timeout=250)
    assert 0 == done.returncode, done.stderr
    return {told["step"]: told for told in map(json.loads, done.stdout.splitlines())}


def check_always(steps: dict[str, dict[str, Any]]) -> None:
    """At every step the log verifies, and holds a receipt of just those calls that were let through."""
    for seen in steps.values():
        assert (None, seen["receipts"]) == (seen["problem"], seen["allowed"]), seen


def test_a_disk_that_turns_read_only(tmp_path: Path) -> None:
    """The kernel takes the file system away for an error: every call is denied and health is red, until it is back.

    A plain `mount -o remount,ro` is refused by the kernel while the daemon writes, and disturbs nothing. What an error
    made read-only can only be mounted anew, so the daemon is one that was started again.
    """
    if os.geteuid() != 0:
        missing("only root can mount a file of ext4: a file system that turns read-only was NOT tried")
    need("mkfs.ext4", "a file system that turns read-only was NOT tried")
    steps = played("read-only", tmp_path)
    check_always(steps)
    assert (0, []) == (steps["before"]["code"], steps["before"]["red"])
    refused = steps["refused"]
    assert (True, 0, []) == (refused["mount"] != 0, refused["code"], refused["red"])
    assert ([2, 2], UNWRITABLE) == (steps["read-only"]["codes"], steps["read-only"]["red"])
    assert (0, [], [1, 2, 5]) == (
        steps["writable again"]["code"], steps["writable again"]["red"], steps["writable again"]["receipts"],
    )  # fmt: skip


def test_a_disk_without_room(tmp_path: Path) -> None:
    """Not one page is left: denied, red; with room again the same daemon goes on, and nothing is torn."""
    steps = played("full", tmp_path)
    check_always(steps)
    codes = steps["full"]["codes"]
    assert (2, UNWRITABLE) == (codes[-1], steps["full"]["red"])
    assert (0, True) == (steps["room again"]["code"], steps["room again"]["cleared"])
    assert (0, []) == (steps["later"]["code"], steps["later"]["red"])
