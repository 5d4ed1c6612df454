"""JavaScript and TypeScript through their syntax tree: what is deleted, written, run, sent and queried.

A light abstract interpretation. Constants, templates, `path`, destructured and renamed imports are followed; both
branches and every loop body are read once; a function's body is read where it is called or handed over as a callback.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import tree_sitter
import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Node

from enactd.effects.code.javascript_expressions import Expressions
from enactd.effects.code.javascript_literals import content_of
from enactd.effects.code.objects import Thing, either, element, named, untold
from enactd.effects.code.operations import MAX_CODE, in_project
from enactd.effects.invocation import Effects, Invocation, Output, Yield
from enactd.effects.model import Effect, Opaque, RunCode
from enactd.effects.scripts import reads
from enactd.effects.values import Value, join, known
from enactd.risk import Risk

_FUNCTIONS: Final = frozenset(("function_declaration", "generator_function_declaration"))
_LOOPS: Final = frozenset(("while_statement", "do_statement", "labeled_statement", "with_statement"))
_TURNS: Final = 200  # calls of the parser for whether to go on: one for a hundred of its steps
_BYTES_PER_TURN: Final = 16  # real code takes a turn for 60 bytes and more
_CHUNK: Final = 65_536


@reads("javascript", "typescript")
def read_javascript(call: Invocation, text: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
    """What the text does. Text with errors in it is read as far as it goes, and is opaque besides."""
    marked = call.reader.marked(text)
    if len(marked) > MAX_CODE:
        found: list[Yield] = [Opaque(reason="more JavaScript than is read", level=Risk.SENSITIVE)]
        yield from in_project(found, origin, "javascript")
        return
    tree = _parsed(marked)
    if tree is None:
        yield Opaque(reason="JavaScript that a parser gets lost in", level=Risk.COMMITMENT)
        return
    reader = JavaScriptReader(call, changes, origin)
    try:
        reader.program(tree)
    except RecursionError:
        reader.found.append(Opaque(reason="JavaScript nested too deep to read", level=Risk.SENSITIVE))
    if tree.has_error:
        reader.found.append(
            Opaque(reason=f"{call.name or 'node'} gets text that is no JavaScript", level=Risk.SENSITIVE)
        )
    yield from in_project(reader.found, origin, "javascript")
    if reader.output is not None:
        yield Output(reader.output)


@lru_cache
def _language(name: str) -> tree_sitter.Language:
    grammar = {
        "javascript": tree_sitter_javascript.language,
        "typescript": tree_sitter_typescript.language_typescript,
        "tsx": tree_sitter_typescript.language_tsx,
    }[name]
    return tree_sitter.Language(grammar())


def _parsed(text: str) -> Node | None:
    """The tree of the first grammar that has no error in it, else that of the first one that came to an end."""
    first: Node | None = None
    data = text.encode("utf-8", "surrogatepass")
    for name in ("javascript", "typescript", "tsx"):
        tree = _bounded(tree_sitter.Parser(_language(name)), data)
        if tree is not None and not tree.has_error:
            return tree
        first = first or tree
    return first


def _bounded(parser: tree_sitter.Parser, data: bytes) -> Node | None:
    """The tree, or None where the parser takes more turns than text of this length can need.

    From some errors the grammars never recover: without the limit a line of text would stop the whole process,
    for the parser holds the interpreter's lock. Turns are counted, not time: the same text always ends the same way.
    """
    left = _TURNS + len(data) // _BYTES_PER_TURN

    def is_too_long(*_: object) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        return parser.parse(lambda start, _: data[start : start + _CHUNK], progress_callback=is_too_long).root_node
    except ValueError:
        return None


class JavaScriptReader(Expressions):
    """The statements of one text; expressions are in the base class."""

    def program(self, tree: Node) -> None:
        """Read all statements; the output is told where printing known text is all that happens."""
        self.statements(tree)
        quiet = not any(isinstance(effect, Effect) for effect in self.found)
        if quiet and self.straight and self.printed and all(value.known for value in self.printed):
            self.output = join([*self.printed, known("")], "\n")

    def statements(self, parent: Node) -> None:
        children = parent.named_children
        for node in children:
            inner = node.child_by_field_name("declaration") if node.type == "export_statement" else node
            if inner is not None and inner.type in _FUNCTIONS:
                self.declare(inner)
        for node in children:
            self.statement(node)

    def declare(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self.names[content_of(name)] = Thing(named(content_of(name)).texts, "", function=node)

    def statement(self, node: Node) -> None:
        handler = _STATEMENTS.get(node.type)
        if handler is not None:
            handler(self, node)
        elif node.type in _FUNCTIONS or node.type == "comment":
            return
        elif node.type in _LOOPS or node.type == "statement_block":
            self.block(node)
        else:
            self.value(node)

    def block(self, node: Node) -> None:
        if node.type == "statement_block":
            self.statements(node)
            return
        for child in node.named_children:
            self.statement(child)

    def expression_statement(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "identifier" and self.is_hole(child):
                self.found.append(RunCode(language="javascript", origin="argument", what="text put into the code"))
            self.last = self.value(child)

    def declaration(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "variable_declarator":
                target, expression = child.child_by_field_name("name"), child.child_by_field_name("value")
                found = self.value(expression) if expression is not None else untold()
                if target is not None:
                    self.bind(target, found)

    def condition(self, node: Node) -> None:
        self.straight = False
        test = node.child_by_field_name("condition")
        if test is not None:
            self.value(test)
        before = dict(self.names)
        for name in ("consequence", "alternative"):
            branch = node.child_by_field_name(name)
            after, self.names = self.names, dict(before)
            if branch is not None:
                self.block(branch) if branch.type == "else_clause" else self.statement(branch)
            self.merge(after if name == "alternative" else before)

    def merge(self, other: dict[str, Thing]) -> None:
        """After a branch: a name that differs is either of the two."""
        for name, thing in other.items():
            mine = self.names.get(name)
            if mine is None:
                self.names[name] = thing
            elif mine is not thing and mine != thing:
                self.names[name] = either([mine, thing])

    def loop(self, node: Node) -> None:
        self.straight = False
        for name in ("initializer", "condition", "increment"):
            part = node.child_by_field_name(name)
            if part is not None:
                self.statement(part)
        self.body_of(node)

    def loop_over(self, node: Node) -> None:
        self.straight = False
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        over = self.value(right) if right is not None else untold()
        operator = node.child_by_field_name("operator")
        if left is not None:
            of = operator is not None and content_of(operator) == "of"
            self.bind(left, element(over) if of else untold("a key"))
        self.body_of(node)

    def body_of(self, node: Node) -> None:
        body = node.child_by_field_name("body")
        if body is not None:
            self.statement(body)

    def attempt(self, node: Node) -> None:
        self.straight = False
        for child in node.named_children:
            if child.type == "statement_block":
                self.statements(child)
            elif child.type in ("catch_clause", "finally_clause"):
                self.body_of(child)

    def switch(self, node: Node) -> None:
        self.straight = False
        subject = node.child_by_field_name("value")
        if subject is not None:
            self.value(subject)
        body = node.child_by_field_name("body")
        for case in body.named_children if body is not None else ():
            for child in case.named_children:
                self.statement(child)

    def leave(self, node: Node) -> None:
        for child in node.named_children:
            found = self.value(child)
            if self.returned:
                self.returned[-1].append(found)

    def declare_class(self, node: Node) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None:
            self.names[content_of(name)] = named(content_of(name))
        for member in body.named_children if body is not None else ():
            key = member.child_by_field_name("name")
            if member.type == "method_definition" and key is not None:
                self.methods[content_of(key)] = member
            elif member.type == "class_static_block":
                self.body_of(member)
            elif member.type in ("field_definition", "public_field_definition"):
                content = member.child_by_field_name("value")
                if content is not None:
                    self.value(content)

    def importing(self, node: Node) -> None:
        source = node.child_by_field_name("source")
        module = self.module(self.value(source)) if source is not None else untold()
        for clause in node.named_children:
            if clause.type == "import_clause":
                self.import_clause(clause, module)

    def import_clause(self, clause: Node, module: Thing) -> None:
        for part in clause.named_children:
            if part.type == "identifier":
                self.names[content_of(part)] = module
            elif part.type == "namespace_import" and part.named_children:
                self.names[content_of(part.named_children[0])] = module
            elif part.type == "named_imports":
                for specifier in part.named_children:
                    name = specifier.child_by_field_name("name")
                    alias = specifier.child_by_field_name("alias") or name
                    if name is not None and alias is not None:
                        self.names[content_of(alias)] = self.member(module, content_of(name).strip("'\""))

    def exporting(self, node: Node) -> None:
        inner = node.child_by_field_name("declaration") or node.child_by_field_name("value")
        if inner is not None:
            self.statement(inner)


_STATEMENTS: Final = {
    "expression_statement": JavaScriptReader.expression_statement,
    "lexical_declaration": JavaScriptReader.declaration,
    "variable_declaration": JavaScriptReader.declaration,
    "if_statement": JavaScriptReader.condition,
    "for_statement": JavaScriptReader.loop,
    "for_in_statement": JavaScriptReader.loop_over,
    "try_statement": JavaScriptReader.attempt,
    "switch_statement": JavaScriptReader.switch,
    "return_statement": JavaScriptReader.leave,
    "class_declaration": JavaScriptReader.declare_class,
    "abstract_class_declaration": JavaScriptReader.declare_class,
    "import_statement": JavaScriptReader.importing,
    "export_statement": JavaScriptReader.exporting,
}
