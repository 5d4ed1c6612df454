"""Commands: bash's grammar by recursive descent, total and bounded.

Why a reader of our own beside tree-sitter and bashlex: both lose constructs that run commands (see the
tests of `readers.py`), and neither gives words in a form that can be expanded. The two others, and
shfmt as referee, check this one.
"""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.shell.compounds import CLOSERS, FUNCTION_PARENTHESES, RESERVED, Compounds
from enactd.effects.shell.cursor import MAX_DEPTH
from enactd.effects.shell.lexer import META
from enactd.effects.shell.syntax import (
    AndOr,
    Assign,
    Compound,
    Function,
    Lit,
    Node,
    Pipeline,
    Redirect,
    Script,
    Simple,
    SyntaxProblem,
    Word,
)  # fmt: skip

_COMPOUND: Final = frozenset({"{", "if", "while", "until", "for", "select", "case", "[[", "function", "coproc"})
_ASSIGNMENT: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?=|\[)")
_REDIRECT: Final = re.compile(r"(\d+|\{[A-Za-z_][A-Za-z0-9_]*\})?(<<<|<<-|<<|<>|<&|<(?!\()|>>|>\||>&|>(?!\()|&>>|&>)")
_QUOTES: Final = re.compile(r"\\\n|\\(.)|'([^']*)'|[\"]", re.S)
_DECLARATIONS: Final = frozenset({"declare", "typeset", "local", "export", "readonly"})


