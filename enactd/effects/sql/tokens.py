"""SQL text as tokens, in any of the dialects; never fails, whatever the text.

Comments vanish, except MySQL's `/*! ... */`, whose content runs. Invisible characters vanish too, and
letters that only look like ASCII ones count as those where that makes a keyword: a statement with a
mistyped letter fails today and is retried without it tomorrow.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from enactd.workers import MARK

HOLE: Final = MARK  # stands in the text for a part that only the run will tell

_LOOKALIKES: Final = str.maketrans(
    "АВЕКМНОРСТХУІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοıſ",
    "ABEKMHOPCTXYIJSaeopcyxijsABEZHIKMNOPTYXois",
)
_BACKSLASH: Final = frozenset(
    {"mysql", "mariadb", "clickhouse", "bigquery", "snowflake", "spark", "hive", "databricks"}
)
_DOLLAR: Final = frozenset({"", "postgres", "duckdb", "redshift", "snowflake", "materialize"})
_BRACKETS: Final = frozenset({"tsql", "sqlite"})
_MYSQL: Final = frozenset({"mysql", "mariadb", ""})
_SYMBOLS: Final = ("::", ":=", "||", "<>", "!=", "<=", ">=", "->", "..")


class Token(NamedTuple):
    """`kind`: word | name (quoted identifier) | string | number | symbol | body (dollar-quoted).

    `value` is upper case for words, the content for quoted kinds. `depth` counts open parentheses.
    """

    kind: str
    value: str
    start: int
    end: int
    depth: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.value in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.value in symbols

    @property
    def is_name(self) -> bool:
        return self.kind in {"word", "name"}


class Tokens(NamedTuple):
    """The tokens, the text they point into (cleaned), and whether a quote or comment was left open."""

    text: str
    tokens: tuple[Token, ...]
    broken: bool


def tokenize(text: str, dialect: str = "", *, backslash: bool | None = None) -> Tokens:
    """Read the whole text. `backslash` overrides whether `\\'` is a quote inside a string."""
    escapes = dialect in _BACKSLASH if backslash is None else backslash
    return _Lexer(clean(text), dialect, escapes).run()


def clean(text: str) -> str:
    """The text without invisible characters, all white space as ASCII knows it."""
    if text.isascii():
        return text.replace("\x00", " ")
    result = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Cf":
            continue
        result.append(" " if category in {"Zs", "Zl", "Zp"} else character)
    return "".join(result).replace("\x00", " ")


def keyword(word: str) -> str:
    """A word in upper case, its look-alike letters replaced."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).translate(_LOOKALIKES)
    return word.upper()


