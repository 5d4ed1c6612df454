"""GraphQL documents: which operations a request asks for, and whether they change or destroy something.

A small scanner, not a validator: it finds operations, their top-level fields behind aliases and fragments,
and one level below (name-spaced mutations). What cannot be read is `unknown`, never `nothing`.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, Literal

import msgspec

from enactd.effects.values import Value

Changes = Literal["nothing", "something", "destroys", "unknown"]

_LIMIT: Final = 131_072
_TOKEN: Final = re.compile(
    r'(?P<skip>[\s,\ufeff]+|\#[^\n]*)|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*")'
    r"|(?P<spread>\.\.\.)|(?P<name>[_A-Za-z][_0-9A-Za-z]*)|(?P<number>-?\d[\d.eE+-]*)|(?P<mark>[!$&()\[\]{}:=@|])"
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
DESTRUCTIVE: Final = frozenset(
    "delete deletes deleted deletion remove removes destroy drop purge revoke cancel terminate wipe erase truncate"
    " flush nuke unpublish uninstall decommission kill reset discard expunge".split()
)


class Operation(msgspec.Struct, frozen=True):
    """One operation: `query`, `mutation` or `subscription`, and its fields, nested ones as `volume.delete`."""

    kind: str
    fields: tuple[str, ...]
    name: str = ""


def is_destructive(name: str) -> bool:
    """Whether a camel, snake or kebab-case name says that something goes away: `volumeDelete`, `bulk-remove`."""
    return not DESTRUCTIVE.isdisjoint(word.lower() for word in _WORDS.findall(name))


class _Document:
    """The scanner's state: tokens and a position in them."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.fragments: dict[str, list[str]] = {}

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next
        self.at += 1
        return token

    def skip_group(self, opening: str, closing: str) -> None:
        depth = 0
        while self.next:
            token = self.take()
            depth += (token == opening) - (token == closing)
            if depth == 0:
                return
        raise ValueError("unclosed group")

    def skip_directives(self) -> None:
        while self.next == "@":
            self.at += 2
            if self.next == "(":
                self.skip_group("(", ")")

    def selection(self, depth: int = 0) -> list[str]:
        """Fields of a selection set; spreads as `...name`."""
        if self.take() != "{":
            raise ValueError("no selection set")
        found: list[str] = []
        while self.next != "}":
            if not self.next or depth > 40:
                raise ValueError("unclosed selection")
            found += self.spread(depth) if self.next == "..." else self.field(depth)
        self.at += 1
        return found

    def spread(self, depth: int) -> list[str]:
        self.at += 1
        name = ""
        if self.next not in ("{", "@"):
            name = self.take()
            if name == "on":
                self.at += 1
                name = ""
        self.skip_directives()
        return [f"...{name}"] if name else self.selection(depth + 1)

    def field(self, depth: int) -> list[str]:
        name = self.take()
        if not re.match(r"[_A-Za-z]", name):
            raise ValueError("no field name")
        if self.next == ":":
            self.at += 1
            name = self.take()
        if self.next == "(":
            self.skip_group("(", ")")
        self.skip_directives()
        if self.next != "{":
            return [name]
        below = self.selection(depth + 1)
        return [name, *(f"{name}.{field}" for field in below if depth < 1 and is_destructive(field))]


def operations(text: str) -> list[Operation] | None:
    """The operations of a document, or None where it cannot be read."""
    tokens = _tokens(text)
    if tokens is None:
        return None
    document = _Document(tokens)
    found: list[Operation] = []
    try:
        while document.next:
            _definition(document, found)
    except (ValueError, RecursionError):
        return None
    return [Operation(one.kind, _resolved(one.fields, document.fragments), one.name) for one in found]


def _tokens(text: str) -> list[str] | None:
    if len(text) > _LIMIT:
        return None
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        if match.lastgroup != "skip":
            tokens.append(match[0])
        at = match.end()
    return tokens


def _definition(document: _Document, found: list[Operation]) -> None:
    if document.next == "{":
        found.append(Operation("query", tuple(document.selection())))
        return
    kind = document.take()
    if kind == "fragment":
        name = document.take()
        while document.next not in ("{", ""):
            document.at += 1
        document.fragments[name] = document.selection()
        return
    if kind not in ("query", "mutation", "subscription"):
        raise ValueError("not an operation")
    name = ""
    while document.next not in ("{", ""):
        if document.next == "(":
            document.skip_group("(", ")")
            continue
        token = document.take()
        name = name or (token if token != "@" else "")
    found.append(Operation(kind, tuple(document.selection()), name))


