"""Tools that concern only the agent, and those that only look so."""

from __future__ import annotations

from typing import Any

import pytest
from support.reading import call_effects

from enactd.effects.model import (
    AgentTool,
    Effect,
    GitDiscard,
    OpenTunnel,
    ReadPath,
    RunSql,
    ScheduleJob,
    SendData,
    UnknownTool,
)


def kinds(tool: str, **arguments: Any) -> list[type[Effect]]:
    return [type(effect) for effect in call_effects(tool, arguments)]


@pytest.mark.parametrize(
    "tool",
    "Agent Task TodoWrite TaskCreate AskUserQuestion ExitPlanMode Skill ToolSearch spawn_agent update_plan request_user_input "
    "save_memory write_todos invoke_agent update_topic report_intent read_bash stop_bash todowrite skill question EnterWorktree "
    "attempt_completion new_task thinking".split(),
)
def test_own_tools_change_nothing(tool: str) -> None:
    """Plans, questions and sub-agents stay under the gate."""
    assert [AgentTool] == kinds(tool, prompt="rm -rf /")


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("ExitWorktree", {"action": "keep"}, AgentTool),
        ("ExitWorktree", {"action": "remove", "discard_changes": True}, GitDiscard),
        ("CronCreate", {"cron": "* * * * *", "prompt": "x"}, AgentTool),
        ("CronCreate", {"cron": "* * * * *", "prompt": "x", "durable": True}, ScheduleJob),
        ("RemoteTrigger", {"action": "list"}, AgentTool),
        ("RemoteTrigger", {"action": "create"}, ScheduleJob),
        ("RemoteTrigger", {}, ScheduleJob),
        ("RemoteTrigger", {"action": "create_webhook_trigger"}, OpenTunnel),
        ("Projects", {"method": "project_read"}, AgentTool),
        ("Projects", {"method": "project_delete"}, UnknownTool),
        ("Workflow", {"script": "x"}, AgentTool),
    ],
)
def test_what_outlives_the_session_or_throws_away_is_told(
    tool: str, arguments: dict[str, Any], kind: type[Effect]
) -> None:
    """The same tool may be harmless or not."""
    assert kind in kinds(tool, **arguments)


def test_a_published_file_leaves_the_machine() -> None:
    """With its secret, where it holds one."""
    sent = [e for e in call_effects("Artifact", {"file_path": ".env"}) if isinstance(e, SendData)]
    assert [frozenset({"secret"})] == [effect.carries for effect in sent]
    assert [frozenset()] == [
        e.carries for e in call_effects("Artifact", {"file_path": "page.html"}) if isinstance(e, SendData)
    ]
    assert [ReadPath] == kinds("SendUserFile", path="report.pdf")


def test_statements_of_a_database_tool() -> None:
    """An agent's own session database is in memory for us; another's is not known."""
    (effect,) = call_effects("sql", {"query": "drop table t"})
    assert isinstance(effect, RunSql)
    assert ("drop", "unknown") == (effect.verb, effect.database.stage)
    assert [UnknownTool] == kinds("sql")
