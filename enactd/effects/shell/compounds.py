"""Compound commands: groups, conditions, loops, `case`, `[[ ]]`, functions, coprocesses."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.shell.braced import Braced
from enactd.effects.shell.lexer import META
from enactd.effects.shell.syntax import (
    ArithCommand,
    ArithFor,
    Case,
    Compound,
    Cond,
    Coproc,
    For,
    Function,
    If,
    Node,
    Redirect,
    Script,
    While,
    Word,
)  # fmt: skip

RESERVED: Final = re.compile(
    r"(?:then|else|elif|fi|do|done|esac|\}|in|!|\{|\[\[|if|while|until|for|case|select|function|time|coproc)(?=[\s;&|()<>]|$)"
)
CLOSERS: Final = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
FUNCTION_PARENTHESES: Final = re.compile(r"[ \t]*\([ \t]*\)")
_CONDITION_STOP: Final = META - frozenset("()|<>&")
_REGEX_STOP: Final = frozenset(" \t\n")


class Compounds(Braced):
    """Reads the commands that hold other commands."""

    # Provided by `parser.py`.
    def commands_until(self, closing: str) -> Script:
        raise NotImplementedError

    def command(self) -> Node:
        raise NotImplementedError

    def redirect(self) -> Redirect | None:
        raise NotImplementedError

    def reserved(self) -> str:
        """The reserved word at the cursor, or nothing."""
        match = RESERVED.match(self.text, self.pos)
        return match.group() if match else ""

    def expect(self, word: str) -> None:
        self.skip_newlines()
        if self.reserved() != word:
            raise self.fail(f"`{word}` is missing")
        self.pos += len(word)

    def skip_newlines(self) -> None:
        while True:
            self.skip_blanks()
            if self.peek() != "\n":
                return
            self.newline()

    def compound(self, word: str) -> Node:
        """The compound command that begins with this reserved word, cursor behind the word."""
        match word:
            case "{":
                return self._group()
            case "if":
                return self._if()
            case "while" | "until":
                return self._while(word)
            case "for" | "select":
                return self._for(word)
            case "case":
                return self._case()
            case "[[":
                return self._condition()
            case "function":
                return self._function()
            case _:
                return self._coproc()

    def parenthesis(self) -> Node:
        if self.at("(("):
            start = self.pos
            expression = self.arithmetic(self.pos + 2)
            if expression is not None:
                return ArithCommand(expression)
            self.pos = start
        self.pos += 1
        return Compound(self.script_until(")"), True, [])

    def _group(self) -> Node:
        body = self.commands_until("")
        self.expect("}")
        return Compound(body, False, [])

    def _if(self) -> Node:
        branches: list[tuple[Script, Script]] = []
        otherwise: Script | None = None
        while True:
            condition = self.commands_until("")
            self.expect("then")
            branches.append((condition, self.commands_until("")))
            word = self.reserved()
            self.pos += len(word)
            if word == "elif":
                continue
            if word == "else":
                otherwise = self.commands_until("")
                self.expect("fi")
            elif word != "fi":
                raise self.fail("`fi` is missing")
            return If(branches, otherwise)

    def _while(self, word: str) -> Node:
        condition = self.commands_until("")
        return While(condition, self._do_group(), word == "until")

    def _do_group(self) -> Script:
        self.skip_newlines()
        if self.peek() == "{":
            self.pos += 1
            body = self.commands_until("")
            self.expect("}")
            return body
        self.expect("do")
        body = self.commands_until("")
        self.expect("done")
        return body

    def _for(self, word: str) -> Node:
        self.skip_blanks()
        if word == "for" and self.at("(("):
            header = self.arithmetic(self.pos + 2)
            if header is None:
                raise self.fail("`for ((` is not closed")
            self._optional_semicolon()
            return ArithFor([header], self._do_group())
        name = self.word().literal
        if not name:
            raise self.fail("`for` needs a name")
        words: list[Word] | None = None
        self.skip_newlines()
        if self.reserved() == "in":
            self.pos += 2
            words = self._words()
        self._optional_semicolon()
        return For(name, words, self._do_group(), word == "select")

    def _optional_semicolon(self) -> None:
        self.skip_blanks()
        if self.peek() == ";":
            self.pos += 1

    def _words(self) -> list[Word]:
        words: list[Word] = []
        while True:
            self.skip_blanks()
            if self.pos >= self.size or (self.peek() in META and not self.process_ahead()):
                return words
            words.append(self.word())

    def process_ahead(self) -> bool:
        return self.at("<(") or self.at(">(")

    def _case(self) -> Node:
        self.skip_blanks()
        word = self.word()
        self.expect("in")
        items: list[tuple[list[Word], Script, str]] = []
        while True:
            self.skip_newlines()
            if self.reserved() == "esac":
                self.pos += 4
                return Case(word, items)
            if self.peek() == "(":
                self.pos += 1
            patterns = self._patterns()
            body = self.commands_until("")
            self.skip_newlines()
            terminator = next((t for t in (";;&", ";;", ";&") if self.at(t)), "")
            self.pos += len(terminator)
            items.append((patterns, body, terminator or ";;"))
            if not terminator and self.reserved() != "esac":
                raise self.fail("`esac` is missing")

    def _patterns(self) -> list[Word]:
        patterns: list[Word] = []
        while True:
            self.skip_blanks()
            pattern = self.word()
            if not pattern.parts:
                raise self.fail("a case pattern is missing")
            patterns.append(pattern)
            self.skip_blanks()
            if self.peek() == ")":
                self.pos += 1
                return patterns
            if self.peek() != "|":
                raise self.fail("`)` is missing after a case pattern")
            self.pos += 1

    def _condition(self) -> Node:
        words: list[Word] = []
        regex = False
        while True:
            self.skip_newlines()
            if self.pos >= self.size:
                raise self.fail("`]]` is missing")
            if self.at("]]"):
                self.pos += 2
                return Cond(words)
            start = self.pos
            if self.peek() in "()" and not regex:
                self.pos += 1
                continue
            word = self.word(_REGEX_STOP if regex else _CONDITION_STOP)
            if self.pos == start:
                raise self.fail(f"`{self.peek()}` is not expected in `[[`")
            regex = word.bare == "=~"
            words.append(word)

    def _function(self) -> Node:
        self.skip_blanks()
        name = self.word(META).literal or ""
        match = FUNCTION_PARENTHESES.match(self.text, self.pos)
        if match:
            self.pos = match.end()
        return self.function_body(name)

    def function_body(self, name: str) -> Function:
        self.skip_newlines()
        return Function(name, self.command())

    def _coproc(self) -> Node:
        self.skip_blanks()
        name = "COPROC"
        start = self.pos
        if not self.reserved() and self.peek() != "(":
            word = self.word().bare
            self.skip_blanks()
            if word and word.isidentifier() and (self.peek() == "(" or self.reserved()):
                name = word
            else:
                self.pos = start
        return Coproc(name, self.command())