def name_at(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """The (qualified) name that starts at `index`, in lower case, and the index after it; "" where none is."""
    parts: list[str] = []
    while index < len(tokens):
        token = tokens[index]
        if not token.is_name and not (token.kind == "string" and not parts):
            break
        parts.append(token.value)
        index += 1
        while index < len(tokens) and tokens[index].is_symbol(".", ".."):
            index += 1
        if not tokens[index - 1].is_symbol(".", ".."):
            break
    return shown(".".join(parts).lower()), index


def shown(text: str) -> str:
    """Text with its unknown parts as `?`."""
    return text.replace(HOLE, "?").replace(HOLE.upper(), "?")


class _Lexer:
    def __init__(self, text: str, dialect: str, escapes: bool) -> None:
        self.text = text
        self.dialect = dialect
        self.escapes = escapes
        self.tokens: list[Token] = []
        self.at = 0
        self.depth = 0
        self.broken = False

    def run(self) -> Tokens:
        size = len(self.text)
        while self.at < size:
            start = self.at
            if not self._skip() and not self._quoted() and not self._word():
                self._symbol()
            if self.at <= start:  # every step moves; this is the proof
                self.at = start + 1
        return Tokens(self.text, tuple(self.tokens), self.broken)

    def _add(self, kind: str, value: str, start: int) -> None:
        self.tokens.append(Token(kind, value, start, self.at, self.depth))

    def _skip(self) -> bool:
        text, at = self.text, self.at
        character = text[at]
        if character.isspace():
            self.at += 1
        elif text.startswith("--", at) or (character == "#" and self._hash_comments()):
            end = text.find("\n", at)
            self.at = len(text) if end < 0 else end
        elif text.startswith("/*", at):
            self._comment()
        elif text.startswith("*/", at) and self.dialect in _MYSQL:
            self.at += 2  # the end of an executable comment
        else:
            return False
        return True

    def _hash_comments(self) -> bool:
        return self.dialect in {"mysql", "mariadb", "bigquery"}

    def _comment(self) -> None:
        text, at = self.text, self.at
        if self.dialect in _MYSQL and (text.startswith("/*!", at) or text.startswith("/*M!", at)):
            self.at = text.index("!", at) + 1
            while self.at < len(text) and text[self.at].isdigit():
                self.at += 1
            return
        nests = self.dialect in {"", "postgres", "tsql", "duckdb", "redshift"}
        level, at = 1, at + 2
        while level and at < len(text):
            if text.startswith("*/", at):
                level, at = level - 1, at + 2
            elif nests and text.startswith("/*", at):
                level, at = level + 1, at + 2
            else:
                at += 1
        self.broken = self.broken or level > 0
        self.at = at

    def _quoted(self) -> bool:
        character = self.text[self.at]
        if character == "'":
            self._until("'", "string", self.escapes or self._escape_prefix())
        elif character == '"':
            kind = "string" if self.dialect in {"mysql", "mariadb", "bigquery"} else "name"
            self._until('"', kind, self.escapes)
        elif character == "`":
            self._until("`", "name", False)
        elif character == "[" and self.dialect in _BRACKETS:
            self._until("]", "name", False)
        elif character == "$" and self.dialect in _DOLLAR:
            return self._dollar()
        else:
            return False
        return True

    def _escape_prefix(self) -> bool:
        last = self.tokens[-1] if self.tokens else None
        if last is None or last.end != self.at or last.kind != "word" or last.value not in {"E", "N", "B", "X", "U"}:
            return False
        self.tokens.pop()
        return last.value == "E"

    def _until(self, quote: str, kind: str, escapes: bool) -> None:
        start, at, text = self.at, self.at + 1, self.text
        content: list[str] = []
        while at < len(text):
            character = text[at]
            if escapes and character == "\\":
                content.append(text[at + 1 : at + 2])
                at += 2
            elif character == quote:
                if text.startswith(quote, at + 1):
                    content.append(quote)
                    at += 2
                    continue
                break
            else:
                content.append(character)
                at += 1
        else:
            self.broken = True
        self.at = min(at + 1, len(text))
        self._add(kind, "".join(content), start)

    def _dollar(self) -> bool:
        end = self.at + 1
        while end < len(self.text) and (self.text[end].isalnum() or self.text[end] == "_"):
            end += 1
        if end >= len(self.text) or self.text[end] != "$" or self.text[self.at + 1].isdigit():
            return False
        tag, start = self.text[self.at : end + 1], self.at
        close = self.text.find(tag, end + 1)
        self.broken = self.broken or close < 0
        stop = len(self.text) if close < 0 else close
        self.at = min(stop + len(tag), len(self.text))
        self._add("body", self.text[end + 1 : stop], start)
        return True

    def _word(self) -> bool:
        text, start = self.text, self.at
        at = start
        while at < len(text) and (text[at].isalnum() or text[at] in "_$@#" or unicodedata.combining(text[at])):
            at += 1
        if at == start:
            return False
        self.at = at
        word = text[start:at]
        if word[0].isdigit() and not word.isalnum():
            self._add("word", keyword(word), start)
        elif word[0].isdigit():
            if at + 1 < len(text) and text[at] == "." and text[at + 1].isdigit():
                self.at += 1
                while self.at < len(text) and text[self.at].isalnum():
                    self.at += 1
            self._add("number", text[start : self.at], start)
        else:
            self._add("word", keyword(word), start)
        return True

    def _symbol(self) -> None:
        start = self.at
        symbol = next((s for s in _SYMBOLS if self.text.startswith(s, start)), self.text[start])
        self.at += len(symbol)
        if symbol == ")":
            self.depth = max(self.depth - 1, 0)
        self._add("symbol", symbol, start)
        if symbol == "(":
            self.depth += 1


def find_backslash(text: str, start: int = 0) -> int:
    """Where the next backslash outside quotes and comments stands in PostgreSQL text, -1 for none."""
    lexer = _Lexer(text, "postgres", False)
    lexer.at = start
    while lexer.at < len(text):
        before = lexer.at
        if text[before] == "\\":
            return before
        if not lexer._skip() and not lexer._quoted() and not lexer._word():
            lexer._symbol()
        lexer.at = max(lexer.at, before + 1)
    return -1
