"""What `echo` and `printf` print, where it can be known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.shell.lexer import ansi_c
from enactd.effects.shell.quoting import escaped_for_shell
from enactd.effects.values import EMPTY, NONE, Value, concat, join, known, unknown

_CONVERSION: Final = re.compile(r"%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?([diouxXeEfFgGaAcsbqQ]|\([^)]*\)T))")

_NUL: Final = re.compile(r"\\(\\|0{1,4}(?![0-7])|x0{1,2}(?![0-9a-fA-F]))")
_MARK: Final = "\ue01f"
_WIDEST: Final = 4_096


def echo_text(args: Sequence[Value]) -> Value:
    """The words of `echo`, with `-e` escapes decoded where asked for."""
    words = list(args)
    newline, escapes = True, False
    while words and re.fullmatch(r"-[neE]+", words[0].text or ""):
        flags = words.pop(0).text or ""
        newline = newline and "n" not in flags
        escapes = "e" in flags or (escapes and "E" not in flags)
    text = join(words)
    if escapes:
        text = decoded(text)
    return concat((text, known("\n"))) if newline else text


def decoded(text: Value) -> Value:
    """Backslash escapes decoded in the known parts (`\\0nnn` as echo has it)."""
    pieces = tuple(_escapes(p) if isinstance(p, str) else p for p in text.pieces)
    return Value(tuple(p for p in pieces if p != ""), text.glob, text.origins)


def _escapes(text: str) -> str:
    """As in `$'…'`, but a NUL does not end the text: `printf 'a\\0b' | xargs -0`."""
    marked = _NUL.sub(lambda match: match.group() if match.group(1) == "\\" else _MARK, text)
    return ansi_c(re.sub(r"\\0([0-7]{1,3})", r"\\\1", marked)).replace(_MARK, "\0")


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
    return concat(parts) if parts else EMPTY


def _once(template: str, rest: list[Value]) -> list[Value]:
    parts: list[Value] = []
    position = 0
    for match in _CONVERSION.finditer(template):
        parts.append(decoded(known(template[position : match.start()])))
        position = match.end()
        if match.group() == "%%":
            parts.append(known("%"))
            continue
        flags, width, precision, kind = match.groups()
        for star in (width, precision):
            if star == "*" and rest:
                rest.pop(0)
        argument = rest.pop(0) if rest else EMPTY
        parts.append(_converted(argument, flags or "", width, precision, kind))
    parts.append(decoded(known(template[position:])))
    return [p for p in parts if p.pieces or p.origins != NONE]


def _converted(argument: Value, flags: str, width: str | None, precision: str | None, kind: str) -> Value:
    if kind == "b":
        return decoded(argument)
    text = argument.text
    if text is None:
        return argument
    if any(number and number.isdigit() and int(number[:9]) > _WIDEST for number in (width, precision)):
        return unknown("a very wide field", *argument.origins)
    if kind in "qQ":
        text = escaped_for_shell(text)
    elif kind == "s":
        text = text[: int(precision)] if precision and precision.isdigit() else text
    elif kind == "c":
        text = text[:1]
    elif kind in "diouxX":
        text = _integer(text, kind)
    if width and width.isdigit():
        text = text.ljust(int(width)) if "-" in flags else text.rjust(int(width), "0" if "0" in flags else " ")
    return known(text, *argument.origins)


def _integer(text: str, kind: str) -> str:
    try:
        number = ord(text[1]) if text[:1] in "'\"" and len(text) > 1 else int(text.strip() or "0", 0)
    except ValueError:
        return "0"
    return {"o": f"{number:o}", "x": f"{number:x}", "X": f"{number:X}"}.get(kind, str(number))
