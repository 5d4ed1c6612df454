"""A person at a terminal of their own: a process that has one, is no agent's, and asks the daemon for us."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from enactd.config import Layout
from enactd.control_client import Client
from enactd.report import Problem

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

PROGRAM = """
import fcntl, json, sys, termios
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

    def __init__(self, home: Layout) -> None:
        super().__init__(home)
        self._master, slave = pty.openpty()

        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", PROGRAM, str(ROOT), str(home.root), str(slave)],
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
