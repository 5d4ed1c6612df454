"""Builtins that run text, files and programs, or say what runs later."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from enactd.effects.model import Opaque, WritePath
from enactd.effects.shell.builtins import Args, Given, Outcome, builtin
from enactd.effects.shell.state import State, Streams, Variable
from enactd.effects.sql.connection import names_production
from enactd.effects.values import Value, join, known

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter


@builtin("eval")
def evaluate(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    return shell.evaluate(join(args[1:]), [state], io, what="eval")


@builtin("source", ".")
def source_file(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    """A file's text runs in this very shell; parameters given to it hold only while it runs."""
    if len(args) < 2:
        state.status = 2
        return None
    outer = state.positional
    if len(args) > 2:
        state.positional = tuple(args[2:])
    states = [state]
    *older, newest = reversed(_sourced(shell, args[1], state, io))
    for content in older:
        # Writing the file depended on a condition: what it held before may run instead.
        states += shell.reader.source(shell, args[1], content, state.fork(), io)
    states = [*shell.reader.source(shell, args[1], newest, state, io), *states[1:]]
    for each in states:
        if len(args) > 2:
            each.positional = outer
        if names_production(args[1].visible) and "ENVIRONMENT" not in each.variables:
            # The settings in `.env.production` are production's, whatever their names and hosts are.
            each.set("ENVIRONMENT", Variable(known("production"), exported=True))
    return states


def _sourced(shell: Interpreter, word: Value, state: State, io: Streams) -> list[Value]:
    if word.text in ("/dev/stdin", "/dev/fd/0", "-"):
        flowing = state.left_of(io.get(0))
        if flowing is not None:
            return [flowing]
    return shell.reader.contents(word, state.cwd, shell.place)


@builtin("exec")
def execute(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    from enactd.effects.shell.commands import invoke

    rest = args[1:]
    while rest and (rest[0].text or "").startswith("-"):
        rest = rest[2:] if rest[0].text == "-a" else rest[1:]
    if not rest:
        state.status = 0
        return None
    states = invoke(shell, rest, state, io, environment, source)
    for each in states:
        each.control = "exit"
    return states


@builtin("command", "builtin")
def command(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    from enactd.effects.shell.commands import invoke

    rest = args[1:]
    while rest and (text := rest[0].text or "").startswith("-"):
        if text in ("-v", "-V"):
            state.status = None
            return None
        rest = rest[1:]
    if not rest:
        state.status = 0
        return None
    hidden, state.functions = state.functions, {}
    states = invoke(shell, rest, state, io, environment, source)
    for each in states:
        each.functions = hidden
    return states


@builtin("trap")
def trap(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """What a signal runs is read now and when the shell ends; what EXIT runs, when it ends."""
    rest = [a for a in args[1:] if a.text != "--"]
    state.status = 0
    if not rest or rest[0].text in ("-l", "-p"):
        return
    signals = [_signal(word) for word in rest[1:]]
    if rest[0].text in ("-", "") or len(rest) == 1:
        gone = set(signals) if len(rest) > 1 else {_signal(rest[0])}
        state.traps = {name: text for name, text in state.traps.items() if name not in gone}
        return
    state.traps = {**state.traps, **dict.fromkeys(signals, rest[0])}
    if set(signals) != {"EXIT"}:
        shell.conditions += 1
        shell.evaluate(rest[0], [state.fork()], io, what="trap")
        shell.conditions -= 1


def _signal(word: Value) -> str:
    name = (word.text or "?").upper().removeprefix("SIG")
    return "EXIT" if name in ("0", "?") else name


@builtin("alias")
def alias(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    for word in args[1:]:
        name, equals, _ = word.prefix.partition("=")
        if equals:
            state.aliases = {**state.aliases, name: word.cut(len(name) + 1)}
    state.status = 0


@builtin("unalias")
def unalias(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    gone = {a.text for a in args[1:]}
    state.aliases = {} if "-a" in gone else {n: v for n, v in state.aliases.items() if n not in gone}
    state.status = 0


@builtin("hash")
def remember_path(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    texts = [a.text for a in args[1:]]
    if "-p" in texts and len(texts) >= texts.index("-p") + 3:
        index = texts.index("-p")
        name = texts[index + 2]
        if name:
            state.hashed = {**state.hashed, name: args[index + 2]}
    state.status = 0


@builtin("history", "fc")
def history(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """`history -w/-a FILE` writes a file. Without options it shows nothing: a script's shell keeps no history."""
    texts = [a.text or "" for a in args[1:]]
    home = shell.reader.places.home
    for flag in ("-a", "-w"):
        if flag in texts:
            after = args[texts.index(flag) + 2 :]
            word = after[0] if after else known(posixpath.join(home, ".bash_history"))
            target = shell.reader.paths.target(word, state.cwd, place=shell.place)
            shell.emit(WritePath(target=target, how="append" if flag == "-a" else "overwrite"), source)
    if args[0].text == "fc" and "-s" in texts:
        shell.emit(Opaque(reason="`fc -s` runs an earlier command again"), source)
    state.status = 0
