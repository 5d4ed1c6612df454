"""What a shell knows at one point of a script, and where its streams lead.

A script that may take several ways has several states; they are forked at conditions that only the run
decides and merged again when they agree. Dictionaries are replaced, never changed in place, so that forks
are cheap and comparing them mostly compares identities.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Final

import msgspec

from enactd.effects.invocation import Sink
from enactd.effects.model import Target
from enactd.effects.shell.syntax import Cond, If, Node, Script
from enactd.effects.values import EMPTY, NONE, Hole, Value, concat, unknown

MAX_STATES: Final = 6
ANY: Final = "*"
"""The name under which a state remembers that something was assigned to a variable that nobody can name."""
_REFERENCES: Final = 8  # from one name reference to the next


class Variable(msgspec.Struct, frozen=True):
    """A shell variable; `value` None is unset. Arrays keep their items by key, in order.

    `refers` makes it a name reference (`declare -n`): to that variable, to one that nobody can name (`?`), or to
    none so far (`-`).
    """

    value: Value | None = None
    items: Mapping[str, Value] | None = None
    exported: bool = False
    assoc: bool = False
    readonly: bool = False
    refers: str = ""

    @property
    def text(self) -> str | None:
        return None if self.value is None else self.value.text


class Channel:
    """One end of a stream: what was written to it, and what reading from it gives."""

    __slots__ = ("body", "host", "kept", "kind", "parts", "source", "sure", "target", "ways")

    def __init__(
        self, kind: str, *, source: Value | None = None, target: Target | None = None, host: str = "",
        body: Node | None = None, ways: int = 0,
    ) -> None:  # fmt: skip
        self.kind = kind  # screen | pipe | capture | file | append | null | network | coproc | input | closed
        self.source = source
        self.target = target
        self.host = host
        self.body = body
        self.ways = ways  # how many open conditions there were when it was opened
        self.kept: Value | None = None  # what the file held last, where it stays open (`exec 3> file`)
        self.parts: list[Value] = []
        self.sure = True  # whether every part is written in every run

    def write(self, content: Value, *, sure: bool = True) -> None:
        """Append what is written; with `sure` False it may be missing in the run."""
        if content.pieces:
            self.parts.append(content)
            self.sure = self.sure and sure

    def written(self) -> Value:
        """All that may have been written. Parts that may be missing are kept only as whole lines."""
        content = concat(self.parts) if self.parts else EMPTY
        if self.sure or all(_whole_lines(part) for part in self.parts):
            return content
        return unknown("output that depends on a condition", *content.origins)

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


def _whole_lines(content: Value) -> bool:
    return content.suffix.endswith("\n")


class State:
    """One way a script may have come to this point."""

    __slots__ = (
        "aliases", "control", "cwd", "fds", "functions", "hashed", "inputs", "levels", "locals", "options", "positional",
        "stack", "status", "traps", "variables",
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
        self.levels = 1  # loops that a break or continue still has to leave
        self.fds: Mapping[tuple[int, Channel | None], Channel] = {}  # see `keep`
        self.inputs: Mapping[Channel, Value] = {}  # what this way has left of a stream
        self.options: frozenset[str] = NONE
        self.hashed: Mapping[str, Value] = {}  # names that `hash -p` points elsewhere
        self.locals: tuple[Mapping[str, Variable | None], ...] = ()  # what `local` hid, innermost function last
        self.traps: Mapping[str, Value] = {}

    def fork(self) -> State:
        other = State.__new__(State)
        for name, found in zip(State.__slots__, _all(self), strict=True):
            setattr(other, name, found)
        return other

    def meant(self, name: str) -> str | None:
        """The variable that a name stands for, references followed; None where nobody can name it."""
        for _ in range(_REFERENCES):
            bound = self.variables.get(name)
            if bound is None or not bound.refers:
                return name
            if not bound.refers.isidentifier():
                return None
            name = bound.refers
        return None

    def refer(self, name: str, goal: str | None) -> None:
        """Make a variable another name of `goal`; of any variable where that is no plain name."""
        plain = goal is not None and goal.isidentifier()
        self.variables = {**self.variables, name: Variable(refers=(goal or "?") if plain else "?")}

    def set(self, name: str, variable: Variable) -> None:
        """Bind a variable, or the one it refers to; it stays exported, and a read-only one keeps its value."""
        goal = self.meant(name)
        if goal is None:
            self._set_any()
            return
        old = self.variables.get(goal)
        if old is not None:
            if old.readonly:
                self.status = None
                return
            if old.exported and not variable.exported:
                variable = msgspec.structs.replace(variable, exported=True)
        self.variables = {**self.variables, goal: variable}

    def _set_any(self) -> None:
        """Any variable may be another now, also one that was not set."""
        changed = unknown("what was assigned through a reference")
        self.variables = {
            name: bound if bound.readonly or bound.refers else Variable(
                None if bound.items is not None else changed, None if bound.items is None else {"?": changed},
                bound.exported, bound.assoc,
            )
            for name, bound in self.variables.items()
        } | {ANY: Variable(changed)}  # fmt: skip

    def assign(self, name: str, value: Value) -> None:
        """Bind a plain value; an array gets it as its first element, as in bash, and a new reference its goal."""
        if name in self.variables and self.variables[name].refers == "-":
            self.refer(name, value.text)
            return
        old = self.variables.get(self.meant(name) or "")
        if old is not None and old.items is not None:
            self.set(name, msgspec.structs.replace(old, items={**old.items, "0": value}))
            return
        self.set(name, Variable(value, old.items if old is not None else None))

    def keep(self, fd: int, channel: Channel, io: Streams) -> None:
        """`exec 3> file`: from here on a descriptor leads elsewhere, wherever it would lead where `io` does.

        A pipe or a redirect around later commands leads it somewhere else, and goes before.
        """
        under = io.get(fd)
        self.fds = {key: kept for key, kept in self.fds.items() if key != (fd, under)}
        if channel is not under:
            self.fds = {**self.fds, (fd, under): channel}

    def streams(self, io: Streams) -> Streams:
        """Where descriptors really lead in this state."""
        if not self.fds:
            return io
        found = dict(io)
        for fd in {fd for fd, _ in self.fds}:
            channel = io.get(fd)
            for _ in self.fds:
                channel = self.fds.get((fd, channel), channel)
            if channel is not None:
                found[fd] = channel
        return found

    def left_of(self, channel: Channel | None) -> Value | None:
        """What reading from a stream still gives; None for a terminal or nothing."""
        if channel is None:
            return None
        return self.inputs.get(channel, channel.source)

    def take(self, channel: Channel, rest: Value) -> None:
        """Something was read from a stream; this is left."""
        self.inputs = {**self.inputs, channel: rest}

    def hide(self, name: str) -> None:
        """Make a variable local to the innermost function; its old binding comes back when the function ends."""
        if self.locals and name not in self.locals[-1]:
            self.locals = (*self.locals[:-1], {**self.locals[-1], name: self.variables.get(name)})

    def unhide(self) -> None:
        """End the innermost function's scope."""
        *outer, inner = self.locals
        self.locals = tuple(outer)
        restored = dict(self.variables)
        for name, variable in inner.items():
            if variable is None:
                restored.pop(name, None)
            else:
                restored[name] = variable
        self.variables = restored

    def same(self, other: State) -> bool:
        """Whether both ways know the same, apart from the last status."""
        return _known(self) == _known(other)


