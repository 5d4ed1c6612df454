"""Arithmetic as bash does it: 64-bit integers, names, assignments, C's operators. Unknown stays unknown.

A name's value is itself an expression, as in bash. An unknown operand makes the result None; what is
assigned in a part that may not run becomes unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_TOKEN: Final = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|[0-9]+#[0-9A-Za-z@_]+|[0-9]+)|([A-Za-z_]\w*)"
    r"|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&^|]=|[-+*/%<>=!&|^~()?:,\[\]]))"
)
_BINARY: Final = {
    "||": 3, "&&": 4, "|": 5, "^": 6, "&": 7, "==": 8, "!=": 8, "<": 9, "<=": 9, ">": 9, ">=": 9, "<<": 10, ">>": 10,
    "+": 11, "-": 11, "*": 12, "/": 12, "%": 12, "**": 13,
}  # fmt: skip
_ASSIGNMENTS: Final = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="})
_LIMIT: Final = 400
_DEPTH: Final = 24

Lookup = Callable[[str], str | None]
Store = Callable[[str, int | None], None]


class _Wrong(Exception):
    """No expression, or one that is not read here."""


def evaluate(text: str, lookup: Lookup, assign: Store) -> int | None:
    """The value of an expression, or None where it is not a number that can be known."""
    if len(text) > _LIMIT:
        return None
    try:
        return _Evaluator(text, lookup, assign, 0).whole()
    except (_Wrong, RecursionError):
        return None


def wrapped(number: int) -> int:
    """A number as a signed 64-bit integer."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


class _Evaluator:
    """Parses and evaluates at once; `active` is False in a part that is skipped, None where that is not known."""

    def __init__(self, text: str, lookup: Lookup, assign: Store, depth: int) -> None:
        if depth > _DEPTH:
            raise _Wrong("too deep")
        self.lookup = lookup
        self.store = assign
        self.depth = depth
        self.active: bool | None = True
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if not match:
                raise _Wrong(text)
            number, name, operator = match.groups()
            self.tokens.append(("n", number) if number else ("v", name) if name else ("o", operator))
            position = match.end()
        self.index = 0

    def whole(self) -> int | None:
        if not self.tokens:
            return 0
        result = self.comma()
        if self.index < len(self.tokens):
            raise _Wrong(self.peek())
        return result

    def peek(self) -> str:
        return self.tokens[self.index][1] if self.index < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        found = self.peek()
        if self.index < len(self.tokens) and self.tokens[self.index][0] == "o" and found in wanted:
            self.index += 1
            return found
        return ""

    def comma(self) -> int | None:
        result = self.assignment()
        while self.take(","):
            result = self.assignment()
        return result

    def assignment(self) -> int | None:
        start = self.index
        if start < len(self.tokens) and self.tokens[start][0] == "v":
            name = self.tokens[start][1]
            self.index += 1
            if self.peek() == "[":
                raise _Wrong("an array element")
            operator = self.take(*_ASSIGNMENTS)
            if operator:
                before = None if operator == "=" else self.variable(name)
                value = self.assignment()
                if operator != "=":
                    value = self.binary(operator[:-1], before, value)
                return self.assign(name, value)
            self.index = start
        return self.ternary()

    def assign(self, name: str, value: int | None) -> int | None:
        if self.active is not False:
            self.store(name, value if self.active else None)
        return value

    def ternary(self) -> int | None:
        condition = self.operators(3)
        if not self.take("?"):
            return condition
        yes = self.under(condition is not None and bool(condition), condition is None, self.assignment)
        if not self.take(":"):
            raise _Wrong("`:` is missing")
        no = self.under(condition is not None and not condition, condition is None, self.ternary)
        return None if condition is None else yes if condition else no

    def under(self, runs: bool, maybe: bool, part: Callable[[], int | None]) -> int | None:
        """Read a part that runs, is skipped, or may run."""
        outer = self.active
        self.active = outer if runs else (None if outer is not False else False) if maybe else False
        result = part()
        self.active = outer
        return result

    def operators(self, least: int) -> int | None:
        left = self.unary()
        while True:
            operator = self.peek()
            level = _BINARY.get(operator, 0) if self.index < len(self.tokens) else 0
            if level < least:
                return left
            self.index += 1
            following = level if operator == "**" else level + 1
            if operator in ("&&", "||"):
                runs = left is not None and bool(left) is (operator == "&&")
                right = self.under(runs, left is None, lambda: self.operators(following))  # noqa: B023 - called at once
                left = _logical(operator, left, right)
            else:
                left = self.binary(operator, left, self.operators(following))

    def binary(self, operator: str, left: int | None, right: int | None) -> int | None:
        if left is None or right is None or self.active is False:
            return None
        return _computed(operator, left, right)

    def unary(self) -> int | None:
        operator = self.take("!", "~", "+", "-", "++", "--")
        if operator in ("++", "--"):
            return self.step(operator, before=True)
        if operator:
            value = self.unary()
            if value is None:
                return None
            return wrapped({"!": int(not value), "~": ~value, "+": value, "-": -value}[operator])
        return self.primary()

    def step(self, operator: str, *, before: bool) -> int | None:
        if self.index >= len(self.tokens) or self.tokens[self.index][0] != "v":
            if not before:
                raise _Wrong(operator)
            return self.unary()  # `--5` is minus minus five
        name = self.tokens[self.index][1]
        self.index += 1
        old = self.variable(name)
        return self.assign(name, None if old is None else wrapped(old + (1 if operator == "++" else -1)))

    def primary(self) -> int | None:
        if self.take("("):
            result = self.comma()
            if not self.take(")"):
                raise _Wrong("`)` is missing")
            return result
        if self.index >= len(self.tokens) or self.tokens[self.index][0] == "o":
            raise _Wrong(self.peek())
        kind, text = self.tokens[self.index]
        self.index += 1
        if kind == "n":
            return _number(text)
        if self.peek() == "[":
            raise _Wrong("an array element")
        value = self.variable(text)
        operator = self.take("++", "--")
        if operator:
            self.assign(text, None if value is None else wrapped(value + (1 if operator == "++" else -1)))
        return value

    def variable(self, name: str) -> int | None:
        if self.active is False:
            return None
        text = self.lookup(name)
        if text is None:
            return None
        if re.fullmatch(r"\s*-?[1-9][0-9]{0,17}\s*|\s*0?\s*", text):
            return int(text or 0) if text.strip() else 0
        return _Evaluator(text[:_LIMIT], self.lookup, self.store, self.depth + 6).whole()


