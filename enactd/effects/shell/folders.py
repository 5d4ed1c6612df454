"""`cd` and the folder stack. A folder that may not be there gives two ways to go on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enactd.effects.shell.builtins import Args, Given, Outcome, builtin, print_text
from enactd.effects.shell.state import State, Streams, Variable
from enactd.effects.values import Value, concat, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter


@builtin("cd", "chdir")
def change_folder(
    shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str
) -> Outcome:
    """`cd` may fail: where that is not known, both outcomes go on."""
    words = _operands(args)
    if len(words) > 1:
        state.status = 1
        return None
    if words and words[0].text == "":
        state.status = 0
        return None
    word = words[0] if words else shell.expander.variable("HOME", state)
    if word.text == "-":
        return _maybe(state, shell.expander.variable("OLDPWD", state))
    return _changed(shell, word, state)


def _operands(args: Args) -> Args:
    texts = [a.text or "" for a in args[1:]]
    first = next((i for i, text in enumerate(texts) if not re.fullmatch(r"-[LPe@n]+", text)), len(texts))
    return args[1 + first + (texts[first : first + 1] == ["--"]) :]


def _changed(shell: Interpreter, word: Value, state: State) -> list[State]:
    if shell.place:
        text = word.text
        return [_moved(state, known(text) if text and text.startswith("/") else unknown("a folder over there"))]
    searched = "CDPATH" in state.variables or shell.reader.world.variable("CDPATH") is not None
    if searched and not (word.text or "").startswith(("/", "./", "../")):
        return _maybe(state, unknown("a folder that CDPATH leads to"))
    target = shell.reader.paths.target(word, state.cwd)
    if word.holes and all(hole.contained for hole in word.holes) and word.startswith("/"):
        return _maybe(state, word)
    if target.path is None or target.pattern or target.everything_in:
        return _maybe(state, unknown(f"the folder `{word.shown()}`"))
    folder = known(target.named or target.path)
    changes = shell.reader.changes
    if changes.doubtful(target.named or target.path):
        return _maybe(state, folder)
    if target.kind == "folder" or (shell.reader.world.assumed and target.kind != "missing"):
        return [_moved(state, folder)]
    if target.kind in ("file", "other"):
        state.status = 1
        return [state]
    return _maybe(state, folder)


def _maybe(state: State, folder: Value) -> list[State]:
    failed = state.fork()
    failed.status = 1
    return [_moved(state, folder), failed]


def _moved(state: State, folder: Value) -> State:
    state.set("OLDPWD", Variable(state.cwd))
    state.cwd = folder
    state.status = 0
    return state


@builtin("pushd")
def push_folder(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    """Without a folder, or with `+N`, the stack is turned around."""
    words = [a for a in args[1:] if a.text not in ("-n", "--")]
    before = state.cwd
    if not words or re.fullmatch(r"[-+]\d+", words[0].text or ""):
        if state.stack and not words:
            moved = _maybe(state, state.stack[0])
            moved[0].stack = (before, *state.stack[1:])
            return moved
        state.stack = ()
        return _maybe(state, unknown("a folder of the stack"))
    if len(words) > 1:
        state.status = 1
        return None
    states = _changed(shell, words[0], state)
    for each in states:
        if each.status == 0:
            each.stack = (before, *each.stack)
    return states


@builtin("popd")
def pop_folder(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    """Back to the folder that `pushd` left; with an option the stack is no longer known."""
    if len(args) > 1 or not state.stack:
        if not state.stack:
            state.status = 1 if len(args) == 1 else None
            return None
        state.stack = ()
        return _maybe(state, unknown("the folder that `popd` leads to"))
    folder, state.stack = state.stack[0], state.stack[1:]
    return [_moved(state, folder)]


@builtin("pwd")
def print_folder(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """The folder as it was entered; `-P` resolves links."""
    folder = state.cwd
    if any("P" in (a.text or "") for a in args[1:]) and folder.text is not None and not shell.place:
        folder = known(shell.reader.world.real(folder.text))
    print_text(shell, concat((folder, known("\n"))), io, "pwd", state)


@builtin("dirs")
def print_stack(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """The folder stack, the present folder first; `-c` clears it."""
    if len(args) > 1:
        state.stack = ()
    print_text(shell, unknown("the folder stack"), io, "dirs", state)
