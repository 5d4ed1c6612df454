"""xargs: the words that it makes out of its input, and what the command does with them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import (
    EMPTY,
    Effects,
    Invocation,
    Line,
    Options,
    Output,
    Value,
    join,
    known,
    program,
    value,
)
from enactd.effects.model import ReadPath
from enactd.effects.programs.find import substituted
from enactd.effects.programs.streams import content_of, merged, standard_input

_XARGS: Final = Options(
    "-0 --null", "-a --arg-file FILE", "-d --delimiter DELIM", "-E EOF", "-e", "--eof [EOF]", "-I REPLACE",
    "-i", "--replace [REPLACE]", "-J REPLACE", "-L N", "-l", "--max-lines [N]", "-n --max-args N", "-o --open-tty",
    "-P --max-procs N", "-p --interactive", "--process-slot-var NAME", "-r --no-run-if-empty", "-R N", "-S N",
    "-s --max-chars N", "-t --verbose", "-x --exit", "--show-limits", "--help", "--version",
    stop_at_operand=True,
)  # fmt: skip
_MOST: Final = 30  # runs that are read one by one
_ESCAPES: Final = {"n": "\n", "t": "\t", "0": "\0", "r": "\r", "\\": "\\"}


def input_words(text: Value, delimiter: str | None, by_line: bool) -> list[Value]:
    """The words of the input: by a delimiter, by lines, or at white space with quotes read."""
    if delimiter is not None:
        parts = text.split(delimiter)
        if parts and not parts[-1].pieces:
            parts.pop()
        return parts
    if by_line:
        return [known((line.text or "").strip()) if line.known else line for line in text.lines() if line.pieces]
    plain = text.text
    if plain is None:
        return text.words()
    try:
        words = shlex.split(plain)
    except ValueError:
        words = plain.split()
    return [value(word, origins=text.origins) for word in words]


def _arguments(call: Invocation) -> list[Value]:
    """`-iX`, `-eX` and `-lN` with their attached values in a form that can be declared."""
    args: list[Value] = []
    for word in call.args:
        text = word.text or ""
        if text[:2] == "-i" and len(text) > 2 and not text.startswith("-i-"):
            args += [known("-I"), word.cut(2)]
        elif text[:2] in ("-e", "-l") and len(text) > 2:
            args.append(known(text[:2]))
        else:
            args.append(word)
    return args


def _delimiter(line: Line) -> str | None:
    if line.has("-0"):
        return "\0"
    given = line.value("-d")
    if given is None:
        return None
    text = given.text or "\n"
    return _ESCAPES.get(text[1], text[1]) if text.startswith("\\") and len(text) > 1 else text[:1]


@program("xargs", "gxargs")
def xargs(call: Invocation) -> Effects:
    """Known input gives known words; an unknown one stands for any number of words."""
    line = _XARGS.parse(_arguments(call))
    if line.has("--help", "--version"):
        return
    source = line.value("-a")
    text = standard_input(call)
    if source is not None and source.text != "-":
        target = call.target(source)
        yield ReadPath(target=target, shown=False)
        text = content_of(call, source, target)
    mark = _mark(line)
    command = line.operands or [known("echo")]
    by_line = mark is not None or line.has("-L", "-l")
    words = input_words(text, _delimiter(line), by_line)
    if not words and line.has("-r"):
        return
    stdin = call.stdin if source is not None else EMPTY
    runs = [call.run(argv, stdin=stdin) for argv in _commands(line, command, words, mark)]
    printed = merged(runs)
    yield from printed
    if command[0].text == "echo" and not any(isinstance(item, Output) for item in printed):
        yield Output(join([*command[1:], *words]) + known("\n"))


def _mark(line: Line) -> str | None:
    """The replacement string of `-I`, `-i`, `--replace`; None where words are appended."""
    given = line.value("-I", "--replace")
    if given is not None:
        return given.text or "{}"
    return "{}" if line.has("-i", "--replace") else None


def _commands(line: Line, command: list[Value], words: list[Value], mark: str | None) -> list[list[Value]]:
    if mark is not None:
        return [substituted(command, mark, word) for word in words[:_MOST]] + (
            [substituted(command, mark, join(words[_MOST:], " "))] if len(words) > _MOST else []
        )
    split = line.value("-J")
    if split is not None:
        at = next((i for i, word in enumerate(command) if word.text == split.text), len(command))
        return [[*command[:at], *words, *command[at + 1 :]]]
    size = line.text("-n") or line.text("-L") or ("1" if line.has("-l") else "")
    return [[*command, *chunk] for chunk in _chunks(words, int(size) if size.isdigit() and len(size) < 7 else 0)]


def _chunks(words: Sequence[Value], size: int) -> list[Sequence[Value]]:
    if size <= 0 or len(words) <= size:
        return [words]
    chunks = [words[i : i + size] for i in range(0, min(len(words), size * _MOST), size)]
    rest = words[size * _MOST :]
    return [*chunks, rest] if rest else chunks
