"""What an agent asks to do, in one vocabulary for all agents and tools."""

from __future__ import annotations

from typing import Any

import msgspec


class ToolCall(msgspec.Struct, frozen=True, kw_only=True):
    """One proposed call. Everything in it is a claim of the agent.

    `tool` is the agent's own name for it; `input` its arguments as parsed JSON; `cwd` an absolute path.
    `call_id` ties the outcome to the decision where the agent gives one. `subagent` is set inside one.
    """

    agent: str
    session: str
    tool: str
    input: dict[str, Any]
    cwd: str
    call_id: str = ""
    subagent: str = ""
    mode: str = ""
    attended: bool = False
    mcp_server: str = ""
