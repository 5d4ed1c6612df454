"""`enactctl` as a person runs it: a process of its own, a home of its own, the real shim, a real daemon."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError
from enactd.setup.selftest import Caller
from support.daemon import until

ROOT = Path(__file__).resolve().parents[2]
STEERING = "echo '\x1b[2J\x9b31m\u202e gone'"
COMMANDS = ("git status", "rm -rf /", "cat .env", STEERING)


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self, kind: str) -> Any:
        """The value of a versioned answer."""
        answer = json.loads(self.out)
        assert 1 == answer["version"]
        return answer[kind]

    @property
    def error(self) -> dict[str, str]:
        """The labelled lines of an error: error, cause, effect, fix, code."""
        pairs = (text.partition(": ") for text in self.err.splitlines())
        return {label.strip(): text for label, _, text in pairs}


class Enactctl:
    """The command line of one layout below `base`; `home` is where agents' settings lie."""

    def __init__(self, base: Path) -> None:
        self.home = base / "home"
        self.bin = base / "bin"
        for folder in (self.home, self.bin):
            folder.mkdir(parents=True, exist_ok=True)
        self.layout = Layout.under(base / "e")
        self.client = Client(self.layout, timeout=20)

    @property
    def settings(self) -> Path:
        return self.home / ".claude" / "settings.json"

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": f"{self.bin}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}

    def __call__(self, *words: str, cwd: Path | None = None, stdin: str = "", **variables: str) -> Said:
        """Run `enactctl --home ... words` to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "enactd.cli", "--home", str(self.layout.root), *words],
            env=self.environment | variables,
            cwd=cwd or self.home,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def claude(self, version: str = "2.1.330 (Claude Code)", *, code: int = 0) -> Path:
        """Put a program on PATH that says it is this version."""
        program = self.bin / "claude"
        program.write_text(f"#!/bin/sh\necho '{version}'\nexit {code}\n")
        program.chmod(0o755)
        return program

    def runs(self) -> bool:
        """Whether the daemon answers."""
        try:
            self.client.version()
        except EnactError:
            return False
        return True

    def end(self) -> None:
        """End the daemon, if there is one."""
        with contextlib.suppress(EnactError, ProcessLookupError):
            os.kill(self.client.version().pid, signal.SIGTERM)
            until(lambda: not self.runs(), 20)


class Inhabited:
    """A gate that has answered an agent a few times; nobody changes it."""

    def __init__(self, console: Enactctl) -> None:
        self.console = console
        said = console("init")
        assert 0 == said.code, said.err
        self.caller = Caller(console.layout, home=console.home, folder=console.home, purpose="work")
        self.answers = {command: self.caller.ask("Bash", {"command": command}) for command in COMMANDS}
        done = {"stdout": "", "stderr": "", "interrupted": False}
        self.caller.send(
            "PostToolUse",
            tool_name="Bash",
            tool_input={"command": COMMANDS[0]},
            tool_use_id="toolu_1",
            tool_response=done,
            duration_ms=12,
        )

    def receipt(self, command: str) -> str:
        """The id of the receipt of a call that was stopped."""
        return self.answers[command].receipt


@contextlib.contextmanager
def enactctl(base: Path) -> Iterator[Enactctl]:
    """A command line whose daemon ends with the test."""
    console = Enactctl(base)
    try:
        yield console
    finally:
        console.end()
