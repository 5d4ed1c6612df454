"""Changing JSON files that belong to somebody else: what is not changed keeps its bytes.

A document is scanned into spans; an edit replaces, adds or removes one span and takes indentation, line
ends and separators from its neighbours. Adding at the end and removing it again gives the same bytes back.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from enactd.errors import ConfigError

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR: Final = re.compile(r"[-+0-9.eE]+|true|false|null")
_COMMENT: Final = re.compile(r"/[/*]")
Path = tuple[str | int, ...]


class Node:
    """A value in the text: `children` are (key or index, start of the entry, value)."""

    def __init__(self, start: int, kind: str) -> None:
        self.start, self.end, self.kind = start, start, kind
        self.children: list[tuple[str | int, int, Node]] = []

    def child(self, step: str | int) -> Node | None:
        return next((node for key, _, node in self.children if key == step), None)


class Document:
    """JSON text that can be edited. Raises `ConfigError` for text that is no JSON or repeats a key."""

    def __init__(self, text: str) -> None:
        self.mark = "\ufeff" if text.startswith("\ufeff") else ""
        self.text = text.removeprefix(self.mark) if self.mark else text
        if not self.text.strip():
            self.text = "{}\n"
        self.value: Any
        self.root: Node
        self._read()

    def __str__(self) -> str:
        return self.mark + self.text

    def _read(self) -> None:
        try:
            self.value = json.loads(self.text, object_pairs_hook=_unique)
            self.root, _ = self._value(self._skip(0))
        except RecursionError:
            raise ConfigError("the file is nested too deeply to be read") from None
        except json.JSONDecodeError as error:
            rest = self.text[error.pos :].lstrip()
            cause = "it holds comments, which this file may not have" if _COMMENT.match(rest) else error.msg
            where = f"line {error.lineno}, column {error.colno}"
            raise ConfigError("the file is not JSON", cause=f"{where}: {cause}", fix="correct it by hand") from None

    def _skip(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def _value(self, at: int) -> tuple[Node, int]:
        opening = self.text[at]
        if opening in "{[":
            return self._container(at, "object" if opening == "{" else "array")
        pattern = _STRING if opening == '"' else _SCALAR
        match = pattern.match(self.text, at)
        assert match, "the text was read as JSON before"
        node = Node(at, "scalar")
        node.end = match.end()
        return node, node.end

    def _container(self, at: int, kind: str) -> tuple[Node, int]:
        node, index = Node(at, kind), 0
        at = self._skip(at + 1)
        while self.text[at] not in "}]":
            start, key = at, index if kind == "array" else ""
            if kind == "object":
                match = _STRING.match(self.text, at)
                assert match, "the text was read as JSON before"
                key = json.loads(match.group())
                at = self._skip(self._skip(match.end()) + 1)
            value, at = self._value(at)
            node.children.append((key, start, value))
            index += 1
            at = self._skip(at)
            if self.text[at] == ",":
                at = self._skip(at + 1)
        node.end = at + 1
        return node, node.end

    def _find(self, path: Path) -> Node | None:
        node: Node | None = self.root
        for step in path:
            node = node.child(step) if node else None
        return node

    def _splice(self, start: int, end: int, new: str) -> None:
        self.text = self.text[:start] + new + self.text[end:]
        self._read()

    def add(self, path: Path, value: Any) -> None:
        """Put `value` at the end of the array at `path`. The array and objects on the way are made if missing.

        Raises `ConfigError` where something else is in the way.
        """
        for depth in range(len(path), -1, -1):
            parent, missing = self._find(path[:depth]), path[depth:]
            if parent is None:
                continue
            if parent.kind == "array" and not missing:
                self._append(parent, None, value)
                return
            if parent.kind == "object" and missing:
                made: Any = [value]
                for step in reversed(missing[1:]):
                    made = {step: made}
                self._append(parent, str(missing[0]), made)
                return
            break
        raise ConfigError(f"`{'.'.join(map(str, path))}` has another shape than expected", fix="correct it by hand")

    def _append(self, parent: Node, key: str | None, value: Any) -> None:
        line, unit = self._style()
        if not parent.children:
            if unit is None:
                self._splice(parent.start + 1, parent.end - 1, self._entry(key, value, "", None, line))
                return
            outer = self._margin(parent.start)
            inner = self._entry(key, value, outer + unit, unit, line)
            self._splice(parent.start + 1, parent.end - 1, f"{line}{outer}{unit}{inner}{line}{outer}")
            return
        _, start, last = parent.children[-1]
        if len(parent.children) > 1:
            gap = self.text[parent.children[-2][2].end : start].partition(",")[2]
        else:
            gap = self.text[parent.start + 1 : start]
        if "\n" in gap:
            entry = self._entry(key, value, gap.rpartition("\n")[2], unit, line)
        else:  # entries share a line here
            gap, entry = gap or " ", self._entry(key, value, "", None, line)
        self._splice(last.end, last.end, f",{gap}{entry}")

    def _style(self) -> tuple[str, str | None]:
        """The line end in use, and the step of indentation; None for a document on one line."""
        line = "\r\n" if "\r\n" in self.text else "\n"
        if not self.root.children:
            return line, "  "
        gap = self.text[self.root.start + 1 : self.root.children[0][1]]
        return line, gap.rpartition("\n")[2] if "\n" in gap else None

    def _margin(self, at: int) -> str:
        """The blanks in front of the line in which position `at` is."""
        start = self.text.rfind("\n", 0, at) + 1
        match = re.compile(r"[ \t]*").match(self.text, start)
        return match.group() if match else ""

    def _entry(self, key: str | None, value: Any, margin: str, unit: str | None, line: str) -> str:
        text = json.dumps(value, ensure_ascii=False, indent=unit)
        if unit is not None:
            text = text.replace("\n", line + margin)
        return text if key is None else f"{json.dumps(key, ensure_ascii=False)}: {text}"

    def remove(self, path: Path) -> None:
        """Take the entry at `path` out, with its separator. Its parent stays, if empty then as `{}` or `[]`."""
        parent = self._find(path[:-1])
        places = [index for index, child in enumerate(parent.children) if child[0] == path[-1]] if parent else []
        if parent is None or not places:
            return
        place, children = places[0], parent.children
        if len(children) == 1:
            self._splice(parent.start + 1, parent.end - 1, "")
        elif place == len(children) - 1:
            self._splice(children[place - 1][2].end, children[place][2].end, "")
        else:
            self._splice(children[place][1], children[place + 1][1], "")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ConfigError(f"the file names `{twice}` twice in one object", fix="correct it by hand")
    return value
