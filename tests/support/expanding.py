"""Expand words with our own reader, in a shell whose variables were set by text."""

from __future__ import annotations

from pathlib import Path

from enactd.effects.paths import Places
from enactd.effects.reading import Reading
from enactd.effects.shell.interpreter import Interpreter
from enactd.effects.shell.parser import parse
from enactd.effects.shell.state import Channel, State
from enactd.effects.shell.syntax import Simple, Word
from enactd.effects.values import Value
from enactd.world import World
from support.bash import ENVIRONMENT

STREAMS = {0: Channel("input"), 1: Channel("screen"), 2: Channel("screen")}


class Shell:
    """A shell of ours in a real folder, with a known and complete environment."""

    def __init__(self, folder: Path, setup: str = "") -> None:
        world = World(
            cwd=str(folder), workspace=str(folder), home=ENVIRONMENT["HOME"], environment=ENVIRONMENT, complete=True
        )
        self.reading = Reading(world, Places(workspace=str(folder), home=ENVIRONMENT["HOME"]))
        self.shell = Interpreter(self.reading)
        states = self.shell.script(parse(setup), [State(self.reading.start)], STREAMS)
        assert 1 == len(states)
        self.state = states[0]

    def fields(self, word: str) -> list[Value]:
        """The fields of one word."""
        node = parse(f": {word}").items[0][0]
        assert isinstance(node, Simple)
        state = self.state.fork()
        return [
            field
            for part in node.words[1:]
            if isinstance(part, Word)
            for field in self.shell.expander.fields(part, state, STREAMS)
        ]

    def texts(self, word: str) -> list[str | None]:
        """The fields as text; None for each that is not fully known or still a pattern."""
        return [None if field.glob else field.text for field in self.fields(word)]
