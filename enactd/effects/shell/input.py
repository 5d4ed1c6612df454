"""Builtins that read from a stream into variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from enactd.effects.shell.builtins import Args, Given, builtin, hidden_command
from enactd.effects.shell.splitting import DEFAULT_IFS
from enactd.effects.shell.state import Channel, State, Streams, Variable
from enactd.effects.values import EMPTY, Value, concat, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

_READ_VALUES: Final = "dinNptua"
_MAPFILE_VALUES: Final = "dnOsuCc"


class _Line(msgspec.Struct):
    """The words of `read` or `mapfile`: names, options with their values, the stream."""

    names: list[str]
    options: dict[str, Value]
    channel: Channel | None


def _arguments(args: Args, taking: str, state: State, io: Streams) -> _Line:
    line = _Line([], {}, io.get(0))
    index = 0
    while index < len(args):
        text = args[index].text or ""
        if text.startswith("-") and len(text) > 1 and not line.names:
            for position, letter in enumerate(text[1:], 2):
                value = EMPTY
                if letter in taking:
                    value = known(text[position:])
                    if not text[position:]:
                        index += 1
                        value = args[index] if index < len(args) else EMPTY
                line.options[letter] = value
                if letter in taking:
                    break
        elif text:
            line.names.append(text)
        index += 1
    number = (line.options.get("u") or EMPTY).text
    if number and number.isdigit():
        line.channel = io.get(int(number[:6]))
    return line


@builtin("read")
def read(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Takes the next line where the input is known; else the names become holes that keep its taints."""
    line = _arguments(args[1:], _READ_VALUES, state, io)
    for name in [*line.names, (line.options.get("a") or EMPTY).text or ""]:
        hidden_command(shell, name, state, io, source)
    names = [name.partition("[")[0] for name in line.names]
    content = state.left_of(line.channel)
    if content is None:
        _forget(line, names, unknown("what is typed in"), state)
        return
    if {"n", "N", "d", "t"} & set(line.options) and not _by_nul(line):
        _forget(line, names, unknown("a part of the input", *content.origins), state)
        if line.channel is not None:
            state.take(line.channel, unknown("the rest of the input", *content.origins) if content.pieces else content)
        return
    separators = shell.expander.separators(state) or ""
    named = separators if len(separators) == 1 and separators not in DEFAULT_IFS and len(names) > 1 else ""
    end = "\0" if _by_nul(line) else "\n"
    first, rest, whole = _next_line(content, end, raw="r" in line.options, named=named)
    if line.channel is not None:
        state.take(line.channel, rest)
    state.status = 1 if not content.pieces else 0 if whole else 1 if content.known else None
    _assign(shell, line, names, first, state)


def _by_nul(line: _Line) -> bool:
    return set(line.options) <= {"r", "d", "a", "u", "s"} and (line.options.get("d") or known("x")).text == ""


def _forget(line: _Line, names: list[str], value: Value, state: State) -> None:
    array = (line.options.get("a") or EMPTY).text
    if array:
        state.set(array, Variable(None, {"?": value}))
    for name in names or ["REPLY"]:
        if re.fullmatch(r"[A-Za-z_]\w*", name):
            state.assign(name, value)
    state.status = None


def _next_line(content: Value, end: str, *, raw: bool, named: str = "") -> tuple[Value, Value, bool]:
    """The line, the rest, and whether the line was ended. A backslash continues it unless it is read raw.

    `named` ends the name that a line may begin with, as those of `grep -n` do: of such a line no more need be known.
    """
    pieces: list[Value] = []
    while True:
        parts = content.split(end, 1)
        pieces.append(parts[0])
        if any(not hole.contained for hole in _until(parts[0], named).holes):
            # What is not known may hold any number of lines.
            rest = unknown(f"the rest of {content.shown(40)}", *content.origins)
            return unknown(f"a line of {content.shown(40)}", *content.origins), rest, False
        if len(parts) == 1:
            return concat(pieces), EMPTY, False
        content = parts[1]
        tail = parts[0].suffix
        if raw or (len(tail) - len(tail.rstrip("\\"))) % 2 == 0:
            return concat(pieces), content, True
        pieces[-1] = Value((*parts[0].pieces[:-1], tail[:-1]), False, parts[0].origins)


def _until(line: Value, separator: str) -> Value:
    fields = line.split(separator, 1) if separator else [line]
    certain = len(fields) > 1 and all(hole.contained or hole.line for hole in line.holes)
    return fields[0] if certain else line


