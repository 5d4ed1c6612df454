"""Tools that concern only the agent: plans, to-do lists, questions, sub-agents, its own background tasks.

Sub-agents and scheduled prompts run under the same gate, so that starting one changes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from enactd.effects.interpret import ToolUse, tool_reader
from enactd.effects.model import AgentTool, Database, Effect, OpenTunnel, ReadPath, ScheduleJob, SendData, UnknownTool
from enactd.effects.sql.reading import read_sql


@tool_reader(
    "Agent", "Task", "TodoWrite", "TodoRead", "TaskCreate", "TaskGet", "TaskUpdate", "TaskList", "TaskOutput", "TaskStop",
    "KillShell", "KillBash", "BashOutput", "AskUserQuestion", "EnterPlanMode", "ExitPlanMode", "Skill", "ToolSearch",
    "SlashCommand", "ScheduleWakeup", "CronDelete", "CronList", "ListAgents", "SendMessage", "SubagentHandback", "StructuredOutput",
    "ReportFindings", "ListMcpResourcesTool", "ReadMcpResourceTool", "ReadMcpResourceDirTool", "PushNotification", "SetGoal",
    "SendUserMessage", "SendFeedback", "EnterWorktree", "Brief", "ListPeers", "todo", "update_plan", "write_todos",
    "save_memory", "update_memory", "ask_user", "ask_followup_question", "attempt_completion", "plan_mode_respond", "new_task",
    "spawn_agent", "send_input", "wait", "close_agent", "resume_agent", "request_user_input", "tool_search", "report_intent",
    "read_bash", "stop_bash", "list_bash", "fetch_copilot_cli_documentation", "skill", "task", "todowrite", "todoread", "question", "invalid",
    "get_internal_docs", "activate_skill", "delegate_to_agent", "codebase_investigator", "cli_help", "complete_task", "memory",
    "list_code_usages", "get_errors", "get_changed_files", "think", "manage_todo_list", "switch_mode", "condense",
    "invoke_agent", "update_topic", "store_memory", "exit_plan_mode", "thinking", "introspect", "knowledge", "runSubagent",
    "command_status", "get_terminal_output", "get_task_output", "create_memory", "LSP", "lsp", "problems", "usages", "todo_list",
    "list_mcp_resources", "read_mcp_resource", "list_mcp_resource_templates", "wait_agent", "list_agents", "test_failure", "get_vscode_api",
)  # fmt: skip
def own(use: ToolUse) -> Iterator[Effect]:
    """Nothing outside the agent changes."""
    yield AgentTool(tool=use.tool)


@tool_reader("ExitWorktree")
def exit_worktree(use: ToolUse) -> Iterator[Effect]:
    """Leaving a worktree is free; throwing its changes away is git's business, so it is read as git."""
    if use.input.get("action") == "remove" and use.input.get("discard_changes"):
        yield from use.reading.bash("git worktree remove --force .")
        return
    yield AgentTool(tool=use.tool)


@tool_reader("CronCreate")
def cron(use: ToolUse) -> Iterator[Effect]:
    """A prompt that comes again; one that outlives the session runs without anybody there."""
    if use.input.get("durable"):
        yield ScheduleJob(by=use.tool, what=(use.text("prompt") or "")[:120])
        return
    yield AgentTool(tool=use.tool)


@tool_reader("RemoteTrigger")
def remote_trigger(use: ToolUse) -> Iterator[Effect]:
    """Runs that start elsewhere, at other times, for others."""
    action = use.text("action") or ""
    if action in ("list", "get", "list_runs", "get_run_log"):
        yield AgentTool(tool=use.tool)
    elif action == "create_webhook_trigger":
        yield OpenTunnel(by=use.tool, to="whoever knows the address")
    else:
        yield ScheduleJob(by=use.tool, what=action)


@tool_reader("Artifact", "SendUserFile")
def artifact(use: ToolUse) -> Iterator[Effect]:
    """A file's content leaves for a page that others can open."""
    path = use.text("file_path", "path")
    if path is None:
        yield AgentTool(tool=use.tool)
        return
    target = use.invocation.target(use.path(path))
    yield ReadPath(target=target, shown=bool(target.secret))
    if use.tool.lower() == "artifact":
        yield SendData(
            to="the agent's vendor",
            by=use.tool,
            uploads=(target,),
            carries=frozenset({"secret"} if target.secret else ()),
        )


@tool_reader("Projects")
def projects(use: ToolUse) -> Iterator[Effect]:
    """The vendor's project store."""
    method = use.text("method") or ""
    if method.endswith(("_read", "_list", "_search", "_info")):
        yield AgentTool(tool=use.tool)
    else:
        yield UnknownTool(tool=f"{use.tool} {method}")


@tool_reader("Workflow")
def workflow(use: ToolUse) -> Iterator[Effect]:
    """A script of agent steps, each of which comes to the gate by itself."""
    path = use.text("scriptPath")
    if path is not None:
        yield ReadPath(target=use.invocation.target(use.path(path)), shown=False)
    yield AgentTool(tool=use.tool)


@tool_reader("sql")
def notebook_database(use: ToolUse) -> Iterator[Effect]:
    """Statements: on the agent's own database of its session for Copilot, on one that is not known for others."""
    stage: Literal["memory", "unknown"] = "memory" if use.call.agent.startswith("copilot") else "unknown"
    query = use.text("query", "sql", "statement")
    if query is None:
        yield UnknownTool(tool=use.tool)
        return
    yield from list(read_sql(query, "sqlite", Database(dialect="sqlite", stage=stage))) or [AgentTool(tool=use.tool)]
