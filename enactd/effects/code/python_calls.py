"""Calls of Python: functions of the text, known functions by dotted name, methods by their name."""

from __future__ import annotations

import ast
import contextlib
import posixpath
from collections.abc import Mapping, Sequence
from typing import Final

from enactd.effects.code import python_modules as modules
from enactd.effects.code import python_services
from enactd.effects.code.objects import Thing, either, flattened, listed, untold
from enactd.effects.code.operations import MAX_CODE, in_project, only_effects
from enactd.effects.code.python_expressions import Expressions
from enactd.effects.model import RunCode
from enactd.effects.values import known, unknown

_CALLS_DEEP: Final = 10
_MODULES: Final = 24  # modules of the project that one call's code may load
_ENDINGS: Final = (".py", "/__init__.py")
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Calls(Expressions):
    """What calls do."""

    def call_value(self, node: ast.Call) -> Thing:
        if isinstance(node.func, ast.Attribute):
            subject = self.value(node.func.value)
            target = self.member(subject, node.func.attr)
        else:
            subject, target = untold(), self.value(node.func)
        arguments: list[Thing] = []
        for argument in node.args:
            found = self.value(argument)
            arguments += flattened(found) if isinstance(argument, ast.Starred) else [found]
        keywords: dict[str, Thing] = {}
        for keyword in node.keywords:
            found = self.value(keyword.value)
            keywords.update({keyword.arg: found} if keyword.arg else found.fields or {})
        return self.invoke(target, subject, arguments, keywords)

    def invoke(self, target: Thing, subject: Thing, arguments: list[Thing], keywords: dict[str, Thing]) -> Thing:
        """Call what is known by a function of this text, by dotted name, or by the name of a method."""
        if target.function is not None:
            return self.inlined(target.function, arguments, keywords)
        name = modules.canonical(target.name)
        given = modules.Given(self, name, subject, arguments, keywords)
        handler = modules.FUNCTIONS.get(name) or modules.FUNCTIONS.get(f"{subject.name}.*")
        if handler is None and "." in name:
            handler = modules.METHODS.get(given.method)
        found = handler(given) if handler is not None else None
        if found is None and "." in name:
            found = python_services.service_call(given)
        if found is None and given.method in self.methods and "." in name:
            found = self.inlined(self.methods[given.method], arguments, keywords, method=True)
        if found is None and handler is None:
            found = self.borrowed(name, arguments, keywords)
        if handler is None and (name.startswith("?") or name.endswith(".?")):
            self.found.append(
                RunCode(language="python", origin="generated", what="a function by a name made at run time")
            )
        if name in self.names and "__init__" in self.methods and found is None:
            self.inlined(self.methods["__init__"], arguments, keywords, method=True)
        self.callbacks([*arguments, *keywords.values()])
        if found is not None:
            return found
        origins = subject.origins.union(*(thing.all_origins() for thing in [*arguments, *keywords.values()]))
        return Thing((unknown(f"what `{name or 'a call'}` gives", *origins),), f"{name}()", database=subject.database)

    def callbacks(self, things: Sequence[Thing]) -> None:
        """Functions handed over are read once."""
        for thing in things:
            if thing.function is not None:
                self.inlined(thing.function, [], {})

    def inlined(
        self, function: _Function, arguments: Sequence[Thing], keywords: Mapping[str, Thing], *, method: bool = False
    ) -> Thing:
        """A function's body with these arguments; the same call again is not read again."""
        key = (id(function), *(a.texts for a in arguments), *((n, k.texts) for n, k in keywords.items()))
        if key in self.seen:
            return self.seen[key]
        if id(function) in self.active or len(self.active) > _CALLS_DEEP:
            return untold()
        self.seen[key] = untold()
        before, straight = dict(self.names), self.straight
        self._parameters(function, arguments, keywords, method)
        self.active.append(id(function))
        self.returned.append([])
        results: list[Thing] = []
        if isinstance(function, ast.Lambda):
            results.append(self.value(function.body))
        else:
            declared = {n for s in ast.walk(function) if isinstance(s, ast.Global) for n in s.names}
            self.body(function.body)
            before |= {n: self.names[n] for n in declared if n in self.names}
        self.active.pop()
        results += self.returned.pop()
        self.names, self.straight = before, straight
        self.seen[key] = either(results[:4]) if results else untold()
        return self.seen[key]

    def _parameters(
        self, function: _Function, arguments: Sequence[Thing], keywords: Mapping[str, Thing], method: bool
    ) -> None:
        spec = function.args
        parameters = [*spec.posonlyargs, *spec.args]
        if parameters and parameters[0].arg in ("self", "cls"):
            parameters = parameters[1:]
        defaults = dict(zip([p.arg for p in parameters][::-1], spec.defaults[::-1], strict=False))
        defaults.update({p.arg: d for p, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None})
        for index, parameter in enumerate([*parameters, *spec.kwonlyargs]):
            name = parameter.arg
            if index < len(arguments) and index < len(parameters):
                self.names[name] = arguments[index]
            elif name in keywords:
                self.names[name] = keywords[name]
            else:
                self.names[name] = self.value(defaults[name]) if name in defaults else untold(f"`{name}`")
        if spec.vararg is not None:
            self.names[spec.vararg.arg] = listed(list(arguments[len(parameters) :]))

    def imported(self, name: str) -> None:
        """A module that lies in the folder of the run is code of its own; read for code given by option."""
        if self.origin in ("workspace", "system", "own") or not name or self.call.reader.required is None:
            return
        path, required = name.replace(".", "/"), self.call.reader.required
        told = self.call.variable("PYTHONPATH")
        places = [*self.search, *((told.text or "").split(":") if told is not None else ())]
        for place in [f"{place}/{path}{ending}" if place else path + ending for place in places for ending in _ENDINGS]:
            file = known(posixpath.join(self.call.cwd.text or "", place))
            content = self.call.text_of(file) if self.call.cwd.known and self.call.target(file).kind == "file" else None
            if content is None or content.text is None:
                continue
            if place not in required and len(required) < _MODULES:
                required.add(place)
                self.emit(only_effects(self.call.script(file, language="python")))
            if name not in self.modules:
                with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                    self.modules[name] = ast.parse(content.text[:MAX_CODE])
            return

    def borrowed(self, name: str, arguments: Sequence[Thing], keywords: Mapping[str, Thing]) -> Thing | None:
        """A function of an imported module of the project, called by code that nobody keeps; None for any other."""
        module, _, called = name.rpartition(".")
        tree = self.modules.get(module)
        functions = {node.name: node for node in tree.body if isinstance(node, _DEFINITIONS)} if tree else {}
        if tree is None or called not in functions:
            return None
        names, origin, found = self.names, self.origin, self.found
        self.names, self.origin, self.found = {}, "workspace", []
        self.body([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom | ast.Assign)])
        self.names.update((name, Thing((unknown("a function"),), function=node)) for name, node in functions.items())
        self.found = []  # what loading the module does is known already
        told = self.inlined(functions[called], arguments, keywords)
        self.names, self.origin, found, self.found = names, origin, self.found, found
        self.emit(in_project(found, "workspace", "python"))
        return told
