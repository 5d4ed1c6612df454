"""Python through its own syntax tree: calls that delete, write, run, send or query, with their arguments.

A light abstract interpretation: constants, names, f-strings, `os.path` and `pathlib` are followed; both
branches and every loop body are read once; a function's body is read when something calls it by name.
"""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections.abc import Mapping
from typing import Any, Final

from enactd.effects.code.operations import in_project
from enactd.effects.code.python_calls import CALLS, METHODS, Arguments
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.model import Opaque, RunCode
from enactd.effects.scripts import reads
from enactd.effects.secrets import secret_variable
from enactd.effects.values import EMPTY, SECRET, Hole, Value, concat, known, unknown
from enactd.risk import Risk

_DEPTH: Final = 40
_BUDGET: Final = 5_000
_PATH_TYPES: Final = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "Path", "py.path.local"})
_PATH_METHODS: Final = frozenset(
    {
        "resolve",
        "absolute",
        "expanduser",
        "strip",
        "rstrip",
        "lstrip",
        "as_posix",
        "format",
        "decode",
        "encode",
        "lower",
        "__str__",
    }
)


@reads("python")
def read_python(call: Invocation, text: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
    """What Python text does. What is no Python, or too much of it, is opaque."""
    marked = call.reader.marked(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(marked)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        reason = f"{call.name or 'python'} gets text that is no Python that can be read"
        yield from in_project([Opaque(reason=reason, level=Risk.SENSITIVE)], origin, "python")
        return
    reader = PythonReader(call)
    yield from in_project(reader.body(tree.body), origin, "python")


class PythonReader:
    """One text: its names, its functions, and what was found so far."""

    def __init__(self, call: Invocation) -> None:
        self.call = call
        self.names: dict[str, Value] = {}
        self.modules: dict[str, str] = {}
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.kinds: dict[str, str] = {}
        self.active: set[str] = set()
        self.depth = 0
        self.left = _BUDGET

    # --- statements --------------------------------------------------------------------------------

    def body(self, statements: list[ast.stmt]) -> Effects:
        for statement in statements:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[statement.name] = statement
            elif isinstance(statement, ast.ClassDef):
                for inner in statement.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                        self.functions.setdefault(inner.name, inner)
        for statement in statements:
            self.left -= 1
            if self.left < 0:
                yield Opaque(reason="more Python than is read", level=Risk.SENSITIVE)
                return
            yield from self.statement(statement)

    def statement(self, node: ast.stmt) -> Effects:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    self.modules[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            case ast.ImportFrom(module=module, names=names):
                for alias in names:
                    self.modules[alias.asname or alias.name] = f"{module or ''}.{alias.name}"
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if node.decorator_list:
                    yield from self.function(node, Arguments(self, [], {}))
            case ast.ClassDef(body=inner):
                yield from self.body([s for s in inner if not isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)])
            case ast.Assign(targets=targets, value=expression):
                yield from self.expression(expression)
                for target in targets:
                    self.assign(target, expression)
            case ast.AnnAssign(target=target, value=expression) if expression is not None:
                yield from self.expression(expression)
                self.assign(target, expression)
            case ast.AugAssign(target=ast.Name(id=name), value=expression):
                yield from self.expression(expression)
                self.names[name] = concat((self.names.get(name, EMPTY), self.value(expression)))
            case ast.For(target=target, iter=iterable, body=inner, orelse=otherwise):
                yield from self.expression(iterable)
                yield from self.loop(target, iterable, inner)
                yield from self.body(otherwise)
            case ast.With(items=items, body=inner) | ast.AsyncWith(items=items, body=inner):
                for item in items:
                    yield from self.expression(item.context_expr)
                    if item.optional_vars is not None:
                        self.assign(item.optional_vars, item.context_expr)
                yield from self.body(inner)
            case _:
                yield from self.generic(node)

    def generic(self, node: ast.AST) -> Effects:
        """Expressions and nested statements of any other statement, in order."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                yield from self.body([child])
            elif isinstance(child, ast.expr):
                yield from self.expression(child)
            else:
                yield from self.generic(child)

    def loop(self, target: ast.expr, iterable: ast.expr, inner: list[ast.stmt]) -> Effects:
        items = iterable.elts if isinstance(iterable, ast.List | ast.Tuple | ast.Set) else None
        if items is not None and len(items) <= 32:
            for item in items:
                self.assign(target, item)
                yield from self.body(inner)
            return
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                self.names[name.id] = self.element(iterable)
        yield from self.body(inner)

    def element(self, iterable: ast.expr) -> Value:
        """One item of what is looped over: a file below a known folder where that can be told."""
        if isinstance(iterable, ast.Call):
            name = self.path(iterable.func)
            if name.endswith((".glob", ".rglob", ".iterdir")) and isinstance(iterable.func, ast.Attribute):
                base = self.value(iterable.func.value)
                return concat((base, Value(("/", Hole("a file found there", inside=True, empty=False)))))
            if (
                name
                in (
                    "os.listdir",
                    "os.scandir",
                    "glob.glob",
                    "glob.iglob",
                    "os.walk",
                    "sorted",
                    "list",
                    "reversed",
                    "enumerate",
                )
                and iterable.args
            ):
                if name in ("sorted", "list", "reversed", "enumerate"):
                    return self.element(iterable.args[0])
                base = self.value(iterable.args[0])
                if name.startswith("glob."):
                    return Value(base.pieces, True, base.origins)
                return (
                    concat((base, Value(("/", Hole("a file found there", inside=True, empty=False)))))
                    if name == "os.walk"
                    else unknown(f"a file in {base.shown(40)}", plain=True, empty=False)
                )
        return unknown("an item", *self.value(iterable).origins)

    def assign(self, target: ast.expr, expression: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = self.value(expression)
            if isinstance(expression, ast.Call):
                self.kinds[target.id] = self.path(expression.func)
            elif isinstance(expression, ast.Attribute | ast.Name):
                self.modules[target.id] = self.path(expression)
        elif isinstance(target, ast.Tuple | ast.List):
            sources = expression.elts if isinstance(expression, ast.Tuple | ast.List) else []
            for index, part in enumerate(target.elts):
                if index < len(sources):
                    self.assign(part, sources[index])
                elif isinstance(part, ast.Name):
                    self.names[part.id] = unknown(f"`{part.id}`", *self.value(expression).origins)

    # --- expressions -------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Effects:
        """The effects of evaluating an expression, innermost first."""
        self.depth += 1
        if self.depth > _DEPTH:
            self.depth -= 1
            yield Opaque(reason="Python nested too deep to read", level=Risk.SENSITIVE)
            return
        if isinstance(node, ast.Lambda):
            yield from self.expression(node.body)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from self.expression(child)
                elif isinstance(child, ast.keyword):
                    yield from self.expression(child.value)
                elif isinstance(child, ast.comprehension):
                    for name in ast.walk(child.target):
                        if isinstance(name, ast.Name):
                            self.names[name.id] = self.element(child.iter)
                    yield from self.expression(child.iter)
        if isinstance(node, ast.Call):
            self.left -= 1
            yield from self.call_effects(node)
        self.depth -= 1

    def call_effects(self, node: ast.Call) -> Effects:
        name = self.path(node.func)
        arguments = Arguments(self, node.args, {k.arg: k.value for k in node.keywords if k.arg})
        reader = CALLS.get(name) or CALLS.get(name.removeprefix("builtins."))
        if reader is not None:
            yield from reader(self.call, arguments)
            return
        last = name.rsplit(".", 1)[-1]
        if isinstance(node.func, ast.Attribute):
            method = METHODS.get(last)
            if method is not None:
                arguments.subject = self.value(node.func.value)
                arguments.kind = self.kind_of(node.func.value)
                yield from method(self.call, arguments)
        if name in self.functions or (last in self.functions and isinstance(node.func, ast.Attribute)):
            yield from self.function(self.functions[last], arguments)
        elif not name and isinstance(node.func, ast.Call):
            yield RunCode(language="python", origin="generated", what="a function made at run time")

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, arguments: Arguments) -> Effects:
        """A function of this text, with what is known of its arguments."""
        if node.name in self.active or len(self.active) > 12:
            return
        before = dict(self.names)
        parameters = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        if parameters and parameters[0] in ("self", "cls"):
            parameters = parameters[1:]
        for index, name in enumerate(parameters):
            given = arguments.at(index, name)
            self.names[name] = given if given is not None else unknown(f"`{name}`")
        self.active.add(node.name)
        yield from self.body(node.body)
        self.active.discard(node.name)
        self.names = before

    def kind_of(self, node: ast.expr) -> str:
        """What made an object: the dotted name of the call, where it is known."""
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id, self.modules.get(node.id, node.id))
        if isinstance(node, ast.Call):
            return self.path(node.func)
        return self.path(node)

    def path(self, node: ast.expr) -> str:
        """The dotted name of a callable, with imports and `getattr` resolved; "" where it cannot be told."""
        match node:
            case ast.Name(id=name):
                return self.modules.get(name, name)
            case ast.Attribute(value=inner, attr=attribute):
                base = self.path(inner)
                return f"{base}.{attribute}" if base else f".{attribute}"
            case ast.Call(func=ast.Name(id="__import__"), args=[argument, *_]):
                return self.value(argument).text or ""
            case ast.Call(func=ast.Name(id="getattr"), args=[subject, attribute, *_]):
                told = self.value(attribute).text
                return f"{self.path(subject)}.{told}" if told else ""
            case ast.Call(func=inner) if self.path(inner) == "importlib.import_module" and node.args:
                return self.value(node.args[0]).text or ""
            case ast.Call(func=inner):
                return self.path(inner) + "()"
            case ast.Subscript(value=inner):
                return self.path(inner) + "[]"
        return ""

    def value(self, node: ast.expr | None) -> Value:
        """What an expression is, as text with holes."""
        match node:
            case None:
                return EMPTY
            case ast.Constant(value=content):
                text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
                return self.call.reader.unmarked(text)
            case ast.Name(id=name):
                return self.names.get(name, unknown(f"`{name}`"))
            case ast.JoinedStr(values=parts):
                return (
                    concat([self.value(p.value if isinstance(p, ast.FormattedValue) else p) for p in parts])
                    if parts
                    else EMPTY
                )
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return concat((self.value(left), self.value(right)))
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return joined(self.value(left), self.value(right))
            case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=int() as count)) if count < 1000:
                return concat([self.value(left)] * max(count, 1))
            case ast.BinOp(left=left, op=ast.Mod()):
                return unknown("a formatted text", *self.value(left).origins)
            case ast.IfExp(body=yes):
                return self.value(yes)
            case ast.Await(value=inner) | ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                return self.value(inner)
            case ast.Call():
                return self.call_value(node)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Subscript(value=inner, slice=index):
                return self.item(inner, index)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return concat([part for i in items for part in (self.value(i), known(" "))][:-1]) if items else EMPTY
            case ast.Dict(values=items):
                return unknown("a mapping", *(o for i in items for o in self.value(i).origins))
        return unknown("a value of the run")

    def attribute(self, node: ast.Attribute) -> Value:
        name = self.path(node)
        if name in ("os.environ", "os.environb"):
            return unknown("the whole environment", SECRET, "environment")
        if name == "sys.executable":
            return known("python3")
        if name in ("os.curdir", "os.path.curdir"):
            return known(".")
        if name in ("os.sep", "os.path.sep"):
            return known("/")
        inner = self.value(node.value)
        if node.attr == "parent" and inner.text is not None:
            return known(posixpath.dirname(inner.text) or ".")
        return unknown(f"`{node.attr}`", *inner.origins)

    def item(self, inner: ast.expr, index: ast.expr) -> Value:
        if self.path(inner) == "os.environ":
            return self.environment(self.value(index).text)
        if isinstance(inner, ast.List | ast.Tuple) and isinstance(index, ast.Constant) and isinstance(index.value, int):
            if -len(inner.elts) <= index.value < len(inner.elts):
                return self.value(inner.elts[index.value])
        return unknown("an item", *self.value(inner).origins)

    def environment(self, name: str | None) -> Value:
        if name is None:
            return unknown("a variable")
        if name in ("HOME", "USERPROFILE"):
            return known(self.home)
        found = self.call.variable(name)
        value = found if found is not None else unknown(f"${name}")
        return value.tainted(SECRET) if secret_variable(name) else value

    @property
    def home(self) -> str:
        found = self.call.variable("HOME")
        return (found.text if found is not None else None) or self.call.world.home

    def call_value(self, node: ast.Call) -> Value:
        name = self.path(node.func)
        first = self.value(node.args[0]) if node.args else EMPTY
        last = name.rsplit(".", 1)[-1]
        if name in ("os.path.expanduser", "os.path.expandvars") or last == "expanduser":
            subject = (
                first if node.args else self.value(node.func.value) if isinstance(node.func, ast.Attribute) else EMPTY
            )
            return self.expanded(subject)
        if name in ("os.path.join", "posixpath.join", "path.join"):
            result = first
            for part in node.args[1:]:
                result = joined(result, self.value(part))
            return result
        if name in _PATH_TYPES or name in (
            "str",
            "os.path.abspath",
            "os.path.realpath",
            "os.path.normpath",
            "os.fspath",
            "bytes",
            "repr",
            "shlex.quote",
            "quote",
        ):
            result = first
            for part in node.args[1:] if name in _PATH_TYPES else ():
                result = joined(result, self.value(part))
            return result if node.args else known(".")
        if name in ("pathlib.Path.home", "Path.home"):
            return known(self.home)
        if name in ("os.getcwd", "pathlib.Path.cwd", "Path.cwd"):
            return self.call.cwd
        if name in ("os.getenv", "os.environ.get"):
            return self.environment(first.text)
        if name in (
            "tempfile.mkdtemp",
            "tempfile.mkstemp",
            "tempfile.gettempdir",
            "tempfile.TemporaryDirectory",
            "tempfile.NamedTemporaryFile",
        ):
            return (
                known("/tmp")
                if name.endswith("gettempdir")
                else Value(("/tmp/tmp", Hole("a random name", plain=True, empty=False)))
            )
        if last in (
            "b64decode",
            "urlsafe_b64decode",
            "a85decode",
            "b32decode",
            "unhexlify",
            "decompress",
            "fromhex",
            "decrypt",
        ):
            return unknown("decoded text", "decoded", *first.origins)
        if isinstance(node.func, ast.Attribute):
            return self.method_value(node.func, last, node)
        return unknown(f"what `{name or 'a call'}` gives", *(o for a in node.args for o in self.value(a).origins))

    def method_value(self, function: ast.Attribute, last: str, node: ast.Call) -> Value:
        subject = self.value(function.value)
        if last in _PATH_METHODS:
            return self.expanded(subject) if last == "expanduser" else subject
        if last == "joinpath":
            for part in node.args:
                subject = joined(subject, self.value(part))
            return subject
        if last == "replace" and len(node.args) == 2 and subject.text is not None:
            old, new = self.value(node.args[0]).text, self.value(node.args[1]).text
            return known(subject.text.replace(old, new)) if old and new is not None else unknown("a changed text")
        if last in ("read", "read_text", "read_bytes", "readlines", "readline"):
            from enactd.effects.code.python_calls import taints_of

            return unknown("a file's content", *taints_of(self.call, subject), *subject.origins)
        if last in ("text", "json", "content", "recv", "urlopen"):
            return unknown("what came from the network", "network")
        return unknown(f"what `.{last}()` gives", *subject.origins)

    def expanded(self, path: Value) -> Value:
        text = path.prefix
        if text == "~" or text.startswith("~/"):
            return concat((known(self.home + text[1:]), path.cut(len(text))))
        if text.startswith("$HOME"):
            return concat((known(self.home + text[5:]), path.cut(len(text))))
        return path


def joined(left: Value, right: Value) -> Value:
    """`os.path.join` of two values."""
    if right.prefix.startswith("/"):
        return right
    if not left.pieces or left.suffix.endswith("/"):
        return concat((left, right))
    return concat((left, known("/"), right))


__all__ = ["PythonReader", "read_python"]
