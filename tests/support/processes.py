"""Real process trees for tests: an agent that starts what it is told to, and what came of it.

`Agent` is a small Python program of its own, so that the test itself is never taken for an agent.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

PROGRAM = """
import json, os, subprocess, sys
children = []
for line in sys.stdin:
    order = json.loads(line)
    env = dict(os.environ, **order.get("env", {}))
    if order.get("capture"):
        done = subprocess.run(order["argv"], input=order.get("stdin", "").encode(), capture_output=True, env=env)
        answer = {"code": done.returncode, "out": done.stdout.decode(), "err": done.stderr.decode()}
    else:
        child = subprocess.Popen(order["argv"], stdin=subprocess.DEVNULL, env=env,
                                 start_new_session=order.get("detached", False))
        children.append(child)
        answer = {"pid": child.pid}
    print(json.dumps(answer), flush=True)
"""


class Agent:
    """A process that runs other processes as its own children."""

    def __init__(
        self, *, cwd: Path | None = None, env: dict[str, str] | None = None, before: tuple[str, ...] = ()
    ) -> None:
        self._process = subprocess.Popen(
            [*before, sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env=env,
        )
        self.pid = self._process.pid

    def _order(self, **order: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def start(self, *argv: str, detached: bool = False, env: dict[str, str] | None = None) -> int:
        """Start a child and leave it; its number."""
        return int(self._order(argv=argv, detached=detached, env=env or {})["pid"])

    def run(self, *argv: str, stdin: str = "", env: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Run a child to its end: exit code, stdout, stderr."""
        done = self._order(argv=argv, stdin=stdin, capture=True, env=env or {})
        return done["code"], done["out"], done["err"]

    def kill(self) -> None:
        """End it and everything below it."""
        try:
            below = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            below = []
        self._process.kill()
        self._process.wait()
        for process in below:
            with_suppressed_kill(process)

    def __enter__(self) -> Agent:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def with_suppressed_kill(process: psutil.Process) -> None:
    """Kill one process of ours, gone or not."""
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def sleeping(env: dict[str, str] | None = None, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    """A child that does nothing, past its start: the kernel shows its arguments and variables a moment late."""
    child = subprocess.Popen(["/bin/sleep", "63"], env=env, cwd=cwd)
    while not psutil.Process(child.pid).cmdline()[1:]:
        time.sleep(0.001)
    return child


def started(*argv: str, seconds: float = 5.0) -> int:
    """The number of the one process with this command line, wherever it is, as soon as there is one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for process in psutil.process_iter(["cmdline"]):
            if process.info["cmdline"] == list(argv):
                return int(process.pid)
        time.sleep(0.01)
    raise AssertionError(f"no process `{argv}`")


def below(pid: int, name: str, seconds: float = 5.0) -> int:
    """The number of the process called `name` below `pid`, as soon as there is one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for process in psutil.Process(pid).children(recursive=True):
            if process.name() == name:
                return int(process.pid)
        time.sleep(0.005)
    raise AssertionError(f"no `{name}` below {pid}")
