"""Scripting languages as dialects, and the text and code inside their double-quoted strings."""

from __future__ import annotations

import re
from typing import Final

import msgspec

PAIRS: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_ESCAPES: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "0": "\0",
    "e": "\x1b",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "s": " ",
}


class Code(msgspec.Struct, frozen=True):
    """Code inside a string."""

    text: str


Part = str | Code


class Token(msgspec.Struct, frozen=True):
    """`kind`: name variable text command words regex number hole sign line. `spaced` after white space."""

    kind: str
    text: str
    parts: tuple[Part, ...] = ()
    spaced: bool = False


class Dialect(msgspec.Struct, frozen=True):
    """What differs between the languages. `interpolation`: ruby | perl | php | brace | none."""

    language: str
    interpolation: str = "none"
    line_comments: tuple[str, ...] = ("#",)
    block_comments: tuple[tuple[str, str], ...] = ()
    sigils: bool = False
    quote_words: bool = False  # perl's q qq qw qx m s tr y
    percent_quotes: bool = False  # ruby's %q %w %x
    patterns: bool = False  # /…/ is a pattern
    heredocs: bool = False
    backticks: str = "command"  # command | text | none
    long_brackets: bool = False  # lua's [[ … ]]
    triple_quotes: bool = False
    command_calls: bool = False  # arguments without parentheses
    concatenation: frozenset[str] = frozenset((".", "+"))
    members: frozenset[str] = frozenset((".", "->", "::", "&.", "?.", "?->"))
    bare_members: bool = False  # a member without parentheses is a call
    single_interpolates: bool = False
    tilde: bool = False  # functions on files expand `~`


_INTERPOLATIONS: Final = {
    "ruby": re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|[0-7]{1,3}|.)|#\{|#[$@]\w+", re.DOTALL),
    "perl": re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|x\{[0-9a-fA-F]+\}|[0-7]{1,3}|.)|[$@]\{|[$@]\w+(?:::\w+)*(?:->)?(?:\{[^{}]*\}|\[[^\]]*\])*|[$]&", re.DOTALL),
    "php": re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|u\{[0-9a-fA-F]+\}|[0-7]{1,3}|.)|\{\$|\$\{|\$\w+(?:->\w+|\[[^\]]*\])?", re.DOTALL),
    "brace": re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|u\{[0-9a-fA-F]+\}|.)|\$\(|\$\{|#\{|\$\w+", re.DOTALL),
    "none": re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|u\{[0-9a-fA-F]+\}|[0-7]{1,3}|.)", re.DOTALL),
}  # fmt: skip


def interpolated(body: str, dialect: Dialect) -> tuple[Part, ...]:
    """Literal text and code of a double-quoted string, in order."""
    parts: list[Part] = []
    pattern, at = _INTERPOLATIONS[dialect.interpolation], 0
    while (match := pattern.search(body, at)) is not None and len(parts) < 200:
        parts.append(body[at : match.start()])
        at = match.end()
        token = match.group()
        if token[0] == "\\":
            parts.append(_escaped(token))
        elif token in ("#{", "${", "@{", "{$", "$("):
            end = _closing(body, at, "(" if token == "$(" else "{")
            inner = body[at:end]
            if token == "{$":
                inner = "$" + inner
            elif token in ("${", "@{") and dialect.interpolation != "brace" and re.fullmatch(r"\^?\w+", inner):
                inner = token[0] + inner
            parts.append(Code(inner))
            at = end + 1
        else:
            parts.append(Code(token.lstrip("#" if dialect.interpolation != "brace" else "$")))
    parts.append(body[at:])
    return tuple(part for part in parts if part != "")


def _closing(body: str, at: int, opening: str) -> int:
    close, depth = PAIRS[opening], 0
    while at < len(body):
        if body[at] == opening:
            depth += 1
        elif body[at] == close:
            if not depth:
                return at
            depth -= 1
        at += 1
    return at


def _escaped(token: str) -> str:
    rest = token[1:]
    digits = rest[1:].strip("{}") if rest[:1] in ("x", "u") else rest if rest[:1].isdigit() else ""
    if digits and rest[:1] in ("x", "u"):
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else token
    if digits and len(digits) > 1 and all(d in "01234567" for d in digits):
        return chr(int(digits, 8))
    if rest == "\n":
        return ""
    return _ESCAPES.get(rest, rest)
