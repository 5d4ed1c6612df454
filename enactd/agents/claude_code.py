"""Claude Code 2.1.295 and newer: its hook messages and the answers that really stop it.

Every form used here was seen to work on 2.1.330: exit 2 blocks with or without output; a denial's text
reaches the model cleanly only as JSON beside it; silence with exit 0 would run the call, so even "no
objection" is spelled out.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from enactd.agents import claude_registration, claude_settings, injection, message, wording
from enactd.agents.base import (
    Incoming,
    Observed,
    Outcome,
    Registration,
    SessionEnded,
    SessionStarted,
    SettingsChanged,
    ToolRequest,
)
from enactd.call import Reply
from enactd.errors import ProtocolError
from enactd.toolcall import ToolCall
from enactd.verdict import Decision

PRE: Final = "PreToolUse"
CONFIG: Final = "ConfigChange"
OBSERVED: Final = frozenset(
    """PostToolUse PostToolUseFailure PostToolBatch PermissionRequest PermissionDenied UserPromptSubmit
    UserPromptExpansion SessionStart SessionEnd Setup Stop StopFailure SubagentStart SubagentStop PreCompact
    PostCompact PreModelSwitch PostModelSwitch Notification MessageDisplay InstructionsLoaded CwdChanged
    FileChanged DirectoryAdded WorktreeCreate WorktreeRemove TaskCreated TaskCompleted TeammateIdle Elicitation
    ElicitationResult""".split()
)
# Modes in which an "ask" was seen to open a dialog. The others answer it without a person.
_DIALOG_MODES: Final = frozenset(("default", "acceptEdits", "bypassPermissions"))
# Options after which a program, not a person, reads what the agent writes.
_HEADLESS: Final = ("--print", "--permission-prompt", "--input-format", "--output-format", "--sdk-url", "--bg")


class ClaudeCode:
    """The adapter; stateless."""

    name = "claude-code"
    title = "Claude Code"
    pre_event = PRE
    version_command = ("claude", "--version")

    def blocks(self, event: str) -> bool:
        """All but the events that only report: an event of tomorrow may be one that blocks."""
        return event not in OBSERVED

    def read(self, event: str, stdin: bytes) -> Incoming:
        """See `Adapter.read`. The registered event must be the one the message names."""
        if event not in OBSERVED and event not in (PRE, CONFIG):
            raise ProtocolError(f"`{wording.line(event, 64)}` is no event of {self.title}")
        fields = message.parse(stdin)
        named = message.text(fields, "hook_event_name")
        if named != event:
            raise ProtocolError(f"the hook for `{event}` was sent `{wording.line(named, 64)}`")
        session = message.text(fields, "session_id")
        if event == PRE:
            return ToolRequest(call=self._call(session, fields))
        if event in ("PostToolUse", "PostToolUseFailure"):
            return _outcome(session, fields, ok=event == "PostToolUse")
        if event == "PermissionDenied":
            return _not_run(session, fields)
        if event == "SessionStart":
            optional = {key: message.text(fields, key, required=False) for key in ("transcript_path", "model")}
            return SessionStarted(
                session=session,
                source=message.text(fields, "source", required=False),
                cwd=_folder(fields),
                transcript=optional["transcript_path"],
                model=optional["model"],
            )
        if event == "SessionEnd":
            return SessionEnded(session=session, reason=message.text(fields, "reason", required=False))
        if event == CONFIG:
            path = message.text(fields, "file_path", required=False)
            return SettingsChanged(
                session=session, source=message.text(fields, "source"), path=path, cwd=_folder(fields)
            )
        return Observed(event=event, session=session)

    def _call(self, session: str, fields: dict[str, Any]) -> ToolCall:
        tool, arguments = message.text(fields, "tool_name"), fields.get("tool_input")
        if not isinstance(arguments, dict):
            raise ProtocolError("`tool_input` is missing or not an object")
        message.check_input(tool, arguments)
        server = fields.get("mcp_server")
        if server is not None and not isinstance(server, dict):
            raise ProtocolError("`mcp_server` is not an object")
        return ToolCall(
            agent=self.name,
            session=session,
            tool=tool,
            input=arguments,
            cwd=_folder(fields),
            call_id=message.text(fields, "tool_use_id"),
            subagent=message.text(fields, "agent_id", required=False),
            mode=message.text(fields, "permission_mode", required=False),
            mcp_server=message.text(server, "name", required=False) if server else "",
        )

    def attended(
        self, call: ToolCall, *, argv: Sequence[str], terminal: bool, settings: Mapping[str, str | None]
    ) -> bool:
        """See `Adapter.attended`. A `PermissionRequest` hook answers the gate's own question in a person's place."""
        return (
            terminal
            and call.mode in _DIALOG_MODES
            and not any(_headless(argument) for argument in argv[1:])
            and not claude_settings.answers_questions(settings)
        )

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
        """See `Adapter.render`. `systemMessage` is shown to the person and not to the model."""
        shown = {"systemMessage": wording.line(notice)} if notice else {}
        if not self.blocks(event):
            return _json(0, shown) if shown else Reply(0, b"{}\n")
        if decision is Decision.ALLOW and spare and event == PRE:
            return _decision("allow", "enactd: certainly safe", shown)
        if decision is Decision.ALLOW:
            return _json(0, {**shown, **({"hookSpecificOutput": {"hookEventName": PRE}} if event == PRE else {})})
        if decision is Decision.ASK and attended and event == PRE:
            return _decision("ask", wording.question(reason, receipt=receipt), shown)
        return _refuse(event, wording.refusal(reason, receipt=receipt, ticket=ticket))

    def closed(self, event: str, problem: str) -> Reply:
        """See `Adapter.closed`."""
        if not self.blocks(event):
            return Reply(0, b"{}\n", _stderr(problem))
        stays = "the settings in force stay as they are" if event == CONFIG else "it did not run"
        return _refuse(event, wording.refusal(f"enactd could not judge this, so {stays}: {problem}"))

    def settings_files(
        self, *, home: str, project: str, environment: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """See `Adapter.settings_files`. `home` is the user's; `project` the folder Claude Code was started in."""
        moved = (environment or {}).get("CLAUDE_CONFIG_DIR", "")
        return claude_settings.files(home=home, project=project, moved=moved)

    def disarms(
        self,
        settings: Mapping[str, str | None],
        registration: Registration,
        before: Mapping[str, str | None] | None = None,
    ) -> str | None:
        """See `Adapter.disarms`."""
        return claude_settings.disarms(settings, registration, before)

    def check_version(self, output: str) -> str:
        """See `Adapter.check_version`."""
        return claude_registration.check_version(output)

    def register(self, text: str, registration: Registration) -> str:
        """See `Adapter.register`. Serves user, project and managed settings alike."""
        return claude_registration.register(text, registration)

    def unregister(self, text: str) -> str:
        """See `Adapter.unregister`."""
        return claude_registration.unregister(text)

    def registered(self, text: str | None, registration: Registration) -> str | None:
        """See `Adapter.registered`."""
        return claude_registration.registered(text, registration)


