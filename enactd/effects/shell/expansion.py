"""Expansion: from a word of the text to the fields a program would see, in bash's order.

Brace, tilde, parameter, command and arithmetic expansion, word splitting, globbing, quote removal.
Whatever cannot be known becomes a hole that says why.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from enactd.effects.globbing import GLOB_LIMIT, NO_FOLDER, glob
from enactd.effects.shell.braces import braces
from enactd.effects.shell.parameters import CONDITIONAL, apply_operator, chosen
from enactd.effects.shell.patterns import escaped
from enactd.effects.shell.splitting import DEFAULT_IFS, GLOB, Field, Splitter, without_groups
from enactd.effects.shell.syntax import Arith, Lit, Param, Part, Proc, Sub, Word
from enactd.effects.shell.variables import Variables, listed
from enactd.effects.values import EMPTY, Value, concat, join, known, unknown, value

if TYPE_CHECKING:
    from enactd.effects.shell.state import State, Streams

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*\+?=")
_STACKED: Final = re.compile(r"[+-]?[0-9]+")
_LIST_OPERATORS: Final = (
    "",
    ":",
    "#",
    "##",
    "%",
    "%%",
    "/",
    "//",
    "/#",
    "/%",
    "^",
    "^^",
    ",",
    ",,",
    "@Q",
    "@U",
    "@u",
    "@L",
    "@E",
)
_FIELDS_LIMIT: Final = 2_000
# Nothing in it is expanded, split or a pattern.
_MEANS_ITSELF: Final = re.compile(r"[\w./:@%+,=-]+").fullmatch


class Expander(Variables):
    """Expands words for one interpreter."""

    # --- entry points ------------------------------------------------------------------------------

    def fields(self, word: Word, state: State, io: Streams) -> list[Value]:
        """All fields of a command word: any number, none included."""
        if len(word.parts) == 1:
            part = word.parts[0]
            if isinstance(part, Lit) and (_MEANS_ITSELF(part.text) or (part.quoted and "\ue000" not in part.text)):
                return [known(part.text)]
        words = [word.parts] if "nobraces" in state.options else braces(word.parts, self.shell.reader.marked)
        if len(words) > 4:
            self.shell.reader.budget.spend(len(words) // 2)
        found: list[Value] = []
        for parts in words:
            for field in self._split(parts, state, io):
                found.extend(self._globbed(field, state))
                if len(found) > _FIELDS_LIMIT:
                    return [*found, unknown("one of too many words")]
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
            content = self._part(part, state, io)
            if content.text is None or content.glob:
                return None
            text += escaped(content.text) if getattr(part, "quoted", False) else content.text
        return text

    def separators(self, state: State) -> str | None:
        """The value of IFS; None where it is not known."""
        variable = state.variables.get("IFS")
        if variable is None or (variable.value is None and variable.items is None):
            return DEFAULT_IFS
        return variable.text

    # --- steps -------------------------------------------------------------------------------------

    def _tilde(self, parts: list[Part], state: State, *, after_colon: bool = False) -> list[Part]:
        first = parts[0] if parts else None
        if not isinstance(first, Lit) or first.quoted or "~" not in first.text:
            return parts
        text, whole = first.text, len(parts) == 1
        assignment = _ASSIGNMENT.match(text)
        head = ""
        if assignment and not after_colon:
            head, text, after_colon = text[: assignment.end()], text[assignment.end() :], True
        pieces = text.split(":") if after_colon else [text]
        found: list[Part] = [Lit(head)] if head else []
        for index, piece in enumerate(pieces):
            if index:
                found.append(Lit(":"))
            found += self._home(piece, state, whole=whole or index < len(pieces) - 1)
        return [*found, *parts[1:]]

    def _home(self, text: str, state: State, *, whole: bool) -> list[Part]:
        """`~` and `~name` at the beginning of a piece of text, the rest as it is."""
        name, slash, rest = text[1:].partition("/")
        if not text.startswith("~") or not (slash or whole):
            return [Lit(text)]
        expanded = self._home_of(name, state)
        if expanded is None:
            return [Lit(text)]
        return [Lit(expanded, True), Lit(slash + rest)] if slash else [Lit(expanded, True)]

    def _home_of(self, name: str, state: State) -> str | None:
        if name in ("", "+", "-"):
            found = {"": self.variable("HOME", state), "+": state.cwd, "-": self.variable("OLDPWD", state)}[name]
            return self.shell.reader.marked(found)
        if _STACKED.fullmatch(name):
            # An entry of the stack of folders, the present one the first; without such an entry it stays text.
            if name.lstrip("+-") == "0" and (name[0] != "-" or not state.stack):
                return self.shell.reader.marked(state.cwd)
            known_stack = not state.stack and state.cwd.known
            return None if known_stack else self.shell.reader.marked(unknown("a folder of the stack"))
        if name == "root":
            return "/root"
        if not re.fullmatch(r"[A-Za-z_][\w.-]*", name):
            return None
        home = self.shell.reader.places.home
        beside = posixpath.join(posixpath.dirname(home) or "/home", name)
        return home if posixpath.basename(home) == name else beside

    def _split(self, parts: list[Part], state: State, io: Streams) -> Iterator[Field]:
        separators = self.separators(state)
        splitter = Splitter(DEFAULT_IFS if separators is None else separators)
        if _mixes(parts):
            splitter.add(unknown("lists of both kinds in one word"), quoted=True)
            yield splitter.end()
            return
        yield from self._parts(self._tilde(parts, state), splitter, state, io)
        if splitter.field.present:
            yield splitter.end()

    def _parts(
        self, parts: list[Part], splitter: Splitter, state: State, io: Streams, *, operand: bool = False
    ) -> Iterator[Field]:
        """Add parts to the open field. Inside an operand (`${x:-a b}`) bare text is cut, too."""
        for part in parts:
            quoted = getattr(part, "quoted", False)
            if isinstance(part, Param) and self.is_list(part):
                yield from self._spread(part, splitter, state, io, operand=operand)
            elif isinstance(part, Param) and part.op in CONDITIONAL and not part.length:
                yield from self._conditional(part, splitter, state, io)
            elif quoted or isinstance(part, Proc) or (isinstance(part, Lit) and not operand):
                splitter.add(self._part(part, state, io), quoted=quoted)
            else:
                yield from splitter.cut(self._part(part, state, io))

    def _conditional(self, part: Param, splitter: Splitter, state: State, io: Streams) -> Iterator[Field]:
        """`${x:-word}`: the word's own quotes count, and lists in it stay lists."""
        word, content = chosen(self, part, state, io)
        if word is not None:
            if part.quoted and not any(isinstance(inner, Param) and self.is_list(inner) for inner in word.parts):
                splitter.add(EMPTY, quoted=True)
            yield from self._parts(self._tilde(word.parts, state), splitter, state, io, operand=not part.quoted)
        elif (part.name in ("@", "*") or _all(part)) and part.op[-1] != "+":
            yield from self._spread(msgspec.structs.replace(part, op="", word=None), splitter, state, io)
        elif part.quoted:
            splitter.add(content, quoted=True)
        else:
            yield from splitter.cut(content)

    def _spread(
        self, part: Param, splitter: Splitter, state: State, io: Streams, *, operand: bool = False
    ) -> Iterator[Field]:
        """Let each element end a field, as `"$@"` does."""
        items = self.elements(part, state, io)
        star = part.name == "*" or (part.index is not None and part.index.literal == "*")
        if part.quoted and star:
            splitter.add(listed(items, self.separators(state)), quoted=True)
            return
        separators = self.separators(state)
        if not part.quoted and separators and separators[0] not in DEFAULT_IFS:
            if operand and not star:
                # bash joins these by spaces, and which of them cut depends on what else stands in the word.
                splitter.add(unknown("a list in an operand"), quoted=False)
                return
            # bash joins such a list by its separator before it cuts: empty elements in the middle stay.
            yield from splitter.cut(join(items, separators[0]))
            return
        if not part.quoted and separators == "" and part.op and _all(part):
            splitter.add(unknown("a list without separators"), quoted=False)
            return
        for index, item in enumerate(items):
            if index and splitter.field.present:
                yield splitter.end()
            if part.quoted:
                splitter.add(item, quoted=True)
            else:
                yield from splitter.cut(item)

    def _globbed(self, field: Field, state: State) -> list[Value]:
        word = field.value(extended="extglob" in state.options)
        if not word.glob or "noglob" in state.options:
            return [value(*(piece for piece, _ in field.pieces), origins=field.origins)] if word.glob else [word]
        pattern, folder = field.pattern(), state.cwd.text
        special = {"globstar", "nocaseglob", "extglob"} & state.options or "GLOBIGNORE" in state.variables
        if pattern is None or folder is None or self.shell.place or special or not word.known:
            return without_groups(word) if "extglob" in state.options else [word]
        names = self._names(pattern, folder, hidden="dotglob" in state.options)
        if names is None or len(names) > GLOB_LIMIT:
            return [word]
        if not names:
            return [] if "nullglob" in state.options else [word]
        return [Value((name,), False, word.origins) for name in names]

    def _names(self, pattern: str, folder: str, *, hidden: bool) -> list[str] | None:
        """What a pattern matches now; None where that depends on what the call did before."""
        changes = self.shell.reader.changes

        def listing(path: str, *, doubtful: bool) -> tuple[str, ...] | None:
            found = changes.listing(path, doubtful=doubtful)
            return NO_FOLDER if found is None and changes.stat(path).kind == "file" else found

        found = glob(pattern, folder, partial(listing, doubtful=True), hidden=hidden)
        if not changes.listings or found is None:
            return found
        sure = glob(pattern, folder, partial(listing, doubtful=False), hidden=hidden)
        return found if found == sure else None

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
                return self.arithmetic(self.one(part.expression, state, io), state, io)
            case Proc():
                return self.shell.process(part, state, io)

    def parameter(self, param: Param, state: State, io: Streams) -> Value:
        """`$x` or `${x op word}` as one value."""
        if self.is_list(param):
            items = self.elements(param, state, io)
            star = param.name == "*" or (param.index is not None and param.index.literal == "*")
            return listed(items, self.separators(state) if star else " ")
        if param.op in CONDITIONAL:
            word, content = chosen(self, param, state, io)
            return content if word is None else self.one(word, state, io)
        if param.length and (param.name in ("@", "*") or _all(param)):
            items = self.items(param, state, io)
            unknowable = any(item.text is None for item in items)
            return unknown("a count", plain=True, empty=False) if unknowable else known(str(len(items)))
        found = self.found(param, state, io)
        if param.length:
            text = None if found.glob else found.text
            return known(str(len(text))) if text is not None else unknown("a length", plain=True, empty=False)
        return apply_operator(self, param, found, state, io) if param.op else found

    def found(self, param: Param, state: State, io: Streams) -> Value:
        """The parameter's value, indirection followed, before its operator."""
        content = self.lookup(param, state, io)
        if "nounset" in state.options and not param.op and self.is_set(param, state, io) is False:
            state.control, state.status = "exit", 1
        if not param.indirect:
            return content
        bound = state.variables.get(param.name)
        if bound is not None and bound.refers:
            return known(bound.refers) if bound.refers.isidentifier() else unknown(f"${{!{param.name}}}")
        target = content.text
        if target is None or not re.fullmatch(r"[A-Za-z_]\w*|\d+|[@*#?]", target):
            if target is not None and ("$(" in target or "`" in target):
                self.arithmetic(known(target), state, io)
            return unknown(f"${{!{param.name}}}", *self.any_of(content))
        return self.lookup(Param(target), state, io)

    def is_list(self, param: Param) -> bool:
        """Whether the parameter gives a list: `$@`, `${a[@]}`, with operators for each element, `${!a[@]}`."""
        if param.length or param.op == "prefix":
            return not param.length
        if param.name in ("@", "*") and not param.indirect:
            return param.op in _LIST_OPERATORS
        return _all(param) and param.op in _LIST_OPERATORS

    def elements(self, param: Param, state: State, io: Streams) -> list[Value]:
        """The elements of a list parameter after its operator."""
        if param.op == "prefix":
            return self.beginning(param.name, state)
        if param.indirect:
            return self.keys(param.name, state)
        items = self.items(param, state, io)
        if param.op == ":":
            return self._slice(param, items, state, io)
        return [apply_operator(self, param, item, state, io) for item in items] if param.op else items

    def _slice(self, param: Param, items: list[Value], state: State, io: Streams) -> list[Value]:
        start = self.arithmetic(self.one(param.word, state, io), state, io).text
        count = None if param.word2 is None else self.arithmetic(self.one(param.word2, state, io), state, io).text
        positional = param.name in ("@", "*")
        if start is None or (param.word2 is not None and count is None) or (positional and state.positional is None):
            return [unknown("a part of a list")]
        first = int(start)
        if positional:
            items = [self.lookup(Param("0"), state, io), *items]
        if first < 0:
            first += len(items)
            if first < 0:
                return []
        return items[first:] if count is None else items[first : first + max(int(count), 0)]


def _mixes(parts: list[Part]) -> bool:
    """Whether `"${*/a/b}"` and `"$@"` stand in one word: bash then splits the one like the other, by rules of its own."""
    lists: set[str] = set()
    pending = list(parts)
    while pending:
        part = pending.pop()
        if isinstance(part, Param) and part.quoted:
            kind = part.name if part.index is None else part.index.literal
            lists |= {"*"} if kind == "*" and part.op else {"@"} if kind == "@" else set()
            pending += part.word.parts if part.word is not None else []
    return len(lists) > 1


def _all(param: Param) -> bool:
    return param.index is not None and param.index.literal in ("@", "*")


__all__ = ["GLOB", "Expander"]
