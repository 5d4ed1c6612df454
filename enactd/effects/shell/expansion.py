"""Expansion: from a word of the text to the fields a program would see, in bash's order.

Brace, tilde, parameter, command and arithmetic expansion, word splitting, globbing, quote removal.
Whatever cannot be known becomes a hole that says why.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final

from enactd.effects.globbing import GLOB_LIMIT, glob
from enactd.effects.secrets import secret_variable
from enactd.effects.shell.arithmetic import evaluate
from enactd.effects.shell.parameters import apply_operator
from enactd.effects.shell.syntax import Arith, Lit, Param, Part, Proc, Sub, Word
from enactd.effects.values import EMPTY, SECRET, Hole, Piece, Value, concat, join, known, unknown, value

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter
    from enactd.effects.shell.state import State, Streams

_GLOB: Final = re.compile(r"[*?\[]")
_RANGE: Final = re.compile(r"^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$")
_BRACE_LIMIT: Final = 256
_PLAIN_HOLES: Final = {
    "$": "the process id", "!": "a process id", "PPID": "a process id", "BASHPID": "a process id",
    "RANDOM": "$RANDOM", "SRANDOM": "$SRANDOM", "SECONDS": "$SECONDS", "EPOCHSECONDS": "$EPOCHSECONDS",
    "LINENO": "$LINENO", "-": "$-", "SHLVL": "$SHLVL", "COLUMNS": "$COLUMNS", "LINES": "$LINES", "UID": "$UID",
    "EUID": "$EUID", "HOSTNAME": "$HOSTNAME", "HOSTTYPE": "$HOSTTYPE", "OSTYPE": "$OSTYPE",
    "BASH_VERSION": "$BASH_VERSION", "EPOCHREALTIME": "$EPOCHREALTIME",
}  # fmt: skip


class _Field:
    """A field under construction; keeps apart what is quoted, because only bare text globs."""

    __slots__ = ("bare_glob", "origins", "pieces", "present")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.bare_glob = False
        self.present = False
        self.origins: frozenset[str] = frozenset()

    def add(self, part: Value, *, bare: bool) -> None:
        self.pieces.extend(part.pieces)
        self.origins |= part.origins
        self.present = self.present or bool(part.pieces) or not bare
        if bare and (part.glob or _GLOB.search(part.visible)):
            self.bare_glob = True

    def value(self) -> Value:
        return value(*self.pieces, glob=self.bare_glob, origins=self.origins)


class Expander:
    """Expands words for one interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.shell = interpreter

    # --- entry points ------------------------------------------------------------------------------

    def fields(self, word: Word, state: State, io: Streams) -> list[Value]:
        """All fields of a command word: any number, none included."""
        if len(word.parts) == 1:
            part = word.parts[0]
            if isinstance(part, Lit) and (part.quoted or part.text.isidentifier()):
                return [known(part.text)]
        found: list[Value] = []
        for parts in braces(word.parts):
            for field in self._split(parts, state, io):
                found.extend(self._glob(field, state))
        return found

    def one(self, word: Word | None, state: State, io: Streams) -> Value:
        """A word where no splitting and no globbing happens: assignments, here-documents, redirects, case."""
        if word is None:
            return EMPTY
        parts = [self._part(part, state, io) for part in self._tilde(word.parts, state, after_colon=True)]
        return concat(parts) if parts else EMPTY

    def pattern(self, word: Word, state: State, io: Streams) -> str | None:
        """A word as a pattern, quoted parts escaped; None if unknown."""
        text = ""
        for part in self._tilde(word.parts, state):
            part_value = self._part(part, state, io).text
            if part_value is None:
                return None
            quoted = getattr(part, "quoted", False)
            text += re.sub(r"([*?\[\]\\])", r"[\1]", part_value) if quoted else part_value
        return text

    # --- steps -------------------------------------------------------------------------------------

    def _tilde(self, parts: list[Part], state: State, *, after_colon: bool = False) -> list[Part]:
        if not parts or not isinstance(parts[0], Lit) or parts[0].quoted or "~" not in parts[0].text:
            return parts
        text = parts[0].text
        if text.startswith("~"):
            head, slash, rest = text.partition("/")
            ends = bool(slash) or len(parts) == 1
            if ends:
                expanded = self._home_of(head[1:], state)
                if expanded is not None:
                    return [Lit(expanded, True), Lit(slash + rest, False), *parts[1:]]
        if after_colon and ":~" in text:
            home = self._home_of("", state) or "~"
            return [Lit(re.sub(r":~(?=/|:|$)", lambda _: ":" + home, text), False), *parts[1:]]
        return parts

    def _home_of(self, name: str, state: State) -> str | None:
        if name == "":
            return self.variable("HOME", state).text
        if name == "+":
            return state.cwd.text
        if name == "-":
            return self.variable("OLDPWD", state).text
        if name == "root":
            return "/root"
        if re.fullmatch(r"[A-Za-z_][\w.-]*", name):
            home = self.shell.reader.places.home
            return (
                home if posixpath.basename(home) == name else posixpath.join(posixpath.dirname(home) or "/home", name)
            )
        return None

    def _split(self, parts: list[Part], state: State, io: Streams) -> Iterator[_Field]:
        field = _Field()
        for part in self._tilde(parts, state):
            quoted = getattr(part, "quoted", False)
            if isinstance(part, Param) and self._is_list(part):
                items = self._items(part, state, io)
                if (quoted and part.name != "*") or not quoted:
                    field = yield from self._spread(field, items, bare=not quoted)
                    continue
                field.add(join(items), bare=False)
                continue
            content = self._part(part, state, io)
            if quoted or isinstance(part, (Lit, Proc, Arith)):
                field.add(content, bare=not quoted)
                continue
            field = yield from self._spread_words(field, content, state)
        if field.present:
            yield field

    def _spread(self, field: _Field, items: list[Value], *, bare: bool) -> Generator[_Field, None, _Field]:
        """Let each item end a field, as `"$@"` does; returns the open one."""
        for index, item in enumerate(items):
            if index:
                if field.present:
                    yield field
                field = _Field()
            field.add(item, bare=bare)
        return field

    def _spread_words(self, field: _Field, content: Value, state: State) -> Generator[_Field, None, _Field]:
        separators = state.variables.get("IFS")
        if separators is not None and separators.text is not None and separators.text.strip(" \t\n"):
            for char in separators.text.strip(" \t\n"):
                content = join(content.split(char), " ")
        elif separators is not None and separators.text == "":
            field.add(content, bare=True)
            return field
        text = content.visible
        if content.pieces and isinstance(content.pieces[0], str) and text[:1].isspace() and field.present:
            yield field
            field = _Field()
        for index, item in enumerate(content.words()):
            if index:
                yield field
                field = _Field()
            field.add(item, bare=True)
        if content.pieces and isinstance(content.pieces[-1], str) and text[-1:].isspace() and field.present:
            yield field
            field = _Field()
        return field

    def _glob(self, field: _Field, state: State) -> list[Value]:
        word = field.value()
        if not word.glob or "noglob" in state.options:
            return [Value(word.pieces, False, word.origins)] if word.glob else [word]
        text = word.text
        folder = state.cwd.text
        if text is None or folder is None or self.shell.place:
            return [word]
        names = glob(text, folder, self.shell.reader.world.names, hidden="dotglob" in state.options)
        if names is None or len(names) > GLOB_LIMIT:
            return [word]
        if not names:
            return [] if "nullglob" in state.options else [word]
        return [Value((name,), False, word.origins) for name in names]

    # --- parts -------------------------------------------------------------------------------------

    def _part(self, part: Part, state: State, io: Streams) -> Value:
        match part:
            case Lit():
                return self.shell.reader.unmarked(part.text) if "\ue000" in part.text else known(part.text)
            case Param():
                return self.parameter(part, state, io)
            case Sub():
                return self.shell.substitute(part.body, state, io)
            case Arith():
                return self._arithmetic(part.expression, state, io)
            case Proc():
                return self.shell.process(part, state, io)

    def _arithmetic(self, expression: Word, state: State, io: Streams) -> Value:
        text = self.one(expression, state, io)
        return self.arithmetic(text, state)

    def arithmetic(self, text: Value, state: State) -> Value:
        """The number an expression gives; assignments in it change the state."""

        def lookup(name: str) -> str | None:
            return self.variable(name, state).text

        def assign(name: str, number: int | None) -> None:
            state.assign(
                name, known(str(number)) if number is not None else unknown(f"${name}", plain=True, empty=False)
            )

        number = evaluate(text.text, lookup, assign) if text.text is not None else None
        return known(str(number)) if number is not None else unknown("a computed number", plain=True, empty=False)

    def variable(self, name: str, state: State) -> Value:
        """A plain `$name`, secret variables tainted; unset ones are empty."""
        variable = state.variables.get(name)
        if variable is not None:
            if variable.items is not None:
                return next(iter(variable.items.values()), EMPTY)
            found = variable.value if variable.value is not None else EMPTY
        else:
            found = self._ambient(name, state)
        return found.tainted(SECRET) if secret_variable(name) and found.pieces else found

    def _ambient(self, name: str, state: State) -> Value:
        """A variable that the script did not set."""
        world = self.shell.reader.world
        if name == "PWD":
            return state.cwd
        if name in _PLAIN_HOLES:
            return unknown(_PLAIN_HOLES[name], plain=True, empty=False)
        if self.shell.place:
            return unknown(f"${name} over there")
        if name in self.shell.environment:
            return self.shell.environment[name]
        text = world.variable(name)
        if text is not None:
            return known(text)
        if name == "HOME":
            return known(self.shell.reader.places.home)
        if name == "OLDPWD":
            return unknown("$OLDPWD")
        if name in ("USER", "LOGNAME"):
            return known(posixpath.basename(self.shell.reader.places.home))
        if name == "TMPDIR":
            return EMPTY if world.complete else Value((Hole("$TMPDIR", empty=True),))
        if name == "IFS":
            return known(" \t\n")
        if world.complete:
            return EMPTY
        return unknown(f"${name} is not known")

    def is_set(self, param: Param, state: State) -> bool | None:
        """Whether the parameter is set; None where that is not known."""
        name = param.name
        if name in state.variables:
            variable = state.variables[name]
            return variable.value is not None or bool(variable.items)
        if name.isdigit():
            return None if state.positional is None else int(name) <= len(state.positional)
        found = self._ambient(name, state)
        if found.text is not None:
            return bool(found.text) or name in self.shell.environment
        return None if found.may_be_empty else True

    def parameter(self, param: Param, state: State, io: Streams) -> Value:
        """`$x` or `${x op word}` as one value."""
        if param.op == "prefix":
            names = [n for n in state.variables if n.startswith(param.name)]
            return known(" ".join(names))
        if self._is_list(param):
            items = self._items(param, state, io)
            return known(str(len(items))) if param.length else join(items)
        found = self._lookup(param, state, io)
        if param.indirect:
            target = found.text
            found = unknown(f"${{!{param.name}}}") if target is None else self._lookup(Param(target), state, io)
        if param.length:
            text = found.text
            return known(str(len(text))) if text is not None else unknown("a length", plain=True, empty=False)
        if param.op:
            return apply_operator(self, param, found, state, io)
        return found

    def _lookup(self, param: Param, state: State, io: Streams) -> Value:
        name = param.name
        if param.index is not None:
            return self._element(param, state, io)
        if name.isdigit():
            return self._positional(int(name), state)
        if name == "?":
            return (
                known(str(state.status)) if state.status is not None else unknown("a status", plain=True, empty=False)
            )
        if name == "#":
            count = state.positional
            return known(str(len(count))) if count is not None else unknown("$#", plain=True, empty=False)
        if name == "_":
            return unknown("$_")
        return self.variable(name, state)

    def _element(self, param: Param, state: State, io: Streams) -> Value:
        variable = state.variables.get(param.name)
        index = self.one(param.index, state, io).text
        if variable is None or index is None:
            return unknown(f"${{{param.name}[…]}}")
        if variable.items is None:
            return variable.value or EMPTY
        if index not in variable.items and index.lstrip("-").isdigit():
            keys = list(variable.items)
            if index.startswith("-") and len(keys) >= -int(index):
                return variable.items[keys[int(index)]]
        return variable.items.get(index, EMPTY)

    def _positional(self, number: int, state: State) -> Value:
        if number == 0:
            return unknown("$0", empty=False) if self.shell.name is None else self.shell.name
        if state.positional is None:
            return unknown(f"${number} is not known")
        return state.positional[number - 1] if number <= len(state.positional) else EMPTY

    def _is_list(self, param: Param) -> bool:
        if param.indirect:
            return False
        if param.name in ("@", "*") and param.op in ("", ":"):
            return True
        return param.index is not None and param.index.literal in ("@", "*") and param.op in ("", ":")

    def _items(self, param: Param, state: State, io: Streams) -> list[Value]:
        if param.name in ("@", "*"):
            if state.positional is None:
                return [unknown("$@ is not known")]
            items = list(state.positional)
        else:
            variable = state.variables.get(param.name)
            if variable is None:
                return [self.variable(param.name, state)]
            items = list(variable.items.values()) if variable.items is not None else [variable.value or EMPTY]
        if param.op == ":" and not param.length:
            start = self.one(param.word, state, io).text
            count = self.one(param.word2, state, io).text if param.word2 is not None else str(len(items))
            if start is None or count is None or not start.strip().isdigit() or not count.strip().isdigit():
                return [unknown("a part of a list")]
            first = max(int(start) - (1 if param.name in ("@", "*") else 0), 0)
            items = items[first : first + int(count)]
        return items


