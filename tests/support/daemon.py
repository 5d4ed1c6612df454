"""A real daemon in a home of its own, and real hook calls to it, from a process that is not the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from enactd import instance
from enactd.call import Reply
from enactd.config import Layout
from enactd.control_client import Client
from enactd.receipts import segments
from enactd.receipts.record import Record

from .processes import Agent

ROOT = Path(__file__).resolve().parents[2]

# What the shim does, for tests of the daemon alone: one frame out, one answer in, as JSON lines.
CALLER = """
import json, socket, sys
sys.path.insert(0, {root!r})
from enactd import wire
from enactd.call import HookCall
order = json.load(sys.stdin)
connection = socket.socket(socket.AF_UNIX)
connection.connect(order["socket"])
stdin = order["stdin"].encode() if isinstance(order["stdin"], str) else json.dumps(order["stdin"]).encode()
connection.sendall(wire.encode_hook(HookCall(order["agent"], order["event"], order["deadline_ms"], "test", stdin)))
decoder = wire.Decoder.of_client()
while data := connection.recv(65536):
    for frame in decoder.feed(data):
        if frame.kind is wire.Kind.ANSWER:
            reply = wire.decode_answer(frame.payload)
            print(json.dumps([reply.exit_code, reply.stdout.decode(), reply.stderr.decode()]))
            sys.exit()
sys.exit(9)
"""


def layout(folder: Path) -> Layout:
    """A home below `folder`, short enough for a socket."""
    return Layout.under(folder / "e")


class Daemon:
    """`enactd start --foreground` of a home; its log is in `log`."""

    def __init__(
        self, home: Layout, *, wait: bool = True, before: tuple[str, ...] = (), more: tuple[str, ...] = ()
    ) -> None:
        home.prepare()
        self.layout = home
        self.client = Client(home, timeout=20)
        self.log = home.state / "test.log"
        command = [word for word in instance.command(home) if word != "--report"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*before, *command, *more], env=instance.clean_environment(home), stdout=log, stderr=log
            )
        if wait:
            self.client.await_ready(20)

    def receipts(self) -> list[Record]:
        """All receipts, oldest first."""
        return [receipt.record for receipt in segments.receipts(str(self.layout.receipts))]

    def terminate(self) -> int:
        """SIGTERM, and how it ended."""
        self.process.terminate()
        return self.process.wait(20)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(20)

    def __enter__(self) -> Daemon:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def message(event: str, *, session: str = "s", cwd: str = "/", **fields: Any) -> dict[str, Any]:
    """A hook message of Claude Code."""
    return {"session_id": session, "cwd": cwd, "hook_event_name": event, "permission_mode": "default", **fields}


def bash(command: str, *, call_id: str = "toolu_1", **fields: Any) -> dict[str, Any]:
    """A Bash call, before it runs."""
    return message("PreToolUse", tool_name="Bash", tool_use_id=call_id, tool_input={"command": command}, **fields)


def hook(
    agent: Agent, home: Layout, stdin: Any, *, event: str = "", name: str = "claude-code", deadline_ms: int = 20_000
) -> Reply:
    """A hook call as a child of `agent`."""
    order = {
        "socket": str(home.socket),
        "agent": name,
        "event": event or (stdin["hook_event_name"] if isinstance(stdin, dict) else "PreToolUse"),
        "deadline_ms": deadline_ms,
        "stdin": stdin,
    }
    code, out, err = agent.run(*caller(), stdin=json.dumps(order))
    assert 0 == code, err
    exit_code, stdout, stderr = msgspec.json.decode(out, type=tuple[int, str, str])
    return Reply(exit_code, stdout.encode(), stderr.encode())


def caller() -> tuple[str, ...]:
    """The command line of a stand-in for the shim."""
    return sys.executable, "-I", "-c", CALLER.format(root=str(ROOT))


def until(condition: Any, seconds: float = 5.0) -> bool:
    """Whether `condition()` becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def environment() -> dict[str, str]:
    """A clean environment in which `python -m enactd` finds this checkout."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"}
