"""A tolerant reader of expressions for scripting languages: calls with their arguments, wherever they stand.

Statements are not told apart: keywords are stepped over, every body is read once, in order. Names keep their last
value, conditions give alternatives. What cannot be read is stepped over, one token at a time, so it always ends.
"""

from __future__ import annotations

from typing import Final

from enactd.effects.code.dialects import Code, Token
from enactd.effects.code.objects import Thing, either, element, joined, listed, named, text, untold
from enactd.effects.code.phrase_calls import Calls
from enactd.effects.code.phrase_state import DEPTH, Handler, Phrase, Table
from enactd.effects.code.tokens import Lexer
from enactd.effects.model import Opaque, RunCode
from enactd.effects.values import concat, known, unknown
from enactd.risk import Risk

_KEYWORDS: Final = frozenset(
    """if unless while until else elsif elseif end begin rescue ensure return my our local state const let var static public
    private protected final abstract def sub function fn class module namespace use no then case when switch break next last
    redo continue global try catch finally throw yield super self not and or do in as new async await lambda proc
    repeat goto defer match default extends implements trait interface enum unset_ with""".split()
)
_ASSIGNMENTS: Final = frozenset(("=", ":=", "<-"))
_ADDING: Final = frozenset((".=", "+=", "<<"))
_EITHER: Final = frozenset(("||", "//", "??", "or", "||=", "//=", "??=", "?:"))
_OPERATORS: Final = frozenset(
    "+ - * / % ** == != <= >= < > <=> =~ !~ && || // ?? . .. ... & | ^ x eq ne lt gt le ge and or xor |> << >> ?".split()
)

_PREFIXES: Final = frozenset("! - + \\ & * ~ @ % $ ...".split())
_ALWAYS_BEFORE: Final = frozenset("my our local return not".split())  # words that no call or key is named after
_BEFORE_VALUES: Final = _ALWAYS_BEFORE | frozenset("new defined await ref scalar const let var".split())
_WORD_OPERATORS: Final = ("x", "eq", "ne", "lt", "gt", "le", "ge", "and", "or", "xor")
__all__ = ["Handler", "Phrase", "Phrases", "Table"]


