"""Builtins of the shell: the registry, and those that print or decide where control goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from enactd.effects.model import Opaque
from enactd.effects.shell.printing import echo_text, printf_text
from enactd.effects.shell.state import Channel, State, Streams
from enactd.effects.values import EMPTY, Value, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

Args = list[Value]
Given = Mapping[str, Value]
Outcome = list[State] | None
Builtin = Callable[["Interpreter", Args, State, Streams, Given, str], Outcome]
_BUILTINS: Final[dict[str, Builtin]] = {}
_loaded = False


def builtin(*names: str) -> Callable[[Builtin], Builtin]:
    """Register a builtin: `(shell, words, state, streams, variables, source)`; None means the same state goes on."""

    def register(function: Builtin) -> Builtin:
        for name in names:
            _BUILTINS[name] = function
        return function

    return register


def find_builtin(name: str) -> Builtin | None:
    """The builtin of this name, None where there is none."""
    global _loaded
    if not _loaded:
        from enactd.effects.shell import declarations, folders, input, running  # noqa: F401 - they register

        _loaded = True
    return _BUILTINS.get(name)


def hidden_command(shell: Interpreter, name: str, state: State, io: Streams, source: str) -> None:
    """`unset 'a[$(cmd)]'`, `read 'a[$(cmd)]'`: a subscript in a name is expanded, and the command in it runs."""
    if "$(" in name or "`" in name:
        shell.emit(Opaque(reason=f"a command is hidden in the name `{name[:60]}`"), source)
        shell.expander.arithmetic(known(name), state.fork(), io)


def print_text(shell: Interpreter, text: Value, io: Streams, name: str, state: State) -> None:
    from enactd.effects.shell.commands import write

    state.status = 0
    write(shell, text, io.get(1) or Channel("screen"), name)


@builtin("echo")
def echo(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    print_text(shell, echo_text(args[1:]), io, "echo", state)


@builtin("printf")
def printf(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    rest = args[1:]
    name = ""
    if rest and rest[0].text == "-v" and len(rest) > 1:
        name, rest = rest[1].text or "", rest[2:]
    elif rest and (rest[0].text or "").startswith("-v") and len(rest[0].text or "") > 2:
        name, rest = (rest[0].text or "")[2:], rest[1:]
    if rest and rest[0].text == "--":
        rest = rest[1:]
    text = printf_text(rest[0], rest[1:]) if rest else EMPTY
    if name:
        hidden_command(shell, name, state, io, source)
        state.assign(name.partition("[")[0], text)
        state.status = 0
    else:
        print_text(shell, text, io, "printf", state)


# --- flow ------------------------------------------------------------------------------------------


@builtin("exit", "logout")
def leave(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    _leave(args, state, "exit")


@builtin("return")
def give_back(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    _leave(args, state, "return")


def _leave(args: list[Value], state: State, how: str) -> None:
    text = args[1].text if len(args) > 1 else None
    if len(args) > 1:
        state.status = int(text[:18]) & 0xFF if text and text.isdigit() else None
    state.control = how


def _leave_loops(how: str, args: Args, state: State) -> None:
    text = args[1].text if len(args) > 1 else "1"
    state.control, state.status = how, 0
    state.levels = int(text) if text and re.fullmatch(r"[1-9]\d{0,3}", text) else 1


@builtin("break")
def break_loop(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    _leave_loops("break", args, state)


@builtin("continue")
def continue_loop(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    _leave_loops("continue", args, state)


@builtin("true", ":")
def succeed(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.status = 0


@builtin("false")
def fail(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.status = 1


@builtin("wait", "disown", "fg", "bg", "suspend", "compopt")
def without_effect(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.status = None


@builtin("jobs", "umask", "ulimit", "times", "bind", "complete", "compgen", "caller", "help")
def tell(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """What the shell knows about itself: `compgen -v` gives the names of all variables."""
    name = args[0].text or ""
    print_text(shell, unknown(f"output of `{name}`"), io, name, state)
    state.status = None


@builtin("enable")
def enable(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """`-f` loads a library into the shell; without it names are switched on and off."""
    if any((a.text or "-f").startswith("-") and "f" in (a.text or "-f") for a in args[1:]):
        shell.emit(Opaque(reason="`enable -f` loads a library into the shell"), source)
    elif any(a.text == "-n" for a in args[1:]):
        shell.emit(Opaque(reason="`enable -n` makes programs out of builtins"), source)
    state.status = None
