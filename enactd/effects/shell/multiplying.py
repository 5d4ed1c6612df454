"""Fork bombs: processes that multiply without bound. Bounded loops and servers in the background are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from enactd.effects.shell.syntax import (
    AndOr,
    ArithCommand,
    Compound,
    Cond,
    Function,
    Node,
    Param,
    Pipeline,
    Script,
    Simple,
    Word,
)

_DEEP = 6  # functions that call each other
_CONSTANT = frozenset({":", "true", "false", "[", "test", "echo", "printf"})
_LOOKS = frozenset("-" + letter for letter in "abcdefghkprstuvwxGLNORS") | {"-nt", "-ot", "-ef"}
_BRAKES = frozenset({"wait", "sleep", "read", "break", "exit", "return", "exec"})


def self_multiplying(name: str, body: Node, functions: Mapping[str, Node] = {}) -> bool:
    """Whether a function starts itself more than once, or once and goes on, in new processes, also by way of others."""
    return _count(name, body, {**functions, name: body}, (name,), in_pipe=False) >= 2


def _count(name: str, node: Any, functions: Mapping[str, Node], path: tuple[str, ...], *, in_pipe: bool) -> int:
    if isinstance(node, Simple):
        called = _called(node)
        if called in (name, "$FUNCNAME"):
            return int(in_pipe)
        if called in functions and called not in path and len(path) < _DEEP:
            return _count(name, functions[called], functions, (*path, called), in_pipe=in_pipe)
        return 0
    if isinstance(node, Pipeline) and len(node.commands) > 1:
        return sum(_count(name, command, functions, path, in_pipe=True) for command in node.commands)
    if isinstance(node, Script):
        total = 0
        for child, background in node.items:
            inside = _count(name, child, functions, path, in_pipe=in_pipe or background)
            total += inside * (2 if background else 1)
        return total
    return sum(_count(name, child, functions, path, in_pipe=in_pipe) for child in _children(node))


def _called(node: Simple) -> str:
    """The command's name; a function may call itself by `$FUNCNAME`."""
    first = node.words[0] if node.words else None
    if not isinstance(first, Word):
        return ""
    if len(first.parts) == 1 and isinstance(first.parts[0], Param) and first.parts[0].name == "FUNCNAME":
        return "$FUNCNAME"
    return first.literal or ""


def is_constant(condition: Script) -> bool:
    """Whether nothing that a loop does can change how its condition ends: `[ 1 ]`, `! false`, `echo`."""
    return all(_is_constant(node) for node, background in condition.items if not background)


def _is_constant(node: Node) -> bool:
    match node:
        case Simple():
            words = [word.literal if isinstance(word, Word) else None for word in node.words]
            texts = [word for word in words if word is not None]
            if not texts or len(texts) < len(words) or node.assigns:
                return False
            return texts[0] in _CONSTANT and not (texts[0] in ("[", "test") and _LOOKS.intersection(texts))
        case Cond():
            texts = [word.literal or "$" for word in node.words]
            return not _LOOKS.intersection(texts) and "$" not in texts
        case ArithCommand():
            text = node.expression.literal
            return text is not None and not any(char.isalpha() or char == "_" for char in text)
        case Pipeline():
            return all(_is_constant(command) for command in node.commands)
        case AndOr():
            return _is_constant(node.left) and _is_constant(node.right)
        case _:
            return False


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
