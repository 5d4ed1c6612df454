"""One query or change of rows read by sqlglot. Runs only inside a worker process.

sqlglot is exponential on some nestings, so nobody else may import this module; see `enactd.workers`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import sqlglot
from sqlglot import exp

from enactd.effects.sql.conditions import always
from enactd.effects.sql.facts import Facts
from enactd.effects.sql.tokens import HOLE, shown

Node = Any  # sqlglot renamed its base class between versions

LIMIT_THAT_BOUNDS: Final = 1000  # rows; more is no limit to what leaves

logging.getLogger("sqlglot").disabled = True

_DIALECTS: Final = {"mariadb": "mysql", "cockroach": "postgres", "cql": "", "influxql": "", "databend": ""}
_ROOTS: Final = (exp.Query, exp.DML, exp.Merge, exp.Values, exp.Table, exp.Paren)
# Aggregates that say nothing about a single row.
_COUNTING: Final = (exp.Count, exp.Sum, exp.Avg, exp.Stddev, exp.Variance, exp.ApproxDistinct)


def read_request(payload: dict[str, str]) -> list[dict[str, Any]]:
    """The worker's kind `sql`: `text` and `dialect` in, facts as plain values out. Raises on bad text."""
    return [msgspec.to_builtins(facts) for facts in read(payload["text"], payload.get("dialect", ""))]


def read(text: str, dialect: str) -> list[Facts]:
    """What one statement does. Raises `sqlglot.errors.SqlglotError`, or ValueError for what it left unparsed."""
    trees = sqlglot.parse(text, read=_DIALECTS.get(dialect, dialect) or None)
    found: list[Facts] = []
    for tree in trees:
        if tree is None:
            continue
        if isinstance(tree, exp.Command) or tree.find(exp.Command) is not None:
            raise ValueError("left unparsed")
        found += _statement(tree)
    if not found:
        raise ValueError("no statement")
    return found


def _statement(tree: Node) -> list[Facts]:
    if not isinstance(tree, _ROOTS):
        raise ValueError(f"a {tree.key} statement")
    names = _common_names(tree)
    changes = [facts for node in tree.walk() for facts in _change(node, names)]
    reads = _reads(tree, names, bool(changes))
    if not changes and not reads:
        raise ValueError(f"a {tree.key} statement")
    return changes + reads


def _common_names(tree: Node) -> frozenset[str]:
    return frozenset(cte.alias.lower() for cte in tree.find_all(exp.CTE))


def _change(node: Node, names: frozenset[str]) -> Iterator[Facts]:
    """The change that this node makes; WITH clauses and nested statements are nodes of their own."""
    if isinstance(node, exp.Delete):
        targets = node.args.get("tables") or [node.this]
        where, condition = _where(node)
        yield Facts(
            verb="delete",
            tables=tuple(_targets(node, targets)),
            where=where,
            limit=node.args.get("limit") is not None,
            columns=condition,
        )
    elif isinstance(node, exp.Update) and isinstance(node.this, exp.Table | exp.Alias | exp.Paren):
        columns = (e.this.name.lower() for e in node.expressions if isinstance(e, exp.EQ))
        where, _ = _where(node)
        yield Facts(
            verb="update",
            tables=tuple(_targets(node, [node.this])),
            where=where,
            limit=node.args.get("limit") is not None,
            columns=tuple(shown(name) for name in columns),
        )
    elif isinstance(node, exp.Insert) and node.this is not None:
        yield from _insert(node)
    elif isinstance(node, exp.Merge):
        yield from _merge(node)
    elif isinstance(node, exp.Into) and node.this is not None:
        yield Facts(verb="create", tables=(_name(node.this),))


def _insert(node: exp.Insert) -> Iterator[Facts]:
    if isinstance(node.parent, exp.When):
        return
    target = node.this.this if isinstance(node.this, exp.Schema) else node.this
    name = _name(target)
    if node.args.get("overwrite"):
        yield Facts(verb="truncate", tables=(name,))
    yield Facts(verb="insert", tables=(name,))


def _merge(node: exp.Merge) -> Iterator[Facts]:
    name = _name(node.this)
    yield Facts(verb="merge", tables=(name,))
    whens = node.args.get("whens")
    for when in whens.expressions if whens is not None else node.expressions:
        then = when.args.get("then")
        if (isinstance(then, exp.Var) and then.name.upper() == "DELETE") or isinstance(then, exp.Delete):
            unmatched_source = when.args.get("source") and not when.args.get("matched")
            yield Facts(verb="delete", tables=(name,), where="always" if unmatched_source else "some")


def _where(node: Node) -> tuple[str, tuple[str, ...]]:
    where = node.args.get("where")
    if where is None:
        # A join or USING without any condition on it deletes every row that has a partner.
        return "none", ()
    columns = tuple(dict.fromkeys(shown(c.name.lower()) for c in where.find_all(exp.Column)))
    return ("always" if always(where.this, _main_table(node)) else "some"), columns


def _main_table(node: Node) -> str:
    table = (
        node.this.find(exp.Table) if isinstance(node.this, exp.Table | exp.Alias | exp.Paren | exp.Subquery) else None
    )
    if table is None:
        source = node.args.get("from_") or node.args.get("from")
        table = None if source is None else source.find(exp.Table)
    return _name(table) if table is not None else ""


