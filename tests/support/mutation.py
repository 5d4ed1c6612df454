"""Small changes to a policy's code, and whether its declared examples notice.

A mutant turns a comparison round, leaves out a condition, an opinion or a word of a list, swaps a verdict, or moves a
number. Words of reasons are left alone. What an example means is read once; a mutant only looks at the effects again, so
that thousands are tried in seconds.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator
from typing import Any, Final

from enactd.effects.shell.readers import Readers
from enactd.evaluate import Policy, PolicySet
from enactd.examples import GATE, judge_example
from enactd.judge import Judge
from enactd.policy import Context, Declaration, Effect, Example, Opinions
from enactd.verdict import Decision
from support.effect_cases import CASES
from support.library import KINDS, LIBRARY

_TURNED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_VERDICTS: Final = {"Ask": "Deny", "Deny": "Ask", "floor": "Ask", "Allow": "Ask"}

Seen = list[tuple[Effect, Context]]
Told = list[tuple[Seen, Decision]]


class Mutant:
    """A changed module, and in words what was changed."""

    def __init__(self, tree: ast.Module, change: str) -> None:
        self.tree = tree
        self.change = change


def told(policy: Policy) -> Told:
    """Effects with what the policy must think of them: of each declared example, and of the cases by themselves."""
    alone: Told = [([(effect, context)], expected) for effect, context, expected in CASES.get(policy.id, ())]
    return alone + [
        (_seen(example), KINDS[kind])
        for kind in KINDS
        for example in getattr(policy.declaration, kind)
    ]  # fmt: skip


def _seen(example: Example) -> Seen:
    found: Seen = []

    def record(effect: Effect, context: Context) -> Opinions:
        found.append((effect, context))
        yield from ()

    recorder = Policy(
        "zz.recorder", Declaration(record, (Effect,), "low", "stable", "0", (), (), (), (), ()), "Records."
    )
    every = PolicySet([*LIBRARY.policies, recorder], "")
    last = judge_example(Judge(every, readers=Readers(None), gate=GATE), example)
    # The calls before the last one were judged in contexts of their own.
    return [(effect, context) for effect, context in found if context.effects is last.effects]


def survives(mutant: Mutant, policy: Policy, examples: Told) -> bool:
    """Whether the changed policy thinks of every example what it should."""
    namespace: dict[str, Any] = {"__name__": "mutant"}
    try:
        exec(compile(mutant.tree, policy.path, "exec", dont_inherit=True), namespace)
        declared = next(value for value in namespace.values() if isinstance(value, Declaration))
        return all(_opinion(declared, seen) is expected for seen, expected in examples)
    except Exception:
        return False  # a crash is a denial with the policy's name on it, and every example would notice


def _opinion(declaration: Declaration, seen: Seen) -> Decision:
    worst = Decision.ALLOW
    for effect, context in seen:
        if Effect in declaration.watches or type(effect) in declaration.watches:
            for opinion in declaration.check(effect, context):
                worst = max(worst, opinion.decision)
    return min(worst, Decision.ASK) if declaration.stage == "trial" else worst


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a policy's module."""
    tree = ast.parse(source)
    worded = _worded(tree)
    sites = [*_conditions(tree, worded), *_verdicts(tree, worded), *_words(tree, worded)]
    for path, replacement, change in sites:
        changed = copy.deepcopy(tree)
        _put(changed, path, replacement)
        yield Mutant(ast.fix_missing_locations(changed), change)


Site = tuple[tuple[Any, ...], Any, str]


def _worded(tree: ast.Module) -> frozenset[str]:
    """Names that only reasons use: nothing is decided by them."""
    deciding = {node.id for _, node in _walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    given = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(given - deciding)


def _walk(
    node: Any, worded: frozenset[str] = frozenset(), path: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], ast.AST]]:
    """All nodes of the code that decides, with the way to each; declarations, reasons and annotations left out."""
    if isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) and t.id in worded for t in node.targets):
        return
    if isinstance(node, ast.AST):
        yield path, node
        for name, value in ast.iter_fields(node):
            if name in ("decorator_list", "returns", "annotation", "args") and isinstance(
                node, ast.FunctionDef | ast.arg
            ):
                continue
            if isinstance(node, ast.Call) and name == "args" and _verdict(node):
                continue
            if not isinstance(value, ast.JoinedStr | ast.Import | ast.ImportFrom):
                yield from _walk(value, worded, (*path, name))
    elif isinstance(node, list):
        for number, item in enumerate(node):
            if not isinstance(item, ast.JoinedStr):
                yield from _walk(item, worded, (*path, number))


