"""Command-line options, declared as the manual page writes them.

    RM = Options("-r -R --recursive", "-f --force", "-t --target-directory DIR", "--interactive [WHEN]")
    line = RM.parse(call.args)
    line.has("-r"); line.value("-t"); line.operands

An upper-case word after the names takes a value; in brackets it is optional and only attached. Long
names may be abbreviated, short ones combined, `--` ends options, and options may follow operands
(GNU), unless `stop_at_operand` is set (wrappers such as `sudo`). A word that is not known at run time
counts as an operand, and sets `uncertain`, because it may hide an option.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.effects.values import EMPTY, Value

_NONE, _REQUIRED, _OPTIONAL = 0, 1, 2
_OFF: Final = frozenset({"false", "no", "off", "0"})


class Line(msgspec.Struct):
    """A parsed command line. Names are looked up by any of their spellings."""

    names: dict[str, str]
    found: list[tuple[str, Value | None]]
    operands: list[Value]
    unknown: list[Value]
    uncertain: bool = False
    rest: list[Value] = []

    def has(self, *names: str) -> bool:
        if not self.found:
            return False
        wanted = {self.names.get(name, name) for name in names}
        return any(name in wanted for name, _ in self.found)

    def count(self, name: str) -> int:
        wanted = self.names.get(name, name)
        return sum(1 for found, _ in self.found if found == wanted)

    def value(self, *names: str) -> Value | None:
        """The last value given, or None."""
        values = self.values(*names)
        return values[-1] if values else None

    def values(self, *names: str) -> list[Value]:
        if not self.found:
            return []
        wanted = {self.names.get(name, name) for name in names}
        return [value for name, value in self.found if name in wanted and value is not None]

    def text(self, name: str, default: str = "") -> str:
        """The value's known text; the default where it is absent or unknown."""
        value = self.value(name)
        text = value.text if value is not None else None
        return default if text is None else text


class Options:
    """A declared set of options; see the module text for the notation."""

    def __init__(self, *declarations: str, stop_at_operand: bool = False, abbreviate: bool = True) -> None:
        self.stop_at_operand = stop_at_operand
        self.abbreviate = abbreviate
        self.names: dict[str, str] = {}
        self.takes: dict[str, int] = {}
        for declaration in declarations:
            self._declare(declaration)
        self._single_dash: Final = {n for n in self.names if n[:1] == "-" and n[:2] != "--" and len(n) > 2}

    def _declare(self, declaration: str) -> None:
        words = declaration.split()
        names = [word for word in words if word.startswith(("-", "+"))]
        metavar = [word for word in words if not word.startswith(("-", "+"))]
        takes = _NONE if not metavar else _OPTIONAL if metavar[0].startswith("[") else _REQUIRED
        for name in names:
            self.names[name] = names[0]
        self.takes[names[0]] = takes

    def _long(self, name: str) -> str | None:
        if name in self.names:
            return self.names[name]
        if not self.abbreviate or len(name) < 3:
            return None
        matches = {self.names[n] for n in self.names if n.startswith(name) and n.startswith("--")}
        return matches.pop() if len(matches) == 1 else None

    def parse(self, args: Sequence[Value]) -> Line:
        line = Line(self.names, [], [], [])
        rest = list(args)
        while rest:
            word = rest.pop(0)
            text = word.prefix
            if word.text == "--":
                line.operands += rest
                break
            if not text.startswith("-") or word.text == "-":
                line.uncertain = line.uncertain or not (text or word.known)
                line.operands.append(word)
                if self.stop_at_operand:
                    line.operands += rest
                    break
                continue
            if text.startswith("--") or self._is_single_dash_long(word):
                self._parse_long(word, rest, line)
            else:
                self._parse_short(word, rest, line)
        return line

    def _is_single_dash_long(self, word: Value) -> bool:
        return word.prefix.split("=", 1)[0] in self._single_dash

    def _parse_long(self, word: Value, rest: list[Value], line: Line) -> None:
        name, attached = word, None
        if "=" in word.prefix:
            index = word.prefix.index("=")
            name, attached = Value((word.prefix[:index],)), word.cut(index + 1)
        canonical = self._long(name.text or name.prefix)
        if canonical is None:
            line.unknown.append(word)
            line.uncertain = line.uncertain or not word.known
            return
        takes = self.takes[canonical]
        if takes == _REQUIRED and attached is None:
            attached = rest.pop(0) if rest else EMPTY
        if takes == _NONE and attached is not None and (attached.text or "").lower() in _OFF:
            return  # `--dry-run=false` is as if it were not there
        line.found.append((canonical, attached))

    def _parse_short(self, word: Value, rest: list[Value], line: Line) -> None:
        index = 1
        while index < len(word.prefix):
            name = "-" + word.prefix[index]
            canonical = self.names.get(name)
            index += 1
            if canonical is None:
                line.unknown.append(Value((name,)))
                continue
            takes = self.takes[canonical]
            if takes == _NONE:
                line.found.append((canonical, None))
                continue
            attached: Value | None = word.cut(index)
            if attached is not None and not attached.pieces:
                attached = None
            if attached is None and takes == _REQUIRED:
                attached = rest.pop(0) if rest else EMPTY
            line.found.append((canonical, attached))
            return
        line.uncertain = line.uncertain or not word.known
