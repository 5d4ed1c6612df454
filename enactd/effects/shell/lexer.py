"""Words: quoting of every kind, expansions, here-documents. The grammar of commands is in `parser.py`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enactd.effects.shell.syntax import Arith, Lit, Param, Part, Proc, Redirect, Sub, SyntaxProblem, Word

if TYPE_CHECKING:
    from enactd.effects.shell.syntax import Script

META: Final = frozenset(" \t\n;&|()<>")
_PLAIN: Final = re.compile(r"[^\s;&|()<>\\'\"$`?*+@!]+")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DIGITS: Final = re.compile(r"[0-9]+")
_SPECIAL: Final = frozenset("@*#?-$!")
_DQ_PLAIN: Final = re.compile(r"[^\"\\$`]+")
_OPERATOR: Final = re.compile(r":?[-=?+]|##?|%%?|//|/#|/%|/|\^\^?|,,?|@[A-Za-z]|:|~~?")
_ANSI: Final = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.))", re.S
)
_ANSI_LETTERS: Final = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
MAX_DEPTH: Final = 40


def ansi_c(text: str) -> str:
    """Decode the escapes of `$'…'`; text after a NUL is lost, as in bash."""

    def decode(match: re.Match[str]) -> str:
        letter, octal, hexa, u4, u8, control = match.groups()
        if letter:
            return _ANSI_LETTERS[letter]
        if octal:
            return chr(int(octal, 8) & 0xFF)
        if control:
            return chr(ord(control) & 0x1F)
        code = int(hexa or u4 or u8, 16)
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"

    return _ANSI.sub(decode, text).split("\0", 1)[0]


class Lexer:
    """A cursor over the text, with the here-documents that the next newline will bring."""

    def __init__(self, text: str, depth: int = 0) -> None:
        self.text = text
        self.size = len(text)
        self.pos = 0
        self.pending: list[tuple[Redirect, str, bool, bool]] = []
        self.depth = depth

    # Provided by the parser, which knows commands.
    def script_until(self, closing: str) -> Script:
        raise NotImplementedError

    def nested(self, text: str) -> Script:
        raise NotImplementedError

    def fail(self, reason: str) -> SyntaxProblem:
        return SyntaxProblem(reason, self.pos)

    def peek(self, offset: int = 0) -> str:
        index = self.pos + offset
        return self.text[index] if index < self.size else ""

    def at(self, literal: str) -> bool:
        return self.text.startswith(literal, self.pos)

    def skip_blanks(self) -> None:
        """Blanks, line continuations, comments; never a newline."""
        while self.pos < self.size:
            char = self.text[self.pos]
            if char in " \t\r":
                self.pos += 1
            elif char == "\\" and self.peek(1) == "\n":
                self.pos = min(self.pos + 2, self.size)
            elif char == "#":
                end = self.text.find("\n", self.pos)
                self.pos = self.size if end < 0 else end
            else:
                return

    def newline(self) -> None:
        """Consume one newline and the here-documents that were waiting for it."""
        self.pos += 1
        pending, self.pending = self.pending, []
        for redirect, delimiter, quoted, strip in pending:
            redirect.body = self._here_document(delimiter, quoted, strip)

    def end_of_text(self) -> None:
        """A here-document whose text never came is empty, as in bash (which warns)."""
        for redirect, *_ in self.pending:
            redirect.body = Word([])
        self.pending = []

    def _here_document(self, delimiter: str, quoted: bool, strip: bool) -> Word:
        lines: list[str] = []
        while self.pos < self.size:
            end = self.text.find("\n", self.pos)
            end = self.size if end < 0 else end
            line = self.text[self.pos : end]
            self.pos = min(end + 1, self.size)
            if strip:
                line = line.lstrip("\t")
            if line == delimiter:
                break
            lines.append(line)
        body = "".join(line + "\n" for line in lines)
        if quoted:
            return Word([Lit(body, True)])
        inner = self.__class__(body, self.depth + 1)
        return Word(inner.double_quoted(closing=""))

    # --- words -------------------------------------------------------------------------------------

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
            char = self.text[self.pos]
            if char in "<>" and self.peek(1) == "(" and char in stop:
                parts.append(self._process())
            elif char in stop:
                break
            elif not self._quoted_part(char, parts, quoted=False):
                self._plain_character(char, parts)
        return Word(_merge(parts), start, self.pos)

    def _plain_character(self, char: str, parts: list[Part]) -> None:
        if char in "?*+@!" and self.peek(1) == "(":
            start = self.pos
            self.pos = min(self.pos + 2, self.size)
            self._skip_parentheses()
            parts.append(Lit(self.text[start : self.pos]))
            return
        self.pos += 1
        parts.append(Lit(char))

    def _skip_parentheses(self) -> None:
        depth = 1
        while depth and self.pos < self.size:
            char = self.text[self.pos]
            depth += (char == "(") - (char == ")")
            self.pos += 1
        if depth:
            raise self.fail("a parenthesis is not closed")

    def _quoted_part(self, char: str, parts: list[Part], *, quoted: bool) -> bool:
        """Consume a quote or expansion at the cursor; False if there is none."""
        if char == "\\":
            if self.peek(1) != "\n":
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
            char = self.text[self.pos]
            if char == closing:
                self.pos += 1
                return _merge(parts)
            match = _DQ_PLAIN.match(self.text, self.pos)
            if match:
                self.pos = match.end()
                parts.append(Lit(match.group(), True))
            elif char == "\\":
                follower = self.peek(1)
                if follower == "\n":
                    pass
                elif follower and follower in '$`\\"' and not (follower == '"' and not closing):
                    parts.append(Lit(follower, True))
                else:
                    parts.append(Lit("\\" + follower, True))
                self.pos = min(self.pos + 2, self.size)
            elif char == "`":
                parts.append(self._backticks(True))
            elif char == "$":
                self._dollar(parts, True)
            else:
                self.pos += 1
                parts.append(Lit(char, True))
        if closing:
            raise self.fail("a double quote is not closed")
        return _merge(parts)

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
        return Sub(self.nested("".join(text)), quoted)

    def _dollar(self, parts: list[Part], quoted: bool) -> None:
        follower = self.peek(1)
        if follower == "'" and not quoted:
            parts.append(Lit(self._ansi_quoted(), True))
        elif follower == '"' and not quoted:
            self.pos = min(self.pos + 2, self.size)
            parts.extend(self.double_quoted() or [Lit("", True)])
        elif follower == "(":
            parts.append(self._arithmetic_or_sub(quoted))
        elif follower == "{":
            parts.append(self._braced(quoted))
        elif follower == "[":
            parts.append(self._old_arithmetic(quoted))
        else:
            match = _NAME.match(self.text, self.pos + 1)
            if match:
                self.pos = match.end()
                parts.append(Param(match.group(), quoted))
            elif follower and (follower in _SPECIAL or follower.isdigit()):
                self.pos = min(self.pos + 2, self.size)
                parts.append(Param(follower, quoted))
            else:
                self.pos += 1
                parts.append(Lit("$", quoted))

    def _ansi_quoted(self) -> str:
        index = self.pos + 2
        while index < self.size and self.text[index] != "'":
            index += 2 if self.text[index] == "\\" else 1
        if index >= self.size:
            raise self.fail("a $'…' quote is not closed")
        text = self.text[self.pos + 2 : index]
        self.pos = index + 1
        return ansi_c(text)

    def _process(self) -> Proc:
        direction = self.text[self.pos]
        self.pos = min(self.pos + 2, self.size)
        return Proc("<" if direction == "<" else ">", self.script_until(")"))

    # --- expansions --------------------------------------------------------------------------------

    def _arithmetic_or_sub(self, quoted: bool) -> Part:
        if self.at("$(("):
            start = self.pos
            expression = self.arithmetic(self.pos + 3)
            if expression is not None:
                return Arith(expression, quoted)
            self.pos = start
        self.pos = min(self.pos + 2, self.size)
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
                return Word(_merge(parts))
            depth += (char == "(") - (char == ")")
            if char in '$`"' or char == "\\":
                self._quoted_part(char, parts, quoted=True)
            else:
                parts.append(Lit(char, True))
                self.pos += 1
        return None

    def _old_arithmetic(self, quoted: bool) -> Arith:
        self.pos = min(self.pos + 2, self.size)
        parts: list[Part] = []
        depth = 0
        while self.pos < self.size:
            char = self.text[self.pos]
            if char == "]" and depth == 0:
                self.pos += 1
                return Arith(Word(_merge(parts)), quoted)
            depth += (char == "[") - (char == "]")
            if char in '$`"\\':
                self._quoted_part(char, parts, quoted=True)
            else:
                parts.append(Lit(char, True))
                self.pos += 1
        raise self.fail("`$[` is not closed")

    def _braced(self, quoted: bool) -> Param:
        """`${…}`, cursor on the dollar sign."""
        self.pos = min(self.pos + 2, self.size)
        param = Param("", quoted)
        if self.peek() == "#" and self.peek(1) not in ("}", ":", "-", "=", "?", "+", "%", "/", "#") and self.peek(1):
            param.length = True
            self.pos += 1
        elif self.peek() == "!" and self.peek(1) not in ("}", ":", "-", "=", "?", "+"):
            param.indirect = True
            self.pos += 1
        param.name = self._parameter_name()
        if self.peek() == "[":
            param.index = self._subscript()
        if self.peek() == "}":
            self.pos += 1
            return param
        match = _OPERATOR.match(self.text, self.pos)
        if not match:
            if param.indirect and self.peek() in "*@":
                self.pos += 1
                param.op = "prefix"
                return self._close(param)
            raise self.fail("`${…}` has an operator that is not known")
        param.op = match.group()
        self.pos = match.end()
        if param.op.startswith("@"):
            return self._close(param)
        literal_quotes = quoted and param.op.lstrip(":") in ("-", "=", "+", "?")
        separator = "/" if param.op.startswith("/") else ":" if param.op == ":" else ""
        param.word = self._operand(separator, literal_quotes)
        if separator and self.peek() == separator:
            self.pos += 1
            param.word2 = self._operand("", literal_quotes)
        return self._close(param)

    def _close(self, param: Param) -> Param:
        if self.peek() != "}":
            raise self.fail("`${` is not closed")
        self.pos += 1
        return param

    def _parameter_name(self) -> str:
        match = _NAME.match(self.text, self.pos) or _DIGITS.match(self.text, self.pos)
        if match:
            self.pos = match.end()
            return match.group()
        char = self.peek()
        if char and char in _SPECIAL:
            self.pos += 1
            return char
        raise self.fail("`${` is not followed by a name")

    def _subscript(self) -> Word:
        self.pos += 1
        word = self._operand("]", False)
        if self.peek() != "]":
            raise self.fail("a subscript is not closed")
        self.pos += 1
        return word

    def _operand(self, separator: str, literal_quotes: bool) -> Word:
        """Text inside `${…}` up to `}` or the separator, cursor on it."""
        parts: list[Part] = []
        while self.pos < self.size:
            char = self.text[self.pos]
            if char == "}" or (separator and char == separator):
                return Word(_merge(parts))
            if char == "'" and literal_quotes:
                self.pos += 1
                parts.append(Lit("'", True))
            elif char in "<>" and self.peek(1) == "(" and not literal_quotes:
                parts.append(self._process())
            elif not self._quoted_part(char, parts, quoted=literal_quotes):
                self.pos += 1
                parts.append(Lit(char, literal_quotes))
        raise self.fail("`${` is not closed")


def _merge(parts: list[Part]) -> list[Part]:
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Lit) and isinstance(last, Lit) and part.quoted == last.quoted:
            merged[-1] = Lit(last.text + part.text, part.quoted)
        else:
            merged.append(part)
    return merged
