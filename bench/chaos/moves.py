"""Short forms of calls, spelt out as the tools of Claude Code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bench.chaos.scenario import Call, Move, Scenario

# Each short form: the keys that go with it, those that must, and how it becomes a tool's input.
_WITH: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "bash": (frozenset({"background"}), frozenset()),
    "read": (frozenset(), frozenset()),
    "write": (frozenset({"content"}), frozenset({"content"})),
    "edit": (frozenset({"old", "new"}), frozenset({"old", "new"})),
    "glob": (frozenset({"path"}), frozenset()),
    "grep": (frozenset({"path"}), frozenset()),
    "agent": (frozenset(), frozenset()),
    "tool": (frozenset({"input"}), frozenset({"input"})),
}
_FIELDS: Final = ("background", "content", "old", "new", "path", "input")


def problem(call: Call) -> str:
    """Why this call cannot be made, in words; empty where it can."""
    given = [form for form in _WITH if getattr(call, form) is not None]
    if len(given) != 1:
        forms = ", ".join(_WITH)
        return (
            f"exactly one of {forms} is needed, here {'there is none' if not given else 'are ' + ' and '.join(given)}"
        )
    beside, needed = _WITH[given[0]]
    extra = [name for name in _FIELDS if getattr(call, name) not in (None, False) and name not in beside]
    if extra:
        return f"`{extra[0]}` does not go with `{given[0]}`"
    missing = [name for name in sorted(needed) if getattr(call, name) is None]
    return f"`{given[0]}` needs `{missing[0]}`" if missing else ""


def spelt(call: Call) -> dict[str, Any]:
    """The call as `{"name", "input"}`. The call has no `problem`."""
    if call.bash is not None:
        extra = {"run_in_background": True} if call.background else {}
        return _tool("Bash", command=call.bash, description="as asked", **extra)
    if call.read is not None:
        return _tool("Read", file_path=call.read)
    if call.write is not None:
        return _tool("Write", file_path=call.write, content=call.content)
    if call.edit is not None:
        return _tool("Edit", file_path=call.edit, old_string=call.old, new_string=call.new)
    if call.glob is not None or call.grep is not None:
        where = {"path": call.path} if call.path else {}
        name = "Glob" if call.glob is not None else "Grep"
        more = {} if call.glob is not None else {"output_mode": "content"}
        return _tool(name, pattern=call.glob if call.glob is not None else call.grep, **where, **more)
    if call.agent is not None:
        return _tool(
            "Agent", description="a part of it", prompt=f"{call.agent}: do your part", subagent_type="general-purpose"
        )
    return {"name": call.tool, "input": call.input}


def _tool(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "input": arguments}


def attempts(move: Move) -> list[list[Call]]:
    """The move and its retries, each as the calls of one turn."""
    first: list[Call] = list(move.calls) if move.calls else [move]
    return [first, *([retry] for retry in move.retries)]


def mixed(scenario: Scenario) -> list[tuple[str, str]]:
    """Moves with `calls` and a call of their own beside: key and fault."""
    places = [("moves", scenario.moves), *((f"agents.{name}.moves", a.moves) for name, a in scenario.agents.items())]
    return [
        (f"{place}[{number}]", f"`{form}` does not go with `calls`")
        for place, moves in places
        for number, move in enumerate(moves)
        if move.calls
        for form in _WITH
        if getattr(move, form) is not None
    ]


def all_calls(scenario: Scenario) -> Iterator[tuple[str, Call]]:
    """Every call with the key under which the file has it."""
    places = [("moves", scenario.moves), *((f"agents.{name}.moves", a.moves) for name, a in scenario.agents.items())]
    for place, moves in places:
        for number, move in enumerate(moves):
            key = f"{place}[{number}]"
            if not move.calls:
                yield key, move
            for index, call in enumerate(move.calls):
                yield f"{key}.calls[{index}]", call
            for index, call in enumerate(move.retries):
                yield f"{key}.retries[{index}]", call