def _assign(shell: Interpreter, line: _Line, names: list[str], first: Value, state: State) -> None:
    separators = shell.expander.separators(state)
    array = (line.options.get("a") or EMPTY).text
    text = first.text
    if text is None or separators is None:
        hole = unknown(f"a field of {first.shown(40)}", *first.origins, plain=False)
        only = len(names) == 1 and not array
        _status = state.status
        _forget(line, names, first if only or not names else hole, state)
        start = _until(first, separators if separators and len(separators) == 1 else "")
        if len(names) > 1 and start is not first and names[0].isidentifier():
            state.assign(names[0], start)
        state.status = _status
        return
    if not names and not array:
        state.assign("REPLY", known(text if "r" in line.options else _unescaped(text), *first.origins))
        return
    fields = _fields(text, separators, 0 if array else len(names), raw="r" in line.options)
    values = [known(field, *first.origins) for field in fields]
    if array:
        state.set(array, Variable(None, {str(i): value for i, value in enumerate(values)}))
        return
    for index, name in enumerate(names):
        if re.fullmatch(r"[A-Za-z_]\w*", name):
            state.assign(name, values[index] if index < len(values) else EMPTY)


def _fields(text: str, separators: str, most: int, *, raw: bool) -> list[str]:
    """Split as `read` does: the last field keeps what is left, escapes hide separators unless raw."""
    blanks = "".join(char for char in separators if char in DEFAULT_IFS)
    characters = _characters(text, raw=raw)
    fields: list[str] = []
    position = _skip(characters, 0, blanks)
    while position < len(characters):
        if most and len(fields) == most - 1:
            fields.append(_last_field(characters[position:], separators, blanks))
            return fields
        start = position
        while position < len(characters) and not _is(characters[position], separators):
            position += 1
        fields.append("".join(char for char, _ in characters[start:position]))
        after = _skip(characters, position, blanks)
        if after < len(characters) and _is(characters[after], separators) and not _is(characters[after], blanks):
            after = _skip(characters, after + 1, blanks)
        position = after
    return fields


def _last_field(characters: list[tuple[str, bool]], separators: str, blanks: str) -> str:
    """All that is left, without the blanks at its end, or without one separator that ends it."""
    end = len(characters)
    while end and _is(characters[end - 1], blanks):
        end -= 1
    inside = [c for c in characters[:end] if _is(c, separators)]
    if end and _is(characters[end - 1], separators) and len(inside) == 1:
        end -= 1
    return "".join(char for char, _ in characters[:end])


def _characters(text: str, *, raw: bool) -> list[tuple[str, bool]]:
    """Each character with whether it was escaped."""
    found: list[tuple[str, bool]] = []
    escaped = False
    for char in text:
        if char == "\\" and not raw and not escaped:
            escaped = True
            continue
        found.append((char, escaped))
        escaped = False
    return found


def _unescaped(text: str) -> str:
    return "".join(char for char, _ in _characters(text, raw=False))


def _is(character: tuple[str, bool], kinds: str) -> bool:
    return not character[1] and character[0] in kinds


def _skip(characters: list[tuple[str, bool]], position: int, blanks: str) -> int:
    while position < len(characters) and _is(characters[position], blanks):
        position += 1
    return position


@builtin("readarray", "mapfile")
def read_lines(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """All lines become an array; `-C` runs a command for them."""
    line = _arguments(args[1:], _MAPFILE_VALUES, state, io)
    name = line.names[0] if line.names else "MAPFILE"
    hidden_command(shell, name, state, io, source)
    content = state.left_of(line.channel)
    if "C" in line.options:
        shell.evaluate(line.options["C"], [state.fork()], io, what="mapfile -C")
    plain = set(line.options) <= {"t", "u", "C", "c"} or (
        set(line.options) <= {"t", "d"} and (line.options.get("d") or known("x")).text == ""
    )
    if content is None or not plain:
        origins = content.origins if content is not None else ()
        state.set(name, Variable(None, {"?": unknown("a line read", *origins)}))
        state.status = 0
        return
    end = "\0" if "d" in line.options else "\n"
    lines = content.split(end)
    ended = bool(lines) and not lines[-1].pieces
    if ended:
        lines.pop()
    if "t" not in line.options:
        last = len(lines) - 1
        lines = [concat((item, known(end))) if index < last or ended else item for index, item in enumerate(lines)]
    if line.channel is not None:
        state.take(line.channel, EMPTY)
    items = {str(index): item for index, item in enumerate(lines)}
    if not all(item.known for item in lines):
        one = lines[0] if len(lines) == 1 and all(hole.contained for hole in lines[0].holes) else None
        items = {"?": unknown("a line read", *content.origins) if one is None else one}
    state.set(name, Variable(None, items))
    state.status = 0


@builtin("getopts")
def getopts(shell: Interpreter, args: Args, state: State, io: Streams, environment: Given, source: str) -> None:
    """Which option comes next is not followed: any of them, any number of times."""
    if len(args) > 2 and args[2].text and re.fullmatch(r"[A-Za-z_]\w*", args[2].text):
        state.assign(args[2].text, unknown("an option letter", plain=True, empty=False))
    state.assign("OPTARG", unknown("$OPTARG"))
    state.assign("OPTIND", unknown("$OPTIND", plain=True, empty=False))
    state.status = None
