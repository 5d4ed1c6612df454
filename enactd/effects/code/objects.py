"""What an expression in a script may be: texts, a module or function by its dotted name, a list, fields, a function.

One type for everything, because scripts do not keep kinds apart. `texts` are the possible strings: both arms of a
condition are kept, up to a small number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from enactd.effects.model import Database
from enactd.effects.values import EMPTY, Value, concat, known, unknown

_PIECES: Final = 64
MOST: Final = 12  # alternatives that are kept apart


class Thing(msgspec.Struct):
    """A value of the script. All parts are optional; `texts` is never empty."""

    texts: tuple[Value, ...]
    name: str = ""  # "fs.rmSync", "process.env"; what calls and members are looked up by
    items: list[Thing] | None = None
    fields: dict[str, Thing] | None = None
    function: Any = None  # a syntax node
    database: Database | None = None
    number: float | None = None

    @property
    def text(self) -> Value:
        """The text where there is one; several become one unknown text with all their taints."""
        if len(self.texts) == 1:
            return self.texts[0]
        return unknown(" or ".join(t.shown(40) for t in self.texts[:3]), *self.origins)

    @property
    def origins(self) -> frozenset[str]:
        return frozenset().union(*(text.origins for text in self.texts))

    @property
    def plain(self) -> str | None:
        return self.texts[0].text if len(self.texts) == 1 else None

    def field(self, *names: str) -> Thing | None:
        """The first of these fields that it has."""
        return next((self.fields[n] for n in names if n in self.fields), None) if self.fields else None

    def all_origins(self, depth: int = 0) -> frozenset[str]:
        """Taints of the thing and of all it holds."""
        found = self.origins
        if depth < 4:
            for part in [*(self.items or ()), *(self.fields or {}).values()]:
                found |= part.all_origins(depth + 1)
        return found


def text(content: str, *origins: str) -> Thing:
    return Thing((known(content, *origins),))


def valued(*values: Value, name: str = "") -> Thing:
    return Thing(values or (EMPTY,), name)


def named(name: str, origins: Iterable[str] = ()) -> Thing:
    """Something known only by its name."""
    return Thing((unknown(f"`{name}`" if name else "a value of the run", *origins),), name)


NOTHING: Final = "a value of the run"
PRINTED: Final = "output of "  # begins what is said of a program's output


def untold(why: str = NOTHING, origins: Iterable[str] = ()) -> Thing:
    return Thing((unknown(why, *origins),))


def joined(things: Sequence[Thing], separator: str = "") -> Thing:
    """All texts that the parts can make together."""
    if not things:
        return text("")
    between = known(separator)
    made: list[Value] = []
    for choice in itertools.islice(itertools.product(*(thing.texts for thing in things)), MOST):
        parts = [p for c in choice for p in (between, c)][1:] if separator else list(choice)
        whole = concat(parts)
        # A text of very many parts is not followed: it would cost the square of its length.
        made.append(whole if len(whole.pieces) <= _PIECES else unknown("a long text", *whole.origins))
    return Thing(tuple(made))


def either(things: Sequence[Thing]) -> Thing:
    """One of several, not known which."""
    if len(things) == 1:
        return things[0]
    seen = dict.fromkeys(value for thing in things for value in thing.texts)
    first = next((t for t in things if t.name or t.fields or t.items or t.function), things[0])
    return Thing(
        tuple(seen)[:MOST], first.name, first.items, first.fields, first.function, first.database, None,
    )  # fmt: skip


def listed(items: list[Thing]) -> Thing:
    made = joined(items[:MOST], ",") if items else text("")
    return Thing(made.texts, "[]", items)


def element(thing: Thing) -> Thing:
    """Any one item of a list."""
    if thing.items:
        return either(thing.items[: MOST * 2])
    if thing.plain is not None and not thing.name:
        return thing
    return untold(printed(thing) or "an item", thing.all_origins())


def printed(thing: Thing) -> str:
    """Which program's output this is, or is a part of; empty where it is none."""
    return next((hole.why for hole in thing.text.holes if hole.why.startswith(PRINTED)), "")


def flattened(thing: Thing) -> list[Thing]:
    """The items of a list, or the thing itself."""
    return thing.items if thing.items is not None else [thing]


def json_text(thing: Thing, depth: int = 0) -> Value:
    """The thing as JSON; unknown parts stay holes inside quotes."""
    if thing.fields is not None and depth < 6:
        parts: list[Value] = [known("{")]
        for index, (key, part) in enumerate(thing.fields.items()):
            parts += [known((", " if index else "") + f'"{key}": '), json_text(part, depth + 1)]
        return concat([*parts, known("}")])
    if thing.items is not None and depth < 6:
        parts = [known("[")]
        for index, part in enumerate(thing.items):
            parts += [known(", " if index else ""), json_text(part, depth + 1)]
        return concat([*parts, known("]")])
    if thing.number is not None:
        return thing.text
    quoted = [
        known(p.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) if isinstance(p, str) else Value((p,))
        for p in thing.text.pieces
    ]
    return concat([known('"'), *quoted, known('"')]).tainted(*thing.origins)
