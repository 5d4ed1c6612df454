"""find: which paths an expression reaches, and what its actions do to them.

An action is reached by what stands before it: `-name '*.o' -delete` deletes less than `-delete -name '*.o'`.
Negations and tests of time, size or owner only say that not everything is reached.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.effects.invocation import (
    Effects,
    Hole,
    Invocation,
    Output,
    Value,
    Yield,
    concat,
    known,
    program,
    unknown,
    value,
)
from enactd.effects.model import DeletePath, Effect, ReadPath, Target, WritePath
from enactd.effects.programs.streams import shown_by, standard_input

_ONE: Final = frozenset(
    "-name -iname -path -ipath -wholename -iwholename -regex -iregex -lname -ilname -type -xtype -size -mtime -mmin"
    " -atime -amin -ctime -cmin -newer -anewer -cnewer -user -group -uid -gid -perm -links -inum -samefile -fstype"
    " -maxdepth -mindepth -regextype -used -context -printf -fprint -fprint0 -fls -files0-from -flags -Bmin -Btime"
    " -Bnewer -since -xattrname".split()
)
_EXECS: Final = frozenset(("-exec", "-execdir", "-ok", "-okdir"))
_HARMLESS: Final = frozenset(
    "-true -depth -d -xdev -mount -follow -noleaf -daystart -ignore_readdir_race -noignore_readdir_race -warn -nowarn"
    " -prune -quit -x -s -X".split()
)
_PRINTS: Final = frozenset(("-print", "-print0", "-ls", "-printf", "-printx"))
_GLOB: Final = re.compile(r"\[[^]]*\]|[*?]")
_MOST: Final = 24  # combinations of roots and patterns that are looked at one by one


class Reach(msgspec.Struct, frozen=True):
    """What gets as far as an action: patterns (None: any name), whether other tests limit it, and kinds."""

    patterns: tuple[tuple[str, Value], ...] | None = None
    limited: bool = False
    empty: bool = False
    kind: str = ""


class Action(msgspec.Struct, frozen=True):
    """An action with the words that belong to it and what reaches it."""

    name: str
    words: tuple[Value, ...]
    reach: Reach


class Depth(msgspec.Struct):
    """The limits that hold for the whole expression."""

    least: int = 0
    most: int = 1_000


class _Parser:
    """Recursive descent over `( ) ! -a -o ,` and the tests and actions between them."""

    def __init__(self, words: Sequence[Value]) -> None:
        self.words = list(words)
        self.at = 0
        self.actions: list[Action] = []
        self.depth = Depth()
        self.nesting = 0

    def peek(self) -> str | None:
        """The next word; a closing bracket at the end."""
        return self.words[self.at].text if self.at < len(self.words) else ")"

    def alternatives(self, reach: Reach) -> Reach:
        """`a -o b`, `a , b`: every branch starts from the same; any of them lets through."""
        results = [self.sequence(reach)]
        while self.at < len(self.words) and self.peek() in ("-o", "-or", ","):
            self.at += 1
            results.append(self.sequence(reach))
        return _either(results)

    def sequence(self, reach: Reach) -> Reach:
        """`a b`: each narrows what the next one gets."""
        while self.at < len(self.words) and self.peek() not in (")", "-o", "-or", ","):
            reach = self.term(reach)
        return reach

    def term(self, reach: Reach) -> Reach:
        """One test, action, negation or bracket; gives back what gets through."""
        word = self.words[self.at]
        name = word.text or ""
        self.at += 1
        if name in ("-a", "-and"):
            return reach
        if name in ("!", "-not"):
            if self.at < len(self.words):
                self.term(reach)
            return msgspec.structs.replace(reach, limited=True)
        if name == "(":
            self.nesting += 1
            inner = self.alternatives(reach) if self.nesting < 50 else reach
            self.nesting -= 1
            if self.at < len(self.words) and self.peek() == ")":
                self.at += 1
            return inner
        if name in _EXECS:
            self.actions.append(Action(name, tuple(self.command()), reach))
            return msgspec.structs.replace(reach, limited=True) if self.words[self.at - 1].text == ";" else reach
        if name == "-fprintf":
            words = self.words[self.at : self.at + 2]
            self.at += 2
            self.actions.append(Action(name, tuple(words), reach))
            return reach
        if name in _ONE or name.startswith("-newer"):
            operand = self.words[self.at] if self.at < len(self.words) else known("")
            self.at += 1
            return self.test(name, operand, reach)
        if name == "-delete" or name in _PRINTS:
            self.actions.append(Action(name, (), reach))
            return reach
        if name in _HARMLESS:
            return reach
        return msgspec.structs.replace(reach, limited=True, empty=reach.empty or name == "-empty")

    def command(self) -> list[Value]:
        """The words up to `;`, or `+` after `{}`."""
        words: list[Value] = []
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if word.text == ";" or (word.text == "+" and words and words[-1].text == "{}"):
                break
            words.append(word)
        return words

    def test(self, name: str, operand: Value, reach: Reach) -> Reach:
        """A test with an operand. The first name pattern counts, later ones only limit."""
        if name in ("-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename"):
            if reach.patterns is not None:
                return msgspec.structs.replace(reach, limited=True)
            return msgspec.structs.replace(reach, patterns=((name.replace("-i", "-").replace("whole", ""), operand),))
        if name in ("-type", "-xtype"):
            return msgspec.structs.replace(reach, kind=operand.text or "")
        if name in ("-maxdepth", "-mindepth"):
            digits = operand.text or ""
            number = int(digits) if digits.isdigit() and len(digits) < 6 else None
            if name == "-mindepth":
                self.depth.least = number if number is not None else 0
            elif number is not None:
                self.depth.most = number
            return reach
        if name == "-printf" or name in ("-fprint", "-fprint0", "-fls", "-files0-from"):
            self.actions.append(Action(name, (operand,), reach))
            return reach
        if name == "-regextype":
            return reach
        return msgspec.structs.replace(reach, limited=True)


def _either(results: list[Reach]) -> Reach:
    if len(results) == 1:
        return results[0]
    patterns: tuple[tuple[str, Value], ...] | None = ()
    for result in results:
        patterns = None if patterns is None or result.patterns is None else patterns + result.patterns
    kinds = {result.kind for result in results}
    return Reach(
        patterns, any(r.limited for r in results), all(r.empty for r in results), kinds.pop() if len(kinds) == 1 else ""
    )


def _split(args: Sequence[Value]) -> tuple[list[Value], list[Value]]:
    """Starting points and expression."""
    words = list(args)
    while words and (
        words[0].text in ("-H", "-L", "-P", "-E", "-X", "-d", "-s", "-x", "--") or words[0].startswith("-O")
    ):
        words.pop(0)
    while words and words[0].text in ("-D", "-f") and len(words) > 1:
        words = words[2:] if words[0].text == "-D" else words[1:]
    roots: list[Value] = []
    while words and not words[0].startswith("-") and words[0].text not in ("(", "!", ","):
        roots.append(words.pop(0))
    return roots or [known(".")], words


def place_of(call: Invocation, root: Value, reach: Reach, pattern: tuple[str, Value] | None, depth: Depth) -> Target:
    """The target that an action on these paths has."""
    if depth.most == 0:
        return call.target(root)
    if pattern is not None:
        return call.target(_glob(root, pattern, depth))
    if reach.limited:
        return call.target(root, pattern="*")
    if reach.kind == "f" or depth.least > 0:
        return call.target(root, everything=True)
    return call.target(root)


def _glob(root: Value, pattern: tuple[str, Value], depth: Depth) -> Value:
    """`root/**/name`; for `-path` the pattern itself where it starts at the root."""
    kind, operand = pattern
    slash = "" if root.suffix.endswith("/") else "/"
    text = operand.text
    if text is None:
        return value(*root.pieces, slash, Hole(f"names like {operand.shown(60)}", inside=True, empty=False))
    if kind == "-name":
        return value(*root.pieces, slash, "" if depth.most == 1 else "**/", text, glob=True)
    start = root.suffix.rstrip("/") + "/"
    if root.known and text.startswith(start):
        return Value((text,), True)
    return value(*root.pieces, slash, "**/", text.lstrip("*").lstrip("/") or "*", glob=True)


def found_path(root: Value, reach: Reach, pattern: tuple[str, Value] | None, depth: Depth) -> Value:
    """What `{}` becomes: the root and a hole inside it, ending as the name pattern does."""
    if depth.most == 0:
        return root
    slash = "" if root.suffix.endswith("/") else "/"
    if pattern is None:
        itself = not (reach.limited or reach.kind == "f" or depth.least > 0)
        return value(*root.pieces, slash, Hole("a path that find finds", inside=True, empty=itself))
    text = pattern[1].text if pattern[0] == "-name" else None
    if text is None:
        return value(*root.pieces, slash, Hole("a path that find finds", inside=True, empty=False))
    pieces: list[str | Hole] = [Hole("folders that find enters", inside=True), "/"]
    end = 0
    for match in _GLOB.finditer(text):
        pieces += [text[end : match.start()], Hole(f"what {match.group()} matches", plain=True)]
        end = match.end()
    return value(*root.pieces, slash, *pieces, text[end:])


def refined(items: Sequence[Yield], word: Value, target: Target) -> Effects:
    """Effects on the found path `word` as effects on all that was found; output is left out."""
    shown = word.shown()
    for item in items:
        if not isinstance(item, Effect):
            continue
        place = getattr(item, "target", None)
        if not isinstance(place, Target) or place.word != shown:
            yield item
        elif isinstance(item, DeletePath):
            all_below = not target.pattern and not item.only_empty
            yield msgspec.structs.replace(item, target=target, bulk=True, recursive=item.recursive or all_below)
        elif isinstance(item, ReadPath | WritePath):
            yield msgspec.structs.replace(item, target=target, recursive=item.recursive or not target.pattern)
        else:
            yield msgspec.structs.replace(item, target=target)


def substituted(words: Sequence[Value], mark: str, replacement: Value) -> list[Value]:
    """Words with every `{}` (or another mark) replaced."""
    return [
        concat(part for i, field in enumerate(word.split(mark)) for part in ([replacement] if i else []) + [field])
        if mark in word.visible
        else word
        for word in words
    ]


@program("find", "gfind")
def find(call: Invocation) -> Effects:
    """Every action with the paths that reach it, for every starting point."""
    if any(word.text in ("--help", "-help", "--version", "-version") for word in call.args[:1]):
        return
    roots, expression = _split(call.args)
    parser = _Parser(expression)
    reach = parser.alternatives(Reach())
    while parser.at < len(parser.words):  # a stray `)`: read on, drop nothing
        parser.at += 1
        reach = parser.alternatives(Reach())
    for action in parser.actions:
        if action.name == "-files0-from":
            roots = [unknown("a starting point out of a list")]
            if action.words[0].text != "-":
                yield ReadPath(target=call.target(action.words[0]), shown=True)
    actions = [action for action in parser.actions if action.name != "-files0-from"]
    if not any(a.name in _EXECS or a.name in _PRINTS or a.name.startswith(("-f", "-delete")) for a in actions):
        actions.append(Action("-print", (), reach))
    lines: list[Value] = []
    follows = any(word.text in ("-L", "-follow") for word in call.args)
    for action in actions:
        if follows and action.name == "-delete":
            # Below a starting point lie links, perhaps, and they are gone through.
            yield DeletePath(target=call.target(unknown("what links below it lead to")), bulk=True)
        for root, pattern in _combinations(roots, action.reach):
            yield from _act(call, action, root, pattern, parser.depth, lines)
    yield Output(concat(lines))


def _combinations(roots: list[Value], reach: Reach) -> list[tuple[Value, tuple[str, Value] | None]]:
    patterns: Sequence[tuple[str, Value] | None] = (None,) if reach.patterns is None else reach.patterns
    pairs = [(root, pattern) for root in roots for pattern in patterns]
    if len(pairs) > _MOST:
        pairs = [(root, None) for root in roots]
    return pairs


def _act(
    call: Invocation, action: Action, root: Value, pattern: tuple[str, Value] | None, depth: Depth, lines: list[Value]
) -> Effects:
    reach = action.reach
    target = place_of(call, root, reach, pattern, depth)
    path = found_path(root, reach, pattern, depth)
    search = pattern[1].shown() if pattern is not None else ""
    prints = action.name in _PRINTS
    if prints:
        end = "\0" if action.name == "-print0" else "\n"
        plain = action.name in ("-print", "-print0")
        lines.append(value(*path.pieces, end) if plain else unknown(f"what {action.name} prints"))
    yield ReadPath(target=target, how="list", recursive=depth.most > 0, shown=prints and shown_by(call), search=search)
    if action.name == "-delete":
        empty = reach.empty or reach.kind == "d"
        whole = (pattern is None or pattern[1].text == "*") and not empty and not reach.limited
        yield DeletePath(target=target, recursive=whole, only_empty=empty, bulk=True)
    elif action.name.startswith("-fp") or action.name == "-fls":
        yield WritePath(target=call.target(action.words[0]))
    elif action.name in _EXECS and action.words:
        items = call.run(substituted(action.words, "{}", path), stdin=standard_input(call))
        lines += [item.value for item in items if isinstance(item, Output)]
        yield from refined(items, path, target)
