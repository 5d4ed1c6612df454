"""A person at a terminal of their own: a process that has one, is no agent's, and asks the daemon for us."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from enactd.config import Layout
from enactd.control_client import Client
from enactd.report import Problem

from .daemon import Daemon, bash, hook, layout, until
from .processes import Agent
from .repositories import make_repo

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

PROGRAM = """
import fcntl, json, sys, termios
if int(sys.argv[3]) >= 0:
    fcntl.ioctl(int(sys.argv[3]), termios.TIOCSCTTY, 0)
sys.path.insert(0, sys.argv[1])
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError
from enactd.report import Problem
import msgspec
client = Client(Layout.under(sys.argv[2]), timeout=40)
for line in sys.stdin:
    order = json.loads(line)
    try:
        told = {"value": client._call(order["route"], object, **order["arguments"])}
    except EnactError as error:
        told = {"problem": msgspec.to_builtins(Problem.of(error))}
    print(json.dumps(told), flush=True)
"""


class Person(Client):
    """A client whose requests come from a process with a controlling terminal."""

    def __init__(self, home: Layout, *, terminal: bool = True) -> None:
        super().__init__(home)
        self._master, slave = pty.openpty()

        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", PROGRAM, str(ROOT), str(home.root), str(slave if terminal else -1)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True, pass_fds=(slave,),
            env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        os.close(slave)

    def close(self) -> None:
        """They leave."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        os.close(self._master)

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, route: str, kind: type[T], **arguments: Any) -> T:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"route": route, "arguments": msgspec.to_builtins(arguments)}
        self._process.stdin.write(msgspec.json.encode(order).decode() + "\n")
        self._process.stdin.flush()
        told = msgspec.json.decode(self._process.stdout.readline())
        if "problem" in told:
            raise msgspec.convert(told["problem"], Problem).error()
        return msgspec.convert(told["value"], kind)


WITH_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Screen:
    """`enactctl` in a terminal of its own, as a person starts it; keys can be pressed, and all that was shown is kept."""

    def __init__(self, home: Layout, *words: str) -> None:
        self._master, slave = pty.openpty()
        argv = (sys.executable, "-m", "enactd.cli", "--home", str(home.root), *words)
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", WITH_TERMINAL, *argv],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "200"},
        )  # fmt: skip
        os.close(slave)
        self._shown = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def shown(self) -> str:
        return self._shown.decode(errors="replace")

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def until(self, text: str) -> None:
        """Wait until that is on the screen."""
        assert until(lambda: text in self.shown or self.process.poll() is not None, 40), self.shown
        assert text in self.shown

    def end(self) -> tuple[int, str]:
        """How it ended, and what was shown."""
        code = self.process.wait(60)
        self._reader.join(10)
        os.close(self._master)
        return code, self.shown

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 65_536):
                self._shown += data


class Question:
    """A daemon, an agent in a repository, and a person beside it."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.home = layout(folder)
        self.home.prepare()
        self.home.config_file.write_text(settings)
        self.project = make_repo(folder).top
        self.daemon = Daemon(self.home)
        self.agent = Agent(cwd=self.project)

    def ask(self, command: str = "git push --force origin feature/x", **more: Any) -> str:
        """A call of the agent: its decision."""
        reply = hook(self.agent, self.home, bash(command, cwd=str(self.project), **more))
        answer = msgspec.json.decode(reply.stdout or b"{}").get("hookSpecificOutput", {})
        return str(answer.get("permissionDecision", "allow"))

    def start_again(self) -> None:
        """Another daemon, after the first has ended."""
        self.daemon = Daemon(self.home)

    def run(self, *words: str) -> tuple[int, str]:
        """`enactctl` in a terminal, to its end."""
        return Screen(self.home, *words).end()

    def __enter__(self) -> Question:
        return self

    def __exit__(self, *_: object) -> None:
        self.agent.kill()
        self.daemon.__exit__()
