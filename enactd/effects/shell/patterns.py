"""Bash patterns: `*`, `?`, brackets with classes, escapes, extended globs. Matching is linear or refused.

A pattern's text has quoted characters escaped with a backslash. What is not read (`!(…)`) is None.
"""

from __future__ import annotations

import re
from typing import Final

from enactd.memo import memo

MAX_TEXT: Final = 2_048
_ESCAPED: Final = re.compile(r"\\(.)", re.S)
_ACTIVE: Final = re.compile(r"[*?\[]|[+@!]\(")
_CLASSES: Final = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "word": r"\w", "xdigit": "0-9A-Fa-f", "print": " -~", "graph": "!-~",
    "cntrl": r"\x00-\x1f\x7f", "ascii": r"\x00-\x7f",
}  # fmt: skip


class Unreadable(Exception):
    """The pattern holds something that is not read here."""


def escaped(text: str) -> str:
    """Text as a pattern that matches only itself."""
    return re.sub(r"[*?\[\]\\()|+@!]", r"\\\g<0>", text)


def plain(pattern: str) -> str | None:
    """The only text a pattern matches, None where it has active characters."""
    return None if _ACTIVE.search(_ESCAPED.sub("", pattern)) else _ESCAPED.sub(r"\1", pattern)


@memo(512)
def compiled(pattern: str, *, whole: bool = True, extended: bool = True) -> re.Pattern[str] | None:
    """The pattern as a regular expression for a full match; with `whole` False greedy and open at its end."""
    if len(pattern) > MAX_TEXT:
        return None
    try:
        pieces = _Translator(pattern, extended).sequence()
        body = _joined(pieces) if whole else "".join(".*" if piece is None else piece for piece in pieces)
        return re.compile(f"(?s:{body})" + (r"\Z" if whole else ""))
    except (Unreadable, re.error, RecursionError):
        return None


def matches(text: str, pattern: str) -> bool | None:
    """Whether a pattern matches a whole text; None where that cannot be told."""
    literal = plain(pattern)
    if literal is not None:
        return text == literal
    regex = compiled(pattern)
    return None if regex is None or len(text) > MAX_TEXT else regex.match(text) is not None


def _joined(pieces: list[str | None]) -> str:
    """Stars as atomic shortest matches, so that no pattern makes the search explode."""
    if None not in pieces:
        return "".join(piece for piece in pieces if piece is not None)
    runs: list[str] = [""]
    for piece in pieces:
        if piece is None:
            runs.append("")
        else:
            runs[-1] += piece
    middle = "".join(f"(?>.*?{run})" for run in runs[1:-1] if run)
    return runs[0] + middle + ".*" + runs[-1]


class _Translator:
    """Turns a pattern into pieces of a regular expression; None stands for a star."""

    def __init__(self, pattern: str, extended: bool) -> None:
        self.pattern = pattern
        self.extended = extended
        self.pos = 0

    def sequence(self, stop: str = "") -> list[str | None]:
        pieces: list[str | None] = []
        while self.pos < len(self.pattern) and self.pattern[self.pos] not in (stop or "\0"):
            char = self.pattern[self.pos]
            if self.extended and char in "?*+@!" and self.pattern[self.pos + 1 : self.pos + 2] == "(":
                pieces.append(self._group(char))
                continue
            self.pos += 1
            if char == "*":
                if not pieces or pieces[-1] is not None:
                    pieces.append(None)
            elif char == "?":
                pieces.append(".")
            elif char == "[":
                pieces.append(self._bracket())
            elif char == "\\" and self.pos < len(self.pattern):
                pieces.append(re.escape(self.pattern[self.pos]))
                self.pos += 1
            else:
                pieces.append(re.escape(char))
        return pieces

    def _group(self, kind: str) -> str:
        if kind == "!":
            raise Unreadable("!(")
        self.pos += 2
        alternatives: list[str] = []
        while True:
            pieces = self.sequence("|)")
            alternatives.append("".join(".*" if piece is None else piece for piece in pieces))
            if self.pos >= len(self.pattern):
                raise Unreadable("not closed")
            self.pos += 1
            if self.pattern[self.pos - 1] == ")":
                break
        inner = "|".join(alternatives)
        ambiguous = len(alternatives) > 1 and any(len(alternative) > 1 for alternative in alternatives)
        if kind in "*+" and (ambiguous or any(mark in inner for mark in ("*", "+", "?"))):
            raise Unreadable("a repetition that could take for ever")
        return f"(?:{inner})" + {"@": "", "?": "?", "*": "*", "+": "+"}[kind]

    def _bracket(self) -> str:
        """A bracket expression; without its closing bracket it is a plain character."""
        start = self.pos
        negated = self.pattern[self.pos : self.pos + 1] in ("!", "^")
        self.pos += negated
        found: list[str] = []
        first = True
        while self.pos < len(self.pattern):
            char = self.pattern[self.pos]
            if char == "]" and not first:
                self.pos += 1
                return f"[{'^' if negated else ''}{''.join(found)}]"
            first = False
            found.append(self._member(char))
        self.pos = start
        return r"\["

    def _member(self, char: str) -> str:
        named = re.compile(r"\[:([a-z]+):\]").match(self.pattern, self.pos)
        if named:
            self.pos = named.end()
            if named.group(1) not in _CLASSES:
                raise Unreadable(named.group(1))
            return _CLASSES[named.group(1)]
        if self.pattern.startswith(("[.", "[="), self.pos):
            raise Unreadable("collation")
        if char == "\\" and self.pos + 1 < len(self.pattern):
            self.pos += 1
            char = self.pattern[self.pos]
            self.pos += 1
            return re.escape(char)
        self.pos += 1
        return char if char == "-" else re.escape(char)
