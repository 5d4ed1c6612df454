"""What the shim says and what it hears back."""

from __future__ import annotations

import msgspec


class HookCall(msgspec.Struct, frozen=True):
    """One hook of an agent, as the shim delivers it. Every field is a claim.

    `agent` and `event` come from the registered command line, `stdin` is the agent's message, unread.
    `deadline_ms` is how long the shim will still wait.
    """

    agent: str
    event: str
    deadline_ms: int
    shim_version: str
    stdin: bytes


class Reply(msgspec.Struct, frozen=True):
    """What the shim is to write, byte for byte, and exit with."""

    exit_code: int
    stdout: bytes = b""
    stderr: bytes = b""
