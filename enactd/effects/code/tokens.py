"""Tokens of scripting languages: strings with interpolation, here-documents, quote operators, comments, patterns.

One lexer for Ruby, Perl, PHP, Lua and their like; a `Dialect` says what differs. Total and linear: an open quote
ends at the end of the text and sets `broken`.
"""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.code.dialects import PAIRS, Code, Dialect, Part, Token, interpolated

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*[?!]?")
_DOTTED_NAME: Final = re.compile(r"[A-Za-z_.][A-Za-z0-9_.]*")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAMES: Final = {"ruby": _NAME, "elixir": _NAME, "julia": _NAME, "r": _DOTTED_NAME}
_NUMBER: Final = re.compile(r"0[xXbBoO][0-9A-Fa-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?")
_SIGNS: Final = re.compile(
    r"<=>|\*\*=|\|\|=|&&=|//=|\?\?=|\.\.\.|=>|->|::|\?->|\?\.|&\.|==|!=|<=|>=|=~|!~|\|\||&&|//|\?\?|\+=|-=|\*=|/=|\.=|\.\.|<<|>>|\|>|<-|."
    , re.DOTALL
)  # fmt: skip
_PERL_QUOTE: Final = re.compile(r"(qq|qw|qx|qr|q|m|s|tr|y)(?!\w)\s*(?!=>)([^\w\s,;=)]|=(?![>=~ ]))")
_HOLE: Final = re.compile("\ue000\\d+\ue001")
_HEREDOC: Final = re.compile(
    r"<<(<?)([~-]?)(?:[ \t]*(['\"`])([^'\"`\n]{1,60})\3|(?<=<<<)[ \t]+([A-Za-z_]\w{0,60})|([A-Za-z_]\w{0,60}))"
)
_VARIABLE: Final = re.compile(
    r"[$@%&]\{\^?\w+\}|[$@%]#?\w+(?:::\w+)*|[$]#?[{$]|[$][&`'+!@/\\,;.0-9_]|@@?\w+|[$@%&](?=\{)"
)
_DOLLAR: Final = re.compile(r"\$\w+|\$(?=[{$])")
_OPERANDS: Final = frozenset(("text", "command", "number", "variable", "regex", "hole"))
_WORDS_BEFORE_PATTERN: Final = frozenset(
    "if unless while until and or not return split grep map when print puts x in =~".split()
)


