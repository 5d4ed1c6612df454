"""`${…}`: the parameter, its subscript, its operator and the operator's words."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.shell.lexer import NAME, SPECIAL, Lexer, merge
from enactd.effects.shell.syntax import Lit, Param, Part, Word

_DIGITS: Final = re.compile(r"[0-9]+")
_OPERATOR: Final = re.compile(r":?[-=?+]|##?|%%?|//|/#|/%|/|\^\^?|,,?|@[A-Za-z]|:|~~?")
_NAME_GOES_ON: Final = re.compile(r"[A-Za-z0-9_]+")
_LENGTH_ENDS: Final = ("}", ":", "-", "=", "?", "+", "%", "/", "#", "")


class Braced(Lexer):
    """Reads `${…}`."""

    def braced(self, quoted: bool) -> Param:
        """Cursor on the dollar sign; afterwards behind the closing brace."""
        self.fuel.burn()
        self.pos = min(self.pos + 2, self.size)
        param = Param("", quoted)
        self._prefix(param)
        param.name = self._parameter_name()
        if self.peek() == "[":
            param.index = self.subscript()
        if self.peek() == "}":
            self.pos += 1
            return param
        match = _OPERATOR.match(self.text, self.pos)
        if not match:
            if param.indirect and self.peek() in ("*", "@"):
                param.index = Word([Lit(self.peek())])
                self.pos += 1
                param.op = "prefix"
                return self._close(param)
            raise self.fail("`${…}` has an operator that is not known")
        if param.indirect and match.group() == "@" + self.text[self.pos + 1 : self.pos + 2] and self.peek(1) == "}":
            param.index = Word([Lit(self.peek())])
            self.pos += 1
            param.op = "prefix"
            return self._close(param)
        param.op = match.group()
        self.pos = match.end()
        if param.op.startswith("@"):
            return self._close(param)
        self._operands(param, quoted)
        return self._close(param)

    def _prefix(self, param: Param) -> None:
        """`#` for the length, `!` for indirection."""
        follower = self.peek(1)
        if self.peek() == "#" and (
            follower not in _LENGTH_ENDS or (follower in ("-", "?", "#") and self.peek(2) == "}")
        ):
            param.length = True
            self.pos += 1
        elif self.peek() == "!" and follower not in ("}", ":", "-", "=", "?", "+", "%", "/", ""):
            param.indirect = True
            self.pos += 1

    def _operands(self, param: Param, quoted: bool) -> None:
        literal_quotes = quoted and param.op.lstrip(":") in ("-", "=", "+", "?")
        separator = "/" if param.op.startswith("/") else ":" if param.op == ":" else ""
        first = ""
        if param.op == "//" and self.peek() == "/":
            first = "/"  # `${x////-}`: the pattern may begin with a slash
            self.pos += 1
        param.word = self._operand(separator, literal_quotes)
        if first:
            param.word.parts = merge([Lit(first), *param.word.parts])
        if separator and self.peek() == separator:
            self.pos += 1
            param.word2 = self._operand("", literal_quotes)

    def _close(self, param: Param) -> Param:
        if self.peek() != "}":
            raise self.fail("`${` is not closed")
        self.pos += 1
        return param

    def _parameter_name(self) -> str:
        match = NAME.match(self.text, self.pos) or _DIGITS.match(self.text, self.pos)
        if match:
            self.pos = match.end()
            return match.group()
        char = self.peek()
        if char and char in SPECIAL:
            self.pos += 1
            return char
        raise self.fail("`${` is not followed by a name")

    def subscript(self) -> Word:
        """`[…]`, cursor on the bracket; afterwards behind it."""
        self.pos += 1
        word = self._operand("]", False, brackets=True)
        if self.peek() != "]":
            raise self.fail("a subscript is not closed")
        self.pos += 1
        return word

    def _operand(self, separator: str, literal_quotes: bool, *, brackets: bool = False) -> Word:
        """Text inside `${…}` up to `}` or the separator, cursor on it."""
        parts: list[Part] = []
        depth = 0
        while self.pos < self.size:
            self.fuel.burn()
            char = self.text[self.pos]
            if (char == "}" and not brackets) or (separator and char == separator and not depth):
                return Word(merge(parts))
            if brackets:
                depth += (char == "[") - (char == "]")
            if char == "'" and literal_quotes:
                self.pos += 1
                parts.append(Lit("'", True))
            elif char == "\\" and literal_quotes:
                self._escape_in_operand(parts)
            elif char == '"' and literal_quotes:
                self._vanishing_quotes(parts)
            elif literal_quotes and self.at("$'") and not self.document:
                self._ansi_in_quotes(parts)
            elif char in "<>" and self.peek(1) == "(" and not literal_quotes:
                parts.append(self.process())
            elif not self.quoted_part(char, parts, quoted=literal_quotes):
                self.pos += 1
                parts.append(Lit(char, literal_quotes))
        raise self.fail("`${` is not closed")

    def _vanishing_quotes(self, parts: list[Part]) -> None:
        """`"${x:-a"b"c}"`: the inner quotes are dropped before anything is expanded, so that `$x"y"` is `$xy`."""
        self.pos += 1
        self._glue(parts)
        inner = self.double_quoted()
        last = inner or [Lit("", True)]
        self._glue(last)
        parts.extend(last)

    def _glue(self, parts: list[Part]) -> None:
        """Let a name before a vanished quote take what comes behind the quote."""
        last = parts[-1] if parts else None
        if isinstance(last, Param) and last.bare:
            match = _NAME_GOES_ON.match(self.text, self.pos)
            if match:
                last.name += match.group()
                self.pos = match.end()
        elif isinstance(last, Lit) and last.text.endswith("$") and self.peek() not in ("}", '"', " ", ""):
            raise self.fail("quotes inside `${…}` hide an expansion")

    def _ansi_in_quotes(self, parts: list[Part]) -> None:
        """`"${x:-$'a'}"`: decoded, and then read once more as text in double quotes."""
        text = self.ansi_quoted()
        if any(char in text for char in '$`\\"'):
            raise self.fail("`$'…'` inside `${…}` hides an expansion")
        last = parts[-1] if parts else None
        match = _NAME_GOES_ON.match(text)
        if isinstance(last, Param) and last.bare and match:
            last.name += match.group()
            text = text[match.end() :]
        parts.append(Lit(text, True))

    def _escape_in_operand(self, parts: list[Part]) -> None:
        follower = self.peek(1)
        if follower != "\n":
            parts.append(Lit(follower if follower and follower in '$`\\"}' else "\\" + follower, True))
        self.pos = min(self.pos + 2, self.size)
