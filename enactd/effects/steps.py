"""How one command of a call was understood, in words for people; the verdict never depends on it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from enactd.effects.shell.syntax import Param
from enactd.effects.values import SECRET, Value

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter
    from enactd.effects.shell.state import State

_NAMES: Final = re.compile(r"\$\{?[#!]?([A-Za-z_]\w*|[1-9@*])")
_SINGLE: Final = re.compile(r"'[^']*'")
_WORDS: Final = 30
_NAMED: Final = 6  # variables shown of one command


class Step(NamedTuple):
    """One command: `depth` wrappers deep, in `folder`, with its words expanded.

    `source` is how it was written, empty where that is the same; `variables` are those it names, each with what it
    held. `place` and `user` are empty for this machine and for the agent's own user.
    """

    depth: int
    folder: str
    command: str
    source: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    place: str = ""
    user: str = ""


def step(shell: Interpreter, state: State, args: Sequence[Value], source: str) -> Step:
    """The step of a command that is about to be read. Values of secret variables are not repeated."""
    command = " ".join(map(_shown, args[:_WORDS]))
    depth, folder = len(shell.chain), state.cwd.shown(4_096)
    if not source or source == command:
        return Step(depth, folder, command, place=shell.place, user=shell.user)
    variables = _variables(shell, state, source) if "$" in source else ()
    return Step(depth, folder, command, source, variables, shell.place, shell.user)


def _shown(word: Value) -> str:
    """A word as it could be typed; what only the run knows in angle brackets."""
    text = None if word.glob else word.text
    return word.shown(120) if text is None else shlex.quote(word.shown(120)) if " " in text or not text else text[:120]


def _variables(shell: Interpreter, state: State, source: str) -> tuple[tuple[str, str], ...]:
    names = dict.fromkeys(_NAMES.findall(_SINGLE.sub("", source)))
    return tuple((name, _held(name, shell.expander.lookup(Param(name), state, {}))) for name in list(names)[:_NAMED])


def _held(name: str, content: Value) -> str:
    if content.shown() == f"<${name} is not known>":
        return "not known"
    if SECRET in content.origins:
        return "a secret"
    return content.shown(60) if content.pieces else "empty"
