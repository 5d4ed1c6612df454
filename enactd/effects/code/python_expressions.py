"""Expressions of Python: every node is evaluated once; calls go to functions of the text or to the tables."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from enactd.effects.code import python_modules as modules
from enactd.effects.code import python_text
from enactd.effects.code.evaluation import Evaluation
from enactd.effects.code.objects import Thing, either, element, flattened, joined, listed, named, printed, text, untold
from enactd.effects.invocation import Invocation
from enactd.effects.model import Opaque
from enactd.effects.values import ENVIRONMENT, SECRET, Value, concat, known, unknown
from enactd.risk import Risk
from enactd.workers import MARK

ANY_VARIABLE: Final = "the name of any variable"
HOLE_NAME: Final = f"_{MARK}_"  # no code that is read can use it
_DEPTH: Final = 90
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Expressions(Evaluation):
    """What expressions come to, and the modules that were imported on the way."""

    def __init__(self, call: Invocation, changes: Mapping[str, Any], origin: str) -> None:
        super().__init__(call, changes, origin)
        self.modules: dict[str, ast.Module] = {}  # those of the project that code given by option has imported
        self.search: list[str] = [""]  # where modules lie, from the folder of the run

    def call_value(self, node: ast.Call) -> Thing:
        """Call a function; the class of calls says how."""
        raise NotImplementedError

    def inlined(
        self, function: _Function, arguments: Sequence[Thing], keywords: Mapping[str, Thing], *, method: bool = False
    ) -> Thing:
        """Read a function's body; the class of calls says how."""
        raise NotImplementedError

    def body(self, statements: list[ast.stmt]) -> None:
        """Read statements; the class of statements says how."""
        raise NotImplementedError

    def exhausted(self) -> None:
        """Say once that there is more than is read."""
        if self.left > -1_000_000:
            self.found.append(Opaque(reason="more Python than is read", level=Risk.SENSITIVE))
        self.left = -2_000_000

    # Evaluation

    def value(self, node: ast.expr) -> Thing:
        """What an expression is; its effects are kept."""
        self.left -= 1
        if self.left < 0 or self.depth > _DEPTH:
            self.exhausted()
            return untold()
        self.depth += 1
        try:
            if isinstance(node, ast.Call):
                return self.call_value(node)
            handler = _HANDLERS.get(type(node))
            if handler is not None:
                return handler(self, node)
            origins: frozenset[str] = frozenset()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    origins |= self.value(child).all_origins()
            if isinstance(node, ast.Compare):
                return Thing((unknown("a comparison", plain=True),))
            return untold("a value of the run", origins)
        finally:
            self.depth -= 1

    def constant(self, node: ast.Constant) -> Thing:
        content = node.value
        plain = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
        found = Thing((self.call.reader.unmarked(plain),))
        if isinstance(content, int | float) and not isinstance(content, bool):
            found.number = float(content) if abs(content) < 1e15 else None
        return found

    def name(self, node: ast.Name) -> Thing:
        if node.id.startswith(HOLE_NAME):
            return Thing((self.call.reader.unmarked(f"\ue000{node.id[len(HOLE_NAME) : -1]}\ue001"),))
        if node.id == "__file__":
            return Thing((known(self.file) if self.file else unknown("__file__"),))
        if node.id == "__name__":
            return text("__main__")
        found = self.names.get(node.id)
        return found if found is not None else named(node.id)

    def formatted(self, node: ast.JoinedStr) -> Thing:
        parts = [self.value(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
        return joined(parts) if parts else text("")

    def binary(self, node: ast.BinOp) -> Thing:
        """Chains are taken apart from the left, however long they are."""
        rights: list[ast.expr] = []
        here: ast.expr = node
        while isinstance(here, ast.BinOp) and type(here.op) is type(node.op):
            rights.append(here.right)
            here = here.left
        things = [self.value(part) for part in [here, *rights[::-1]]]
        if isinstance(node.op, ast.Add):
            if all(thing.number is not None for thing in things):
                return python_text.number(sum(thing.number or 0 for thing in things))
            if any(thing.items is not None for thing in things):
                return listed([part for thing in things for part in flattened(thing)])
            return joined(things)
        found = things[0]
        for other in things[1:]:
            found = python_text.operation(node.op, found, other)
        return found

    def choice(self, node: ast.IfExp) -> Thing:
        self.value(node.test)
        return either([self.value(node.body), self.value(node.orelse)])

    def boolean(self, node: ast.BoolOp) -> Thing:
        things = [self.value(part) for part in node.values]
        return either(things) if isinstance(node.op, ast.Or) else things[-1]

    def unary(self, node: ast.UnaryOp) -> Thing:
        found = self.value(node.operand)
        if isinstance(node.op, ast.USub) and found.number is not None:
            return python_text.number(-found.number)
        return Thing((unknown("a value", plain=True),))

    def sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Thing:
        items: list[Thing] = []
        for part in node.elts:
            found = self.value(part)
            items += flattened(found) if isinstance(part, ast.Starred) else [found]
        return listed(items)

    def mapping(self, node: ast.Dict) -> Thing:
        fields: dict[str, Thing] = {}
        for key, part in zip(node.keys, node.values, strict=True):
            found = self.value(part)
            if key is None:
                fields.update(found.fields if found.fields is not None else {"...": found})
            else:
                fields[self.value(key).plain or "?"] = found
        origins = frozenset[str]().union(*(field.all_origins() for field in fields.values()))
        return Thing((unknown("a mapping", *origins),), "{}", None, fields)

    def inner(self, node: Any) -> Thing:
        return self.value(node.value)

    def walrus(self, node: ast.NamedExpr) -> Thing:
        found = self.value(node.value)
        self.bind(node.target, found)
        return found

    def lambda_value(self, node: ast.Lambda) -> Thing:
        # Nobody may call it; it is read once all the same, because hiding there is too easy.
        self.inlined(node, [], {})
        return Thing((unknown("a function"),), "", function=node)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Thing:
        """Items of a known list are taken one by one, up to a small number."""
        first = node.generators[0]
        over = self.value(first.iter)
        items = over.items if over.items is not None and len(node.generators) == 1 and len(over.items) <= 64 else None
        results: list[Thing] = []
        for item in items if items is not None else [self.each(over)]:
            self.bind(first.target, item)
            for other in node.generators[1:]:
                self.bind(other.target, self.each(self.value(other.iter)))
            for test in [test for generator in node.generators for test in generator.ifs]:
                self.value(test)
            if isinstance(node, ast.DictComp):
                self.value(node.key)
                results.append(self.value(node.value))
            else:
                results.append(self.value(node.elt))
        return listed(results)

    def each(self, thing: Thing) -> Thing:
        """Any one item that iterating gives: of the environment its names."""
        if thing.name == "os.environ":
            return Thing((unknown(ANY_VARIABLE, plain=True, empty=False),))
        if ".objects" in thing.name or ".query" in thing.name:
            return Thing(
                (unknown("a row"),), thing.name, database=thing.database
            )  # what happens to each, happens to all
        return element(thing)

    # Names, members, calls

    def bind(self, target: ast.expr, thing: Thing) -> None:
        """Give a value to a name, a member, an item, or the parts of a tuple."""
        match target:
            case ast.Name(id=name):
                self.names[name] = thing
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                items = thing.items or []
                for index, part in enumerate(parts):
                    self.bind(
                        part, items[index] if index < len(items) else Thing(untold("an item", thing.origins).texts)
                    )
            case ast.Starred(value=inner):
                self.bind(inner, thing)
            case ast.Attribute(value=holder, attr=name):
                subject = self.value(holder)
                subject.fields = {**(subject.fields or {}), name: thing}
            case ast.Subscript(value=holder, slice=index):
                subject, key = self.value(holder), self.value(index).plain
                if subject.name == "os.environ" and key:
                    self.environment[key] = thing.text
                elif key is not None and subject.items is None:
                    subject.fields = {**(subject.fields or {}), key: thing}

    def attribute(self, node: ast.Attribute) -> Thing:
        return self.member(self.value(node.value), node.attr)

    def member(self, subject: Thing, name: str) -> Thing:
        """A member of a thing: a field, a computed one, or a longer dotted name."""
        if subject.fields is not None and name in subject.fields:
            return subject.fields[name]
        full = f"{subject.name[:200]}.{name}" if subject.name else f".{name}"
        found = python_text.constant(self, subject, modules.canonical(full), name)
        if found is not None:
            return found
        return Thing((unknown(f"`{full}`", *subject.origins),), full, None, None, None, subject.database)

    def subscript(self, node: ast.Subscript) -> Thing:
        subject = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            bounds = [
                self.value(part) if part is not None else None
                for part in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            return python_text.sliced(subject, bounds)
        index = self.value(node.slice)
        if subject.name == "os.environ":
            if any(hole.why == ANY_VARIABLE for hole in index.text.holes):
                return self.whole_environment()
            return self.variable(index.plain)
        if subject.name in ("globals()", "locals()", "vars()", "__builtins__", "sys.modules"):
            return self.by_name(subject, index)
        if subject.fields is not None and index.plain in subject.fields:
            return subject.fields[index.plain or ""]
        if subject.items is not None and index.number is not None:
            at = int(index.number)
            return (
                subject.items[at]
                if -len(subject.items) <= at < len(subject.items)
                else untold("an item", subject.origins)
            )
        if (
            subject.plain is not None
            and index.number is not None
            and -len(subject.plain) <= int(index.number) < len(subject.plain)
        ):
            return text(subject.plain[int(index.number)])
        return element(subject) if subject.items else untold(printed(subject) or "an item", subject.all_origins())

    def by_name(self, subject: Thing, name: Thing) -> Thing:
        """A function or module looked up by a text."""
        if name.plain is None:
            return named("?")
        if subject.name in ("globals()", "locals()", "vars()") and name.plain in self.names:
            return self.names[name.plain]
        return named(name.plain)

    def variable(self, name: str | None) -> Thing:
        """A variable of the environment."""
        if name is None:
            return untold("a variable")
        if name in self.environment:
            return Thing((self.environment[name],))
        return self.inherited(name)

    def dotted(self, node: ast.expr) -> str:
        """The dotted name of an expression, without evaluating it."""
        if isinstance(node, ast.Call):
            return self.dotted(node.func)
        if isinstance(node, ast.Attribute):
            return f"{self.dotted(node.value)}.{node.attr}"
        return node.id if isinstance(node, ast.Name) else ""

    def whole_environment(self) -> Thing:
        return Thing((unknown("the whole environment", SECRET, ENVIRONMENT),), "os.environ")

    def folder(self, thing: Thing | None) -> Value | None:
        """A `cwd` argument, made absolute."""
        if thing is None or thing.plain == "None":
            return None
        return (
            thing.text
            if thing.text.startswith("/") or not thing.text.known
            else concat((self.call.cwd, known("/"), thing.text))
        )


_HANDLERS: Final[dict[type, Callable[[Any, Any], Thing]]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.JoinedStr: Expressions.formatted,
    ast.BinOp: Expressions.binary,
    ast.IfExp: Expressions.choice,
    ast.BoolOp: Expressions.boolean,
    ast.UnaryOp: Expressions.unary,
    ast.List: Expressions.sequence,
    ast.Tuple: Expressions.sequence,
    ast.Set: Expressions.sequence,
    ast.Dict: Expressions.mapping,
    ast.Await: Expressions.inner,
    ast.Starred: Expressions.inner,
    ast.NamedExpr: Expressions.walrus,
    ast.Lambda: Expressions.lambda_value,
    ast.ListComp: Expressions.comprehension,
    ast.SetComp: Expressions.comprehension,
    ast.GeneratorExp: Expressions.comprehension,
    ast.DictComp: Expressions.comprehension,
    ast.Attribute: Expressions.attribute,
    ast.Subscript: Expressions.subscript,
}
