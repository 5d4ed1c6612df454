"""sed: what its script writes, reads and runs besides the lines it prints."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from enactd.effects.invocation import (
    EMPTY,
    Effects,
    Hole,
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
from enactd.effects.model import Opaque, ReadPath, RunCode, StoreSecret, WritePath
from enactd.effects.programs.streams import (
    content_of,
    first_fields,
    is_stream,
    reading,
    transformed,
    without_output,
    without_values,
)
from enactd.effects.secrets import find_keys

_SED: Final = Options(
    "-n --quiet --silent", "-e --expression SCRIPT", "-f --file FILE", "-E -r --regexp-extended", "-i", "-I",
    "--in-place [SUFFIX]", "-s --separate", "-u --unbuffered", "-z --null-data", "-l --line-length N", "--posix",
    "--debug", "--follow-symlinks", "--sandbox", "-b --binary", "-a", "--help", "--version",
)  # fmt: skip
_HOLE: Final = "\ue010"  # stands for text that is not known
_PLAIN: Final = re.compile(r"[\w\s:=@,#%&'\"<>~;|-]*")


class Part(msgspec.Struct, frozen=True):
    """A command of a script that reaches outside: kind is read, write, run (text) or eval (computed)."""

    kind: str
    text: str


class _Script:
    """Walks over a sed script. A letter that is no command ends the reading, as it ends sed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.parts: list[Part] = []

    def peek(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.at] if self.at < len(self.text) else ""

    def skip(self, characters: str) -> None:
        """Goes over any of these."""
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1

    def line(self) -> str:
        """The rest of the line."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        rest = self.text[self.at : end]
        self.at = end
        return rest

    def delimited(self, delimiter: str) -> str:
        """Up to the next delimiter that is neither escaped nor in a bracket expression."""
        start = self.at
        bracket = False
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "\\":
                self.at += 2
                continue
            if character == "[" and not bracket:
                bracket = "]" in self.text[self.at + 2 :]
                self.at += 2 if bracket and self.text[self.at + 1 : self.at + 2] in ("]", "^") else 1
                continue
            if character == "]":
                bracket = False
            elif character == delimiter and not bracket:
                break
            self.at += 1
        part = self.text[start : self.at]
        self.at += 1
        return part

    def address(self) -> None:
        """Skips line numbers, patterns, steps and `!` before a command."""
        while True:
            character = self.peek()
            if character and (character.isdigit() or character in "$~+,!" + _HOLE or character in " \t"):
                self.at += 1
            elif character in ("/", "\\") and character:
                self.at += 1
                delimiter = "/"
                if character == "\\":
                    delimiter = self.peek()
                    self.at += 1
                self.delimited(delimiter)
                self.skip("IM")
            else:
                return

    def read(self) -> list[Part]:
        """All commands up to the end, or to what sed itself would refuse."""
        while self.at < len(self.text) and len(self.parts) < 100:
            self.skip(" \t\n;{}")
            self.address()
            self.skip(" \t")
            command = self.peek()
            self.at += 1
            if not self.command(command):
                break
        return self.parts

    def command(self, command: str) -> bool:
        """What stands behind a command letter; False for a letter that is none."""
        if command in ("a", "i", "c"):
            text = self.line()
            while text.endswith("\\") and self.at < len(self.text):
                self.at += 1
                text = self.line()
        elif command in ("r", "R", "w", "W"):
            self.parts.append(Part("read" if command in "rR" else "write", self.line().strip()))
        elif command == "e":
            text = self.line().strip()
            self.parts.append(Part("run", text) if text else Part("eval", ""))
        elif command in ("s", "y"):
            self.substitution(command)
        elif command in (":", "#"):
            self.line()
        elif command in ("b", "t", "T", "q", "Q", "l", "L", "v"):
            while self.peek() not in ("", ";", "\n", "}"):
                self.at += 1
        elif command not in "=dDgGhHnNpPxzF{};\n":
            return False
        return True

    def substitution(self, command: str) -> None:
        """`s/…/…/flags` and `y/…/…/`; the flags `e` and `w` reach outside."""
        delimiter = self.peek()
        self.at += 1
        self.delimited(delimiter)
        start = self.at
        while self.at < len(self.text) and self.text[self.at] != delimiter:
            self.at += 2 if self.text[self.at] == "\\" else 1
        replacement = self.text[start : self.at]
        self.at += 1
        while command == "s" and self.peek() and self.peek() in "gpiImMe0123456789" + _HOLE + " ":
            if self.peek() == "e":
                self.parts.append(Part("eval", replacement))
            self.at += 1
        if command == "s" and self.peek() == "w":
            self.at += 1
            self.parts.append(Part("write", self.line().strip()))


def script_parts(text: str) -> list[Part]:
    """The commands of a script that read, write or run something."""
    return _Script(text).read()


def with_marks(script: Value) -> str:
    """The script with a mark for each part that is not known."""
    return "".join(piece if isinstance(piece, str) else _HOLE for piece in script.pieces)


def without_marks(text: str) -> Value:
    """A name out of such a script, holes put back."""
    pieces: list[str | Hole] = []
    for i, part in enumerate(text.split(_HOLE)):
        pieces += [Hole("a part of the script")] * (i > 0) + [part]
    return value(*pieces)


@program("sed", "gsed", "ssed")
def sed(call: Invocation) -> Effects:
    """With `-i` the operand files change, else they are printed."""
    args = [_attached(word) for word in call.args]
    line = _SED.parse([word for pair in args for word in pair])
    if line.has("--help", "--version"):
        return
    operands = list(line.operands)
    in_place = line.has("-i", "-I", "--in-place")
    scripts = line.values("-e")
    for word in line.values("-f"):
        if word.text != "-":
            target = call.target(word)
            yield ReadPath(target=target, shown=False)
            scripts.append(content_of(call, word, target))
    if not line.has("-e", "-f"):
        if in_place and operands and operands[0].text == "":
            operands.pop(0)  # BSD: `-i ''`
        scripts = operands[:1]
        operands = operands[1:]
    elif in_place and operands and operands[0].text == "":
        operands.pop(0)
    if not line.has("--sandbox"):
        yield from _script_effects(call, join(scripts, "\n"))
    if in_place:
        yield from _edited(call, operands, scripts)
        return
    reads, text = reading(call, operands)
    yield from reads
    if any(re.fullmatch(r"s([/|,#])=\.\*\1\1", script.text or "") for script in scripts):
        text = without_values(text)
    names = _names(scripts, text)
    yield (
        transformed(text, lambda known_text: _substituted(line, scripts, known_text), "what sed prints")
        if names is None
        else Output(names)
    )


_ENDING: Final = re.compile(r"s([/|#,])\\?(\.?[\w.-]*)\$\1([\w.-]*)\1")


def _names(scripts: list[Value], text: Value) -> Value | None:
    """Names out of lines that are partly known: what stands before a colon, or each with another ending."""
    script = scripts[0].text or "" if len(scripts) == 1 else ""
    if script in ("s/:.*//", "s/:.*$//"):
        return first_fields(text, ":")
    ending = _ENDING.fullmatch(script)
    if ending is None or ".." in ending[3] or text.known or not all(hole.contained for hole in text.holes):
        return None
    lines = text.lines()
    for number, line in enumerate(lines):
        if line.suffix.endswith(ending[2]) and line.suffix:
            lines[number] = value(*line.pieces[:-1], line.suffix.removesuffix(ending[2]) + ending[3])
    return join([*lines, EMPTY], "\n").tainted(*text.origins)


def _edited(call: Invocation, files: list[Value], scripts: list[Value]) -> Effects:
    """Files changed in place; a script that deletes every line empties them."""
    kinds = find_keys(join(scripts, "\n").visible)
    backup = _backup(call)
    for word in files:
        target = call.target(word)
        if backup.pieces:
            yield WritePath(target=call.target(word + backup))
        if [script.text for script in scripts] in (["d"], ["1,$d"]):
            yield WritePath(target=target, content="")
            continue
        yield WritePath(target=target, how="edit", removed="\n".join(_deleted_lines(scripts)))
        if kinds:
            yield StoreSecret(kinds=tuple(kinds), where="file", target=target)


def _deleted_lines(scripts: list[Value]) -> list[str]:
    """The patterns of plain `/text/d` commands, as the lines that they take away."""
    found = re.findall(r"/((?:[^/\\\n]|\\.)+)/[ \t]*I?d(?=$|[;}\s])", "\n".join(script.visible for script in scripts))
    return [re.sub(r"\\(.)", r"\1", pattern).strip("^$") for pattern in found]


def _attached(word: Value) -> list[Value]:
    """`-i.bak` as `-i`, see `_backup` for the suffix. `-ni` and `-Ei` keep their other letters."""
    match = re.match(r"-([nErsuz]*)([iI])(.*)", word.prefix, re.DOTALL)
    if match is None or word.prefix.startswith("--"):
        return [word]
    letters = [known(f"-{letter}") for letter in match.group(1)]
    return [*letters, known("-i")]


def _backup(call: Invocation) -> Value:
    """The suffix of `-i.bak`: what the file was is kept under that name, whatever was there before."""
    for word in call.args:
        match = re.match(r"-[nErsuz]*[iI](?=.)|--in-place=", word.prefix, re.DOTALL)
        if match:
            return word.cut(match.end())
    return EMPTY


def _script_effects(call: Invocation, script: Value) -> Effects:
    if not script.visible.strip() and script.holes:
        yield Opaque(reason="a sed script that is known only at run time")
        return
    for part in script_parts(with_marks(script)):
        name = without_marks(part.text)
        if part.kind == "write":
            target = call.target(name)
            if not is_stream(target) or target.path == "/dev/null":
                yield WritePath(target=target)
        elif part.kind == "read":
            if name.text not in ("/dev/stdin", "-"):
                yield ReadPath(target=call.target(name))
        elif part.kind == "run":
            yield from without_output(call.shell(name))
        else:
            yield RunCode(language="shell", origin="generated", what=part.text)
            if name.pieces:
                plain = [re.sub(r"\\(.)", r"\1", p) if isinstance(p, str) else p for p in name.pieces]
                yield from without_output(call.shell(value(*plain)))


def _substituted(line: Line, scripts: list[Value], text: str) -> str | None:
    """The result of one plain `s/a/b/` over known lines; None for anything else."""
    script = scripts[0].text if len(scripts) == 1 else None
    match = re.fullmatch(r"s(.)((?:(?!\1)[^\\])*)\1((?:(?!\1)[^\\&])*)\1(g?)", script or "", re.DOTALL)
    if match is None or line.has("-n", "-z"):
        return None
    _, old, new, everywhere = match.groups()
    start, end = old.startswith("^"), old.endswith("$")
    body = old[start : len(old) - end]
    if not _PLAIN.fullmatch(body) and body != ".*":
        return None
    expression = ("^" if start else "") + (".*" if body == ".*" else re.escape(body)) + ("$" if end else "")
    count = 0 if everywhere and body != ".*" else 1
    return "".join(re.sub(expression, lambda _: new, one, count=count) + "\n" for one in text.splitlines())
