"""Literals and operators of JavaScript, and names. Every node is evaluated once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Final

from tree_sitter import Node

from enactd.effects.code.evaluation import Evaluation
from enactd.effects.code.objects import NOTHING, Thing, either, flattened, joined, listed, named, text, untold
from enactd.effects.model import Opaque
from enactd.effects.values import known, unknown
from enactd.risk import Risk

_ESCAPE: Final = re.compile(
    r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{0*(?:10|[0-9a-fA-F])?[0-9a-fA-F]{1,4}\}|\r\n|[^xu0-7])",
    re.DOTALL,
)
"""An escape with its meaning; an engine refuses any other."""
_DEPTH: Final = 70
_FUNCTION_TYPES: Final = frozenset(("arrow_function", "function_expression", "generator_function", "function"))
_PASSED_ON: Final = frozenset(
    "await_expression parenthesized_expression non_null_expression as_expression satisfies_expression type_assertion"
    " spread_element yield_expression".split()
)


def content_of(node: Node) -> str:
    return node.text.decode("utf-8", "replace") if node.text is not None else ""


class Literals(Evaluation):
    """What literals and operators come to."""

    def statement(self, node: Node) -> None:
        """Read a statement; the class of statements says how."""
        raise NotImplementedError

    def bind(self, target: Node, thing: Thing) -> None:
        """Give a value to a name or a pattern; the class of expressions says how."""
        raise NotImplementedError

    # Evaluation

    def value(self, node: Node) -> Thing:
        """What an expression is; its effects are kept."""
        self.left -= 1
        if self.left < 0 or self.depth > _DEPTH:
            if self.left >= 0 or self.left == -1:
                self.found.append(Opaque(reason="more JavaScript than is read", level=Risk.SENSITIVE))
            self.left = min(self.left, 0) if self.left < 0 else self.left
            return untold()
        self.depth += 1
        try:
            handler = _HANDLERS.get(node.type)
            if handler is not None:
                evaluate: Callable[[Node], Thing] = getattr(self, handler)
                return evaluate(node)
            if node.type in _PASSED_ON:
                return self.value(node.named_children[0]) if node.named_children else untold()
            for child in node.named_children:
                self.statement(child)
            return untold()
        finally:
            self.depth -= 1

    def string(self, node: Node) -> Thing:
        parts = [self.fragment(child) for child in node.named_children]
        return joined(parts) if parts else text("")

    def fragment(self, node: Node) -> Thing:
        content = content_of(node)
        if node.type == "template_substitution":
            return self.value(node.named_children[0]) if node.named_children else text("")
        if node.type == "escape_sequence":
            return text(_unescaped(content)) if _ESCAPE.fullmatch(content) else untold("an escape that means nothing")
        return Thing((self.call.reader.unmarked(content),))

    def number(self, node: Node) -> Thing:
        content = content_of(node).replace("_", "")
        found = text(content)
        try:
            found.number = float(int(content, 0)) if content[:2].lower() in ("0x", "0o", "0b") else float(content)
        except ValueError:
            found.number = None
        return found

    def word(self, node: Node) -> Thing:
        return text(content_of(node))

    def regex(self, node: Node) -> Thing:
        return named("RegExp()")

    def identifier(self, node: Node) -> Thing:
        name = content_of(node)
        if self.is_hole(node):
            return Thing((self.call.reader.unmarked(name),))
        found = self.names.get(name)
        return found if found is not None else self.place(name) or named(name)

    def is_hole(self, node: Node) -> bool:
        return "\ue000" in content_of(node)

    def place(self, name: str) -> Thing | None:
        """Names that stand for where the script is."""
        if name == "__filename":
            return Thing((known(self.file) if self.file else unknown(name),))
        if name in ("__dirname", "import.meta.dirname", "import.meta.dir"):
            return Thing((known(posixpath.dirname(self.file)) if self.file else self.call.cwd,))
        if name in ("import.meta.url", "import.meta.filename", "import.meta.path"):
            return Thing((known(self.file) if self.file else unknown(name),))
        return None

    def array(self, node: Node) -> Thing:
        items: list[Thing] = []
        for child in node.named_children:
            found = self.value(child)
            items += flattened(found) if child.type == "spread_element" else [found]
        return listed(items)

    def object(self, node: Node) -> Thing:
        fields: dict[str, Thing] = {}
        for child in node.named_children:
            if child.type == "shorthand_property_identifier":
                fields[content_of(child)] = self.identifier(child)
            elif child.type == "spread_element":
                spread = self.value(child)
                fields.update(spread.fields if spread.fields is not None else {"...": untold("more", spread.origins)})
            elif child.type == "method_definition":
                name = child.child_by_field_name("name")
                fields[content_of(name) if name else ""] = Thing((unknown("a method"),), function=child)
            elif child.type == "pair":
                key, part = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and part is not None:
                    fields[self.key(key)] = self.value(part)
        origins = frozenset[str]().union(*(field.origins for field in fields.values()))
        return Thing((unknown("an object", *origins),), "{}", None, fields)

    def key(self, node: Node) -> str:
        if node.type in ("string", "computed_property_name"):
            inner = node if node.type == "string" else node.named_children[0]
            return self.value(inner).plain or "?"
        return content_of(node)

    def function_value(self, node: Node) -> Thing:
        return Thing((unknown("a function"),), function=node)

    def class_value(self, node: Node) -> Thing:
        self.declare_class(node)
        return named("class")

    def declare_class(self, node: Node) -> None:
        """Remember the methods of a class; the class of statements says how."""
        raise NotImplementedError

    def binary(self, node: Node) -> Thing:
        """Chains of `+` are taken apart from the left, however long they are."""
        operator = node.child_by_field_name("operator")
        sign = content_of(operator) if operator is not None else ""
        parts: list[Node] = []
        here: Node | None = node
        while here is not None and here.type == "binary_expression":
            inner = here.child_by_field_name("operator")
            right = here.child_by_field_name("right")
            if inner is None or right is None or content_of(inner) != sign:
                break
            parts.append(right)
            here = here.child_by_field_name("left")
        things = [self.value(part) for part in ([here] if here is not None else []) + parts[::-1]]
        if sign == "+":
            return _added(things)
        if sign in ("||", "??"):
            return either(things)
        if sign == "&&":
            return things[-1]
        return Thing((unknown(NOTHING, plain=True),))

    def unary(self, node: Node) -> Thing:
        argument, operator = node.child_by_field_name("argument"), node.child_by_field_name("operator")
        found = self.value(argument) if argument is not None else untold()
        sign = content_of(operator) if operator is not None else ""
        if sign == "-" and found.number is not None:
            return _numeral(-found.number)
        if sign in ("!", "typeof", "void", "delete"):
            return Thing((unknown(NOTHING, plain=True),))
        return Thing((unknown(NOTHING, *found.origins, plain=True),))

    def ternary(self, node: Node) -> Thing:
        test = node.child_by_field_name("condition")
        if test is not None:
            self.value(test)
        arms = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
        return either([self.value(arm) for arm in arms if arm is not None] or [untold()])

    def sequence(self, node: Node) -> Thing:
        found = untold()
        for child in node.named_children:
            found = self.value(child)
        return found

    def assignment(self, node: Node) -> Thing:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        found = self.value(right) if right is not None else untold()
        if left is None:
            return found
        if node.type == "augmented_assignment_expression":
            found = joined([self.value(left), found])
        self.bind(left, found)
        return found


def _added(things: Sequence[Thing]) -> Thing:
    """Numbers add up until the first text; from there on everything is written out."""
    first = next((at for at, thing in enumerate(things) if thing.number is None), len(things))
    total = [_numeral(sum(thing.number or 0.0 for thing in things[:first]))] if first else []
    rest = [thing if thing.number is None else _numeral(thing.number) for thing in things[first:]]
    return joined(total + rest) if rest else total[0]


def _numeral(number: float) -> Thing:
    """A number as it is written where it becomes text."""
    found = text(str(int(number)) if number.is_integer() and abs(number) < 1e21 else repr(number))
    found.number = number
    return found


def _unescaped(sequence: str) -> str:
    """What a whole escape stands for."""
    body = sequence[1:]
    if body[0] in "01234567":
        return chr(int(body, 8))
    if body[0] in "xu" and len(body) > 1:
        return chr(int(body[1:].strip("{}"), 16))
    if body in ("\n", "\r", "\r\n", "\u2028", "\u2029"):
        return ""
    return {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}.get(body, body)


_HANDLERS: Final[dict[str, str]] = {
    "string": "string",
    "template_string": "string",
    "number": "number",
    "true": "word",
    "false": "word",
    "null": "word",
    "undefined": "word",
    "regex": "regex",
    "identifier": "identifier",
    "shorthand_property_identifier": "identifier",
    "array": "array",
    "object": "object",
    "binary_expression": "binary",
    "ternary_expression": "ternary",
    "unary_expression": "unary",
    "sequence_expression": "sequence",
    "assignment_expression": "assignment",
    "augmented_assignment_expression": "assignment",
    "member_expression": "member_value",
    "subscript_expression": "member_value",
    "call_expression": "call_value",
    "new_expression": "call_value",
    "class": "class_value",
    **dict.fromkeys(_FUNCTION_TYPES, "function_value"),
}
