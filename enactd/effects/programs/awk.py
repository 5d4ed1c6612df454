"""awk: the commands its programs start and the files they write, besides the lines they print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import (
    EMPTY,
    Effects,
    Hole,
    Invocation,
    Line,
    Options,
    Output,
    Value,
    known,
    program,
    unknown,
    value,
)
from enactd.effects.model import Opaque, ReadPath, RevealSecret, RunCode, SendData, WritePath
from enactd.effects.programs.sed import with_marks, without_marks
from enactd.effects.programs.streams import (
    content_of,
    first_fields,
    is_stream,
    reading,
    transformed,
    without_output,
    without_values,
)
from enactd.effects.scripts import origin_of
from enactd.effects.secrets import secret_variable

_AWK: Final = Options(
    "-F --field-separator FS", "-v --assign ASSIGN", "-f --file FILE", "-E --exec FILE", "-i --include LIB",
    "-l --load LIB", "-e --source TEXT", "-o", "--pretty-print [FILE]", "-p", "--profile [FILE]", "-d",
    "--dump-variables [FILE]", "-D", "--debug [FILE]", "-b --characters-as-bytes", "-c --traditional", "-g --gen-pot",
    "-L", "--lint [W]", "-M --bignum", "-n --non-decimal-data", "-N --use-lc-numeric", "-O --optimize", "-P --posix",
    "-r --re-interval", "-s --no-optimize", "-S --sandbox", "-t --lint-old", "-C --copyright", "-k --csv",
    "-I --trace", "-W ARG", "-h --help", "-V --version",
    stop_at_operand=True,
)  # fmt: skip
_TOKEN: Final = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<comment>#[^\n]*)|(?P<name>[A-Za-z_\ue010][\w\ue010]*)|(?P<number>\d[\w.]*)'
    r"|(?P<op>>>|\|&|\|\||&&|!~|[<>=!]=|[-+*%^]=|\+\+|--|[^\s])|(?P<newline>\n)|(?P<space>[^\S\n]+)",
    re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?:[^/\\\n\[]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*/")
_BEFORE_REGEX: Final = frozenset(
    ("", "(", ",", "{", "}", ";", "\n", "~", "!~", "!", "&&", "||", "in", "return", "print", "?", ":")
)
_ENDS: Final = frozenset((";", "\n", "}", "{", ""))
_FIRST_FIELD: Final = re.compile(r"\s*(?:!\w+\[\$1\]\+\+\s*)?\{\s*print \$1;?\s*\}\s*")
_ASSIGNED: Final = re.compile(r"[A-Za-z_]\w*=")


def tokens(text: str) -> list[str]:
    """The tokens of a program; regular expressions become one token, comments and blanks go."""
    found: list[str] = []
    at = 0
    while at < len(text) and len(found) < 20_000:
        last = found[-1] if found else ""
        if text[at] == "/" and last in _BEFORE_REGEX:
            regex = _REGEX.match(text, at)
            if regex:
                found.append("/…/")
                at = regex.end()
                continue
        match = _TOKEN.match(text, at)
        if match is None:
            break
        at = match.end()
        if match.lastgroup not in ("space", "comment"):
            found.append(match.group())
    return found


def _literal(words: Sequence[str]) -> Value:
    """An expression as text: string literals known, everything else a hole."""
    pieces: list[str | Hole] = []
    for word in words:
        if word.startswith('"'):
            text = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), word[1:-1])
            pieces += without_marks(text).pieces
        elif word not in ("(", ")"):
            pieces.append(Hole("an expression of the awk program"))
    return value(*pieces)


def _until(words: Sequence[str], start: int) -> int:
    """The end of the expression that starts here: a separator, or the bracket that closes around it."""
    depth = 0
    for at in range(start, len(words)):
        word = words[at]
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
            if depth < 0:
                return at
        elif depth == 0 and (word in _ENDS or word in ("|", "|&", "&&", "||", ",")):
            return at
    return len(words)


def program_effects(call: Invocation, text: str) -> Effects:
    """What a program does besides printing."""
    words = tokens(text)
    printing = False
    depth = 0
    for at, word in enumerate(words):
        if word in ("print", "printf"):
            printing, depth = True, 0
        elif word in _ENDS:
            printing = False
        elif word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        following = words[at + 1] if at + 1 < len(words) else ""
        if word == "system" and following == "(":
            yield from _command(call, _literal(words[at + 2 : _until(words, at + 2)]))
        elif word in ("|", "|&") and following == "getline":
            yield from _command(call, _literal(words[_statement_start(words, at) : at]))
        elif word in ("|", "|&"):
            yield from _command(call, _literal(words[at + 1 : _until(words, at + 1)]), _lines(call))
        elif word in (">", ">>") and printing and depth <= 0:
            yield from _file(call, _literal(words[at + 1 : _until(words, at + 1)]), word == ">>")
        elif word == "<" and "getline" in words[max(at - 2, 0) : at]:
            yield ReadPath(target=call.target(_literal(words[at + 1 : at + 2])))
        elif word == "ENVIRON":
            yield from _environment(words, at)
        elif word == "@" and following in ("load", "include"):
            yield Opaque(reason=f"awk program with @{following}")


def _statement_start(words: Sequence[str], at: int) -> int:
    depth = 0
    for index in range(at - 1, -1, -1):
        if words[index] == ")":
            depth += 1
        elif words[index] == "(":
            if depth == 0:
                return index + 1
            depth -= 1
        elif depth == 0 and (words[index] in _ENDS or words[index] in ("=", "while", "if", "&&", "||")):
            return index + 1
    return 0


def _lines(call: Invocation) -> Value:
    return unknown("lines that awk prints", *(call.stdin.origins if call.stdin is not None else ()))


def _command(call: Invocation, text: Value, stdin: Value = EMPTY) -> Effects:
    socket = re.match(r"/inet\d?/\w+/\d+/([^/]+)/", text.prefix)
    if socket:
        yield SendData(to=socket.group(1), by="awk")
    elif not text.pieces or not text.visible.strip():
        yield RunCode(language="shell", origin="generated", what="a command that awk computes")
    else:
        yield from without_output(call.shell(text, stdin=stdin))


def _file(call: Invocation, word: Value, appends: bool) -> Effects:
    if not word.pieces:
        return
    target = call.target(word)
    if word.text not in ("/dev/stderr", "/dev/stdout", "-") and not is_stream(target):
        yield WritePath(target=target, how="append" if appends else "overwrite")


def _environment(words: Sequence[str], at: int) -> Effects:
    """`ENVIRON["NAME"]` reads one variable, anything else all of them."""
    if words[at + 1 : at + 2] == ["["] and words[at + 2 : at + 3] and words[at + 2].startswith('"'):
        name = words[at + 2].strip('"')
        if secret_variable(name):
            yield RevealSecret(what=f"the variable {name}", by="awk")
    elif at and words[at - 1] == "in":
        yield RevealSecret(what="the whole environment", by="awk")


@program("awk", "gawk", "mawk", "nawk", "original-awk", "goawk")
def awk(call: Invocation) -> Effects:
    """Reads its files, changes them with `-i inplace`, and does what its program says."""
    line = _AWK.parse(call.args)
    if line.has("--help", "--version"):
        return
    operands = list(line.operands)
    inline = not line.has("-e", "-f", "-E")
    texts = operands[:1] if inline else line.values("-e")
    if inline:
        operands = operands[1:]
    for word in [*line.values("-f"), *line.values("-E")]:
        yield from _program_file(call, word, texts)
    for word in line.values("-l"):
        yield Opaque(reason=f"awk loads the library {word.shown(60)}")
    for text in texts:
        if not text.visible.strip() and text.holes:
            yield Opaque(reason="an awk program that is known only at run time")
        elif not line.has("-S"):
            yield from program_effects(call, with_marks(text))
    for option in ("--pretty-print", "--profile", "--dump-variables"):
        for word in line.values(option):
            yield WritePath(target=call.target(word))
    files = [word for word in operands if not _ASSIGNED.match(word.prefix)]
    if any((word.text or "").startswith("inplace") for word in line.values("-i")):
        for word in files:
            yield WritePath(target=call.target(word), how="edit")
        return
    begins = len(texts) == 1 and re.fullmatch(r"\s*BEGIN\s*\{[^}]*\}\s*", texts[0].text or "") is not None
    reads, text = reading(call, files)
    yield from reads
    if begins and not files:
        text = known("")
        yield transformed(text, lambda _: None, "what awk prints", *frozenset().union(*(t.origins for t in texts)))
        return
    yield _lines_out(line, texts, text)


def _lines_out(line: Line, texts: list[Value], text: Value) -> Output:
    """What is printed; of lines that begin with a name, the names where only these are."""
    first = len(texts) == 1 and _FIRST_FIELD.fullmatch(texts[0].text or "") is not None
    if line.text("-F") == "=" and first:
        text = without_values(text)
    names = first_fields(text, line.text("-F")) if first and line.has("-F") else None
    if names is not None:
        return Output(names)
    return transformed(text, lambda known_text: _printed(texts, line.has("-F"), known_text), "what awk prints")


def _program_file(call: Invocation, word: Value, texts: list[Value]) -> Effects:
    """A program out of a file joins `texts` where it can be read."""
    if word.text == "-":
        return
    target = call.target(word)
    yield ReadPath(target=target, shown=False)
    text = content_of(call, word, target)
    if text.known:
        texts.append(text)
    else:
        yield RunCode(language="awk", origin=origin_of(target), what=word.shown(), target=target)


def _printed(texts: list[Value], separated: bool, text: str) -> str | None:
    """The result of `{print}` and `{print $N}`; None for anything else."""
    match = re.fullmatch(r"\s*\{\s*print\s*(?:\$(\d+))?\s*;?\s*\}\s*", texts[0].text or "") if len(texts) == 1 else None
    if match is None or separated:
        return None
    number = int(match.group(1) or "0")
    lines = []
    for one in text.splitlines():
        fields = one.split()
        lines.append(one if number == 0 else fields[number - 1] if number <= len(fields) else "")
    return "".join(one + "\n" for one in lines)