def _logical(operator: str, left: int | None, right: int | None) -> int | None:
    decisive = operator == "||"
    if any(side is not None and bool(side) is decisive for side in (left, right)):
        return int(decisive)
    return None if left is None or right is None else int(not decisive)


def _computed(operator: str, left: int, right: int) -> int | None:
    match operator:
        case "/" | "%":
            if right == 0:
                return None
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return wrapped(quotient if operator == "/" else left - right * quotient)
        case "**":
            return None if right < 0 else wrapped(pow(left, right, 1 << 64))
        case "<<":
            return wrapped(left << (right % 64))
        case ">>":
            return wrapped(left >> (right % 64))
    table: dict[str, Callable[[], int | bool]] = {
        "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
        "&": lambda: left & right, "|": lambda: left | right, "^": lambda: left ^ right,
        "<": lambda: left < right, "<=": lambda: left <= right, ">": lambda: left > right, ">=": lambda: left >= right,
        "==": lambda: left == right, "!=": lambda: left != right,
    }  # fmt: skip
    return wrapped(int(table[operator]()))


def _number(text: str) -> int:
    if "#" in text:
        base_text, digits = text.split("#", 1)
        base = int(base_text)
        if not 2 <= base <= 64:
            raise _Wrong(text)
        return wrapped(sum(_digit(d, base) * base**i for i, d in enumerate(reversed(digits))))
    if text[:2] in ("0x", "0X"):
        return wrapped(int(text, 16))
    if text.startswith("0") and len(text) > 1:
        if not set(text) <= set("01234567"):
            raise _Wrong(text)
        return wrapped(int(text, 8))
    return wrapped(int(text))


def _digit(char: str, base: int) -> int:
    if char.isdigit():
        value = int(char)
    elif char.islower():
        value = ord(char) - ord("a") + 10
    elif char.isupper():
        value = ord(char) - ord("A") + (10 if base <= 36 else 36)
    else:
        value = 62 if char == "@" else 63
    if value >= base:
        raise _Wrong(char)
    return value
