// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the shim knows of the agents' events: names, nothing about their messages.
// enact-hook.py has the same tables; tests/hookshim compares them.

#ifndef ENACT_EVENTS_H
#define ENACT_EVENTS_H

// Events after which nothing is left to decide. What is not listed here is stopped when in doubt.
static const char *const OBSERVING[] = {
    "PostToolUse", "PostToolUseFailure", "PostToolBatch", "PermissionDenied", "SessionStart", "SessionEnd",
    "SessionDelete", "Setup", "Stop", "StopFailure", "SubagentStart", "SubagentStop", "PreCompact", "PostCompact",
    "PostModelSwitch", "Notification", "MessageDisplay", "InstructionsLoaded", "CwdChanged", "FileChanged",
    "DirectoryAdded", "WorktreeRemove", "TeammateIdle", "TaskCompleted", "TodoCreated", "TodoCompleted",
    "UserPromptSubmit", "Interrupt", "PostInvocation",
    "AfterTool", "AfterAgent", "AfterModel", "PreCompress",
    "postToolUse", "postToolUseFailure", "sessionStart", "sessionEnd", "userPromptSubmit", "userPromptSubmitted",
    "userPromptTransformed", "agentSpawn", "agentStop", "subagentStop", "errorOccurred", "preCompact", "notification",
    "afterShellExecution", "afterMCPExecution", "afterFileEdit", "afterTabFileEdit", "afterAgentResponse",
    "afterAgentThought", "beforeSubmitPrompt", "workspaceOpen", "stop",
    "post_tool_use", "post_read_code", "post_write_code", "post_run_command", "post_mcp_tool_use",
    "post_cascade_response", "post_cascade_response_with_transcript", "post_setup_worktree", "pre_user_prompt",
    "tool.execute.after", "tool_result",
};

// The event that asks before a tool runs, where it is not called PreToolUse.
static const char *const DEFAULT_EVENTS[][2] = {
    {"gemini-cli", "BeforeTool"},       {"copilot-cli", "preToolUse"}, {"cursor", "preToolUse"},
    {"windsurf", "pre_run_command"},    {"kiro-cli", "preToolUse"},    {"grok-cli", "pre_tool_use"},
    {"opencode", "tool.execute.before"}, {"cline-cli", "tool_call"},
};

#endif
