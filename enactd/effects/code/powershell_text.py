"""The text of PowerShell: strings, here-strings, comments, brackets. A cursor with no meaning of its own."""

from __future__ import annotations

import re
from typing import Final

_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_CLOSES: Final = {"(": ")", "{": "}", "[": "]"}
_HERE: Final = re.compile(r"@([\"'])[ \t]*\r?\n")
NAME: Final = re.compile(r"[A-Za-z_][\w]*")
# A part of a double-quoted text: text itself, or a piece of code by its kind.
Part = tuple[str, str]


class TextCursor:
    """A place in a text. `broken` says that a quote or bracket was left open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.broken = False

    @property
    def char(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def starts(self, *words: str) -> bool:
        return self.text.startswith(words, self.at)

    def blank(self, *, lines: bool = False) -> None:
        """Step over white space, line continuations and comments; over line ends too where `lines` is set."""
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char in " \t\r\u00a0" or (lines and char == "\n"):
                self.at += 1
            elif char == "`" and re.match(r"`[ \t]*\r?\n", text[self.at : self.at + 8]):
                self.at = text.index("\n", self.at) + 1
            elif char == "#" and (self.at == 0 or text[self.at - 1] in " \t\r\n;{}()|"):
                end = text.find("\n", self.at)
                self.at = end if end >= 0 else len(text)
            elif text.startswith("<#", self.at):
                end = text.find("#>", self.at)
                self.broken = self.broken or end < 0
                self.at = end + 2 if end >= 0 else len(text)
            else:
                return

    def single_quoted(self) -> str:
        """`'…'` with doubled quotes; the cursor is at the opening one."""
        match = re.compile(r"['‘’]((?:[^'‘’]|['‘’]{2})*)(['‘’]?)").match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        self.broken = self.broken or not match.group(2)
        return re.sub(r"(['‘’]){2}", r"\1", match.group(1))

    def double_quoted(self) -> list[Part]:
        """The parts of `"…"`; the cursor is at the opening quote."""
        start = self.at + 1
        self.at = start
        return self._parts()

    def _closing_quote(self) -> bool:
        if self.char not in '"“”':
            return False
        if self.text[self.at + 1 : self.at + 2] in ('"', "“", "”") and self.at + 1 < len(self.text):
            return False
        self.at += 1
        return True

    def here_string(self) -> tuple[str, list[Part]] | None:
        """`@"` … `"@`: the quote and the parts; None where there is none here."""
        match = _HERE.match(self.text, self.at)
        if match is None:
            return None
        end = re.compile(rf"^[ \t]*{match.group(1)}@", re.MULTILINE).search(self.text, match.end())
        self.broken = self.broken or end is None
        body = self.text[match.end() : end.start() if end else len(self.text)].rstrip("\r\n")
        self.at = end.end() if end else len(self.text)
        return match.group(1), ([("text", body)] if match.group(1) == "'" else parts_of(body))

    def _parts(self) -> list[Part]:
        parts: list[Part] = []
        literal: list[str] = []
        while self.at < len(self.text):
            if self._closing_quote():
                break
            char = self.char
            if char in '"“”':
                literal.append('"')
                self.at += 2
            elif char == "`":
                self._escape(literal)
            elif char == "$" and (found := self.variable_or_code()) is not None:
                parts += [("text", "".join(literal)), found]
                literal = []
            else:
                literal.append(char)
                self.at += 1
        else:
            self.broken = True
        return [part for part in [*parts, ("text", "".join(literal))] if part[1]]

    def _escape(self, literal: list[str]) -> None:
        unicode = re.compile(r"`u\{([0-9A-Fa-f]{1,6})\}").match(self.text, self.at)
        if unicode and int(unicode.group(1), 16) < 0x110000:
            literal.append(chr(int(unicode.group(1), 16)))
            self.at = unicode.end()
            return
        following = self.text[self.at + 1 : self.at + 2]
        literal.append(_ESCAPES.get(following, following) if following != "\n" else "")
        self.at += 2

    def variable_or_code(self) -> Part | None:
        """`$x`, `${x}`, `$env:X`, `$(…)`: its kind and its content; None where the `$` is only a sign."""
        if self.starts("$("):
            self.at += 1
            return "code", self.bracketed()
        match = re.compile(r"\$(?:\{([^}\n]*)\}|((?:\w+:)?[A-Za-z_]\w*|[?$^_]|\d+))").match(self.text, self.at)
        if match is None:
            return None
        name = match.group(1) or match.group(2)
        if match.group(2) and ":" in name and self.text.startswith(":", match.end()):
            name = name.split(":")[0]
        self.at = match.end()
        return "variable", name

    def bracketed(self) -> str:
        """The text inside the bracket at the cursor; strings and comments in it do not count."""
        opening = self.char
        start = self.at + 1
        stack = [_CLOSES[opening]]
        self.at = start
        while self.at < len(self.text) and stack:
            char = self.char
            if char == stack[-1]:
                stack.pop()
                self.at += 1
            elif char in _CLOSES:
                stack.append(_CLOSES[char])
                self.at += 1
            elif char in "'‘’":
                self.single_quoted()
            elif char in '"“”':
                self.double_quoted()
            elif char == "@" and self.here_string() is not None:
                continue
            elif char == "`":
                self.at += 2
            else:
                before = self.at
                self.blank(lines=True)
                self.at += 1 if self.at == before else 0
        if stack:
            self.broken = True
            return self.text[start:]
        return self.text[start : self.at - 1]


def parts_of(body: str) -> list[Part]:
    """The parts of a here-string's body: quotes in it are ordinary characters."""
    cursor = TextCursor(body)
    parts: list[Part] = []
    literal: list[str] = []
    while cursor.at < len(body):
        if cursor.char == "`":
            cursor._escape(literal)
        elif cursor.char == "$" and (found := cursor.variable_or_code()) is not None:
            parts += [("text", "".join(literal)), found]
            literal = []
        else:
            literal.append(cursor.char)
            cursor.at += 1
    return [part for part in [*parts, ("text", "".join(literal))] if part[1]]
