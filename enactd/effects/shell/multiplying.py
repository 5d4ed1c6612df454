"""Fork bombs: processes that multiply without bound. Bounded loops and servers in the background are none."""

from __future__ import annotations

from typing import Any

import msgspec

from enactd.effects.shell.syntax import Compound, Function, Node, Pipeline, Script, Simple, Word

_BRAKES = frozenset({"wait", "sleep", "read", "break", "exit", "return", "exec"})


def self_multiplying(name: str, body: Node) -> bool:
    """Whether a function starts itself more than once, or once and goes on, in new processes."""
    piped = _count(name, body, in_pipe=False)
    return piped >= 2


def _count(name: str, node: Any, *, in_pipe: bool) -> int:
    if isinstance(node, Simple):
        first = node.words[0] if node.words else None
        called = isinstance(first, Word) and first.literal == name
        return int(called and in_pipe)
    if isinstance(node, Pipeline) and len(node.commands) > 1:
        return sum(_count(name, command, in_pipe=True) for command in node.commands)
    if isinstance(node, Script):
        total = 0
        for child, background in node.items:
            total += _count(name, child, in_pipe=in_pipe or background) * (2 if background else 1)
        return total
    return sum(_count(name, child, in_pipe=in_pipe) for child in _children(node))


def endless_spawner(body: Script) -> bool:
    """Whether a loop's body starts background processes and nothing in it can wait or leave."""
    return _spawns(body) and not _brakes(body)


def _spawns(node: Any) -> bool:
    if isinstance(node, Script):
        return any(background or _spawns(child) for child, background in node.items)
    return any(_spawns(child) for child in _children(node))


def _brakes(node: Any) -> bool:
    """A command that waits or leaves, in this very shell and not behind `if false`."""
    if isinstance(node, Simple):
        first = node.words[0] if node.words else None
        return isinstance(first, Word) and first.literal in _BRAKES
    if isinstance(node, Compound) and node.subshell:
        return False
    if isinstance(node, Script):
        return any(_brakes(child) for child, background in node.items if not background)
    branches = getattr(node, "branches", None)
    if branches is not None:
        return any(_brakes(body) for condition, body in branches if not _never(condition)) or (
            node.otherwise is not None and _brakes(node.otherwise)
        )
    return any(_brakes(child) for child in _children(node))


def _never(condition: Script) -> bool:
    node = condition.items[0][0] if len(condition.items) == 1 else None
    first = node.words[0] if isinstance(node, Simple) and node.words else None
    return isinstance(first, Word) and first.literal == "false"


def _children(node: Any) -> list[Any]:
    if not isinstance(node, msgspec.Struct) or isinstance(node, Function | Word):
        return []
    found: list[Any] = []
    for name in node.__struct_fields__:
        content = getattr(node, name)
        for item in content if isinstance(content, list | tuple) else [content]:
            found.extend(i for i in (item if isinstance(item, tuple) else (item,)) if isinstance(i, msgspec.Struct))
    return found
