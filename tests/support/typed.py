"""Commands as a person types them: in a terminal of their own, with answers to what they ask."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

from support.enactctl import Enactctl, Said

WITHIN_S = 60.0


def typed(console: Enactctl, *words: str, answers: tuple[tuple[str, str], ...] = ()) -> Said:
    """Run a verb; each answer is typed when its question has appeared. What the terminal showed is `out`."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "enactd.cli", "--home", str(console.layout.root), *words]
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command], stdin=slave, stdout=slave, stderr=slave, cwd=console.home,
        env=console.environment | {"TERM": "dumb"},
    )  # fmt: skip
    os.close(slave)
    shown, waiting, end = "", list(answers), time.monotonic() + WITHIN_S
    seen = 0
    while time.monotonic() < end:
        if waiting and waiting[0][0] in shown[seen:]:
            seen = len(shown)
            time.sleep(0.05)  # the echo is switched off behind the question
            os.write(master, waiting.pop(0)[1].encode() + b"\n")
        if select.select([master], [], [], 0.1)[0]:
            try:
                shown += os.read(master, 65_536).decode(errors="replace")
            except OSError:
                break  # the terminal was hung up: it has ended
        elif process.poll() is not None:
            break
    code = process.wait(WITHIN_S)
    os.close(master)
    assert "Traceback" not in shown, shown
    return Said(code, shown, "")
