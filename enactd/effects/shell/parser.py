"""Commands: bash's grammar by recursive descent, total and bounded.

Why a reader of our own beside tree-sitter and bashlex: both lose constructs that run commands (see the
tests of `readers.py`), and neither gives words in a form that can be expanded. The two others, and
shfmt as referee, check this one.
"""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.shell.lexer import MAX_DEPTH, META, Lexer
from enactd.effects.shell.syntax import (
    AndOr,
    ArithCommand,
    ArithFor,
    Assign,
    Case,
    Compound,
    Cond,
    Coproc,
    For,
    Function,
    If,
    Node,
    Pipeline,
    Redirect,
    Script,
    Simple,
    SyntaxProblem,
    While,
    Word,
)  # fmt: skip

_RESERVED_AHEAD: Final = re.compile(
    r"(?:then|else|elif|fi|do|done|esac|\}|in|!|\{|\[\[|if|while|until|for|case|select|function|time|coproc)(?=[\s;&|()<>]|$)"
)
_CLOSERS: Final = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_ASSIGNMENT: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?=|\[)")
_REDIRECT: Final = re.compile(r"(\d+|\{[A-Za-z_][A-Za-z0-9_]*\})?(<<<|<<-|<<|<>|<&|<(?!\()|>>|>\||>&|>(?!\()|&>>|&>)")
_FUNCTION: Final = re.compile(r"[ \t]*\([ \t]*\)")
_DECLARATIONS: Final = frozenset({"declare", "typeset", "local", "export", "readonly"})
_CONDITION_STOP: Final = META - frozenset("()|<>&")
_REGEX_STOP: Final = frozenset(" \t\n")


