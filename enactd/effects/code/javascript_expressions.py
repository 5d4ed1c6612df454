"""Names, members and calls of JavaScript: calls go to functions of the text or to the tables of known ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tree_sitter import Node

from enactd.effects.code import javascript_modules as modules
from enactd.effects.code import javascript_services
from enactd.effects.code.javascript_literals import Literals, content_of
from enactd.effects.code.objects import Thing, either, flattened, named, untold
from enactd.effects.model import RunCode
from enactd.effects.values import Value, concat, known

_CALLS_DEEP: Final = 8
_GLOBALS: Final = ("globalThis.", "global.", "window.", "self.")


class Expressions(Literals):
    """What names stand for and what calls do."""

    def bind(self, target: Node, thing: Thing) -> None:
        """Give a value to a name, a member, or the parts of a pattern."""
        match target.type:
            case "identifier" | "shorthand_property_identifier_pattern":
                name = content_of(target)
                self.names[name] = self.member(thing, name) if target.type.startswith("short") else thing
            case "object_pattern":
                for part in target.named_children:
                    self.bind_field(part, thing)
            case "array_pattern":
                items = thing.items or []
                for index, part in enumerate(target.named_children):
                    self.bind(part, items[index] if index < len(items) else untold("an item", thing.origins))
            case "assignment_pattern":
                left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
                default = self.value(right) if right is not None else untold()
                if left is not None:
                    self.bind(left, either([thing, default]) if thing.name or thing.plain is not None else default)
            case "member_expression" | "subscript_expression":
                self.bind_member(target, thing)
            case "required_parameter" | "optional_parameter":
                pattern = target.child_by_field_name("pattern")
                default_node = target.child_by_field_name("value")
                if default_node is not None and thing.plain is None and not thing.name:
                    thing = self.value(default_node)
                if pattern is not None:
                    self.bind(pattern, thing)
            case "rest_pattern" | "variable_declarator":
                if target.named_children:
                    self.bind(target.named_children[0], thing)

    def bind_field(self, part: Node, thing: Thing) -> None:
        if part.type == "pair_pattern":
            key, inner = part.child_by_field_name("key"), part.child_by_field_name("value")
            if key is not None and inner is not None:
                self.bind(inner, self.member(thing, self.key(key)))
        elif part.type == "object_assignment_pattern":
            left, right = part.child_by_field_name("left"), part.child_by_field_name("right")
            if left is not None and right is not None:
                given = self.member(thing, content_of(left))
                self.names[content_of(left)] = either([given, self.value(right)])
        else:
            self.bind(part, thing)

    def bind_member(self, target: Node, thing: Thing) -> None:
        holder = target.child_by_field_name("object")
        name = self.property_name(target)
        subject = self.value(holder) if holder is not None else untold()
        if subject.name == "process.env" and name:
            self.environment[name] = thing.text
            self.emit(modules.environment_change(self.call, name, thing.text))
        elif name and subject.name not in ("module", "exports"):
            subject.fields = {**(subject.fields or {}), name: thing}

    # Members and calls

    def property_name(self, node: Node) -> str | None:
        """The member's name; None where only the run will tell."""
        index = node.child_by_field_name("index")
        if index is not None:
            return self.value(index).plain
        name = node.child_by_field_name("property")
        return content_of(name) if name is not None else None

    def member_value(self, node: Node) -> Thing:
        holder = node.child_by_field_name("object")
        whole = content_of(node)
        place = self.place(whole) if whole.startswith("import.meta") else None
        if place is not None:
            return place
        subject = self.value(holder) if holder is not None else untold()
        return self.member(subject, self.property_name(node))

    def member(self, subject: Thing, name: str | None) -> Thing:
        """A member of a thing: a field, an item, or a longer dotted name."""
        if name is None:
            return named(f"{subject.name}.?" if subject.name else "", subject.all_origins())
        if subject.fields and name in subject.fields:
            return subject.fields[name]
        if subject.items is not None and name.isdigit() and int(name) < len(subject.items):
            return subject.items[int(name)]
        if subject.name == "process.env":
            return self.variable(name)
        full = f"{subject.name[:200]}.{name}" if subject.name else name if subject.function else f".{name}"
        for prefix in _GLOBALS:
            full = full.removeprefix(prefix)
        found = modules.constant(self, full)
        return (
            found if found is not None else Thing(named(full, subject.origins).texts, full, database=subject.database)
        )

    def variable(self, name: str) -> Thing:
        if name in self.environment:
            return Thing((self.environment[name],))
        return self.inherited(name)

    def call_value(self, node: Node) -> Thing:
        callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if callee is None:
            return untold()
        if callee.type == "import":
            return self.module(either(self.arguments(node)[:1] or [untold()]))
        subject, target = self.callee(callee)
        arguments = self.arguments(node)
        template = node.child_by_field_name("arguments")
        tagged = template is not None and template.type == "template_string"
        return self.invoke(target, subject, arguments, tagged=tagged, made=node.type == "new_expression")

    def callee(self, node: Node) -> tuple[Thing, Thing]:
        """What is called, and the object it belongs to."""
        while node.type in ("parenthesized_expression", "non_null_expression") and node.named_children:
            node = node.named_children[0]
        if node.type in ("member_expression", "subscript_expression"):
            holder = node.child_by_field_name("object")
            subject = self.value(holder) if holder is not None else untold()
            return subject, self.member(subject, self.property_name(node))
        return untold(), self.value(node)

    def arguments(self, node: Node) -> list[Thing]:
        found = node.child_by_field_name("arguments")
        if found is None:
            return []
        if found.type == "template_string":
            return [self.string(found)]
        things: list[Thing] = []
        for child in found.named_children:
            if child.type != "comment":
                thing = self.value(child)
                things += flattened(thing) if child.type == "spread_element" else [thing]
        return things

    def invoke(
        self, target: Thing, subject: Thing, arguments: list[Thing], *, tagged: bool = False, made: bool = False
    ) -> Thing:
        """Call what is known by a function of this text, by dotted name, or by the name of a method."""
        name = modules.canonical(target.name)
        if target.function is not None:
            return self.inlined(target.function, arguments)
        if name not in modules.FUNCTIONS and modules.nearest(name) in modules.FUNCTIONS:
            name = modules.nearest(name)
        given = modules.Given(self, arguments, subject, name, tagged=tagged, made=made)
        handler = modules.FUNCTIONS.get(name)
        method = name.rsplit(".", 1)[-1]
        if handler is None and "." in name:
            handler = modules.METHODS.get(method)
        found = handler(given) if handler is not None else None
        if found is None:
            found = javascript_services.service_call(given)
        if handler is None and (name == "?" or (name.endswith(".?") and modules.is_dangerous_holder(name[:-2]))):
            self.found.append(RunCode(language="javascript", origin="generated", what="a name made at run time"))
        if found is None and method in self.methods:
            found = self.inlined(self.methods[method], arguments)
        elif found is None and made and "constructor" in self.methods:
            self.inlined(self.methods["constructor"], arguments)
        result = (
            found if found is not None else named(f"{name}()", self._origins(subject, arguments, handler is not None))
        )
        self.callbacks(given, arguments, result)
        return result

    def _origins(self, subject: Thing, arguments: Sequence[Thing], described: bool) -> frozenset[str]:
        origins = subject.origins
        for thing in arguments:
            origins |= thing.all_origins()
        return origins

    def callbacks(self, given: Any, arguments: list[Thing], result: Thing) -> None:
        """Functions handed over are read once, with what is known of what they get."""
        waits = self.origin in ("workspace", "system", "own") and modules.is_handler(given)
        for thing in arguments:
            if thing.function is not None and waits:
                continue  # a route of the project's server: it runs when somebody asks for it
            if thing.function is not None:
                self.inlined(thing.function, modules.callback_arguments(given, result))
            elif modules.is_higher_order(given.method) and thing.name:
                handler = modules.FUNCTIONS.get(modules.canonical(thing.name))
                if handler is not None:
                    handler(modules.Given(self, modules.callback_arguments(given, result), untold(), thing.name))

    def inlined(self, function: Node, arguments: Sequence[Thing]) -> Thing:
        """A function's body with these arguments; the same call again is not read again."""
        key = (function.id, *(a.texts for a in arguments), *(id(a.function) for a in arguments if a.function))
        if key in self.seen:
            return self.seen[key]
        if function.id in self.active or len(self.active) > _CALLS_DEEP:
            return untold()
        self.seen[key] = untold()
        before, straight = dict(self.names), self.straight
        parameters = function.child_by_field_name("parameters")
        single = function.child_by_field_name("parameter")
        patterns = [single] if single is not None else parameters.named_children if parameters is not None else []
        for index, pattern in enumerate(patterns):
            self.bind(pattern, arguments[index] if index < len(arguments) else untold("an argument"))
        self.active.append(function.id)
        self.returned.append([])
        body = function.child_by_field_name("body")
        direct = None
        if body is not None and body.type == "statement_block":
            self.statement(body)
        elif body is not None:
            direct = self.value(body)
        self.active.pop()
        results = [*([direct] if direct is not None else []), *self.returned.pop()]
        changed = {n: t for n, t in self.names.items() if n in before and t is not before[n]}
        shadowed = {content_of(p) for p in patterns}
        self.names = {**before, **{n: t for n, t in changed.items() if n not in shadowed}}
        self.straight = straight
        self.seen[key] = either(results[:4]) if results else untold()
        return self.seen[key]

    def module(self, source: Thing) -> Thing:
        """A module by its name; a file of the project is read, once."""
        name = source.plain
        if name is None:
            self.found.append(
                RunCode(language="javascript", origin="generated", what=f"module {source.text.shown(60)}")
            )
            return untold()
        if name.startswith(("./", "../", "/", ".")) and name not in (".",):
            self.emit(modules.required_file(self, name))
            return named("")
        if name.startswith(("data:", "http:", "https:")):
            self.found.append(
                RunCode(language="javascript", origin="decoded" if name[0] == "d" else "download", what=name[:80])
            )
            return untold()
        if name == "shelljs/global":
            self.names.update({n: named(f"shelljs.{n}") for n in modules.SHELLJS})
        return named(modules.module_name(name))

    def folder(self, thing: Thing | None) -> Value | None:
        """A `cwd` option, made absolute."""
        if thing is None:
            return None
        found = thing.text
        return found if found.startswith("/") or not found.known else concat((self.call.cwd, known("/"), found))
