"""Before a daemon answers: private files, no dumps, all parts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import enactd
from enactd import startup

ROOT = Path(enactd.__file__).parents[1]


def test_a_daemon_cannot_be_dumped() -> None:
    """Its files are its own, and no other process of the user looks into it."""
    code = (
        f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        "from enactd.startup import harden\n"
        "import ctypes, os, resource\n"
        "harden()\n"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), oct(os.umask(0)), resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert "0 0o77 (0, 0)" == ended.stdout.strip(), ended.stderr


def test_all_parts_load() -> None:
    """What cannot be loaded stops the start, not a call."""
    startup.load_parts()
