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


def well_formed(call: ToolCall) -> ToolCall:
    """The call as its shell or file system will get it: half surrogate pairs, which no encoding carries, replaced."""
    try:
        msgspec.json.encode(call)
    except UnicodeEncodeError:
        return msgspec.structs.replace(
            call, tool=_encodable(call.tool), input=_encodable(call.input), cwd=_encodable(call.cwd)
        )
    return call


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    return value