class Parser(Lexer):
    """Turns text into a Script; raises SyntaxProblem and nothing else."""

    def parse(self) -> Script:
        script = self._list("")
        if self.pos < self.size:
            raise self.fail(f"`{self.text[self.pos : self.pos + 10]}` is not expected here")
        self.end_of_text()
        return script

    def script_until(self, closing: str) -> Script:
        """A nested script up to a closing character, cursor behind it."""
        waiting, self.pending = self.pending, []
        script = self._list(closing)
        if self.peek() != closing:
            raise self.fail(f"`{closing}` is missing")
        self.pos += 1
        self.end_of_text()
        self.pending = waiting
        return script

    def nested(self, text: str) -> Script:
        return Parser(text, self._deeper()).parse()

    def _deeper(self) -> int:
        if self.depth >= MAX_DEPTH:
            raise self.fail("nested too deep")
        return self.depth + 1

    # --- lists -------------------------------------------------------------------------------------

    def _skip_newlines(self) -> None:
        while True:
            self.skip_blanks()
            if self.peek() != "\n":
                return
            self.newline()

    def _list(self, closing: str) -> Script:
        self.depth = self._deeper()
        items: list[tuple[Node, bool]] = []
        while True:
            self._skip_newlines()
            if (
                self.pos >= self.size
                or (closing and self.peek() == closing)
                or self._closer()
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

    def _reserved(self) -> str:
        match = _RESERVED_AHEAD.match(self.text, self.pos)
        return match.group() if match else ""

    def _closer(self) -> bool:
        return self._reserved() in _CLOSERS

    def _expect(self, word: str) -> None:
        self._skip_newlines()
        if self._reserved() != word:
            raise self.fail(f"`{word}` is missing")
        self.pos += len(word)

    def _and_or(self) -> Node:
        node = self._pipeline()
        while True:
            self.skip_blanks()
            if not (self.at("&&") or self.at("||")):
                return node
            op = self.text[self.pos : self.pos + 2]
            self.pos += 2
            self._skip_newlines()
            node = AndOr(node, "&&" if op == "&&" else "||", self._pipeline())

    def _pipeline(self) -> Node:
        negated = False
        while (word := self._reserved()) in ("!", "time"):
            self.pos += len(word)
            negated = negated != (word == "!")
            self.skip_blanks()
            if word == "time":
                while self.at("-p") or self.at("-- "):
                    self.pos += 2
                    self.skip_blanks()
                if self.pos >= self.size or self.peek() in ";\n&|)":
                    return Script([])
        commands, both = [self._command()], []
        while True:
            self.skip_blanks()
            if self.peek() != "|" or self.at("||"):
                break
            both.append(self.at("|&"))
            self.pos += 2 if both[-1] else 1
            self._skip_newlines()
            commands.append(self._command())
        if len(commands) == 1 and not negated:
            return commands[0]
        return Pipeline(commands, both, negated)

    # --- commands ----------------------------------------------------------------------------------

    def _command(self) -> Node:
        self.skip_blanks()
        if self.peek() == "(":
            return self._with_redirects(self._parenthesis())
        word = self._reserved()
        readers = {
            "{": self._group, "if": self._if, "while": self._while, "until": self._while, "for": self._for,
            "select": self._for, "case": self._case, "[[": self._condition, "function": self._function,
            "coproc": self._coproc,
        }  # fmt: skip
        if word in readers:
            start = self.pos
            self.pos += len(word)
            self.depth = self._deeper()
            node = readers[word](word) if word != "coproc" else self._coproc(word)
            self.depth -= 1
            if isinstance(node, Function):
                return node
            return self._with_redirects(node) if start < self.pos else node
        if word in _CLOSERS:
            raise self.fail(f"`{word}` is not expected here")
        return self._simple()

    def _with_redirects(self, node: Node) -> Node:
        redirects: list[Redirect] = []
        while (redirect := self._redirect()) is not None:
            redirects.append(redirect)
        self.skip_blanks()
        if self.pos < self.size and self.peek() not in "\n;&|)" and not self._closer():
            raise self.fail(f"`{self.peek()}` is not expected after a compound command")
        if isinstance(node, Compound):
            node.redirects += redirects
            return node
        return Compound(node, False, redirects) if redirects else node

    def _parenthesis(self) -> Node:
        if self.at("(("):
            start = self.pos
            expression = self.arithmetic(self.pos + 2)
            if expression is not None:
                return ArithCommand(expression)
            self.pos = start
        self.pos += 1
        return Compound(self.script_until(")"), True, [])

    def _group(self, _: str) -> Node:
        body = self._list("")
        self._expect("}")
        return Compound(body, False, [])

    def _if(self, _: str) -> Node:
        branches: list[tuple[Script, Script]] = []
        otherwise: Script | None = None
        while True:
            condition = self._list("")
            self._expect("then")
            branches.append((condition, self._list("")))
            word = self._reserved()
            self.pos += len(word)
            if word == "elif":
                continue
            if word == "else":
                otherwise = self._list("")
                self._expect("fi")
            elif word != "fi":
                raise self.fail("`fi` is missing")
            return If(branches, otherwise)

    def _while(self, word: str) -> Node:
        condition = self._list("")
        return While(condition, self._do_group(), word == "until")

    def _do_group(self) -> Script:
        self._skip_newlines()
        if self.peek() == "{":
            self.pos += 1
            body = self._list("")
            self._expect("}")
            return body
        self._expect("do")
        body = self._list("")
        self._expect("done")
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
        self._skip_newlines()
        if self._reserved() == "in":
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
            if self.pos >= self.size or (self.peek() in META and not self._process_ahead()):
                return words
            words.append(self.word())

    def _process_ahead(self) -> bool:
        return self.at("<(") or self.at(">(")

    def _case(self, _: str) -> Node:
        self.skip_blanks()
        word = self.word()
        self._expect("in")
        items: list[tuple[list[Word], Script, str]] = []
        while True:
            self._skip_newlines()
            if self._reserved() == "esac":
                self.pos += 4
                return Case(word, items)
            if self.peek() == "(":
                self.pos += 1
            patterns = self._patterns()
            body = self._list("")
            self._skip_newlines()
            terminator = next((t for t in (";;&", ";;", ";&") if self.at(t)), "")
            self.pos += len(terminator)
            items.append((patterns, body, terminator or ";;"))
            if not terminator and self._reserved() != "esac":
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

    def _condition(self, _: str) -> Node:
        words: list[Word] = []
        regex = False
        while True:
            self._skip_newlines()
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
                self.pos += 1
                continue
            regex = word.bare == "=~"
            words.append(word)

    def _function(self, _: str) -> Node:
        self.skip_blanks()
        name = self.word(META).literal or ""
        match = _FUNCTION.match(self.text, self.pos)
        if match:
            self.pos = match.end()
        return self._function_body(name)

    def _function_body(self, name: str) -> Function:
        self._skip_newlines()
        return Function(name, self._command())

    def _coproc(self, _: str) -> Node:
        self.skip_blanks()
        name = "COPROC"
        start = self.pos
        if not self._reserved() and self.peek() != "(":
            word = self.word().bare
            self.skip_blanks()
            if word and word.isidentifier() and (self.peek() == "(" or self._reserved()):
                name = word
            else:
                self.pos = start
        return Coproc(name, self._command())

    # --- simple commands ---------------------------------------------------------------------------

    def _simple(self) -> Node:
        command = Simple([], [], [], self.pos)
        while True:
            self.skip_blanks()
            redirect = self._redirect()
            if redirect is not None:
                command.redirects.append(redirect)
                continue
            if self.pos >= self.size or (self.peek() in META and not self._process_ahead()):
                if self.peek() == "(" and command.words:
                    return self._definition(command)
                break
            if self._assignment(command):
                continue
            command.words.append(self.word())
        command.end = self.pos
        while command.end > command.start and self.text[command.end - 1] in " \t\r\n":
            command.end -= 1
        if not (command.assigns or command.words or command.redirects):
            raise self.fail(
                "a command is missing" if self.pos >= self.size else f"`{self.peek()}` is not expected here"
            )
        return command

    def _definition(self, command: Simple) -> Node:
        match = _FUNCTION.match(self.text, self.pos)
        first = command.words[0]
        if not match or len(command.words) != 1 or not isinstance(first, Word) or not first.literal:
            raise self.fail("`(` is not expected here")
        self.pos = match.end()
        return self._function_body(first.literal)

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
                index = self._subscript()
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
            self._skip_newlines()
            if self.pos >= self.size:
                raise self.fail("an array is not closed")
            if self.peek() == ")":
                self.pos += 1
                return words
            start = self.pos
            words.append(self.word())
            if self.pos == start:
                raise self.fail(f"`{self.peek()}` is not expected in an array")

    def _redirect(self) -> Redirect | None:
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
                delimiter = self.text[start : self.pos]
            self.pending.append((redirect, delimiter, quoted, op == "<<-"))
        return redirect


def parse(text: str) -> Script:
    """Read a script. Raises SyntaxProblem for anything bash would not run, and for text nested too deep."""
    try:
        return Parser(text.replace("\r\n", "\n")).parse()
    except RecursionError:
        raise SyntaxProblem("nested too deep") from None
