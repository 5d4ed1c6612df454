"""What a shell knows at one point of a script, and where its streams lead.

A script that may take several ways has several states; they are forked at conditions that only the run
decides and merged again when they agree. Dictionaries are replaced, never changed in place, so that forks
are cheap and comparing them mostly compares identities.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from enactd.effects.invocation import Sink
from enactd.effects.model import Target
from enactd.effects.shell.syntax import Node
from enactd.effects.values import EMPTY, NONE, Value, concat, unknown

MAX_STATES: Final = 6


class Variable(msgspec.Struct, frozen=True):
    """A shell variable; `value` None is unset. Arrays keep their items by key, in order."""

    value: Value | None = None
    items: Mapping[str, Value] | None = None
    exported: bool = False
    assoc: bool = False

    @property
    def text(self) -> str | None:
        return None if self.value is None else self.value.text


class Channel:
    """One end of a stream: what was written to it, and what reading from it gives."""

    __slots__ = ("body", "host", "kind", "parts", "source", "target")

    def __init__(
        self, kind: str, *, source: Value | None = None, target: Target | None = None, host: str = "",
        body: Node | None = None,
    ) -> None:  # fmt: skip
        self.kind = kind  # screen | pipe | capture | file | append | null | network | coproc | input | closed
        self.source = source
        self.target = target
        self.host = host
        self.body = body
        self.parts: list[Value] = []

    def written(self) -> Value:
        return concat(self.parts) if self.parts else EMPTY

    def sink(self) -> Sink:
        match self.kind:
            case "pipe" | "null" | "network" | "capture":
                return Sink(self.kind)
            case "coproc":
                return Sink("pipe")
            case "file" | "append":
                return Sink("file", self.target)
            case _:
                return Sink("screen")


Streams = Mapping[int, Channel]


class State:
    """One way a script may have come to this point."""

    __slots__ = (
        "aliases", "control", "cwd", "fds", "functions", "hashed", "options", "positional", "stack", "status", "variables",
    )  # fmt: skip

    def __init__(self, cwd: Value) -> None:
        self.variables: Mapping[str, Variable] = {}
        self.functions: Mapping[str, Node] = {}
        self.aliases: Mapping[str, Value] = {}
        self.positional: tuple[Value, ...] | None = ()
        self.cwd = cwd
        self.stack: tuple[Value, ...] = ()
        self.status: int | None = 0
        self.control = ""  # "", break, continue, return, exit
        self.fds: Streams = {}
        self.options: frozenset[str] = NONE
        self.hashed: Mapping[str, Value] = {}  # names that `hash -p` points elsewhere

    def fork(self) -> State:
        other = State.__new__(State)
        for name in State.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    def set(self, name: str, variable: Variable) -> None:
        old = self.variables.get(name)
        if old is not None and old.exported and not variable.exported:
            variable = msgspec.structs.replace(variable, exported=True)
        self.variables = {**self.variables, name: variable}

    def assign(self, name: str, value: Value) -> None:
        self.set(name, Variable(value))

    def same(self, other: State) -> bool:
        """Whether both ways know the same, apart from the last status."""
        return all(
            getattr(self, name) is getattr(other, name) or getattr(self, name) == getattr(other, name)
            for name in State.__slots__
            if name != "status"
        )


def settle(states: list[State]) -> list[State]:
    """Merge states that agree; beyond the limit, forget what differs."""
    if len(states) < 2:
        return states
    kept: list[State] = []
    for state in states:
        for other in kept:
            if other.same(state):
                if other.status != state.status:
                    other.status = None
                break
        else:
            kept.append(state)
    if len(kept) <= MAX_STATES:
        return kept
    merged = kept[MAX_STATES - 1]
    for state in kept[MAX_STATES:]:
        if state.control == merged.control:
            merged = _blend(merged, state)
    return [*kept[: MAX_STATES - 1], merged]


def _blend(one: State, two: State) -> State:
    result = one.fork()
    names = {**one.variables, **two.variables}
    blurred = {
        name: Variable(unknown(f"${name} depends on what ran before"))
        for name in names
        if one.variables.get(name) != two.variables.get(name)
    }
    result.variables = {**names, **blurred}
    result.functions = {**two.functions, **one.functions}
    result.status = None
    if one.cwd != two.cwd:
        result.cwd = unknown("the folder depends on what ran before")
    if one.positional != two.positional:
        result.positional = None
    return result
