"""Python through its own syntax tree: what is deleted, written, run, sent and queried.

A light abstract interpretation: constants, names, f-strings, `os.path` and `pathlib` are followed; both branches and
every loop body are read once; a function's body is read where something calls it.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final

from enactd.effects.code import (
    python_files,
    python_models,
    python_network,
    python_paths,
    python_programs,
    python_values,
)
from enactd.effects.code.objects import Thing, either, joined, named, untold
from enactd.effects.code.operations import MAX_CODE, in_project, write
from enactd.effects.code.python_calls import Calls
from enactd.effects.code.python_expressions import HOLE_NAME
from enactd.effects.invocation import Effects, Invocation, Output, join, known
from enactd.effects.model import Effect, Opaque, RunCode, WritePath
from enactd.effects.scripts import reads
from enactd.effects.values import Value, unknown
from enactd.risk import Risk

# The modules of functions register themselves when they are imported.
FUNCTION_MODULES = (python_files, python_models, python_network, python_paths, python_programs, python_values)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN: Final = frozenset(
    "staticmethod classmethod property abstractmethod override overload contextmanager fixture".split()
)
_COMMANDS: Final = frozenset(("command",))
_HANDLERS: Final = frozenset(
    """route get post put patch delete websocket before_request after_request errorhandler task shared_task periodic_task
    on_event event listens_for receiver on handler message_handler middleware exception_handler scheduled_job subscribe
    consumer resolver field mutation query tool resource prompt hookimpl api_view login_required""".split()
)


@reads("python")
def read_python(call: Invocation, text: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
    """What Python text does. What is no Python, or too much of it, is opaque."""
    marked = call.reader.marked(text)
    reader = PythonReader(call, changes, origin)
    try:
        if len(marked) > MAX_CODE:
            raise MemoryError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(_as_python(marked))
        reader.module(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        reason = f"{call.name or 'python'} gets text that is no Python that can be read"
        reader.found.append(Opaque(reason=reason, level=Risk.SENSITIVE))
    yield from in_project(reader.found, origin, "python")
    if reader.output is not None:
        yield Output(reader.output)


def _as_python(text: str) -> str:
    """Marks of holes outside strings become names; lines of IPython that start with `!` or `%` become calls."""
    text = (
        re.sub(r"^([ \t]*)!(.*)$", lambda m: f"{m[1]}__import__('os').system({m[2]!r})", text, flags=re.MULTILINE)
        if "!" in text[:1] or "\n!" in text
        else text
    )
    try:
        ast.parse(text)
    except SyntaxError:
        return re.sub("\ue000(\\d+)\ue001", HOLE_NAME + r"\1_", text)
    return text


class PythonReader(Calls):
    """The statements of one text; expressions are in the base class."""

    def module(self, tree: ast.Module) -> None:
        """Read all statements; the output is told where printing known text is all that happens."""
        self.body(tree.body)
        quiet = not any(isinstance(effect, Effect) for effect in self.found)
        if quiet and self.straight and self.printed and all(value.known for value in self.printed):
            self.output = join([*self.printed, known("")], "\n")

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.declare(statement)
        for statement in statements:
            self.left -= 1
            if self.left < 0:
                self.exhausted()
                return
            self.statement(statement)

    def declare(self, statement: ast.stmt) -> None:
        """Functions and methods are known before they are reached."""
        if isinstance(statement, _Function):
            self.names[statement.name] = Thing((unknown("a function"),), "", function=statement)
        elif isinstance(statement, ast.ClassDef):
            self.names[statement.name] = named(statement.name)
            for inner in statement.body:
                if isinstance(inner, _Function):
                    self.methods.setdefault(inner.name, inner)

    def statement(self, node: ast.stmt) -> None:
        """One statement, its effects kept."""
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self.generic(node)

    def declare_class(self, node: ast.ClassDef) -> None:
        for base in [*node.bases, *node.decorator_list]:
            self.value(base)
        self.body([statement for statement in node.body if not isinstance(statement, _Function)])

    def assign(self, node: ast.Assign) -> None:
        found = self.value(node.value)
        for target in node.targets:
            self.bind(target, found)

    def assign_typed(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind(node.target, self.value(node.value))

    def assign_added(self, node: ast.AugAssign) -> None:
        self.bind(node.target, self.added(self.value(node.target), self.value(node.value)))

    def loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.straight = False
        self.bind(node.target, self.each(self.value(node.iter)))
        self.body(node.body)
        self.body(node.orelse)

    def enter(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            found = self.value(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, found)
            elif _does_nothing(node.body):
                self.left_empty(found)
        self.body(node.body)

    def leave(self, node: ast.Return) -> None:
        found = self.value(node.value) if node.value is not None else untold()
        if self.returned:
            self.returned[-1].append(found)

    def match(self, node: ast.Match) -> None:
        self.straight = False
        subject = self.value(node.subject)
        for case in node.cases:
            self.captured(case.pattern, subject)
            self.body(case.body)

    def expression_statement(self, node: ast.Expr) -> None:
        expression = node.value
        if isinstance(expression, ast.Name) and expression.id.startswith(HOLE_NAME):
            self.found.append(RunCode(language="python", origin="argument", what="text put into the code"))
        match expression:
            case ast.Call(func=ast.Attribute(value=ast.Call() as opened, attr="close")):
                expression = opened
        self.last = self.value(expression)
        self.left_empty(self.last)

    def left_empty(self, thing: Thing) -> None:
        """A file that was opened for writing and let go is empty now."""
        path, mode = thing.field("...path"), thing.field("...mode")
        if thing.name == "file" and path is not None and mode is not None and "w" in (mode.plain or ""):
            for text in path.texts if not thing.field("...written") else ():
                if self.found and isinstance(self.found[-1], WritePath) and self.found[-1].content is None:
                    self.found.pop()  # what opening it said
                self.emit(write(self.call, text, known("")))

    def importing(self, node: ast.Import | ast.ImportFrom) -> None:
        """What an import makes of names; a module that lies beside the text is read where code came by option."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.split(".")[0]
                self.names[alias.asname or name] = named(name)
                self.imported(alias.name)
            return
        for alias in node.names:
            self.names[alias.asname or alias.name] = self.member(named(node.module or ""), alias.name)
        self.imported(node.module or "")
        for alias in node.names:
            self.imported(f"{node.module or ''}.{alias.name}")
        if any(alias.name == "*" for alias in node.names) and node.module in self.modules:
            functions = [part.name for part in self.modules[node.module].body if isinstance(part, ast.FunctionDef)]
            self.names.update((name, named(f"{node.module}.{name}")) for name in functions)

    def decorated(self, node: _Function) -> None:
        """A decorator may call the function: it is read once, with nothing known of its arguments."""
        for decorator in node.decorator_list:
            self.value(decorator)
        names = {self.dotted(decorator).rsplit(".", 1)[-1] for decorator in node.decorator_list}
        if names - _PLAIN and not self._waits(node.name, names):
            self.inlined(node, [], {})

    def _waits(self, name: str, decorators: set[str]) -> bool:
        """Whether a function of the project only runs when somebody asks for it: a route, a task, another command."""
        if self.origin not in ("workspace", "system", "own"):
            return False
        if decorators & _COMMANDS and self.args:
            return name.replace("_", "-") not in {(arg.text or "").replace("_", "-") for arg in self.args}
        chosen = {"task"} if self.call.name in ("invoke", "inv") else set()  # the runner has picked its tasks
        return bool(decorators & (_HANDLERS - chosen))

    def condition(self, node: ast.If) -> None:
        """Both branches; a name that differs afterwards is either of the two."""
        self.straight = False
        self.value(node.test)
        before = dict(self.names)
        self.body(node.body)
        after, self.names = self.names, dict(before)
        self.body(node.orelse)
        for name, thing in after.items():
            mine = self.names.get(name)
            self.names[name] = (
                thing if mine is None or mine is thing else either([mine, thing]) if mine != thing else mine
            )

    def captured(self, pattern: ast.pattern, subject: Thing) -> None:
        for part in ast.walk(pattern):
            if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name:
                self.names[part.name] = Thing(subject.texts, subject.name)

    def generic(self, node: ast.AST) -> None:
        """Expressions and nested statements of any other statement, in order."""
        self.straight = self.straight and isinstance(node, ast.Pass)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.body([child])
            elif isinstance(child, ast.expr):
                self.value(child)
            else:
                self.generic(child)

    def added(self, left: Thing, right: Thing) -> Thing:
        if left.items is not None:
            return Thing(left.texts, "[]", [*left.items, *(right.items or [right])])
        return joined([left, right])


def _does_nothing(body: list[ast.stmt]) -> bool:
    return all(isinstance(statement, ast.Pass) for statement in body)


_STATEMENTS: Final[dict[type, Callable[[Any, Any], None]]] = {
    ast.Import: PythonReader.importing,
    ast.ImportFrom: PythonReader.importing,
    ast.FunctionDef: PythonReader.decorated,
    ast.AsyncFunctionDef: PythonReader.decorated,
    ast.ClassDef: PythonReader.declare_class,
    ast.Assign: PythonReader.assign,
    ast.AnnAssign: PythonReader.assign_typed,
    ast.AugAssign: PythonReader.assign_added,
    ast.If: PythonReader.condition,
    ast.For: PythonReader.loop,
    ast.AsyncFor: PythonReader.loop,
    ast.With: PythonReader.enter,
    ast.AsyncWith: PythonReader.enter,
    ast.Expr: PythonReader.expression_statement,
    ast.Return: PythonReader.leave,
    ast.Match: PythonReader.match,
}
__all__ = ["PythonReader", "read_python"]