class Lexer:
    """Splits one text. `broken` says that a quote or comment was left open."""

    def __init__(self, text: str, dialect: Dialect, limit: int = 20_000) -> None:
        self.source = text
        self.dialect = dialect
        self.at = 0
        self.tokens: list[Token] = []
        self.broken = False
        self.spaced = True
        self.limit = limit
        self.pending: list[tuple[int, str, bool, bool]] = []

    def run(self) -> list[Token]:
        """All tokens, at most `limit`."""
        while self.at < len(self.source) and len(self.tokens) < self.limit:
            self._step()
        return self.tokens

    def _add(self, kind: str, text: str, parts: tuple[Part, ...] = ()) -> None:
        self.tokens.append(Token(kind, text, parts, self.spaced))
        self.spaced = False

    def _step(self) -> None:
        source, at, char = self.source, self.at, self.source[self.at]
        if char == "\n":
            self.at += 1
            self._add("line", "\n")
            self.spaced = True
            self._heredoc_bodies()
        elif char.isspace() or source.startswith("\\\n", at):
            self.at += 1 if char != "\\" else 2
            self.spaced = True
        elif not (self._comment() or self._string() or self._quote_operator() or self._word()):
            match = _SIGNS.match(source, at)
            sign = match.group() if match else char
            self.at += len(sign)
            self._add("sign", sign)

    # Comments

    def _comment(self) -> bool:
        source, at = self.source, self.at
        line_start = at == 0 or source[at - 1] == "\n"
        if line_start and self.dialect.language in ("ruby", "perl") and re.match(r"=[a-z]", source[at : at + 2]):
            end = re.compile(r"^=(?:end|cut)\b.*$", re.MULTILINE).search(source, at)
            self.at = end.end() if end else len(source)
            return True
        if line_start and source.startswith(("__END__", "__DATA__"), at) and self.dialect.language in ("ruby", "perl"):
            self.at = len(source)
            return True
        for start, end_mark in self.dialect.block_comments:
            if source.startswith(start, at):
                found = source.find(end_mark, at + len(start))
                self.broken = self.broken or found < 0
                self.at = len(source) if found < 0 else found + len(end_mark)
                self.spaced = True
                return True
        for start in self.dialect.line_comments:
            if source.startswith(start, at) and not (
                start == "#" and source.startswith("#[", at) and self.dialect.language == "php"
            ):
                found = source.find("\n", at)
                self.at = len(source) if found < 0 else found
                return True
        return False

    # Strings

    def _string(self) -> bool:
        source, at, char = self.source, self.at, self.source[self.at]
        if char in "\"'" and self.dialect.triple_quotes and source.startswith(char * 3, at):
            end = source.find(char * 3, at + 3)
            self.broken = self.broken or end < 0
            self._text("text", source[at + 3 : end if end >= 0 else len(source)], char == '"')
            self.at = end + 3 if end >= 0 else len(source)
        elif char in "\"'" or (char == "`" and self.dialect.backticks != "none"):
            body = self._until(at + 1, char, "")
            kind = "text" if char != "`" else self.dialect.backticks
            self._text(kind, body, char != "'" or self.dialect.single_interpolates)
        elif char == "[" and self.dialect.long_brackets and (match := re.match(r"\[(=*)\[", source[at : at + 12])):
            end = source.find(f"]{match[1]}]", at)
            self._add("text", "", (source[at + match.end() : end if end >= 0 else len(source)],))
            self.broken = self.broken or end < 0
            self.at = end + len(match[1]) + 2 if end >= 0 else len(source)
        elif source.startswith("<<", at) and self.dialect.heredocs and not self._after_operand(strict=True):
            return self._heredoc()
        else:
            return False
        return True

    def _after_operand(self, *, strict: bool = False) -> bool:
        """Whether what comes now stands behind a value: `/` divides and `<<` shifts."""
        if not self.tokens:
            return False
        last = self.tokens[-1]
        if last.kind in _OPERANDS or (last.kind == "sign" and last.text in (")", "]", "}")):
            return True
        if last.kind == "name":
            if strict:
                return not self.spaced
            return last.text not in _WORDS_BEFORE_PATTERN and not (
                self.spaced and not self.source[self.at + 1 : self.at + 2].isspace()
            )
        return False

    def _until(self, start: int, close: str, opening: str) -> str:
        """The text up to the closing mark, escapes left in; nested pairs are counted."""
        source, depth, at = self.source, 0, start
        while at < len(source):
            char = source[at]
            if char == "\\":
                at += 2
                continue
            if opening and char == opening:
                depth += 1
            elif char == close:
                if not depth:
                    self.at = at + 1
                    return source[start:at]
                depth -= 1
            at += 1
        self.at = len(source)
        self.broken = True
        return source[start:]

    def _text(self, kind: str, body: str, interpolates: bool) -> None:
        parts = interpolated(body, self.dialect) if interpolates else (_without_escapes(body),)
        self._add(kind, body, parts)

    def _heredoc(self) -> bool:
        match = _HEREDOC.match(self.source, self.at)
        if (
            match is None
            or (match.group(1) and self.dialect.language != "php")
            or (self.dialect.language == "php" and not match.group(1))
        ):
            return False
        if self.dialect.language == "ruby" and " " in match.group()[:4]:
            return False
        quote, name = match.group(3) or "", match.group(4) or match.group(5) or match.group(6)
        self.at = match.end()
        self._add("command" if quote == "`" else "text", name)
        self.pending.append(
            (len(self.tokens) - 1, name, quote != "'", bool(match.group(2)) or self.dialect.language == "php")
        )
        return True

    def _heredoc_bodies(self) -> None:
        """After the line: the texts of the here-documents that were begun on it."""
        for number, (index, name, interpolates, indented) in enumerate(self.pending):
            if number and self.source.startswith("\n", self.at):
                self.at += 1
            margin = "[ \\t]*" if indented else ""
            end = re.compile(rf"^{margin}{re.escape(name)}\b", re.MULTILINE).search(self.source, self.at)
            body = self.source[self.at : end.start() if end else len(self.source)]
            self.broken = self.broken or end is None
            self.at = end.end() if end else len(self.source)
            old = self.tokens[index]
            parts = interpolated(body, self.dialect) if interpolates else (body,)
            self.tokens[index] = Token(old.kind, body, parts, old.spaced)
        self.pending.clear()

    # Quote operators and patterns

    def _quote_operator(self) -> bool:
        dialect, source, at = self.dialect, self.source, self.at
        if dialect.quote_words and not self._is_plain_word():
            match = _PERL_QUOTE.match(source, at)
            if match:
                self._perl_quote(match.group(1), match.group(2), match.end())
                return True
        if dialect.percent_quotes and source[at] == "%" and not self._after_operand():
            match = re.compile(r"%([qQwWxriI]?)([(\[{<|!/^])").match(source, at)
            if match:
                self._ruby_quote(match.group(1), match.group(2), match.end())
                return True
        if dialect.patterns and source[at] == "/" and not self._after_operand():
            end = re.compile(r"(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])*/[a-z]*").match(source, at + 1)
            if end:
                self.at = end.end()
                self._add("regex", source[at : self.at])
                return True
        return False

    def _is_plain_word(self) -> bool:
        """A method, a function's name, or a key: `->y`, `sub s`, `{q}`, `y => 1` are no quotes."""
        if not self.tokens:
            return False
        last = self.tokens[-1].text
        return last in ("->", "sub") or (
            last == "{" and re.match(r"\w+\}", self.source[self.at : self.at + 4]) is not None
        )

    def _perl_quote(self, word: str, opening: str, start: int) -> None:
        close = PAIRS.get(opening, opening)
        body = self._until(start, close, opening if close != opening else "")
        if word in ("s", "tr", "y"):
            if close != opening:
                match = re.compile(r"\s*(.)", re.DOTALL).match(self.source, self.at)
                second = match.group(1) if match else ""
                self.at = match.end() if match else self.at
                replaced = self._until(self.at, PAIRS.get(second, second), second if second in PAIRS else "")
            else:
                replaced = self._until(self.at, close, "")
            flags = re.compile(r"[a-z]*").match(self.source, self.at)
            letters = flags.group() if flags else ""
            self.at += len(letters)
            self._add(
                "regex",
                body,
                (Code(replaced.replace("\\" + opening, opening)),) if word == "s" and "e" in letters else (),
            )
        elif word in ("m", "qr"):
            flags = re.compile(r"[a-z]*").match(self.source, self.at)
            self.at += len(flags.group()) if flags else 0
            self._add("regex", body)
        elif word == "qw":
            self._add("words", body)
        else:
            self._text("command" if word == "qx" else "text", body, word != "q" and opening != "'")

    def _ruby_quote(self, word: str, opening: str, start: int) -> None:
        close = PAIRS.get(opening, opening)
        body = self._until(start, close, opening if close != opening else "")
        if word in ("w", "W", "i", "I"):
            self._add("words", body)
        elif word == "r":
            self._add("regex", body)
        else:
            self._text("command" if word == "x" else "text", body, word != "q")

    # Names

    def _word(self) -> bool:
        source, at = self.source, self.at
        hole = _HOLE.match(source, at)
        if hole:
            self.at = hole.end()
            self._add("hole", hole.group())
            return True
        if self.dialect.sigils:
            match = (_DOLLAR if self.dialect.language == "php" else _VARIABLE).match(source, at)
            if match and not (match.group()[0] in "%&" and self._after_operand()):
                self.at = match.end()
                self._add("variable", match.group())
                return True
        match = _NAMES.get(self.dialect.language, _PLAIN_NAME).match(source, at)
        if match is None:
            match = _NUMBER.match(source, at)
            if match is None:
                return False
            self.at = match.end()
            self._add("number", match.group())
            return True
        name = match.group()
        if name[-1] in "?!" and source.startswith("=", match.end()) and not source.startswith("==", match.end()):
            name = name[:-1]
        self.at = at + len(name)
        self._add("name", name)
        return True


def _without_escapes(body: str) -> str:
    return re.sub(r"\\([\\'])", r"\1", body)