class Phrases(Calls):
    """Reads one text from beginning to end."""

    def read(self, source: str) -> None:
        """Read a text from beginning to end."""
        lexer = Lexer(source, self.dialect)
        self._sequence(lexer.run())
        if lexer.broken or len(lexer.tokens) >= lexer.limit:
            why = "with an open quote" if lexer.broken else "longer than is read"
            self.found.append(Opaque(reason=f"{self.dialect.language} text {why}", level=Risk.SENSITIVE))

    def _sequence(self, tokens: list[Token]) -> Thing:
        """Read tokens in place of the current ones; the last value is the result."""
        outer, self.tokens, self.at = (self.tokens, self.at), tokens, 0
        found = untold()
        while self.at < len(self.tokens):
            found = self._piece()
        self.tokens, self.at = outer
        return found

    def _piece(self) -> Thing:
        """One expression or one token that is none; always moves on."""
        start = self.at
        self.steps -= 1
        if self.steps < 0:
            self.found.append(Opaque(reason=f"more {self.dialect.language} than is read", level=Risk.SENSITIVE))
            self.at = len(self.tokens)
            return untold()
        token = self.token
        if token.kind == "name" and token.text in ("for", "foreach") and self._loop():
            return untold()
        if token.kind == "name" and token.text in ("use", "package", "namespace") and self._peek().kind == "name":
            # What is imported is named, not called.
            while self.token.kind not in ("line", "end") and not self._is(";", "{"):
                self.at += 1
            return untold()
        if token.kind == "line" or (token.kind == "name" and token.text in _KEYWORDS and not self._names_something()):
            self.at += 1
            return untold()
        if (token.kind == "hole" and self._peek().kind in ("end", "line")) or (
            token.kind == "hole" and self._peek().text == ";"
        ):
            self.found.append(RunCode(language=self.dialect.language, origin="argument", what="text put into the code"))
        found = self.expression()
        if self.at == start:
            self.at += 1
        return found

    def _names_something(self) -> bool:
        """A keyword's name used as a method or a key."""
        return self._peek().text in ("=>",) or (self.at > 0 and self.tokens[self.at - 1].text in self.dialect.members)

    def _loop(self) -> bool:
        """`foreach my $x (LIST)`, `foreach (LIST as $x)`, `for x in LIST`: the name is any of the items."""
        self.at += 1
        if self.token.text in ("my", "our", "local", "var", "const"):
            self.at += 1
        name = self.token
        if name.kind in ("variable", "name") and self._peek().text == "(" and name.text not in _KEYWORDS:
            self.at += 1
            self.names[name.text] = element(self.expression())
            return True
        names = [name.text]
        if name.kind in ("variable", "name") and self._peek().text in ("in", ",", "=", "<-"):
            while self._peek().text == ",":
                self.at += 2
                names.append(self.token.text)
            self.at += 2
            over = self.expression()
            self.names.update(dict.fromkeys(names, element(over)))
        elif self._is("("):
            self.at += 1
            over = self.expression()
            if self._is("as", "in", "=>"):
                while (
                    self.token.kind in ("name", "variable", "sign") and not self._is(")") and self.token.kind != "end"
                ):
                    if self.token.kind == "variable":
                        self.names[self.token.text] = element(over)
                    self.at += 1
        return True

    def expression(self) -> Thing:
        """One expression with its operators; alternatives for conditions."""
        self.depth += 1
        if self.depth > DEPTH:
            self.depth -= 1
            self.at += 1
            return untold()
        start = self.at
        left = self._operand()
        key = self._assignable(start)
        while (sign := self._operator()) is not None:
            self.at += 1
            self._skip_lines()
            if sign in _ASSIGNMENTS and key:
                left = self._assigned(key, self._right())
            elif sign == "?":
                yes = self.expression()
                if self._is(":"):
                    self.at += 1
                    yes = either([yes, self.expression()])
                left = yes
            elif sign in _EITHER:
                left = either([left, self._right()])
                if sign.endswith("=") and key:
                    self._assigned(key, left)
            elif sign in _ADDING and key:
                left = self._assigned(key, joined([self.names.get(key, text("")), self._right()]))
            elif sign in self.dialect.concatenation:
                left = self._concatenated(left, sign)
            elif sign == "x" and self.dialect.quote_words:
                left = self._repeated(left, self._operand())
            elif sign in ("&&", "and", "|>", ",="):
                left = self._right()
            else:
                other = self._operand()
                left = untold("a computed value", left.origins | other.origins)
        self.depth -= 1
        return left

    def _right(self) -> Thing:
        """The right side of an assignment; a bare list of several counts as a list."""
        return self.expression()

    def _concatenated(self, left: Thing, sign: str) -> Thing:
        right = self._operand()
        if sign == "+" and left.number is not None and right.number is not None:
            return text(f"{left.number + right.number:g}")
        if left.items is not None and right.items is not None:
            return listed([*left.items, *right.items])
        return joined([left, right])

    def _repeated(self, left: Thing, right: Thing) -> Thing:
        count = int(right.number) if right.number is not None else -1
        return (
            text(left.plain * count)
            if left.plain is not None and 0 <= count <= 200
            else untold("repeated text", left.origins)
        )

    def _operator(self) -> str | None:
        token = self.token
        if token.kind == "sign" and (
            token.text in _OPERATORS or token.text in _ASSIGNMENTS or token.text in _ADDING or token.text in _EITHER
        ):
            return token.text
        if token.kind == "name" and token.text in (
            _WORD_OPERATORS if self.dialect.language == "perl" else ("and", "or", "xor")
        ):
            return token.text
        return None

    def _assignable(self, start: int) -> str:
        """The name that was just read, if it is one that can be assigned to."""
        if self.at == start + 1 and self.tokens[start].kind in ("variable", "name"):
            return self.tokens[start].text
        if self.at > start and self.tokens[start].text in ("$ENV", "ENV"):
            return "ENV"
        return ""

    def _assigned(self, key: str, thing: Thing) -> Thing:
        if key != "ENV":
            self.names[key] = thing
            if key[:1] in "@%":
                self.names["$" + key[1:]] = thing
        return thing

    def _operand(self) -> Thing:
        """A value with its members, subscripts and calls."""
        while self.token.kind == "sign" and self.token.text in _PREFIXES:
            negative = self.token.text == "-" and self._peek().kind == "number"
            self.at += 1
            if negative:
                number = self._operand()
                return Thing(tuple(concat((known("-"), v)) for v in number.texts), number=-(number.number or 0))
        while self.token.kind == "name" and self.token.text in _BEFORE_VALUES:
            if self._peek().text in ("(", "=>", "=", ".") and self.token.text not in _ALWAYS_BEFORE:
                break
            self.at += 1
        return self._trailing(self._primary())

    def _primary(self) -> Thing:
        token = self.token
        match token.kind:
            case "text":
                self.at += 1
                found = self.string(token.parts)
                while (
                    self.token.kind == "text"
                    and self.dialect.command_calls is False
                    and self.dialect.language == "julia"
                ):
                    found = joined([found, self.string(self.token.parts)])
                    self.at += 1
                return found
            case "command":
                self.at += 1
                return self.command(self.string(token.parts))
            case "words":
                self.at += 1
                return listed([Thing((self.call.reader.unmarked(word),)) for word in token.text.split()])
            case "regex":
                self.at += 1
                for part in token.parts:
                    if isinstance(part, Code):
                        self.inner(part.text)
                return named("a pattern")
            case "number":
                self.at += 1
                return _number(token.text)
            case "hole":
                self.at += 1
                return Thing((self.call.reader.unmarked(token.text),))
            case "variable":
                self.at += 1
                return self.variable(token.text)
            case "name":
                return self._named()
        return self._bracketed()

    def _bracketed(self) -> Thing:
        token = self.token
        if token.text == "(":
            items, options = self._arguments(")")
            if len(items) == 1 and not options:
                return items[0]
            return listed(items) if not options else Thing(untold().texts, "{}", None, options)
        if token.text == "[":
            items, options = self._arguments("]")
            return listed(items) if not options else Thing(untold().texts, "{}", [*items, *options.values()], options)
        if token.text == "{":
            items, options = self._arguments("}")
            origins = frozenset[str]().union(*(thing.all_origins() for thing in options.values()))
            last = items[-1] if items else untold()
            return Thing((unknown("fields", *origins),), "{}", None, options) if options else last
        if token.text == ":" and self._peek().kind in ("name", "text") and not self._peek().spaced:
            self.at += 2
            word = self.tokens[self.at - 1]
            return text(word.text) if word.kind == "name" else self.string(word.parts)
        return untold()

    def _arguments(self, close: str) -> tuple[list[Thing], dict[str, Thing]]:
        """The items up to a closing mark: by position, and by name (`a => 1`, `a: 1`, `a = 1`)."""
        self.at += 1
        items: list[Thing] = []
        options: dict[str, Thing] = {}
        self._block_parameters(untold())
        while self.token.kind != "end" and not self._is(close):
            start = self.at
            self._item(items, options)
            while self._is(",", ";") or self.token.kind == "line":
                self.at += 1
            if self.at == start:
                self.at += 1
            self.steps -= 1
            if self.steps < 0:
                break
        self.at += 1
        return items, options

    def _item(self, items: list[Thing], options: dict[str, Thing]) -> None:
        token, following = self.token, self._peek()
        if token.kind == "name" and following.text == ":" and self._peek(2).text != ":" and not following.spaced:
            self.at += 2
            options[token.text] = self.expression()
            return
        if token.kind == "name" and following.text == "=" and self.dialect.language in ("julia", "r", "lua", "groovy"):
            self.at += 2
            options[token.text] = self.expression()
            return
        if token.kind == "name" and following.text == "=>":
            self.at += 1
            key = text(token.text)
        elif token.kind == "name" and token.text in _KEYWORDS and token.text not in ("new", "my", "not", "defined"):
            self._piece()
            return
        else:
            key = self.expression()
        if self._is("=>") or (self._is(":") and token.kind in ("text", "number")):
            self.at += 1
            self._skip_lines()
            options[key.plain or "?"] = self.expression()
            items += [] if close_to_name(key) else [key]
        else:
            items.append(key)


def close_to_name(thing: Thing) -> bool:
    """Whether a key is a plain word, so that it is an option and not an argument."""
    return thing.plain is not None and len(thing.plain) < 60


def _number(content: str) -> Thing:
    found = text(content)
    try:
        clean = content.replace("_", "")
        octal = len(clean) > 1 and clean[0] == "0" and clean.isdigit() and "8" not in clean and "9" not in clean
        found.number = (
            float(int(clean, 8))
            if octal
            else float(int(clean, 0))
            if clean[:2].lower() in ("0x", "0b", "0o")
            else float(clean)
        )
    except ValueError:
        found.number = None
    return found
