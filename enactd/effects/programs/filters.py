"""Filters whose output is computed where the input is known: head, tail, sort, uniq, cut, tr, rev, seq."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from enactd.effects.invocation import EMPTY, Effects, Invocation, Line, Options, Output, Value, known, program, unknown
from enactd.effects.model import ReadPath
from enactd.effects.programs.streams import (
    first_fields,
    reading,
    selected,
    shown_by,
    standard_input,
    transformed,
    without_output,
    without_values,
    writing,
)

_HEAD: Final = Options(
    "-n --lines N", "-c --bytes N", "-q --quiet --silent", "-v --verbose", "-z --zero-terminated", "-f --follow [HOW]",
    "-F",
    "-r", "--pid PID", "-s --sleep-interval N", "--retry", "--max-unchanged-stats N", "-b N", "--help", "--version",
)  # fmt: skip
_SORT: Final = Options(
    "-b --ignore-leading-blanks", "-d --dictionary-order", "-f --ignore-case", "-g --general-numeric-sort",
    "-i --ignore-nonprinting", "-M --month-sort", "-h --human-numeric-sort", "-n --numeric-sort", "-R --random-sort",
    "--random-source FILE", "-r --reverse", "--sort WORD", "-V --version-sort", "--batch-size N", "-c", "-C",
    "--check [HOW]", "--compress-program PROG", "--debug", "--files0-from FILE", "-k --key DEF", "-m --merge",
    "-o --output FILE", "-s --stable", "-S --buffer-size SIZE", "-t --field-separator SEP",
    "-T --temporary-directory DIR",
    "--parallel N", "-u --unique", "-z --zero-terminated", "--help", "--version",
)  # fmt: skip
_UNIQ: Final = Options(
    "-c --count", "-d --repeated", "-D", "--all-repeated [M]", "-f --skip-fields N", "--group [M]", "-i --ignore-case",
    "-s --skip-chars N", "-u --unique", "-w --check-chars N", "-z --zero-terminated", "--help", "--version",
)  # fmt: skip
_CUT: Final = Options(
    "-b --bytes LIST", "-c --characters LIST", "-d --delimiter D", "-f --fields LIST", "-n", "--complement",
    "-s --only-delimited", "--output-delimiter S", "-w", "-z --zero-terminated", "--help", "--version",
)  # fmt: skip
_TR: Final = Options(
    "-c -C --complement", "-d --delete", "-s --squeeze-repeats", "-t --truncate-set1", "--help", "--version"
)
_SHUF: Final = Options("-e --echo", "-i --input-range R", "-n --head-count N", "-o --output FILE", "--random-source F",
                       "-r --repeat", "-z --zero-terminated", "--help", "--version")  # fmt: skip
_CLASSES: Final = {
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "lower": "abcdefghijklmnopqrstuvwxyz", "digit": "0123456789",
    "space": " \t\n\v\f\r", "blank": " \t", "punct": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
}  # fmt: skip
_CLASSES["alpha"] = _CLASSES["upper"] + _CLASSES["lower"]
_CLASSES["alnum"] = _CLASSES["digit"] + _CLASSES["alpha"]
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _numbered(args: tuple[Value, ...]) -> list[Value]:
    """`head -5` as `head -n 5`."""
    words: list[Value] = []
    for index, word in enumerate(args):
        match = re.fullmatch(r"([-+])(\d+)([bcklmqf]*)", word.text or "")
        is_value = index > 0 and args[index - 1].text in ("-n", "-c", "-s", "--lines", "--bytes", "--pid")
        if match and not is_value:
            sign = "+" if match.group(1) == "+" else ""
            words += [known("-c" if "c" in match.group(3) else "-n"), known(sign + match.group(2))]
        else:
            words.append(word)
    return words


@program("head", "tail", "ghead", "gtail", "multitail")
def head(call: Invocation) -> Effects:
    """The first or last lines or bytes."""
    line = _HEAD.parse(_numbered(call.args))
    if line.has("--help", "--version"):
        return
    reads, text = reading(call, line.operands)
    yield from reads
    if (len(line.operands) > 1 and not line.has("-q")) or line.has("-v"):
        yield Output(unknown("lines of several files", *text.origins))
        return
    last = call.name.lstrip("g") == "tail"
    yield selected(text, lambda known_text: _part(line, known_text, last), "some of the lines")


def _part(line: Line, text: str, last: bool) -> str | None:
    by_bytes = line.value("-c") is not None
    count = line.text("-c") if by_bytes else line.text("-n", "10")
    match = re.fullmatch(r"([-+]?)(\d{1,9})", count.strip())
    if match is None or line.has("-z", "-r"):
        return None
    sign, number = match.group(1), int(match.group(2))
    units: list[str] = list(text) if by_bytes else text.splitlines(keepends=True)
    if last:
        kept = (
            units[max(number - 1, 0) :]
            if sign == "+"
            else units[len(units) - number :]
            if number < len(units)
            else units
        )
    else:
        kept = units[: max(len(units) - number, 0)] if sign == "-" else units[:number]
    return "".join(kept)


@program("sort", "gsort")
def sort(call: Invocation) -> Effects:
    """`-o` writes a file, and the program of `--compress-program` is fed with the lines."""
    line = _SORT.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.values("--files0-from"):
        if word.text != "-":
            yield ReadPath(target=call.target(word), shown=shown_by(call))
    reads, text = reading(call, line.operands, shown=not line.has("-o", "-c", "-C"))
    yield from reads
    for command in line.values("--compress-program"):
        yield from without_output(call.hidden(command, "--compress-program", stdin=text))
    ordered = selected(text, lambda known_text: _sorted(line, known_text), "sorted lines")
    for word in line.values("-o"):
        yield writing(call, word, content=ordered.value)
    yield Output(EMPTY) if line.has("-o", "-c", "-C") else ordered


def _sorted(line: Line, text: str) -> str | None:
    if line.has("-k", "-t", "-R", "-M", "-h", "-V", "-g", "-d", "-f", "-i", "-z", "--sort"):
        return None
    lines = text.splitlines()
    if line.has("-u"):
        lines = list(dict.fromkeys(lines))
    if line.has("-n"):
        lines.sort(key=lambda one: float(m.group()) if (m := re.match(r"\s*-?\d+(\.\d+)?", one)) else 0.0)
    else:
        lines.sort()
    if line.has("-r"):
        lines.reverse()
    return "".join(one + "\n" for one in lines)


@program("uniq", "guniq")
def uniq(call: Invocation) -> Effects:
    """A second operand is the output file."""
    words = [word for word in call.args if not re.fullmatch(r"[-+]\d+", word.text or "")]
    line = _UNIQ.parse(words)
    if line.has("--help", "--version"):
        return
    out = line.operands[1] if len(line.operands) > 1 else None
    reads, text = reading(call, line.operands[:1], shown=out is None)
    yield from reads
    plain = not line.has("-c", "-d", "-D", "-f", "-i", "-s", "-u", "-w", "-z", "--all-repeated", "--group")

    def unique(known_text: str) -> str | None:
        lines = known_text.splitlines()
        kept = [one for index, one in enumerate(lines) if index == 0 or lines[index - 1] != one]
        return "".join(one + "\n" for one in kept) if plain else None

    result = (
        selected(text, unique, "lines without repetitions") if plain else transformed(text, unique, "counted lines")
    )
    if out is not None and out.text != "-":
        yield writing(call, out, content=result.value)
        yield Output(EMPTY)
    else:
        yield result


def _positions(listed: str) -> Callable[[int], bool] | None:
    """`1,3-5,7-` as a test of 1-based positions."""
    ranges: list[tuple[int, int]] = []
    for part in listed.split(","):
        match = re.fullmatch(r"(\d{0,7})(-?)(\d{0,7})", part.strip())
        if match is None or not (match.group(1) or match.group(3)):
            return None
        start = int(match.group(1) or 1)
        ranges.append((start, int(match.group(3) or 10_000_000) if match.group(2) else start))
    return lambda position: any(low <= position <= high for low, high in ranges)


@program("cut", "gcut")
def cut(call: Invocation) -> Effects:
    """Fields or characters by position."""
    line = _CUT.parse(call.args)
    if line.has("--help", "--version"):
        return
    reads, text = reading(call, line.operands)
    yield from reads
    if line.text("-d") == "=" and line.text("-f") == "1":
        text = without_values(text)
    first = first_fields(text, line.text("-d", "\t")) if line.text("-f") == "1" else None
    yield (
        transformed(text, lambda known_text: _columns(line, known_text), "columns of lines")
        if first is None
        else Output(first)
    )


def _columns(line: Line, text: str) -> str | None:
    fields = line.value("-f")
    wanted = _positions(line.text("-f") if fields is not None else line.text("-c") or line.text("-b"))
    if wanted is None or line.has("-z", "-w"):
        return None
    keep = (lambda n: not wanted(n)) if line.has("--complement") else wanted
    delimiter = line.text("-d", "\t")
    joiner = line.text("--output-delimiter", delimiter if fields is not None else "")
    result: list[str] = []
    for one in text.splitlines():
        if fields is not None and delimiter not in one:
            result += [] if line.has("-s") else [one]
            continue
        parts = one.split(delimiter) if fields is not None else list(one)
        result.append(joiner.join(part for number, part in enumerate(parts, 1) if keep(number)))
    return "".join(one + "\n" for one in result)


def expanded_set(text: str) -> list[str] | None:
    """The characters of a tr set: ranges, classes and escapes. None for equivalence classes and repeats."""
    characters: list[str] = []
    at = 0
    while at < len(text):
        named = re.match(r"\[:(\w+):\]", text[at:])
        if named:
            if named.group(1) not in _CLASSES:
                return None
            characters += _CLASSES[named.group(1)]
            at += named.end()
            continue
        if re.match(r"\[=.=\]|\[.\*\d*\]", text[at:]):
            return None
        one, at = _character(text, at)
        if at + 1 < len(text) and text[at] == "-":
            last, after = _character(text, at + 1)
            if ord(last) < ord(one) or ord(last) - ord(one) > 70_000:
                return None
            characters += [chr(code) for code in range(ord(one), ord(last) + 1)]
            at = after
        else:
            characters.append(one)
    return characters


def _character(text: str, at: int) -> tuple[str, int]:
    if text[at] != "\\" or at + 1 >= len(text):
        return text[at], at + 1
    octal = re.match(r"[0-7]{1,3}", text[at + 1 :])
    if octal:
        return chr(int(octal.group(), 8)), at + 1 + octal.end()
    return _ESCAPES.get(text[at + 1], text[at + 1]), at + 2


@program("tr", "gtr")
def tr(call: Invocation) -> Effects:
    """Characters replaced, deleted or squeezed."""
    line = _TR.parse(call.args)
    if line.has("--help", "--version"):
        return
    sets = [word.text for word in line.operands]
    yield transformed(standard_input(call), lambda text: _translated(line, sets, text), "translated text")


def _translated(line: Line, sets: list[str | None], text: str) -> str | None:
    first = expanded_set(sets[0]) if sets and sets[0] is not None else None
    second = expanded_set(sets[1]) if len(sets) > 1 and sets[1] is not None else None
    if first is None or (len(sets) > 1 and second is None):
        return None
    chosen = set(first)
    complement = line.has("-c")

    def inside(one: str) -> bool:
        return (one in chosen) != complement

    if line.has("-d"):
        text = "".join(one for one in text if not inside(one))
    elif second:
        pairs = second + [second[-1]] * (len(first) - len(second))
        table = dict(zip(first, pairs, strict=False))
        text = "".join(table.get(one, second[-1]) if inside(one) else one for one in text)
    if line.has("-s"):
        squeezed = set(second) if second else {one for one in text if inside(one)}
        text = "".join(one for at, one in enumerate(text) if at == 0 or one != text[at - 1] or one not in squeezed)
    return text


@program("rev")
def rev(call: Invocation) -> Effects:
    """Every line backwards."""
    words = [word for word in call.args if not word.startswith("-")]
    reads, text = reading(call, words)
    yield from reads
    yield transformed(text, lambda t: "".join(one[::-1] + "\n" for one in t.splitlines()), "reversed lines")


@program("shuf", "gshuf")
def shuf(call: Invocation) -> Effects:
    """Lines in any order; `-e` takes them from the command line."""
    line = _SHUF.parse(call.args)
    if line.has("--help", "--version"):
        return
    text: Value = EMPTY
    if line.has("-e"):
        text = known("".join((word.text or "") + "\n" for word in line.operands))
    elif line.value("-i") is None:
        reads, text = reading(call, line.operands, shown=not line.has("-o"))
        yield from reads
    for word in line.values("-o"):
        yield writing(call, word, content=unknown("shuffled lines", *text.origins))
    single = line.has("-e") and len(line.operands) == 1
    yield Output(text) if single else selected(text, lambda _: None, "shuffled lines")


@program("seq", "gseq", "jot")
def seq(call: Invocation) -> Effects:
    """Whole numbers are computed, up to a thousand of them."""
    options = Options(
        "-f --format F", "-s --separator S", "-w --equal-width", "-t S", "-b W", "-c", "--help", "--version"
    )
    numbers = [w for w in call.args if re.fullmatch(r"-?\d+(\.\d+)?", w.text or "")]
    line = options.parse([w for w in call.args if w not in numbers])
    result: str | None = None
    if not line.operands and not line.found and call.name != "jot" and 0 < len(numbers) <= 3:
        result = _counted([w.text or "" for w in numbers])
    yield Output(unknown("numbers", empty=False) if result is None else known(result))


def _counted(texts: list[str]) -> str | None:
    if any("." in text or len(text) > 9 for text in texts):
        return None
    values = [int(text) for text in texts]
    first = values[0] if len(values) > 1 else 1
    step = values[1] if len(values) > 2 else 1
    last = values[-1]
    if step == 0 or abs((last - first) // step) > 1_000:
        return None
    return "".join(f"{n}\n" for n in range(first, last + (1 if step > 0 else -1), step))


@program("yes", "gyes")
def yes(call: Invocation) -> Effects:
    """The same line without end; one of them stands for all."""
    texts = [word.text for word in call.args]
    text = " ".join(one for one in texts if one is not None) if texts else "y"
    yield Output(known(text + "\n") if None not in texts else unknown("a repeated line"))


@program("envsubst")
def envsubst(call: Invocation) -> Effects:
    """Fills variables into a text."""
    text = standard_input(call)
    yield transformed(text, lambda t: t if "$" not in t else None, "a template filled in")
