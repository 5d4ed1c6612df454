"""Which events are stopped when nobody answers, and which never stop an agent."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.shims import refused, run, stayed_away

ASKING = [
    "PreToolUse",
    "BeforeTool",
    "preToolUse",
    "PermissionRequest",
    "permissionRequest",
    "ConfigChange",
    "beforeShellExecution",
    "beforeMCPExecution",
    "beforeReadFile",
    "subagentStart",
    "pre_run_command",
    "pre_write_code",
    "pre_read_code",
    "pre_mcp_tool_use",
    "pre_tool_use",
    "tool.execute.before",
    "tool_call",
    "Elicitation",
    "WorktreeCreate",
    "PreModelSwitch",
    "BeforeModel",
    "PreInvocation",
    "AnEventOfNextYear",
    "posttooluse",
    "PostToolUseX",
    "PostToolUs",
]
OBSERVING = [
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "PermissionDenied",
    "SessionStart",
    "SessionEnd",
    "Stop",
    "SubagentStop",
    "Notification",
    "UserPromptSubmit",
    "AfterTool",
    "postToolUse",
    "sessionStart",
    "afterShellExecution",
    "beforeSubmitPrompt",
    "post_run_command",
    "tool.execute.after",
]


@pytest.mark.parametrize("event", ASKING)
def test_events_that_ask_are_refused(shim: Path, home: Path, event: str) -> None:
    """Without a daemon nothing is permitted; an event nobody knows is taken for a question."""
    assert refused(run(shim, "claude-code", event, "--home", home))


@pytest.mark.parametrize("event", OBSERVING)
def test_events_that_observe_never_stop_the_agent(shim: Path, home: Path, event: str) -> None:
    """What already happened cannot be stopped; the agent goes on and a line says what is missing."""
    assert stayed_away(run(shim, "claude-code", event, "--home", home))
