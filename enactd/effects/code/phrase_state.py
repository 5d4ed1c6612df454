"""The state of one tolerant reading: tokens, names, the environment; and the call that handlers are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from enactd.effects.code.dialects import Code, Dialect, Part, Token
from enactd.effects.code.evaluation import Program
from enactd.effects.code.objects import Thing, flattened, joined, named, text, untold
from enactd.effects.code.tokens import Lexer
from enactd.effects.invocation import Invocation
from enactd.effects.model import Effect, RunCode
from enactd.effects.values import ENVIRONMENT, SECRET, Value, known, unknown

DEPTH: Final = 60
_END: Final = Token("end", "")


class Phrase:
    """One call: dotted name, the object it belongs to, arguments by position and by name."""

    def __init__(
        self, reader: Any, name: str, subject: Thing, arguments: list[Thing], options: dict[str, Thing]
    ) -> None:
        self.reader = reader
        self.call: Invocation = reader.call
        self.name = name
        self.subject = subject
        self.arguments = arguments
        self.options = options

    @property
    def method(self) -> str:
        return self.name.rsplit(".", 1)[-1]

    def at(self, index: int) -> Thing | None:
        return self.arguments[index] if index < len(self.arguments) else None

    def text(self, index: int) -> Value:
        found = self.at(index)
        return found.text if found is not None else unknown("an argument")

    def values(self, start: int = 0, stop: int | None = None) -> list[Value]:
        """All texts of the arguments from `start` on; lists count as their items."""
        things = [part for thing in self.arguments[start:stop] for part in flattened(thing)]
        return [value for thing in things[:64] for value in thing.texts]

    def carried(self, start: int = 0) -> frozenset[str]:
        parts = [*self.arguments[start:], *self.options.values()]
        return frozenset[str]().union(*(thing.all_origins() for thing in parts))

    def emit(self, effects: Any) -> list[Effect]:
        told: list[Effect] = self.reader.emit(effects)
        return told


Handler = Callable[[Phrase], "Thing | None"]
Table = Mapping[str, Handler]


class Cursor(Program):
    """Tokens of one text in one dialect; `table` says what functions do, by dotted name or `.method`."""

    def __init__(self, call: Invocation, dialect: Dialect, table: Table, changes: Mapping[str, Any]) -> None:
        super().__init__(call, changes)
        self.dialect = dialect
        self.table = table
        self.origin: str = changes.get("origin", "argument")
        self.tokens: list[Token] = []
        self.at = 0
        self.steps = 40_000

    @property
    def token(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def _peek(self, offset: int = 1) -> Token:
        return self.tokens[self.at + offset] if self.at + offset < len(self.tokens) else _END

    def _is(self, *signs: str) -> bool:
        return self.token.kind in ("sign", "name") and self.token.text in signs

    def _skip_lines(self) -> None:
        while self.token.kind == "line":
            self.at += 1

    def string(self, parts: Sequence[Part]) -> Thing:
        """A string's text, its code evaluated."""
        things = [self.inner(p.text) if isinstance(p, Code) else Thing((self.call.reader.unmarked(p),)) for p in parts]
        found = joined(things) if things else text("")
        if self.dialect.tilde and (found.plain == "~" or found.text.startswith("~/")):
            return joined([text(self.home), Thing((found.text.cut(1),))])
        return found

    def inner(self, source: str) -> Thing:
        """Code inside something else, as a value."""
        if self.depth > DEPTH // 3:
            return untold()
        self.depth += 6
        found = self._sequence(Lexer(source, self.dialect, 2_000).run())
        self.depth -= 6
        return found

    def command(self, content: Thing) -> Thing:
        """Text between backticks runs in a shell; what it prints is unknown."""
        handler = self.table.get("`")
        if handler is not None:
            return handler(Phrase(self, "`", untold(), [content], {})) or untold()
        return content

    def variable(self, name: str) -> Thing:
        """A variable with its sigil; the environment and the arguments have names of their own."""
        plain = name.strip("{}").replace("{", "")
        if plain in ("$ENV", "%ENV", "$_ENV", "$_SERVER", "%*ENV"):
            return Thing((unknown("the whole environment", SECRET, ENVIRONMENT),), "ENV")
        if plain in ("@ARGV", "$ARGV", "$argv", "$*"):
            words = [Thing((arg,)) for arg in self.args]
            if plain == "$argv":
                words.insert(0, Thing((known(self.file or "-"),)))
            return Thing((unknown("the arguments"),), "ARGV", words)
        if plain == "$0":
            return Thing((known(self.file) if self.file else unknown("$0"),))
        found = self.names.get(plain) or self.names.get("@" + plain[1:])
        return found if found is not None else named(plain)

    def environment(self, name: str | None) -> Thing:
        if name is None:
            # In the project's own code this is some helper; in a text by option it goes through all of them.
            given = self.origin not in ("workspace", "system", "own")
            return untold("a variable of the environment", (SECRET, ENVIRONMENT) if given else ())
        return self.inherited(name)

    def _place(self, name: str) -> Thing | None:
        folder = self.file.rpartition("/")[0] if self.file else None
        if name in ("__dir__", "__DIR__"):
            return Thing((known(folder) if folder else self.call.cwd,))
        if name in ("__FILE__",):
            return Thing((known(self.file) if self.file else unknown("this file"),))
        if name in ("STDIN", "ARGF", "gets", "php://stdin"):
            return Thing((self.call.stdin or unknown("what flows in"),))
        return text(name) if name in ("true", "false", "nil", "null", "None") else None

    def hidden(self, what: str) -> None:
        """A function that only the run will tell."""
        self.found.append(
            RunCode(language=self.dialect.language, origin="generated", what=f"{what}, a name made at run time")
        )

    def _sequence(self, tokens: list[Token]) -> Thing:
        """Read tokens in place of the current ones; the reader of statements says how."""
        raise NotImplementedError