def _verdict(call: ast.Call) -> str:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return name if name in _VERDICTS else ""


def _put(tree: ast.AST, path: tuple[Any, ...], replacement: Any) -> None:
    holder: Any = tree
    for step in path[:-1]:
        holder = holder[step] if isinstance(step, int) else getattr(holder, step)
    last = path[-1]
    if isinstance(last, int):
        holder[last] = replacement
    else:
        setattr(holder, last, replacement)


def _conditions(tree: ast.Module, worded: frozenset[str]) -> Iterator[Site]:
    for path, node in _walk(tree, worded):
        text = _short(node)
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _TURNED:
                yield path, ast.Compare(left, [_TURNED[type(op)]()], [right]), f"turn `{text}`"
            case ast.BoolOp(op=op, values=values):
                other: ast.boolop = ast.Or() if isinstance(op, ast.And) else ast.And()
                yield path, ast.BoolOp(other, values), f"swap and/or in `{text}`"
                for number, value in enumerate(values):
                    rest = [*values[:number], *values[number + 1 :]]
                    kept = rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
                    yield path, kept, f"leave `{_short(value)}` out of `{text}`"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield path, operand, f"leave `not` out of `{text}`"
            case ast.If(test=test):
                for truth in (True, False):
                    yield (*path, "test"), ast.Constant(truth), f"always {truth} for `{_short(test)}`"
            case ast.Constant(value=int(number)) if not isinstance(number, bool) and "slice" not in path:
                yield path, ast.Constant(number + 1), f"{number + 1} for {number}"


def _verdicts(tree: ast.Module, worded: frozenset[str]) -> Iterator[Site]:
    for path, node in _walk(tree, worded):
        match node:
            case ast.Expr(value=ast.Yield(value=ast.Call() as call)):
                yield path, ast.Pass(), f"no opinion for `{_told(call)}`"
                name = _verdict(call)
                if name:
                    given = call.args[1:] if name == "floor" else call.args
                    swapped = ast.Call(ast.Name(_VERDICTS[name], ast.Load()), given, call.keywords)
                    yield (*path, "value", "value"), swapped, f"{_VERDICTS[name]} for `{_told(call)}`"
            case ast.Return(value=None):
                yield path, ast.Pass(), "no early return"


def _words(tree: ast.Module, worded: frozenset[str]) -> Iterator[Site]:
    """A word of a list is left out."""
    for path, node in _walk(tree, worded):
        if isinstance(node, ast.Tuple | ast.Set | ast.List) and len(node.elts) > 1:
            if all(isinstance(item, ast.Constant) for item in node.elts):
                for number, item in enumerate(node.elts):
                    rest = [*node.elts[:number], *node.elts[number + 1 :]]
                    less = type(node)(elts=rest, ctx=ast.Load()) if not isinstance(node, ast.Set) else ast.Set(rest)
                    yield path, less, f"no {ast.unparse(item)} in {_short(node)}"
        elif isinstance(node, ast.Dict) and len(node.keys) > 1:
            for number, key in enumerate(node.keys):
                keys = [*node.keys[:number], *node.keys[number + 1 :]]
                values = [*node.values[:number], *node.values[number + 1 :]]
                yield path, ast.Dict(keys, values), f"no {ast.unparse(key) if key else '**'} in {_short(node)}"


def _told(call: ast.Call) -> str:
    """An opinion by its first words."""
    return _short(call, 60)


def _short(node: ast.AST, limit: int = 90) -> str:
    text = " ".join(ast.unparse(node).split()) if not isinstance(node, ast.Module) else ""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def survivors(policy: Policy) -> tuple[int, list[str]]:
    """How many mutants there are, and the changes that no declared example notices."""
    examples = told(policy)
    with open(policy.path, encoding="utf-8") as file:
        source = file.read()
    if not survives(Mutant(ast.parse(source), "nothing"), policy, examples):
        raise AssertionError(f"{policy.id} does not think of its examples what it declares")
    every = list(mutants(source))
    return len(every), sorted({mutant.change for mutant in every if survives(mutant, policy, examples)})


ALSO: Final = frozenset({"git.protected-push", "sequences.failed-copy", "sequences.only-copy", "sequences.escalation"})


def most_severe(policies: Iterable[Policy]) -> list[Policy]:
    """The policies whose failure costs most, and those that stand on what a session remembers."""
    return [policy for policy in policies if policy.declaration.severity == "critical" or policy.id in ALSO]
