# SPDX-License-Identifier: Apache-2.0
"""What a program says to the gate and what it hears back: values to JSON and back, no I/O."""

from __future__ import annotations

import json
import math
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from enactd.client.errors import ApprovalNeeded, Denied, Unreachable

AGENT: Final = "python"
ASK: Final = "PreToolUse"
TELL: Final = "PostToolUse"
END: Final = "SessionEnd"
TEXT_LIMIT: Final = 100_000
"""Characters of one value that is no JSON and is sent as its `repr`."""
_DEPTH: Final = 40

Decision = Literal["allow", "ask", "deny"]


@dataclass(frozen=True)
class Call:
    """One call of one tool, as it is asked about: the same again is the same question."""

    tool: str
    input: Mapping[str, Any]
    session: str
    cwd: str
    id: str


@dataclass(frozen=True)
class Ruling:
    """What the gate said. `ticket` names the request that a person may answer, where there is one."""

    decision: Decision
    reason: str = ""
    receipt: str = ""
    ticket: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it may run."""
        return self.decision == "allow"

    def check(self, tool: str) -> None:
        """Raise what the ruling means, unless it may run."""
        if self.decision == "deny" or (self.decision == "ask" and not self.ticket):
            raise Denied(self.reason, tool=tool, receipt=self.receipt)
        if self.decision == "ask":
            raise ApprovalNeeded(self.reason, ticket=self.ticket, tool=tool, receipt=self.receipt)


@dataclass(frozen=True)
class Ending:
    """How a call went. `ran` is False where it never did; `summary` says how it ended, never what it printed."""

    ok: bool = True
    ran: bool = True
    interrupted: bool = False
    exit_code: int | None = None
    summary: str = ""
    duration_ms: int = -1


def new_call(tool: str, arguments: Mapping[str, Any], session: str, cwd: str | os.PathLike[str] | None) -> Call:
    """A call as it will be asked about. Raises `TypeError` and `ValueError` for what is none."""
    if not isinstance(tool, str) or not tool.strip():
        raise ValueError("a call needs the name of its tool")
    if not isinstance(arguments, Mapping):
        raise TypeError(f"the input of `{tool}` must be a mapping of names to values, not {type(arguments).__name__}")
    folder = os.path.abspath(os.fspath(cwd)) if cwd is not None else os.getcwd()
    plain = {str(name): plain_value(value) for name, value in arguments.items()}
    return Call(tool, plain, session, folder, f"call-{uuid.uuid4().hex}")


def plain_value(value: Any, depth: int = 0) -> Any:
    """The value as JSON has it. What JSON has not becomes its `repr`: the gate shall see what it can of it."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if value.bit_length() < 64 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if depth < _DEPTH:
        if isinstance(value, Mapping):
            return {str(name): plain_value(member, depth + 1) for name, member in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [plain_value(member, depth + 1) for member in value]
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    return repr(value)[:TEXT_LIMIT]


def question(call: Call) -> bytes:
    """May this call run?"""
    return _encode(ASK, call.session, call.cwd, tool_name=call.tool, tool_input=call.input, tool_use_id=call.id)


def outcome(call: Call, ending: Ending) -> bytes:
    """It has run, or will not."""
    fields = {name: getattr(ending, name) for name in ("ok", "ran", "interrupted", "exit_code", "duration_ms")}
    return _encode(
        TELL, call.session, call.cwd, tool_name=call.tool, tool_use_id=call.id, summary=ending.summary[:1000], **fields
    )


def ruling(tool: str, code: int, out: bytes, err: bytes) -> Ruling:
    """The answer of the shim. Raises `Unreachable` for anything that is not one whole answer of a gate."""
    try:
        value = json.loads(out) if out.strip() else None
    except ValueError:
        value = None
    value = value if isinstance(value, dict) else {}
    decision = value.get("decision")
    if decision not in ("allow", "ask", "deny") or (decision == "allow") != (code == 0):
        said = " ".join(err.decode(errors="replace").split())[:400] or f"the shim ended with {code}"
        raise Unreachable(said.removeprefix("enactd: "), tool=tool)
    texts = {name: value[name] for name in ("reason", "receipt", "ticket") if isinstance(value.get(name), str)}
    return Ruling(decision, **texts)


def new_session() -> str:
    """A name for one process's calls. A child process has another one: it is another speaker."""
    return f"python-{os.getpid()}-{uuid.uuid4().hex[:12]}"


def _encode(event: str, session: str, cwd: str, **fields: Any) -> bytes:
    value = {"hook_event_name": event, "session_id": session, "cwd": cwd, **fields}
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=True).encode()
    except RecursionError:
        raise ValueError("the input is nested too deeply") from None