# A comparison of tuples passes over what is the very same object without comparing it.
_all: Final = attrgetter(*State.__slots__)
_known: Final = attrgetter(*(name for name in State.__slots__ if name != "status"))


def settle(states: list[State]) -> list[State]:
    """Merge states that agree; beyond the limit, forget what differs."""
    if len(states) < 2:
        return states
    kept: list[State] = []
    for state in states:
        for other in kept:
            if other is state:
                break
            if other.same(state):
                if other.status != state.status:
                    other.status = None
                break
        else:
            kept.append(state)
    if len(kept) <= MAX_STATES:
        return kept
    merged: dict[tuple[str, int], State] = {}
    for state in kept:
        key = (state.control, state.levels)
        merged[key] = _blend(merged[key], state) if key in merged else state
    return list(merged.values())


def forgotten(before: State, after: State, why: str) -> State:
    """A state that knows only what two points have in common."""
    result = _blend(before, after, why)
    result.control, result.levels = after.control, after.levels
    return result


def _blend(one: State, two: State, why: str = "depends on what ran before") -> State:
    result = one.fork()
    result.variables = {
        **one.variables,
        **{
            name: _blurred(name, why, one.variables.get(name), two.variables.get(name))
            for name in {**one.variables, **two.variables}
            if one.variables.get(name) != two.variables.get(name)
        },
    }
    result.functions = {
        name: _either(one.functions.get(name), two.functions.get(name)) for name in {**two.functions, **one.functions}
    }
    result.aliases = {**two.aliases, **one.aliases}
    result.traps = {**two.traps, **one.traps}
    result.fds = {**two.fds, **one.fds}
    result.options = one.options & two.options if one.options != two.options else one.options
    result.inputs = {key: value for key, value in one.inputs.items() if two.inputs.get(key) == value} | {
        key: unknown("the rest of the input")
        for key in {**one.inputs, **two.inputs}
        if one.inputs.get(key) != two.inputs.get(key)
    }
    if one.status != two.status:
        result.status = None
    if one.cwd != two.cwd:
        result.cwd = unknown(f"the folder {why}")
    if one.positional != two.positional:
        result.positional = None
    if one.stack != two.stack:
        result.stack = ()
    return result


def _either(one: Node | None, two: Node | None) -> Node:
    """A function body that is one of two: both ways of a condition that nobody knows."""
    if one is None or two is None or one == two:
        return one or two or Script([])
    return If([(Script([(Cond([]), False)]), Script([(one, False)]))], Script([(two, False)]))


def _blurred(name: str, why: str, one: Variable | None, two: Variable | None) -> Variable:
    """A variable that is one thing or another."""
    plain = all(v is not None and v.value is not None and _plain(v.value) for v in (one, two))
    value = unknown(f"${name} {why}", *_origins(one), *_origins(two), plain=plain, empty=not plain)
    exported = any(v is not None and v.exported for v in (one, two))
    if any(v is not None and v.refers for v in (one, two)):
        return Variable(refers="?")
    if any(v is not None and v.items is not None for v in (one, two)):
        return Variable(None, {"?": value}, exported)
    return Variable(value, None, exported)


def _plain(value: Value) -> bool:
    """Text without slash, blank or pattern that is not empty: a counter stays harmless in a path."""
    text = value.text
    if text is None:
        return all(isinstance(p, Hole) and p.plain and not p.empty for p in value.pieces)
    return text.isalnum()


def _origins(variable: Variable | None) -> frozenset[str]:
    return variable.value.origins if variable is not None and variable.value is not None else NONE
