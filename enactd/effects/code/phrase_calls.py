"""Names, members, subscripts and calls of scripting languages."""

from __future__ import annotations

from typing import Final

from enactd.effects.code.dialects import Token
from enactd.effects.code.objects import Thing, element, named, text, untold
from enactd.effects.code.phrase_services import service_call
from enactd.effects.code.phrase_state import Cursor, Phrase
from enactd.effects.values import ENVIRONMENT, SECRET, unknown

MODIFIERS: Final = frozenset(
    "if unless while until and or rescue for foreach then do end else elsif in as when".split()
)


_STATEMENTS: Final = frozenset("include include_once require require_once echo print".split())


class Calls(Cursor):
    """What follows a name or a value: members, arguments, blocks."""

    def _named(self) -> Thing:
        token = self.token
        self.at += 1
        if token.text in ("ENV", "Sys.getenv") and token.text == "ENV":
            return Thing((unknown("the whole environment", SECRET, ENVIRONMENT),), "ENV")
        if token.text in ("ARGV", "ARGS", "arg"):
            return Thing((unknown("the arguments"),), "ARGV", [Thing((arg,)) for arg in self.args])
        place = self._place(token.text)
        if place is not None:
            return place
        known_thing = self.names.get(token.text)
        if known_thing is not None and not self._is("("):
            return known_thing
        return self._maybe_called(token.text, untold(), token.text)

    def _maybe_called(self, name: str, subject: Thing, last: str) -> Thing:
        """A name, called if arguments follow; methods of some languages are called without any."""
        token = self.token
        if (
            token.text == "("
            and token.kind == "sign"
            and not (token.spaced and self.dialect.command_calls and self.dialect.language == "ruby")
        ):
            items, options = self._arguments(")")
            return self.called(name, subject, items, options)
        words = self.dialect.command_calls or (self.dialect.language == "php" and name in _STATEMENTS)
        if words and self._starts_argument():
            items, options = self._command_arguments()
            return self.called(name, subject, items, options)
        chained = token.text in self.dialect.members and token.kind == "sign"
        # `IO::Socket::INET->new`: a class that is spelled out is not called yet.
        if not (chained and last[:1].isupper()) and (last != name or (name in self.table and not chained)):
            if self.dialect.bare_members or name in self.table:
                return self.called(name, subject, [], {})
        return Thing(named(name, subject.origins).texts, name, database=subject.database)

    def _starts_argument(self) -> bool:
        """Whether the next token can be the first argument of a call without parentheses."""
        token, after = self.token, self._peek()
        if not token.spaced or token.kind in ("line", "end"):
            return False
        if token.kind == "name":
            return token.text not in MODIFIERS and self._operator() is None
        if token.kind != "sign":
            return True
        if token.text in ("[", "-", "*", "&", ":", "<", "\\", "@", "%", "!", "->", "..."):
            return token.text in ("\\", "!") or (not after.spaced and after.kind not in ("line", "end"))
        return (token.text in ("(", "{") and token.text == "(") or (
            token.text == "{" and self.dialect.language == "perl" and False
        )

    def _command_arguments(self) -> tuple[list[Thing], dict[str, Thing]]:
        """Arguments up to the end of the statement."""
        items: list[Thing] = []
        options: dict[str, Thing] = {}
        while self.token.kind not in ("line", "end") and not self._is(";", ")", "]", "}", "do", *MODIFIERS):
            start = self.at
            self._item(items, options)
            if self._is(","):
                self.at += 1
                self._skip_lines()
            elif (
                self.at == start
                or self.token.kind in ("sign", "line", "end")
                or not (self.dialect.language == "perl" and len(items) == 1)
            ):
                break
        return items, options

    def _trailing(self, thing: Thing) -> Thing:
        """Members, subscripts, calls and blocks that follow a value."""
        while True:
            self.steps -= 1
            token = self.token
            if self.steps < 0:
                return thing
            if token.kind == "line" and self._peek().text in (".", "&.", "->") and self._peek().kind == "sign":
                self.at += 1
            elif token.kind == "sign" and token.text in self.dialect.members and self._joins(token):
                self.at += 1
                self._skip_lines()
                thing = self._member(thing)
            elif token.text == "[" and token.kind == "sign" and (not token.spaced or not self.dialect.command_calls):
                items, _ = self._arguments("]")
                thing = self.item(thing, items[0] if items else untold())
            elif token.text == "(" and token.kind == "sign" and not token.spaced and (thing.name or thing.plain):
                items, options = self._arguments(")")
                thing = self.called_value(thing, items, options)
            elif token.text == "{" and token.kind == "sign":
                if self.dialect.quote_words and not token.spaced and self.tokens[self.at - 1].kind == "variable":
                    thing = self.item(thing, self._subscript())
                elif self.dialect.language == "ruby" and self.tokens[self.at - 1].text != "=":
                    self.at += 1
                    self._block_parameters(thing)
                    self.at -= 1
                    self._arguments("}")
                else:
                    return thing
            elif token.text == "do" and self.dialect.language in ("ruby", "julia", "elixir"):
                self.at += 1
                self._block_parameters(thing)
                return thing
            else:
                return thing

    def _subscript(self) -> Thing:
        """Perl's `{NAME}` or `{expression}`."""
        if self._peek().kind == "name" and self._peek(2).text == "}":
            self.at += 3
            return text(self.tokens[self.at - 2].text)
        items, _ = self._arguments("}")
        return items[0] if items else untold()

    def _joins(self, token: Token) -> bool:
        """Whether a `.` is a member and no concatenation."""
        following = self._peek()
        if token.text in self.dialect.concatenation:
            return False
        return following.kind in ("name", "variable", "line", "text") or following.text in ("(", "{", "[", "$", "@")

    def _member(self, thing: Thing) -> Thing:
        token = self.token
        if token.text in ("(", "[", "{"):
            if token.text == "(":
                items, options = self._arguments(")")
                return self.called_value(thing, items, options)
            return self.item(
                thing, self._subscript() if token.text == "{" else (self._arguments("]")[0] or [untold()])[0]
            )
        self.at += 1
        if token.kind == "name":
            full = f"{thing.name[-120:]}.{token.text}" if thing.name else f".{token.text}"
            if thing.fields and token.text in thing.fields and not self._is("("):
                return thing.fields[token.text]
            return self._maybe_called(full, thing, token.text)
        if token.kind == "variable":
            method = self.variable(token.text).plain
            if method is not None:
                return self._maybe_called(f"{thing.name}.{method}", thing, method)
            if self._is("("):
                self.hidden(f"{thing.name}->{token.text}")
        return untold("a member", thing.origins)

    def item(self, thing: Thing, index: Thing) -> Thing:
        """`x[i]`, `x{k}`: a variable of the environment, an item, or unknown."""
        if thing.name == "ENV":
            return self.environment(index.plain)
        if f"{thing.name}.[]" in self.table:
            return self.called(f"{thing.name}.[]", thing, [index], {})
        if thing.fields is not None and index.plain in thing.fields:
            return thing.fields[index.plain or ""]
        if thing.items is not None and index.number is not None:
            at = int(index.number)
            return thing.items[at] if -len(thing.items) <= at < len(thing.items) else untold("an item")
        return untold("an item", thing.all_origins())

    def called_value(self, thing: Thing, items: list[Thing], options: dict[str, Thing]) -> Thing:
        """A variable that is called: its text names a function."""
        if thing.plain is not None and thing.plain:
            return self.called(thing.plain, untold(), items, options)
        if not thing.name or thing.name[:1] in "$@&":
            self.hidden(thing.name or "a function")
        return untold("a result", thing.origins)

    def called(self, name: str, subject: Thing, items: list[Thing], options: dict[str, Thing]) -> Thing:
        """Look a call up by its full name, by the end of it, or by its method."""
        full = name.replace("::", ".").replace("()", "").replace(".new", "")
        phrase = Phrase(self, full, subject, items, options)
        handler = self.table.get(full)
        if handler is None and "." in full:
            handler = self.table.get("." + phrase.method) or self.table.get(".".join(full.split(".")[-2:]))
        found = handler(phrase) if handler is not None else service_call(phrase)
        if found is not None:
            return found
        origins = subject.origins | phrase.carried()
        return Thing(
            (unknown(f"`{full}`", *origins),),
            full,
            subject.items if full.endswith("each") else None,
            database=subject.database,
        )

    def _block_parameters(self, over: Thing) -> None:
        """`|a, b|`: each is any item of what the block is called for."""
        if not self._is("|"):
            return
        self.at += 1
        item = element(over) if over.items else untold("an item", over.origins)
        while self.token.kind not in ("end", "line") and not self._is("|"):
            if self.token.kind == "name":
                self.names[self.token.text] = item
            self.at += 1
        self.at += 1

    def _arguments(self, close: str) -> tuple[list[Thing], dict[str, Thing]]:
        """The items up to a closing mark; the reader of expressions says how."""
        raise NotImplementedError

    def _item(self, items: list[Thing], options: dict[str, Thing]) -> None:
        """One item of a list; the reader of expressions says how."""
        raise NotImplementedError

    def _operator(self) -> str | None:
        """The operator that stands here; the reader of expressions says how."""
        raise NotImplementedError
