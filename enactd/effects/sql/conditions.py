"""Whether a WHERE condition can be told to hold for every row. Runs only inside a worker process.

Three-valued: True where the condition holds for all rows (up to nulls), False where for none, None where
it depends. Only what is provable from the text counts; `id > 0` depends.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from sqlglot import exp

from enactd.effects.sql.tokens import HOLE

Node = Any  # sqlglot renamed its base class between versions

_COMPARE: Final[dict[type[Any], Callable[[Any, Any], bool]]] = {
    exp.EQ: operator.eq,
    exp.NullSafeEQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
}
_REFLEXIVE: Final = (exp.EQ, exp.GTE, exp.LTE, exp.NullSafeEQ, exp.Like, exp.ILike)
_OPPOSITES: Final = ((exp.EQ, exp.NEQ), (exp.GT, exp.LTE), (exp.LT, exp.GTE))
_NEVER_NULL: Final = frozenset({"id", "uuid", "guid", "pk", "rowid", "ctid", "oid", "_id", "_rowid_", "rownum"})


def always(condition: Node, table: str = "") -> bool:
    """Whether every row of `table` meets the condition, or nothing of the condition is known."""
    if isinstance(condition, exp.Column | exp.Var | exp.Placeholder | exp.Parameter) and HOLE in condition.sql():
        return True  # `WHERE $FILTER`: it may be anything, `true` too
    return _truth(condition, table) is True


def _truth(node: Node, table: str) -> bool | None:
    node = _spelled_out(node)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Not):
        inner = _truth(node.this, table)
        return _null_test(node, table) if inner is None else not inner
    if isinstance(node, exp.And):
        return _all([_truth(part, table) for part in node.flatten()])
    if isinstance(node, exp.Or):
        return _any(node, table)
    if isinstance(node, exp.Xor):
        left, right = _truth(node.left, table), _truth(node.right, table)
        return None if left is None or right is None else left != right
    if isinstance(node, exp.Is):
        return _is(node, table)
    if isinstance(node, exp.Exists):
        query = node.this
        source = isinstance(query, exp.Select) and (query.args.get("from_") or query.args.get("from"))
        return True if isinstance(query, exp.Select) and not source and not query.args.get("where") else None
    if isinstance(node, exp.In):
        return _in(node, table)
    if isinstance(node, exp.Between):
        values = [_constant(part) for part in (node.this, node.args["low"], node.args["high"])]
        return _ordered(values)
    if isinstance(node, exp.Like | exp.ILike):
        return _like(node)
    return _comparison(node)


def _spelled_out(node: Node) -> Node:
    """`x IS NOT y` as `NOT x IS y`, which versions of sqlglot build differently."""
    node = node.unnest()
    if not node.args.get("negate"):
        return node
    plain = node.copy()
    plain.set("negate", None)
    return exp.Not(this=plain)


def _all(parts: list[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _any(node: exp.Or, table: str) -> bool | None:
    operands = [_spelled_out(part) for part in node.flatten()]
    truths = [_truth(part, table) for part in operands]
    if True in truths or any(_opposite(a, b) for i, a in enumerate(operands) for b in operands[i + 1 :]):
        return True
    return None if None in truths else False


def _opposite(a: Node, b: Node) -> bool:
    if isinstance(a, exp.Not) and a.this.unnest() == b:
        return True
    if isinstance(b, exp.Not) and b.this.unnest() == a:
        return True
    for one, other in _OPPOSITES:
        if (isinstance(a, one) and isinstance(b, other)) or (isinstance(a, other) and isinstance(b, one)):
            return bool(a.left == b.left and a.right == b.right)
    return False


def _is(node: exp.Is, table: str) -> bool | None:
    value = node.expression
    if isinstance(value, exp.Null):
        constant = _constant(node.this)
        if isinstance(node.this, exp.Null):
            return True
        return False if constant is not None else None
    if isinstance(value, exp.Boolean):
        inner = _truth(node.this, table)
        return None if inner is None else inner == bool(value.this)
    return None


def _null_test(node: exp.Not, _table: str) -> bool | None:
    """`id IS NOT NULL` holds for every row of a table with a key."""
    inner = node.this.unnest()
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null) and isinstance(inner.this, exp.Column):
        return True if inner.this.name.lower() in _NEVER_NULL else None
    return None


def _in(node: exp.In, table: str) -> bool | None:
    query = node.args.get("query")
    if query is None:
        wanted = _constant(node.this)
        values = [_constant(item) for item in node.expressions]
        if wanted is None or None in values:
            return True if node.this in node.expressions else None
        return wanted in values
    select = query.unnest()
    if not table or not isinstance(select, exp.Select) or select.args.get("limit") or select.args.get("joins"):
        return None
    source = select.args.get("from_") or select.args.get("from")
    inner = source.this if source is not None else None
    same = isinstance(inner, exp.Table) and ".".join(p.name.lower() for p in inner.parts if p.name) == table
    where = select.args.get("where")
    unfiltered = where is None or _truth(where.this, table) is True
    same_column = len(select.expressions) == 1 and select.expressions[0].name.lower() == node.this.name.lower()
    return True if same and unfiltered and same_column else None


def _like(node: Node) -> bool | None:
    pattern = node.args.get("expression")
    if isinstance(pattern, exp.Literal) and pattern.is_string and pattern.name and not pattern.name.strip("%"):
        return True
    return True if node.this == pattern else None


def _ordered(values: list[Any]) -> bool | None:
    if None in values:
        return None
    try:
        return bool(values[1] <= values[0] <= values[2])
    except TypeError:
        return None


def _comparison(node: Node) -> bool | None:
    compare = _COMPARE.get(type(node))
    if compare is None:
        constant = _constant(node)
        if constant is None:
            return None
        return constant not in (0, "", "0", False)
    left, right = node.args["this"].unnest(), node.args["expression"].unnest()
    if left == right and HOLE not in left.sql() and not left.find(exp.Rand):
        return isinstance(node, _REFLEXIVE)
    values = _constant(left), _constant(right)
    if None in values:
        return None
    try:
        numbers = [float(value) for value in values] if type(values[0]) is not type(values[1]) else list(values)
        return bool(compare(*numbers))
    except (TypeError, ValueError):
        return None


def _constant(node: Node) -> Any:
    """The value of a constant expression, None where it is none."""
    node = node.unnest()
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        if HOLE in node.name:
            return None
        if node.is_string:
            return node.name
        try:
            return float(node.name)
        except ValueError:
            return None
    if isinstance(node, exp.Neg):
        value = _constant(node.this)
        return -value if isinstance(value, float) else None
    if isinstance(node, exp.Cast):
        return _constant(node.this)
    return _arithmetic(node)


def _arithmetic(node: Node) -> Any:
    operations: dict[type[Any], Callable[[float, float], float]] = {
        exp.Add: operator.add,
        exp.Sub: operator.sub,
        exp.Mul: operator.mul,
    }
    operation = operations.get(type(node))
    if operation is None:
        return None
    left, right = _constant(node.args["this"]), _constant(node.args["expression"])
    return operation(left, right) if isinstance(left, float) and isinstance(right, float) else None