def braces(parts: list[Part]) -> list[list[Part]]:
    """Brace expansion over unquoted text: `a{b,c}` and `{1..3}`; the word itself where there is none."""
    if not any(isinstance(part, Lit) and not part.quoted and "{" in part.text for part in parts):
        return [parts]
    tokens: list[Part | str] = []
    for part in parts:
        if isinstance(part, Lit) and not part.quoted:
            tokens.extend(piece for piece in re.split(r"([{},])", part.text) if piece)
        else:
            tokens.append(part)
    results = _expand_tokens(tokens)
    return [_rejoin(result) for result in results[:_BRACE_LIMIT]]


def _expand_tokens(tokens: list[Part | str]) -> list[list[Part | str]]:
    for index, token in enumerate(tokens):
        if token != "{" or (index and tokens[index - 1] == "$"):
            continue
        close, commas = _matching(tokens, index)
        if close is None:
            continue
        alternatives = _alternatives(tokens[index + 1 : close], [c - index - 1 for c in commas])
        if alternatives is None:
            continue
        head, tails = tokens[:index], _expand_tokens(tokens[close + 1 :])
        expanded = [e for alternative in alternatives for e in _expand_tokens(alternative)]
        return [
            [*head, *middle, *tail]
            for middle, tail in itertools.islice(itertools.product(expanded, tails), _BRACE_LIMIT)
        ]
    return [tokens]


