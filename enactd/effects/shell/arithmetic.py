"""Arithmetic as far as it is needed to know a word: integers, names, the usual operators, assignments."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any, Final

_OPERATORS: Final[dict[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Mod: operator.mod,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}  # fmt: skip
_SHAPE: Final = re.compile(r"[\w\s+\-*/%<>=!&|^~()?:,]*")
_ASSIGN: Final = re.compile(r"^\s*([A-Za-z_]\w*)\s*([-+*/%]?)=(?!=)(.*)$", re.S)
_STEP: Final = re.compile(r"^\s*(?:(\+\+|--)\s*([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*(\+\+|--))\s*$")
_LIMIT: Final = 200

Lookup = Callable[[str], str | None]
Store = Callable[[str, int | None], None]


def evaluate(text: str, lookup: Lookup, assign: Store) -> int | None:
    """The value of an expression, or None where it is not a number that can be known."""
    if len(text) > _LIMIT or not _SHAPE.fullmatch(text):
        return None
    result: int | None = 0
    for part in text.split(","):
        result = _statement(part, lookup, assign)
    return result


def _statement(text: str, lookup: Lookup, assign: Store) -> int | None:
    step = _STEP.match(text)
    if step:
        name = step.group(2) or step.group(3)
        old = _number(name, lookup)
        new = None if old is None else old + (1 if "++" in (step.group(1), step.group(4)) else -1)
        assign(name, new)
        return new if step.group(1) else old
    assignment = _ASSIGN.match(text)
    if assignment:
        name, op, rest = assignment.groups()
        number = _statement(f"{name}{op}({rest})" if op else rest, lookup, assign)
        assign(name, number)
        return number
    return _expression(text, lookup)


def _expression(text: str, lookup: Lookup) -> int | None:
    text = re.sub(r"\b0+(\d)", r"\1", text.strip()) or "0"
    try:
        tree = ast.parse(text.replace("&&", " and ").replace("||", " or "), mode="eval")
        return int(_walk(tree.body, lookup))
    except (SyntaxError, ValueError, TypeError, ArithmeticError, KeyError, RecursionError, MemoryError):
        return None


def _number(name: str, lookup: Lookup) -> int | None:
    text = lookup(name)
    if text is None:
        return None
    text = text.strip()
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else 0 if not text else None


def _walk(node: ast.AST, lookup: Lookup) -> int:
    match node:
        case ast.Constant(value=int() as number):
            return number
        case ast.Name(id=name):
            found = _number(name, lookup)
            if found is None:
                raise ValueError(name)
            return found
        case ast.UnaryOp(op=op, operand=operand):
            return int(_OPERATORS[type(op)](_walk(operand, lookup)))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return int(_walk(left, lookup) / _walk(right, lookup))
        case ast.BinOp(left=left, op=op, right=right):
            return int(_OPERATORS[type(op)](_walk(left, lookup), _walk(right, lookup)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return int(_OPERATORS[type(op)](_walk(left, lookup), _walk(right, lookup)))
        case ast.BoolOp(op=op, values=values):
            numbers = [_walk(item, lookup) for item in values]
            return int(all(numbers) if isinstance(op, ast.And) else any(numbers))
    raise ValueError(ast.dump(node))
