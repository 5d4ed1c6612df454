"""What `echo` and `printf` print, where it can be known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.shell.quoting import escaped_for_shell
from enactd.effects.values import EMPTY, Value, concat, join, known, unknown

_CONVERSION: Final = re.compile(r"%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlLjzt]*([a-zA-Z]|\([^)]*\)T)|)")
_NUMBERS: Final = r"|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))"
_IN_ECHO: Final = re.compile(r"\\(?:([abeEfnrtv\\c])|(0[0-7]{0,3})" + _NUMBERS)
_IN_ARGUMENT: Final = re.compile(r"\\(?:([abeEfnrtv\\c])|(0[0-7]{0,3}|[1-7][0-7]{0,2})" + _NUMBERS)
_IN_FORMAT: Final = re.compile(r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})" + _NUMBERS)
_LETTERS: Final = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_INTEGER: Final = re.compile(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]{0,17})\s*")
_WIDEST: Final = 4_096
_STOP: Final = "\ue01e"  # where `\c` ends the output


def echo_text(args: Sequence[Value]) -> Value:
    """The words of `echo`, with `-e` escapes decoded where asked for."""
    words = list(args)
    newline, escapes = True, False
    while words and re.fullmatch(r"-[neE]+", words[0].text or ""):
        flags = words.pop(0).text or ""
        newline = newline and "n" not in flags
        escapes = escapes if not set(flags) & {"e", "E"} else flags.rfind("e") > flags.rfind("E")
    text = join(words)
    if escapes:
        text = _decoded(text, _IN_ECHO)
    return _until_stop(concat((text, known("\n"))) if newline else text)


def printf_text(form: Value, args: Sequence[Value]) -> Value:
    """The output of printf; the format is used again until the arguments are spent."""
    template = form.text
    if template is None:
        return unknown("output of printf", *form.origins, *(o for a in args for o in a.origins))
    rest = list(args)
    parts: list[Value] = []
    for _ in range(1000):
        before = len(rest)
        parts.extend(_once(template, rest))
        if not rest or len(rest) == before:
            break
    return _until_stop(concat(parts)) if parts else EMPTY


def _decoded(text: Value, pattern: re.Pattern[str]) -> Value:
    """Backslash escapes decoded in the known parts. A NUL stays: `printf 'a\\0b' | xargs -0`."""
    pieces = tuple(pattern.sub(_character, p) if isinstance(p, str) else p for p in text.pieces)
    return Value(tuple(p for p in pieces if p != ""), text.glob, text.origins)


def _character(match: re.Match[str]) -> str:
    letter, octal, *codes = match.groups()
    if letter:
        return _STOP if letter == "c" else _LETTERS.get(letter, letter)
    if octal:
        return chr(int(octal, 8) & 0xFF)
    code = int(next(c for c in codes if c), 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _until_stop(text: Value) -> Value:
    for index, piece in enumerate(text.pieces):
        if isinstance(piece, str) and _STOP in piece:
            head = piece.split(_STOP, 1)[0]
            return Value((*text.pieces[:index], *((head,) if head else ())), text.glob, text.origins)
    return text


def _once(template: str, rest: list[Value]) -> list[Value]:
    parts: list[Value] = []
    position = 0
    for match in _CONVERSION.finditer(template):
        parts.append(_decoded(known(template[position : match.start()]), _IN_FORMAT))
        position = match.end()
        if match.group() == "%%":
            parts.append(known("%"))
            continue
        flags, width, precision, kind = match.groups()
        stars = [rest.pop(0) if rest else EMPTY for number in (width, precision) if number == "*"]
        if kind is None or stars:
            rest[:1] = [] if kind else rest[:1]
            parts.append(unknown("a field of printf"))
            continue
        argument = rest.pop(0) if rest else EMPTY
        parts.append(_converted(argument, flags or "", width or "", precision, kind))
    parts.append(_decoded(known(template[position:]), _IN_FORMAT))
    return parts


def _converted(argument: Value, flags: str, width: str, precision: str | None, kind: str) -> Value:
    text = argument.text
    shaped = bool(width or precision is not None or flags)
    if kind == "b" and not shaped:
        return _decoded(argument, _IN_ARGUMENT)
    if text is None:
        return argument if kind in "sbqQ" and not shaped else unknown("a field of printf", *argument.origins)
    result: str | None = None
    wide = any(int(number[:9] or 0) > _WIDEST for number in (width, precision or ""))
    if wide or ((shaped or kind == "c") and not text.isascii()):
        result = None
    elif kind in "sc":
        result = text if kind == "s" else text[:1] or "\0"
        result = _padded(result[: int(precision)] if precision else "" if precision == "" else result, flags, width)
    elif kind in "qQ" and not shaped:
        result = escaped_for_shell(text)
    elif kind in "diuoxX" and precision is None and not set(flags) - {"-", "0"}:
        number = _integer(text, kind)
        result = None if number is None else _padded(number, flags, width, zeros="0" in flags and "-" not in flags)
    return unknown("a field of printf", *argument.origins) if result is None else known(result, *argument.origins)


def _padded(text: str, flags: str, width: str, *, zeros: bool = False) -> str:
    size = int(width or 0)
    if zeros:
        sign = "-" if text.startswith("-") else ""
        return sign + text.removeprefix("-").rjust(size - len(sign), "0")
    return text.ljust(size) if "-" in flags else text.rjust(size)


def _integer(text: str, kind: str) -> str | None:
    """The number as it is printed; what is no number is an error, and not known here."""
    if text[:1] in ("'", '"') and len(text) > 1:
        number = ord(text[1])
    elif text == "":
        number = 0
    else:
        match = _INTEGER.fullmatch(text)
        if not match:
            return None
        sign, digits = match.groups()
        base = 16 if digits[:2] in ("0x", "0X") else 8 if digits.startswith("0") else 10
        number = int(digits, base) * (-1 if sign == "-" else 1)
        if number >= 1 << 63:
            return None
    if kind in "uoxX":
        number %= 1 << 64
    return {"o": f"{number:o}", "x": f"{number:x}", "X": f"{number:X}"}.get(kind, str(number))