def _matching(tokens: list[Part | str], start: int) -> tuple[int | None, list[int]]:
    depth = 0
    commas: list[int] = []
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
            if depth == 0:
                return index, commas
        elif token == "," and depth == 1:
            commas.append(index)
    return None, []


def _alternatives(inside: list[Part | str], commas: list[int]) -> list[list[Part | str]] | None:
    if commas:
        edges = [-1, *commas, len(inside)]
        return [inside[a + 1 : b] for a, b in itertools.pairwise(edges)]
    if len(inside) == 1 and isinstance(inside[0], str):
        match = _RANGE.match(inside[0])
        if match:
            return [[item] for item in _range(*match.groups())]
    return None


def _range(first: str, last: str, step: str | None) -> list[str]:
    if first.lstrip("-").isdigit() and last.lstrip("-").isdigit():
        low, high, jump = int(first), int(last), abs(int(step or 1)) or 1
        width = max(len(first), len(last)) if first.startswith("0") or last.startswith("0") else 0
        numbers = range(low, high + 1, jump) if low <= high else range(low, high - 1, -jump)
        return [str(n).zfill(width) for n in itertools.islice(numbers, _BRACE_LIMIT)]
    if len(first) == len(last) == 1:
        low, high = ord(first), ord(last)
        jump = abs(int(step or 1)) or 1
        return [chr(c) for c in (range(low, high + 1, jump) if low <= high else range(low, high - 1, -jump))]
    return [f"{first}..{last}"]


def _rejoin(tokens: list[Part | str]) -> list[Part]:
    parts: list[Part] = []
    for token in tokens:
        part: Part = Lit(token) if isinstance(token, str) else token
        last = parts[-1] if parts else None
        if isinstance(part, Lit) and not part.quoted and isinstance(last, Lit) and not last.quoted:
            parts[-1] = Lit(last.text + part.text)
        else:
            parts.append(part)
    return parts
