"""Words: quoting of every kind, substitutions. What stands in `${…}` is in `braced.py`, commands in `parser.py`."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.shell.cursor import Cursor
from enactd.effects.shell.syntax import Arith, Lit, Param, Part, Proc, Sub, Word

META: Final = frozenset(" \t\n;&|()<>")
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SPECIAL: Final = frozenset("@*#?-$!")
_PLAIN: Final = re.compile(r"[^\s;&|()<>\\'\"$`?*+@!]+|[\r\v\f]+")
_DQ_PLAIN: Final = re.compile(r"[^\"\\$`]+")
_CONTINUES_NAME: Final = re.compile(r"\\\n(?:\\\n)*[A-Za-z0-9_]")
_EMPTY_PARENTHESES: Final = re.compile(r"\([ \t]*\)")
_ANSI: Final = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(\\\\|.))",
    re.S,
)
_ANSI_LETTERS: Final = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip


def ansi_c(text: str) -> str:
    """Decode the escapes of `$'…'`; text after a NUL is lost, as in bash."""

    def decode(match: re.Match[str]) -> str:
        letter, octal, hexa, u4, u8, control = match.groups()
        if letter:
            return _ANSI_LETTERS[letter]
        if octal:
            return chr(int(octal, 8) & 0xFF)
        if control:
            return chr(ord(control[0].upper()) & 0x1F) if control != "?" else "\x7f"
        code = int(hexa or u4 or u8, 16)
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"

    return _ANSI.sub(decode, text).split("\0", 1)[0]


class Lexer(Cursor):
    """Reads words at the cursor."""

    # Provided by `braced.py`.
    def braced(self, quoted: bool) -> Param:
        raise NotImplementedError

    def word(self, stop: frozenset[str] = META) -> Word:
        """One word at the cursor. Empty if the cursor stands on a separator."""
        start = self.pos
        parts: list[Part] = []
        while self.pos < self.size:
            match = _PLAIN.match(self.text, self.pos)
            if match:
                self.pos = match.end()
                parts.append(Lit(match.group()))
                continue
            self.fuel.burn()
            char = self.text[self.pos]
            if char in "<>" and self.peek(1) == "(":
                parts.append(self.process())
            elif char in stop:
                break
            elif not self.quoted_part(char, parts, quoted=False):
                self._plain_character(char, parts, first=self.pos == start)
        return Word(merge(parts), start, self.pos)

    def _plain_character(self, char: str, parts: list[Part], *, first: bool) -> None:
        self.pos += 1
        parts.append(Lit(char))
        if char in "?*+@!" and self.peek() == "(" and (first or not _EMPTY_PARENTHESES.match(self.text, self.pos)):
            self._group_of_patterns(parts)

    def _group_of_patterns(self, parts: list[Part]) -> None:
        """`(a|b)` behind `@ ? * + !`: patterns, in which substitutions run as everywhere."""
        depth = 0
        while self.pos < self.size:
            char = self.text[self.pos]
            if char == "\n":
                break
            self.fuel.burn()
            if char in "<>" and self.peek(1) == "(":
                parts.append(self.process())
            elif not self.quoted_part(char, parts, quoted=False):
                self.pos += 1
                parts.append(Lit(char))
                depth += (char == "(") - (char == ")")
                if depth == 0:
                    return
        raise self.fail("a parenthesis is not closed")

    def quoted_part(self, char: str, parts: list[Part], *, quoted: bool) -> bool:
        """Consume a quote or expansion at the cursor; False if there is none."""
        if char == "\\":
            if self.peek(1) == "\n":
                self._continuation()
                return True
            parts.append(Lit(self.peek(1) or "\\", True))
            self.pos = min(self.pos + 2, self.size)
        elif char == "'":
            parts.append(Lit(self._single_quoted(), True))
        elif char == '"':
            self.pos += 1
            inner = self.double_quoted()
            parts.extend(inner or [Lit("", True)])
        elif char == "`":
            parts.append(self._backticks(quoted))
        elif char == "$":
            self._dollar(parts, quoted)
        else:
            return False
        return True

    def _single_quoted(self) -> str:
        end = self.text.find("'", self.pos + 1)
        if end < 0:
            raise self.fail("a single quote is not closed")
        text = self.text[self.pos + 1 : end]
        self.pos = end + 1
        return text

    def double_quoted(self, closing: str = '"') -> list[Part]:
        """Parts up to the closing quote (or the end of a here-document's text), cursor behind it."""
        parts: list[Part] = []
        while self.pos < self.size:
            self.fuel.burn()
            char = self.text[self.pos]
            if char == closing:
                self.pos += 1
                return merge(parts)
            match = _DQ_PLAIN.match(self.text, self.pos)
            if match:
                self.pos = match.end()
                parts.append(Lit(match.group(), True))
            elif char == "\\":
                self._escape_in_quotes(parts, closing)
            elif char == "`":
                parts.append(self._backticks(bool(closing)))
            elif char == "$":
                self._dollar(parts, True)
            else:
                self.pos += 1
                parts.append(Lit(char, True))
        if closing:
            raise self.fail("a double quote is not closed")
        return merge(parts)

    def _escape_in_quotes(self, parts: list[Part], closing: str) -> None:
        follower = self.peek(1)
        if follower != "\n":
            plain = follower and follower in '$`\\"' and not (follower == '"' and not closing)
            parts.append(Lit(follower if plain else "\\" + follower, True))
        self.pos = min(self.pos + 2, self.size)

    def _backticks(self, quoted: bool) -> Sub:
        self.pos += 1
        text: list[str] = []
        while self.pos < self.size and self.text[self.pos] != "`":
            char = self.text[self.pos]
            follower = self.peek(1)
            if char == "\\" and follower and (follower in "$`\\" or (quoted and follower == '"')):
                char = follower
                self.pos += 1
            text.append(char)
            self.pos += 1
        if self.pos >= self.size:
            raise self.fail("a backtick is not closed")
        self.pos += 1
        self.fuel.burn(len(text) // 8 + 1)
        return Sub(self.nested("".join(text)), quoted)

    def _dollar(self, parts: list[Part], quoted: bool) -> None:
        follower = self.peek(1)
        if follower == "'" and not quoted:
            parts.append(Lit(self.ansi_quoted(), True))
        elif follower == '"' and not quoted:
            self.pos = min(self.pos + 2, self.size)
            parts.extend(self.double_quoted() or [Lit("", True)])
        elif follower == "(":
            parts.append(self._arithmetic_or_sub(quoted))
        elif follower == "{":
            parts.append(self.braced(quoted))
        elif follower == "[":
            parts.append(self._old_arithmetic(quoted))
        else:
            self._plain_parameter(follower, parts, quoted)

    def _plain_parameter(self, follower: str, parts: list[Part], quoted: bool) -> None:
        match = NAME.match(self.text, self.pos + 1)
        if match:
            self.pos = match.end()
            parts.append(Param(match.group(), quoted, bare=True))
            if _CONTINUES_NAME.match(self.text, self.pos):
                raise self.fail("a name is written on two lines")
        elif follower and (follower in SPECIAL or follower in "0123456789"):
            self.pos = min(self.pos + 2, self.size)
            parts.append(Param(follower, quoted))
        elif follower == "\\" and self.peek(2) == "\n":
            raise self.fail("an expansion is written on two lines")
        else:
            self.pos += 1
            parts.append(Lit("$", quoted))

    def ansi_quoted(self) -> str:
        """The text that `$'…'` stands for, cursor on the dollar sign; afterwards behind it."""
        index = self.pos + 2
        while index < self.size and self.text[index] != "'":
            index += 2 if self.text[index] == "\\" else 1
        if index >= self.size:
            raise self.fail("a $'…' quote is not closed")
        text = self.text[self.pos + 2 : index]
        self.pos = index + 1
        return ansi_c(text)

    def process(self) -> Proc:
        """`<(…)` or `>(…)`, cursor on the angle bracket."""
        direction = self.text[self.pos]
        self.pos = min(self.pos + 2, self.size)
        return Proc("<" if direction == "<" else ">", self.script_until(")"))

    def _arithmetic_or_sub(self, quoted: bool) -> Part:
        start = self.pos
        if self.at("$(("):
            expression = self.arithmetic(start + 3)
            if expression is not None:
                return Arith(expression, quoted)
        self.pos = min(start + 2, self.size)
        return Sub(self.script_until(")"), quoted)

    def arithmetic(self, start: int) -> Word | None:
        """The text up to `))`, cursor behind it; None if it is no arithmetic after all."""
        self.pos = start
        parts: list[Part] = []
        depth = 0
        while self.pos < self.size:
            char = self.text[self.pos]
            if char == ")" and depth == 0:
                if self.peek(1) != ")":
                    return None
                self.pos = min(self.pos + 2, self.size)
                return Word(merge(parts))
            depth += (char == "(") - (char == ")")
            self._arithmetic_character(char, parts)
        return None

    def _arithmetic_character(self, char: str, parts: list[Part]) -> None:
        self.fuel.burn()
        if char in '$`"\\':
            self.quoted_part(char, parts, quoted=True)
        else:
            parts.append(Lit(char, True))
            self.pos += 1

    def _old_arithmetic(self, quoted: bool) -> Arith:
        self.pos = min(self.pos + 2, self.size)
        parts: list[Part] = []
        depth = 0
        while self.pos < self.size:
            char = self.text[self.pos]
            if char == "]" and depth == 0:
                self.pos += 1
                return Arith(Word(merge(parts)), quoted)
            depth += (char == "[") - (char == "]")
            self._arithmetic_character(char, parts)
        raise self.fail("`$[` is not closed")


def merge(parts: list[Part]) -> list[Part]:
    """Neighbouring literals of one kind as one."""
    merged: list[Part] = []
    run: list[str] = []
    quoted = False
    for part in parts:
        if isinstance(part, Lit):
            if run and part.quoted != quoted:
                merged.append(Lit("".join(run), quoted))
                run = []
            quoted = part.quoted
            run.append(part.text)
            continue
        if run:
            merged.append(Lit("".join(run), quoted))
            run = []
        merged.append(part)
    if run:
        merged.append(Lit("".join(run), quoted))
    return merged
