"""Builtins that declare, change and forget variables, options and parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from enactd.effects.model import RevealSecret
from enactd.effects.shell.assignments import REFERRING, note_environment
from enactd.effects.shell.builtins import Args, Given, builtin, hidden_command
from enactd.effects.shell.state import Channel, State, Streams, Variable
from enactd.effects.values import EMPTY, ENVIRONMENT, SECRET, Value, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

_LETTERS: Final = {"e": "errexit", "u": "nounset", "f": "noglob", "n": "noexec"}
_FOLLOWED: Final = frozenset({"errexit", "nounset", "noglob", "pipefail", "noexec"})


@builtin("export", "declare", "typeset", "local", "readonly")
def declare(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Assignments were stored while the words were expanded; what is left are options and bare names."""
    name = args[0].text or ""
    options = "".join((a.text or "")[1:] for a in args[1:] if (a.text or "").startswith("-"))
    words = [a for a in args[1:] if not (a.text or "").startswith(("-", "+"))]
    prints = (not words and name in ("export", "declare", "typeset")) or ("p" in options and "f" not in options)
    if prints and name != "local" and not set("fFaA") & set(options):
        _print_variables(shell, name, options, words, state, io, source)
    for word in words:
        _declare_one(shell, name, options, word, state, io, source)
    state.status = 0


def _print_variables(
    shell: Interpreter, name: str, options: str, words: Args, state: State, io: Streams, source: str
) -> None:
    everything = name == "export" or not words
    secret = any(SECRET in shell.expander.variable((w.text or "").split("=")[0], state).origins for w in words)
    if everything or secret:
        by = f"{name} {'-p' if options else ''}".strip()
        shell.emit(RevealSecret(what="the whole environment", by=by), source)
    (io.get(1) or Channel("screen")).write(unknown("the environment", SECRET, ENVIRONMENT))


def _declare_one(
    shell: Interpreter, name: str, options: str, word: Value, state: State, io: Streams, source: str
) -> None:
    variable, equals, _ = word.prefix.partition("=")
    hidden_command(shell, variable, state, io, source)
    if "f" in options:
        if "x" in options or name == "export":
            shell.reader.functions.update({n: b for n, b in state.functions.items() if n == word.text})
        return
    if not re.fullmatch(r"[A-Za-z_]\w*", variable):
        return
    bound = state.variables.get(variable)
    if equals and bound is not None and bound.refers:
        return
    if equals and (bound is None or not (bound.value is not None or bound.items)):
        # `export "$name=value"`: the word was no assignment for the parser.
        state.set(variable, Variable(word.cut(len(variable) + 1), exported=name == "export"))
        note_environment(shell, variable, word.cut(len(variable) + 1), source, "")
    elif not equals:
        _declare_bare(shell, name, options, variable, state, source)
    if name == "readonly" or "r" in options:
        bound = state.variables.get(variable) or Variable(shell.expander.variable(variable, state))
        state.variables = {**state.variables, variable: msgspec.structs.replace(bound, readonly=True)}


def _declare_bare(shell: Interpreter, name: str, options: str, variable: str, state: State, source: str) -> None:
    if name in ("local", "declare", "typeset") and state.locals and "g" not in options:
        state.hide(variable)
        kept = state.variables.get(variable)
        if kept is None or not kept.readonly:
            state.variables = {**state.variables, variable: Variable(None)}
    if "A" in options or "a" in options:
        state.set(variable, Variable(None, {}, assoc="A" in options))
    elif "n" in options and name in REFERRING:
        bound = state.variables.get(variable)
        if bound is None or not bound.refers:
            goal = bound.text if bound is not None and bound.value is not None else "-"
            state.variables = {**state.variables, variable: Variable(refers=goal or "?")}
    elif name == "export" or (name in ("declare", "typeset") and "x" in options):
        current = state.variables.get(variable)
        value = current.value if current and current.value is not None else shell.expander.variable(variable, state)
        changed = Variable(value, current.items if current else None, exported="n" not in options)
        state.variables = {**state.variables, variable: changed}
        if variable != "TAR_OPTIONS":
            note_environment(shell, variable, value, source, "")


@builtin("unset")
def unset(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Forget variables, elements of arrays, functions."""
    state.status = 0
    for word in args[1:]:
        text = word.text
        if text is None:
            state.status = None
            continue
        hidden_command(shell, text, state, io, source)
        name, bracket, key = text.partition("[")
        if args[1].text != "-n":
            name = state.meant(name) or name
        bound = state.variables.get(name)
        if bracket and bound is not None and bound.items is not None:
            kept = {k: v for k, v in bound.items.items() if k != key.rstrip("]").strip("'\"")}
            state.set(name, msgspec.structs.replace(bound, items=kept))
            continue
        if name in state.functions and (bound is None or args[1].text == "-f"):
            state.functions = {n: b for n, b in state.functions.items() if n != name}
        if not name.startswith("-") and args[1].text != "-f" and not (bound is not None and bound.readonly):
            state.variables = {**state.variables, name: Variable(None)}


@builtin("set")
def set_options(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Options that change what runs are followed; words become the positional parameters."""
    rest = args[1:]
    if not rest:
        shell.emit(RevealSecret(what="all variables", by="set"), source)
        (io.get(1) or Channel("screen")).write(unknown("all variables", SECRET, ENVIRONMENT))
    index = 0
    while index < len(rest):
        text = rest[index].text
        if text in ("--", "-"):
            if text == "--" or rest[index + 1 :]:
                state.positional = tuple(rest[index + 1 :])
            break
        if text is None or text[:1] not in ("-", "+") or len(text) < 2:
            state.positional = tuple(rest[index:]) if text is not None else None
            break
        index = _set_letters(text, rest, index, state)
    state.status = 0


def _set_letters(text: str, rest: Args, index: int, state: State) -> int:
    on = text[0] == "-"
    for letter in text[1:]:
        name = _LETTERS.get(letter, "")
        if letter == "o":
            index += 1
            name = (rest[index].text or "") if index < len(rest) else ""
        if name in _FOLLOWED:
            state.options = state.options | {name} if on else state.options - {name}
    return index + 1


@builtin("shopt")
def shopt(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Options that change how words expand."""
    texts = [a.text or "" for a in args[1:]]
    names = frozenset(t for t in texts if not t.startswith("-"))
    letters = "".join(t[1:] for t in texts if t.startswith("-"))
    if "s" in letters:
        state.options = state.options | names
    elif "u" in letters:
        state.options = state.options - names
    state.status = 0 if "s" in letters or "u" in letters else None


@builtin("shift")
def shift(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Drop positional parameters; too many are an error that drops none."""
    count = args[1].text if len(args) > 1 else "1"
    state.status = 0
    if state.positional is None:
        state.status = None
    elif count is None or not re.fullmatch(r"\d{1,9}", count):
        state.positional, state.status = None, None
    elif any(item.glob for item in state.positional):
        state.status = None  # nobody knows how many words a pattern became: all of them may be left
    elif int(count) > len(state.positional):
        state.status = 1
    else:
        state.positional = state.positional[int(count) :]


@builtin("let")
def let(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Each word is an expression; the last one is the status."""
    result = EMPTY
    for word in args[1:]:
        result = shell.expander.arithmetic(word, state, io)
    state.status = None if result.text is None else int(result.text == "0")
