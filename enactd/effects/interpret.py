"""From a tool call to effects: one vocabulary for every tool of every agent.

A tool that nobody described is told by its name and arguments; what cannot be told says so.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from enactd.effects.areas import Places, expand_home
from enactd.effects.derived import derived
from enactd.effects.invocation import Invocation
from enactd.effects.model import Effect, Opaque, UnknownTool
from enactd.effects.reading import Reading, unique
from enactd.effects.shell.readers import Readers
from enactd.effects.steps import Step
from enactd.effects.values import Value, known
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.world import World


class Read(msgspec.Struct, frozen=True):
    """What one reading found, and every command in the order it was understood."""

    effects: tuple[Effect, ...]
    trace: tuple[Step, ...] = ()


class ToolUse:
    """What a tool's reader works with: the arguments, typed access to them, and the reading."""

    def __init__(self, call: ToolCall, reading: Reading) -> None:
        self.call = call
        self.tool = call.tool
        self.input = call.input
        self.reading = reading
        self.invocation: Invocation = reading.invocation(call.tool, source=call.tool)

    def argument(self, *names: str) -> Any:
        """The first of these arguments that is there: by this very name, else whatever its case style. None: none."""
        for name in names:
            if name in self.input:
                return self.input[name]
        plain = {_plain(name): content for name, content in self.input.items()}
        return next((plain[_plain(name)] for name in names if _plain(name) in plain), None)

    def text(self, *names: str) -> str | None:
        """The first of these arguments that is a string, whatever the case style of its name."""
        for name in names:
            found = self.argument(name)
            if isinstance(found, str):
                return found
        return None

    def path(self, text: str) -> Value:
        """A path argument: `~` is expanded, as the tools do; globs are ordinary characters."""
        return known(expand_home(text, self.reading.places.home))


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


ToolReader = Callable[[ToolUse], Iterable[Any]]
_TOOLS: Final[dict[str, ToolReader]] = {}
_FALLBACKS: Final[list[tuple[Callable[[str], bool], ToolReader]]] = []
_loaded = False


def tool_reader(*names: str) -> Callable[[ToolReader], ToolReader]:
    """Register a reader for tools of these names, compared without case."""

    def register(reader: ToolReader) -> ToolReader:
        for name in names:
            _TOOLS[name.lower()] = reader
        return reader

    return register


def tool_reader_where(matches: Callable[[str], bool]) -> Callable[[ToolReader], ToolReader]:
    """Register a reader for tools whose name satisfies a test (`mcp__…`)."""

    def register(reader: ToolReader) -> ToolReader:
        _FALLBACKS.append((matches, reader))
        return reader

    return register


def load_tools() -> None:
    """Import every module of `tools/`; the folder is the registry."""
    global _loaded
    if not _loaded:
        from enactd.effects import tools

        for module in pkgutil.iter_modules(tools.__path__):
            importlib.import_module(f"{tools.__name__}.{module.name}")
        _loaded = True


def find_tool(name: str) -> ToolReader | None:
    load_tools()
    found = _TOOLS.get(name.lower())
    if found is None:
        found = next((reader for matches, reader in _FALLBACKS if matches(name)), None)
    return found


def interpret(call: ToolCall, world: World, places: Places, readers: Readers | None = None) -> Read:
    """The effects of a call. Total: what cannot be read is an `Opaque` or an `UnknownTool`."""
    reading = Reading(world, places, readers)
    use = ToolUse(call, reading)
    reader = find_tool(call.tool) or (find_tool(f"mcp__{call.mcp_server}__") if call.mcp_server else None)
    if reader is None:
        return Read((UnknownTool(tool=call.tool, source=call.tool),))
    effects: list[Effect] = []
    for item in reader(use):
        if isinstance(item, Effect):
            effects.append(item if item.source else reading.settled(item, call.tool))
    effects += [*derived(effects, places)]
    return Read(tuple(unique(effects)), tuple(reading.trace))


def unreadable(call: ToolCall, reason: str) -> Read:
    """The reading of a call that broke the reader: it asks, whatever it was."""
    return Read((Opaque(reason=reason, level=Risk.COMMITMENT, source=call.tool),))