def _resolved(fields: tuple[str, ...], fragments: dict[str, list[str]], depth: int = 0) -> tuple[str, ...]:
    found: list[str] = []
    for field in fields:
        if field.startswith("...") and depth < 8:
            found += _resolved(tuple(fragments.get(field[3:], (field,))), fragments, depth + 1)
        else:
            found.append(field)
    return tuple(dict.fromkeys(found))


def read_document(text: str, operation: str = "") -> tuple[tuple[str, ...], Changes]:
    """Labels such as `mutation volumeDelete`, and the worst that they do. `operation` selects one by name."""
    found = operations(text)
    if found is None:
        return _guess(text)
    chosen = [one for one in found if one.name == operation] if operation else found
    chosen = chosen or found
    labels = tuple(
        f"{one.kind} {field}" for one in chosen for field in one.fields if one.kind == "mutation" or "." not in field
    )
    mutations = [field for one in chosen if one.kind == "mutation" for field in one.fields]
    if not mutations:
        return labels, "nothing" if chosen else "unknown"
    return labels, "destroys" if any(is_destructive(field) for field in mutations) else "something"


def _guess(text: str) -> tuple[tuple[str, ...], Changes]:
    """For text with holes or errors: a mutation is taken at its word."""
    match = re.search(r"\bmutation\b", text)
    if not match:
        return (), "unknown"
    names = re.findall(r"([_A-Za-z]\w*)\s*(?=[({])", text[match.end() :][:4000])
    labels = tuple(dict.fromkeys(f"mutation {name}" for name in names[:8]))
    return labels, "destroys" if any(is_destructive(name) for name in names) else "unknown"


def read_body(body: Value | None) -> tuple[tuple[str, ...], Changes] | None:
    """What a request body that carries GraphQL asks for; None where it does not look like GraphQL."""
    if body is None:
        return None
    text = body.text
    if text is None:
        seen = body.visible.replace('\\"', '"')
        return _guess(seen) if re.search(r"\bmutation\b|\"query\"", seen) else None
    stripped = text.strip()
    if re.match(r"(?:query|mutation|subscription|fragment)\b[^=]", stripped):
        return read_document(stripped)
    if stripped[:1] not in ("{", "["):
        return None
    try:
        content = json.loads(stripped)
    except (ValueError, RecursionError):
        document = operations(stripped)
        if document:
            return read_document(stripped)
        loose = re.search(r"\"query\"\s*:\s*\"(.*)\"", stripped, re.DOTALL)
        return read_document(loose[1].replace("\\n", "\n").replace('\\"', '"').replace("\\", "")) if loose else None
    return _merge([_envelope(one) for one in (content if isinstance(content, list) else [content])[:64]])


def _envelope(content: Any) -> tuple[tuple[str, ...], Changes] | None:
    if not isinstance(content, dict):
        return None
    query, name = content.get("query"), content.get("operationName")
    if isinstance(query, str) and re.search(r"[{]|\bquery\b|\bmutation\b", query):
        return read_document(query, name if isinstance(name, str) else "")
    extensions = content.get("extensions")
    persisted = isinstance(extensions, dict) and "persistedQuery" in extensions
    if (
        persisted
        or ("operationName" in content and "variables" in content)
        or content.keys() & {"doc_id", "documentId"}
    ):
        label = name if isinstance(name, str) else ""
        return ((f"persisted {label}",) if label else ()), "destroys" if is_destructive(label) else "unknown"
    return None


_ORDER: Final[tuple[Changes, ...]] = ("nothing", "unknown", "something", "destroys")


def _merge(parts: list[tuple[tuple[str, ...], Changes] | None]) -> tuple[tuple[str, ...], Changes] | None:
    found = [part for part in parts if part is not None]
    if not found:
        return None
    labels = tuple(dict.fromkeys(label for part in found for label in part[0]))
    return labels, max((part[1] for part in found), key=_ORDER.index)
