"""What reading a program keeps, in whatever language: its call, its names, what was found and printed, the budget."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from enactd.effects.code.objects import Thing, text
from enactd.effects.invocation import Invocation, Yield
from enactd.effects.model import Effect
from enactd.effects.secrets import secret_variable
from enactd.effects.values import SECRET, Value, unknown

NODES: Final = 20_000
"""Nodes of one syntax tree that are read."""
H = TypeVar("H")


class Program:
    """A program that is being read: what it is given, and what was found in it."""

    def __init__(self, call: Invocation, changes: Mapping[str, Any]) -> None:
        self.call = copy.copy(call)
        self.file: str | None = changes.get("file")
        self.args: Sequence[Value] = changes.get("args", ())
        self.names: dict[str, Thing] = {}
        self.found: list[Yield] = []
        self.depth = 0

    def emit(self, effects: Any) -> list[Effect]:
        """Keep effects; they are handed back for those who ask what a nested program did."""
        told = [effect for effect in effects if isinstance(effect, Effect)]
        self.found += told
        return told

    @property
    def home(self) -> str:
        """The home as the program is told it, else as the machine has it."""
        told = self.call.variable("HOME")
        return (told.text if told is not None else None) or self.call.world.home

    def inherited(self, name: str) -> Thing:
        """A variable of the environment that the program was started with."""
        if name in ("HOME", "USERPROFILE"):
            return text(self.home)
        told = self.call.variable(name)
        content = told if told is not None else unknown(f"${name}")
        return Thing((content.tainted(SECRET) if secret_variable(name) else content,))


class Evaluation(Program):
    """A program that is read by its syntax tree."""

    def __init__(self, call: Invocation, changes: Mapping[str, Any], origin: str) -> None:
        super().__init__(call, changes)
        self.origin = origin
        self.methods: dict[str, Any] = {}
        self.environment: dict[str, Value] = {}
        self.printed: list[Value] = []
        self.returned: list[list[Thing]] = []
        self.active: list[int] = []
        self.seen: dict[tuple[Any, ...], Thing] = {}
        self.last: Thing | None = None
        self.output: Value | None = None
        self.straight = True
        self.left = NODES


def registers(table: dict[str, H]) -> Callable[..., Callable[[H], H]]:
    """A decorator that enters a handler into `table` under each of the names it is given."""

    def names(*names: str) -> Callable[[H], H]:
        def register(handler: H) -> H:
            table.update(dict.fromkeys(names, handler))
            return handler

        return register

    return names
