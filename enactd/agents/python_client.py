"""Programs that ask for themselves through `enactd.client`: their messages, and the answers they read.

A program sends, by the shim and as JSON on its standard input:

    PreToolUse    session_id, cwd, tool_name, tool_input (an object), tool_use_id
    PostToolUse   session_id, cwd, tool_name, tool_use_id, ok, ran, interrupted, exit_code or null, summary, duration_ms
    SessionEnd    session_id, cwd, reason

and each message repeats its event as `hook_event_name`. A question is answered with one line:

    {"decision": "allow" | "ask" | "deny", "reason": "...", "receipt": "...", "ticket": "..."}

and exit code 0 for allow, 2 for all else. `ticket` names the request that a person may answer; the same call,
asked again, passes once it is approved. Nothing registers a hook: a program that does not ask is not guarded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from enactd.agents import message, wording
from enactd.agents.base import Incoming, Outcome, Registration, SessionEnded, ToolRequest
from enactd.call import Reply
from enactd.errors import ConfigError, ProtocolError
from enactd.toolcall import ToolCall
from enactd.verdict import Decision

PRE: Final = "PreToolUse"
POST: Final = "PostToolUse"
END: Final = "SessionEnd"
SUMMARY_LIMIT: Final = 200
_LONGEST: Final = 2**53


class PythonClient:
    """The adapter; stateless."""

    name = "python"
    title = "Python programs"
    pre_event = PRE
    version_command = ()

    def blocks(self, event: str) -> bool:
        """All but the two that only report."""
        return event not in (POST, END)

    def read(self, event: str, stdin: bytes) -> Incoming:
        """See `Adapter.read`."""
        if event not in (PRE, POST, END):
            raise ProtocolError(f"`{wording.line(event, 64)}` is no event of {self.title}")
        fields = message.parse(stdin)
        if (named := message.text(fields, "hook_event_name")) != event:
            raise ProtocolError(f"the hook for `{event}` was sent `{wording.line(named, 64)}`")
        session = message.text(fields, "session_id")
        if event == END:
            return SessionEnded(session=session, reason=message.text(fields, "reason", required=False))
        return ToolRequest(call=self._call(session, fields)) if event == PRE else _outcome(session, fields)

    def _call(self, session: str, fields: dict[str, Any]) -> ToolCall:
        tool, arguments = message.text(fields, "tool_name"), fields.get("tool_input")
        if not isinstance(arguments, dict):
            raise ProtocolError("`tool_input` is missing or not an object")
        message.check_input(tool, arguments)
        cwd = message.text(fields, "cwd")
        if not cwd.startswith("/"):
            raise ProtocolError("`cwd` is not an absolute path")
        return ToolCall(
            agent=self.name,
            session=session,
            tool=tool,
            input=arguments,
            cwd=cwd,
            call_id=message.text(fields, "tool_use_id"),
            # A function of the program is read by its name and arguments, as a tool of a server would be.
            mcp_server=self.name,
        )

    def attended(
        self, call: ToolCall, *, argv: Sequence[str], terminal: bool, settings: Mapping[str, str | None]
    ) -> bool:
        """Never: a program has no dialog that only a person can answer."""
        return False

    def render(
        self,
        event: str,
        decision: Decision,
        reason: str,
        *,
        receipt: str = "",
        ticket: str = "",
        attended: bool = False,
        spare: bool = False,
        notice: str = "",
    ) -> Reply:
        """See `Adapter.render`."""
        if not self.blocks(event):
            return Reply(0, b"{}\n")
        return _answer(str(decision), wording.line(reason), receipt, ticket)

    def closed(self, event: str, problem: str) -> Reply:
        """See `Adapter.closed`."""
        if not self.blocks(event):
            return Reply(0, b"{}\n", _stderr(problem))
        return _answer("deny", wording.line(f"enactd could not judge this, so it may not run: {problem}"), "", "")

    def settings_files(
        self, *, home: str, project: str, environment: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """None: a program asks by itself."""
        return {}

    def disarms(
        self,
        settings: Mapping[str, str | None],
        registration: Registration,
        before: Mapping[str, str | None] | None = None,
    ) -> str | None:
        """See `Adapter.disarms`; there is nothing that settings could switch off."""
        return None

    def check_version(self, output: str) -> str:
        """Any version that speaks this protocol."""
        return wording.line(output, 64)

    def register(self, text: str, registration: Registration) -> str:
        """Raises `ConfigError`: there is no settings file."""
        raise ConfigError(f"{self.title} have no settings file", fix="from enactd.client import gate")

    def unregister(self, text: str) -> str:
        """See `Adapter.unregister`."""
        return text

    def registered(self, text: str | None, registration: Registration) -> str | None:
        """See `Adapter.registered`; never in force by a file."""
        return "programs ask by themselves, no file makes them"


def _outcome(session: str, fields: dict[str, Any]) -> Outcome:
    code, took = fields.get("exit_code"), fields.get("duration_ms")
    return Outcome(
        session=session,
        call_id=message.text(fields, "tool_use_id"),
        tool=message.text(fields, "tool_name"),
        ok=_true(fields, "ok"),
        ran=_true(fields, "ran"),
        interrupted=_true(fields, "interrupted"),
        exit_code=code if isinstance(code, int) and not isinstance(code, bool) and abs(code) < _LONGEST else None,
        summary=wording.line(message.text(fields, "summary", required=False), SUMMARY_LIMIT),
        duration_ms=int(took) if isinstance(took, int | float) and 0 <= took < _LONGEST else -1,
    )


def _true(fields: dict[str, Any], key: str) -> bool:
    value = fields.get(key)
    if not isinstance(value, bool):
        raise ProtocolError(f"`{key}` is {'missing' if key not in fields else 'neither true nor false'}")
    return value


def _answer(decision: str, reason: str, receipt: str, ticket: str) -> Reply:
    value = {"decision": decision, "reason": reason, "receipt": receipt, "ticket": ticket}
    told = json.dumps(value).encode() + b"\n"
    return Reply(0, told) if decision == "allow" else Reply(2, told, _stderr(reason))


def _stderr(text: str) -> bytes:
    return f"enactd: {wording.line(text, 2 * wording.LIMIT)}\n".encode()


ADAPTER: Final = PythonClient()
"""The adapter under its name on the shim's command line."""