def _targets(node: Node, targets: list[Any]) -> Iterator[str]:
    """Names of the tables that change; an alias stands for its table."""
    aliases = {t.alias.lower(): _name(t) for t in node.find_all(exp.Table) if t.alias}
    for named in targets:
        target = named or node.args.get("from_") or node.args.get("from")
        if target is None:
            yield "?"
            continue
        table = target if isinstance(target, exp.Table) else target.find(exp.Table)
        name = _name(table) if table is not None else shown(target.name.lower()) or "?"
        yield aliases.get(name, name)
    if isinstance(node, exp.Update):
        # MySQL: UPDATE a JOIN b SET b.x = 1 changes b.
        qualifiers = {
            e.this.table.lower() for e in node.expressions if isinstance(e, exp.EQ) and hasattr(e.this, "table")
        }
        for joined in node.this.find_all(exp.Table):
            if joined is not node.this and joined.alias_or_name.lower() in qualifiers:
                yield _name(joined)


def _name(node: Node) -> str:
    table = node if isinstance(node, exp.Table) else node.find(exp.Table)
    if table is None:
        return shown(node.name.lower()) or "?"
    parts = [part.name.lower() for part in table.parts if part.name]
    return shown(".".join(parts)) or "?"


def _reads(tree: Node, names: frozenset[str], writes: bool) -> list[Facts]:
    """What becomes visible, or is copied elsewhere by a change, as one select."""
    targets = {id(node.this) for node in tree.find_all(exp.Delete, exp.Update, exp.Insert, exp.Merge)}
    shown_tables: list[str] = []
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Func) or id(table) in targets or isinstance(table.parent, exp.Into | exp.Schema):
            continue
        if not table.db and table.name.lower() in names:
            continue
        if isinstance(table.parent, exp.Delete) and table in (table.parent.args.get("tables") or []):
            continue
        shown_tables.append(_name(table))
    queries = [query for query in tree.find_all(exp.Select) if not _in_condition(query)]
    returning = list(tree.find_all(exp.Returning))
    if not queries and not returning:
        return [] if writes else [Facts(verb="select", tables=tuple(dict.fromkeys(shown_tables)), columns=("*",))]
    columns = [name for clause in (*queries, *returning) for name in _projected(clause, names)]
    main = queries[0] if queries else None
    for clause in returning:
        change = clause.parent
        if isinstance(change, exp.Delete | exp.Update | exp.Insert | exp.Merge) and change.this is not None:
            shown_tables.append(_name(change.this))
    if writes and not shown_tables and not returning:
        return []
    return [
        Facts(
            verb="select",
            tables=tuple(dict.fromkeys(shown_tables)),
            columns=tuple(dict.fromkeys(columns)),
            where=_read_where(queries),
            limit=main is not None and _bounded(tree if not writes else main),
        )
    ]


def _in_condition(query: Node) -> bool:
    node = query.parent
    while node is not None:
        if isinstance(node, exp.Where | exp.Having | exp.Exists | exp.Join):
            return not isinstance(node, exp.Join) or (
                node.args.get("on") is not None and _below(query, node.args["on"])
            )
        if isinstance(node, exp.Select | exp.Update | exp.Delete | exp.Insert | exp.CTE):
            return False
        node = node.parent
    return False


def _below(node: Node | None, top: Node) -> bool:
    while node is not None:
        if node is top:
            return True
        node = node.parent
    return False


def _projected(clause: Node, names: frozenset[str]) -> Iterator[str]:
    """Columns whose values appear in the result; counts and sums reveal no row."""
    for item in clause.expressions:
        if isinstance(item, exp.Star) or (item.find(exp.Star) is not None and item.find(*_COUNTING) is None):
            if not _only_common(clause, names):
                yield "*"
            continue
        for column in item.find_all(exp.Column):
            if column.find_ancestor(*_COUNTING) is None and column.find_ancestor(exp.Where) is clause.find_ancestor(
                exp.Where
            ):
                yield shown(column.name.lower())


def _only_common(clause: Node, names: frozenset[str]) -> bool:
    """Whether `*` stands for columns that are listed elsewhere in the statement."""
    source = clause.args.get("from_") or clause.args.get("from")
    if source is None or clause.args.get("joins"):
        return False
    if isinstance(source.this, exp.Subquery):
        return True
    return isinstance(source.this, exp.Table) and not source.this.db and source.this.name.lower() in names


def _read_where(queries: list[exp.Select]) -> str:
    """`some` where any query level filters, else the outermost's."""
    wheres = [_where(query)[0] for query in queries]
    if "some" in wheres:
        return "some"
    return "always" if "always" in wheres else "none"


def _bounded(tree: Node) -> bool:
    limit = tree.args.get("limit")
    if limit is None and isinstance(tree, exp.Subquery):
        return _bounded(tree.this)
    if limit is None:
        source = tree.args.get("from_") or tree.args.get("from")
        inner = source.this if source is not None else None
        return isinstance(inner, exp.Subquery) and not tree.args.get("joins") and _bounded(inner.this)
    count = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression
    if isinstance(count, exp.Literal) and not count.is_string:
        return count.name.isdigit() and int(count.name) <= LIMIT_THAT_BOUNDS
    return count is not None and HOLE in count.sql()
