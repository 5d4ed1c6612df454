"""Builtins that change what the shell knows, or run text in this very shell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from enactd.effects.model import Opaque, RevealSecret, WritePath
from enactd.effects.shell.printing import echo_text, printf_text
from enactd.effects.shell.state import Channel, State, Streams, Variable
from enactd.effects.values import EMPTY, ENVIRONMENT, SECRET, Value, concat, join, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

Args = list[Value]
Given = Mapping[str, Value]
Outcome = list[State] | None
Builtin = Callable[["Interpreter", Args, State, Streams, Given, str], Outcome]
_BUILTINS: Final[dict[str, Builtin]] = {}


def builtin(*names: str) -> Callable[[Builtin], Builtin]:
    def register(function: Builtin) -> Builtin:
        for name in names:
            _BUILTINS[name] = function
        return function

    return register


def find_builtin(name: str) -> Builtin | None:
    """The builtin of this name, None where there is none."""
    return _BUILTINS.get(name)


# --- folders ---------------------------------------------------------------------------------------


@builtin("cd", "chdir", "pushd")
def change_folder(
    shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str
) -> Outcome:
    """`cd` may fail: where that is not known, both outcomes go on."""
    words = [a for a in args[1:] if not (a.text or "").startswith("-") or a.text == "-"]
    if args[0].text == "pushd":
        state.stack = (state.cwd, *state.stack)
    if words and words[0].text == "-":
        return _moved(state, shell.expander.variable("OLDPWD", state))
    word = words[0] if words else shell.expander.variable("HOME", state)
    if words and word.text == "":
        state.status = 0
        return None
    if shell.place:
        text = word.text
        return _moved(state, known(text) if text and text.startswith("/") else unknown("a folder over there"))
    target = shell.reader.paths.target(word, state.cwd)
    failed = state.fork()
    failed.status = 1
    if word.holes and all(hole.contained for hole in word.holes) and word.startswith("/"):
        return [*_moved(state, word), failed]
    if target.path is None or target.pattern or target.everything_in:
        return [*_moved(state, unknown(f"the folder `{word.shown()}`")), failed]
    moved = _moved(state, known(target.named or target.path))
    if target.kind == "folder" or (shell.reader.world.assumed and target.kind != "missing"):
        return moved
    if target.kind in ("file", "other"):
        return [failed]
    return [*moved, failed]


def _moved(state: State, folder: Value) -> list[State]:
    state.set("OLDPWD", Variable(state.cwd))
    state.cwd = folder
    state.status = 0
    return [state]


@builtin("popd")
def pop_folder(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    if state.stack:
        state.cwd, state.stack = state.stack[0], state.stack[1:]
        state.status = 0
    else:
        state.cwd, state.status = unknown("the folder that `popd` leads to"), None


@builtin("pwd", "dirs")
def print_folder(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    _print(shell, concat((state.cwd, known("\n"))), io, "pwd", state)


# --- text ------------------------------------------------------------------------------------------


def _print(shell: Interpreter, text: Value, io: Streams, name: str, state: State) -> None:
    from enactd.effects.shell.commands import write

    state.status = 0
    write(shell, text, io.get(1) or Channel("screen"), name)


@builtin("echo")
def echo(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    _print(shell, echo_text(args[1:]), io, "echo", state)


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
        state.assign(name, text)
        state.status = 0
    else:
        _print(shell, text, io, "printf", state)


# --- variables -------------------------------------------------------------------------------------


@builtin("export", "declare", "typeset", "local", "readonly")
def declare(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Assignments were stored while the words were expanded; what is left are options and bare names."""
    from enactd.effects.shell.commands import note_environment

    name = args[0].text or ""
    options = "".join((a.text or "")[1:] for a in args[1:] if (a.text or "").startswith("-"))
    words = [a for a in args[1:] if not (a.text or "").startswith(("-", "+"))]
    prints = (not words and name in ("export", "declare", "typeset")) or ("p" in options and "f" not in options)
    if prints and name != "local" and not set("fFaA") & set(options):
        everything = name == "export" or not words
        if everything or any(
            SECRET in shell.expander.variable((w.text or "").split("=")[0], state).origins for w in words
        ):
            shell.emit(
                RevealSecret(what="the whole environment", by=f"{name} {'-p' if options else ''}".strip()), source
            )
        output = unknown("the environment", SECRET, ENVIRONMENT)
        (io.get(1) or Channel("screen")).parts.append(output)
    for word in words:
        text = word.prefix
        variable, equals, _ = text.partition("=")
        if not re.fullmatch(r"[A-Za-z_]\w*", variable):
            continue
        if not equals and name in ("export", "declare", "typeset") and (name == "export" or "x" in options):
            current = state.variables.get(variable)
            value = current.value if current and current.value is not None else shell.expander.variable(variable, state)
            state.set(variable, Variable(value, current.items if current else None, exported="n" not in options))
            if variable != "TAR_OPTIONS":
                note_environment(shell, variable, value, source, "")
        elif not equals and name == "local" and variable not in state.variables:
            state.assign(variable, EMPTY)
        elif equals and variable not in state.variables:
            # `export "$name=value"`: the word was not an assignment for the parser.
            state.set(variable, Variable(word.cut(len(variable) + 1), exported=name == "export"))
            note_environment(shell, variable, word.cut(len(variable) + 1), source, "")
    state.status = 0


