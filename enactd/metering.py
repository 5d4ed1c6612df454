"""A budget of steps for policies, so that one that loops ends with its name on it instead of ending the gate.

A thread cannot be killed from outside, so the end is built in: `instrument` puts a tick into every loop,
comprehension and function of a policy before it is compiled. Steps and not seconds are counted: a verdict does
not depend on how busy the machine is.
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final

STEPS: Final = 200_000
"""Loop turns and calls of its own functions that a policy may take for one effect; some 50 ms."""
RANGE: Final = 1_000_000
TICK: Final = "__tick__"
METERED: Final = "__metered__"


class Exhausted(BaseException):
    """A policy took more steps than it may. No `Exception`, so that nothing in a policy catches it."""


class _Meter(threading.local):
    left = STEPS


_meter: Final = _Meter()


def begin(steps: int = STEPS) -> None:
    """Give this thread a fresh budget."""
    _meter.left = steps


def tick() -> None:
    """Count one step; raises `Exhausted` from the moment that none is left."""
    _meter.left -= 1
    if _meter.left < 0:
        raise Exhausted


def metered(items: Iterable[Any]) -> Iterator[Any]:
    """The same items, each counted."""
    for item in items:
        tick()
        yield item


def bounded_range(*arguments: int) -> range:
    """`range`, for policies: one that is swallowed whole by `sum` or `list` could not be counted."""
    made = range(*arguments)
    if len(made) > RANGE:
        raise ValueError(f"a range of more than {RANGE} numbers")
    return made


def plain_iter(items: Iterable[Any]) -> Iterator[Any]:
    """`iter` with one argument; the form with two never needs to end."""
    return iter(items)


def instrument(tree: ast.Module) -> ast.Module:
    """The same program with a tick in everything that can repeat. Changes the tree in place."""
    _Ticks().visit(tree)
    return ast.fix_missing_locations(tree)


class _Ticks(ast.NodeTransformer):
    def visit_While(self, node: ast.While) -> ast.AST:
        return self._count_turns(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._count_turns(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._count_turns(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        node.body = ast.BoolOp(op=ast.Or(), values=[_tick(), node.body])  # a tick is None, so the body is the value
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.iter = ast.Call(func=ast.Name(id=METERED, ctx=ast.Load()), args=[node.iter], keywords=[])
        return node

    def _count_turns(self, node: ast.While | ast.For | ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        has_words = isinstance(node, ast.FunctionDef) and ast.get_docstring(node, clean=False) is not None
        node.body.insert(int(has_words), ast.Expr(value=_tick()))
        return node


def _tick() -> ast.Call:
    return ast.Call(func=ast.Name(id=TICK, ctx=ast.Load()), args=[], keywords=[])