def _folder(fields: dict[str, Any]) -> str:
    cwd = message.text(fields, "cwd")
    if not os.path.isabs(cwd):
        raise ProtocolError("`cwd` is not an absolute path")
    return cwd


def _outcome(session: str, fields: dict[str, Any], *, ok: bool) -> Outcome:
    """How a call ended. Its output stays out: receipts keep what was decided, not what was printed, nor orders in it."""
    result, error, duration = fields.get("tool_response"), fields.get("error"), fields.get("duration_ms")
    interrupted = fields.get("is_interrupt") is True
    exit_code: int | None = None
    summary = ""
    if isinstance(result, dict):
        interrupted = interrupted or result.get("interrupted") is True
        task = result.get("backgroundTaskId")
        summary = f"goes on in the background as {wording.line(task, 40)}" if isinstance(task, str) else ""
    elif isinstance(error, str):
        first = wording.line(error.partition("\n")[0], 120)
        number = first.removeprefix("Exit code ")
        if number != first and number.isdecimal():
            exit_code, summary = int(number[:6]), f"exit code {number[:6]}"
        else:
            summary = first
    return Outcome(
        session=session,
        call_id=message.text(fields, "tool_use_id"),
        tool=message.text(fields, "tool_name"),
        ok=ok,
        interrupted=interrupted,
        exit_code=exit_code,
        summary=summary,
        duration_ms=int(duration) if isinstance(duration, int | float) and 0 <= duration < 2**53 else -1,
        subagent=message.text(fields, "agent_id", required=False),
        taints=injection.taints(message.text(fields, "tool_name"), result),
    )


def _not_run(session: str, fields: dict[str, Any]) -> Outcome:
    """The agent's own permission mode refused what the gate had let through."""
    return Outcome(
        session=session,
        call_id=message.text(fields, "tool_use_id", required=False),
        tool=message.text(fields, "tool_name"),
        ok=False,
        ran=False,
        summary=wording.line(message.text(fields, "reason", required=False), 120),
        subagent=message.text(fields, "agent_id", required=False),
    )


def _headless(argument: str) -> bool:
    short = argument.startswith("-") and not argument.startswith("--") and "p" in argument
    return short or argument.startswith(_HEADLESS)


def _refuse(event: str, text: str) -> Reply:
    if event == PRE:
        answer = _decision("deny", text)
        return Reply(2, answer.stdout, _stderr(text))
    if event == CONFIG:
        return Reply(2, _json(2, {"decision": "block", "reason": text}).stdout, _stderr(text))
    return Reply(2, b"", _stderr(text))


def _decision(decision: str, reason: str, shown: Mapping[str, str] | None = None) -> Reply:
    specific = {"hookEventName": PRE, "permissionDecision": decision, "permissionDecisionReason": reason}
    return _json(0, {**(shown or {}), "hookSpecificOutput": specific})


def _json(exit_code: int, value: dict[str, Any]) -> Reply:
    return Reply(exit_code, msgspec.json.encode(value) + b"\n")


def _stderr(text: str) -> bytes:
    return f"enactd: {wording.line(text, 2 * wording.LIMIT)}\n".encode()


ADAPTER: Final = ClaudeCode()