@builtin("unset")
def unset(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    for word in args[1:]:
        name = word.text
        if name is None:
            continue
        name = name.split("[")[0]
        if name in state.functions:
            state.functions = {n: b for n, b in state.functions.items() if n != name}
        state.variables = {**state.variables, name: Variable(None)}
    state.status = 0


@builtin("set")
def set_options(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    rest = args[1:]
    if not rest:
        shell.emit(RevealSecret(what="all variables", by="set"), source)
        (io.get(1) or Channel("screen")).parts.append(unknown("all variables", SECRET, ENVIRONMENT))
    index = 0
    while index < len(rest):
        text = rest[index].text or ""
        if text in ("--", "-"):
            state.positional = tuple(rest[index + 1 :])
            break
        if text[:1] not in ("-", "+") or not text:
            state.positional = tuple(rest[index:])
            break
        if "f" in text[1:] and "o" not in text[1:]:
            state.options = state.options | {"noglob"} if text[0] == "-" else state.options - {"noglob"}
        if text.endswith("o"):
            index += 1
            option = rest[index].text if index < len(rest) else ""
            if option == "noglob":
                state.options = state.options | {"noglob"} if text[0] == "-" else state.options - {"noglob"}
        index += 1
    state.status = 0


@builtin("shopt")
def shopt(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    texts = [a.text or "" for a in args[1:]]
    names = frozenset(t for t in texts if not t.startswith("-"))
    if "-s" in texts:
        state.options = state.options | names
    elif "-u" in texts:
        state.options = state.options - names
    state.status = 0


@builtin("shift")
def shift(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    count = args[1].text if len(args) > 1 else "1"
    if state.positional is not None:
        state.positional = state.positional[int(count) :] if count is not None and count.isdigit() else None
    state.status = 0


@builtin("let")
def let(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    result = EMPTY
    for word in args[1:]:
        result = shell.expander.arithmetic(word, state, io)
    state.status = None if result.text is None else int(result.text == "0")


@builtin("read")
def read(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Takes the next line where the input is known; else the names become holes that keep its taints."""
    names, channel = _read_arguments(args[1:], state, io)
    content = channel.source if channel is not None else None
    if content is None:
        for name in names or ["REPLY"]:
            state.assign(name, unknown("what is typed in"))
        state.status = None
        return
    lines = content.split("\n", 1)
    line = lines[0]
    if channel is not None:
        channel.source = lines[1] if len(lines) > 1 else EMPTY
    if not content.pieces:
        state.status = 1
    else:
        state.status = 0 if content.known or len(lines) > 1 else None
    words = line.words()
    if len(names) <= 1:
        state.assign(names[0] if names else "REPLY", join(words) if names and line.known else line)
        return
    for index, name in enumerate(names):
        last = index == len(names) - 1
        part = join(words[index:]) if last else words[index] if index < len(words) else EMPTY
        state.assign(name, part if line.known else unknown(f"a field of {line.shown(40)}", *line.origins))


def _read_arguments(args: list[Value], state: State, io: Streams) -> tuple[list[str], Channel | None]:
    names: list[str] = []
    channel = io.get(0)
    index = 0
    while index < len(args):
        text = args[index].text or ""
        if text.startswith("-") and len(text) > 1:
            letter = next((c for c in text[1:] if c in "dinNptua"), "")
            attached = text[text.index(letter) + 1 :] if letter else ""
            if letter and not attached:
                index += 1
                attached = (args[index].text or "") if index < len(args) else ""
            if letter == "u" and attached.isdigit():
                channel = io.get(int(attached)) or state.fds.get(int(attached))
            if letter == "a":
                names.append(attached)
        elif re.fullmatch(r"[A-Za-z_]\w*", text):
            names.append(text)
        index += 1
    return names, channel


@builtin("readarray", "mapfile")
def read_lines(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    names, channel = _read_arguments([a for a in args[1:]], state, io)
    content = channel.source if channel is not None else None
    items = (
        {str(i): line for i, line in enumerate(content.lines())}
        if content is not None
        else {"0": unknown("a line read")}
    )
    state.set(names[-1] if names else "MAPFILE", Variable(None, items))
    state.status = 0


@builtin("getopts")
def getopts(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    if len(args) > 2 and args[2].text:
        state.assign(args[2].text, unknown("an option letter", plain=True))
    state.assign("OPTARG", unknown("$OPTARG"))
    state.status = None


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
        state.status = int(text) & 0xFF if text and text.isdigit() else None
    state.control = how


@builtin("break")
def break_loop(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.control, state.status = "break", 0


@builtin("continue")
def continue_loop(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.control, state.status = "continue", 0


@builtin("true", ":")
def succeed(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.status = 0


@builtin("false")
def fail(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.status = 1


@builtin("wait", "jobs", "disown", "fg", "bg", "umask", "ulimit", "times", "suspend", "bind", "complete", "compgen", "compopt",
         "caller", "help", "enable")  # fmt: skip
def without_effect(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    state.status = 0 if args[0].text in ("wait", "enable") else None


# --- running text and programs ---------------------------------------------------------------------


@builtin("eval")
def evaluate(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    return shell.evaluate(join(args[1:]), [state], io, what="eval")


@builtin("source", ".")
def source_file(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> Outcome:
    if len(args) < 2:
        return None
    content = _sourced(shell, args[1], state, io)
    if len(args) > 2:
        state.positional = tuple(args[2:])
    return shell.reader.source(shell, args[1], content, state, io)


def _sourced(shell: Interpreter, word: Value, state: State, io: Streams) -> Value:
    if word.text in ("/dev/stdin", "/dev/fd/0", "-") and io.get(0) is not None and io[0].source is not None:
        return io[0].source
    return shell.reader.content(word, state.cwd, shell.place)


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
    rest = [a for a in args[1:] if a.text != "--"]
    if len(rest) > 1 and rest[0].text not in ("-", "", "-l", "-p"):
        if all(word.text in ("EXIT", "0") for word in rest[1:]):
            shell.exit_traps.append(rest[0])
            state.status = 0
            return
        shell.conditions += 1
        shell.evaluate(rest[0], [state.fork()], io, what="trap")
        shell.conditions -= 1
    state.status = 0


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