class Parser(Compounds):
    """Turns text into a Script; raises SyntaxProblem and nothing else."""

    def parse(self) -> Script:
        script = self.commands_until("")
        if self.pos < self.size:
            raise self.fail(f"`{self.text[self.pos : self.pos + 10]}` is not expected here")
        self.end_of_text()
        return script

    def script_until(self, closing: str) -> Script:
        """A nested script up to a closing character, cursor behind it."""
        waiting, self.pending = self.pending, []
        document, self.document = self.document, False
        script = self.commands_until(closing)
        if self.peek() != closing:
            raise self.fail(f"`{closing}` is missing")
        if self.pending:
            # Versions of bash differ in where they look for the text of such a document.
            raise self.fail("a here-document does not end inside its substitution")
        self.pos += 1
        self.pending, self.document = waiting, document
        return script

    def nested(self, text: str) -> Script:
        return Parser(text, self._deeper(), self.fuel).parse()

    def _deeper(self) -> int:
        if self.depth >= MAX_DEPTH:
            raise self.fail("nested too deep")
        return self.depth + 1

    # --- lists -------------------------------------------------------------------------------------

    def commands_until(self, closing: str) -> Script:
        self.depth = self._deeper()
        items: list[tuple[Node, bool]] = []
        while True:
            self.fuel.burn()
            self.skip_newlines()
            if (
                self.pos >= self.size
                or (closing and self.peek() == closing)
                or self.reserved() in CLOSERS
                or self.at(";;")
                or self.at(";&")
            ):
                break
            node = self._and_or()
            self.skip_blanks()
            background = self.peek() == "&" and not self.at("&&")
            items.append((node, background))
            if background or (self.peek() == ";" and not self.at(";;") and not self.at(";&")):
                self.pos += 1
            elif self.peek() == "\n":
                self.newline()
            else:
                break
        self.depth -= 1
        return Script(items)

    def _and_or(self) -> Node:
        node = self._pipeline()
        while True:
            self.skip_blanks()
            if not (self.at("&&") or self.at("||")):
                return node
            op = self.text[self.pos : self.pos + 2]
            self.pos += 2
            self.skip_newlines()
            node = AndOr(node, "&&" if op == "&&" else "||", self._pipeline())

    def _pipeline(self) -> Node:
        negated = False
        while (word := self.reserved()) in ("!", "time"):
            self.pos += len(word)
            negated = negated != (word == "!")
            self.skip_blanks()
            if word == "time":
                while self.at("-p") or self.at("-- "):
                    self.pos += 2
                    self.skip_blanks()
                if self.pos >= self.size or self.peek() in ";\n&|)":
                    return Script([])
        commands, both = [self.command()], []
        while True:
            self.skip_blanks()
            if self.peek() != "|" or self.at("||"):
                break
            both.append(self.at("|&"))
            self.pos += 2 if both[-1] else 1
            self.skip_newlines()
            commands.append(self.command())
        if len(commands) == 1 and not negated:
            return commands[0]
        return Pipeline(commands, both, negated)

    # --- commands ----------------------------------------------------------------------------------

    def command(self) -> Node:
        self.skip_blanks()
        if self.peek() == "(":
            return self._with_redirects(self.parenthesis())
        word = self.reserved()
        if word in _COMPOUND:
            self.pos += len(word)
            self.depth = self._deeper()
            node = self.compound(word)
            self.depth -= 1
            return node if isinstance(node, Function) else self._with_redirects(node)
        if word in CLOSERS:
            raise self.fail(f"`{word}` is not expected here")
        return self._simple()

    def _with_redirects(self, node: Node) -> Node:
        redirects: list[Redirect] = []
        while (redirect := self.redirect()) is not None:
            redirects.append(redirect)
        self.skip_blanks()
        if self.pos < self.size and self.peek() not in "\n;&|)" and self.reserved() not in CLOSERS:
            raise self.fail(f"`{self.peek()}` is not expected after a compound command")
        if isinstance(node, Compound):
            node.redirects += redirects
            return node
        return Compound(node, False, redirects) if redirects else node

    # --- simple commands ---------------------------------------------------------------------------

    def _simple(self) -> Node:
        self.fuel.command()
        command = Simple([], [], [], self.pos)
        while True:
            self.skip_blanks()
            redirect = self.redirect()
            if redirect is not None:
                command.redirects.append(redirect)
                continue
            if self.pos >= self.size or (self.peek() in META and not self.process_ahead()):
                if self.peek() == "(" and command.words:
                    return self._definition(command)
                break
            if self._assignment(command):
                continue
            command.words.append(self._command_word(first=not command.words))
        command.end = self.pos
        while command.end > command.start and self.text[command.end - 1] in " \t\r\n":
            command.end -= 1
        if not (command.assigns or command.words or command.redirects):
            raise self.fail(
                "a command is missing" if self.pos >= self.size else f"`{self.peek()}` is not expected here"
            )
        return command

    def _command_word(self, *, first: bool) -> Word:
        """A word of a simple command; a first one whose meaning a continued line would change is refused."""
        word = self.word()
        if first and word.bare is not None and "\\\n" in self.text[word.start : word.end]:
            if RESERVED.fullmatch(word.bare) or _ASSIGNMENT.match(word.bare):
                raise self.fail("a word is written on two lines")
        if self.peek() in ("<", ">") and word.bare is not None and word.bare.isdigit():
            raise self.fail("a descriptor is written on two lines")
        return word

    def _definition(self, command: Simple) -> Node:
        match = FUNCTION_PARENTHESES.match(self.text, self.pos)
        first = command.words[0]
        if not match or len(command.words) != 1 or not isinstance(first, Word) or not first.literal:
            raise self.fail("`(` is not expected here")
        self.pos = match.end()
        return self.function_body(first.literal)

    def _assignment(self, command: Simple) -> bool:
        declares = bool(command.words) and self._declares(command)
        if command.words and not declares:
            return False
        match = _ASSIGNMENT.match(self.text, self.pos)
        if not match:
            return False
        start = self.pos
        self.pos = match.end()
        index: Word | None = None
        append = match.group(2) == "+="
        if match.group(2) == "[":
            self.pos -= 1
            try:
                index = self.subscript()
            except SyntaxProblem:
                self.pos = start
                return False
            append = self.at("+=")
            if not (self.at("=") or append):
                self.pos = start
                return False
            self.pos += 2 if append else 1
        assign = Assign(match.group(1), None, append, index, start=start)
        if self.peek() == "(" and index is None:
            self.pos += 1
            assign.array = self._array()
        else:
            assign.value = self.word()
        assign.end = self.pos
        if declares:
            command.words.append(assign)
        else:
            command.assigns.append(assign)
        return True

    @staticmethod
    def _declares(command: Simple) -> bool:
        first = command.words[0]
        name = first.literal if isinstance(first, Word) else None
        if name in ("command", "builtin") and len(command.words) > 1:
            second = command.words[1]
            name = second.literal if isinstance(second, Word) else None
        return name in _DECLARATIONS

    def _array(self) -> list[Word]:
        words: list[Word] = []
        while True:
            self.skip_newlines()
            if self.pos >= self.size:
                raise self.fail("an array is not closed")
            if self.peek() == ")":
                self.pos += 1
                return words
            start = self.pos
            words.append(self._keyed_word() if self.peek() == "[" else self.word())
            if self.pos == start:
                raise self.fail(f"`{self.peek()}` is not expected in an array")

    def _keyed_word(self) -> Word:
        """`[key]=value`, whose key may hold blanks; else a plain word that begins with a bracket."""
        start = self.pos
        try:
            key = self.subscript()
        except SyntaxProblem:
            key = None
        if key is None or not (self.at("=") or self.at("+=")):
            self.pos = start
            return self.word()
        self.pos += 2 if self.at("+=") else 1
        value = self.word()
        return Word([Lit("["), *key.parts, Lit("]="), *value.parts], start, self.pos)

    def redirect(self) -> Redirect | None:
        self.skip_blanks()
        match = _REDIRECT.match(self.text, self.pos)
        if not match:
            return None
        fd, op = match.groups()
        self.pos = match.end()
        self.skip_blanks()
        redirect = Redirect(op, Word([]))
        if fd:
            if fd.startswith("{"):
                redirect.variable = fd[1:-1]
            else:
                redirect.fd = int(fd[:6])
        start = self.pos
        redirect.target = self.word()
        if self.pos == start:
            raise self.fail("a redirect has no target")
        if op in ("<<", "<<-"):
            quoted = any(mark in self.text[start : self.pos] for mark in "'\"\\")
            delimiter = redirect.target.literal
            if delimiter is None:
                # Nothing expands in a delimiter; only quotes go.
                delimiter = _QUOTES.sub(lambda m: m.group(1) or m.group(2) or "", self.text[start : self.pos])
            self.pending.append((redirect, delimiter, quoted, op == "<<-"))
        return redirect


def parse(text: str) -> Script:
    """Read a script. Raises SyntaxProblem for anything bash would not run, and for text nested too deep."""
    try:
        return Parser(text).parse()
    except RecursionError:
        raise SyntaxProblem("nested too deep") from None
