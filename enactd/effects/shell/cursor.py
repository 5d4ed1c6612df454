"""A position in shell text: blanks, comments, line continuations, here-documents that wait for their newline."""

from __future__ import annotations

from typing import Final

from enactd.effects.shell.syntax import Lit, Part, Redirect, Script, SyntaxProblem, Word

MAX_DEPTH: Final = 40
MAX_COMMANDS: Final = 1_500
_FUEL_BASE: Final = 4_000
_FUEL_PER_CHARACTER: Final = 2
_JOINS_OPERATORS: Final = frozenset("&|<>;(")


class Fuel:
    """How much work reading one text may take, shared with the texts nested in it.

    Why: a guess that turns out wrong (`$((` that is no arithmetic) is read again, and nested guesses would
    double the work at every level.
    """

    __slots__ = ("commands", "left")

    def __init__(self, size: int) -> None:
        self.left = _FUEL_BASE + _FUEL_PER_CHARACTER * size
        self.commands = MAX_COMMANDS

    def command(self) -> None:
        """Raise SyntaxProblem at more commands than a reading could follow anyway."""
        self.commands -= 1
        if self.commands < 0:
            raise SyntaxProblem(f"more than {MAX_COMMANDS} commands")

    def burn(self, amount: int = 1) -> None:
        """Raise SyntaxProblem when the work is more than any honest text needs."""
        self.left -= amount
        if self.left < 0:
            raise SyntaxProblem("too entangled to read")


class Cursor:
    """The text, where reading stands, and how deep it is nested."""

    def __init__(self, text: str, depth: int = 0, fuel: Fuel | None = None) -> None:
        self.text = text
        self.size = len(text)
        self.pos = 0
        self.pending: list[tuple[Redirect, str, bool, bool]] = []
        self.depth = depth
        self.document = False  # whether this is the text of a here-document, outside of its substitutions
        self.fuel = fuel or Fuel(self.size)

    # Provided further up, where words and commands are known.
    def script_until(self, closing: str) -> Script:
        raise NotImplementedError

    def nested(self, text: str) -> Script:
        raise NotImplementedError

    def double_quoted(self, closing: str = '"') -> list[Part]:
        raise NotImplementedError

    def fail(self, reason: str) -> SyntaxProblem:
        return SyntaxProblem(reason, self.pos)

    def peek(self, offset: int = 0) -> str:
        index = self.pos + offset
        return self.text[index] if index < self.size else ""

    def at(self, literal: str) -> bool:
        return self.text.startswith(literal, self.pos)

    def skip_blanks(self) -> None:
        """Blanks, line continuations, comments; never a newline."""
        while self.pos < self.size:
            char = self.text[self.pos]
            if char in " \t":
                self.pos += 1
            elif char == "\\" and self.peek(1) == "\n":
                self._continuation()
            elif char == "#":
                end = self.text.find("\n", self.pos)
                self.pos = self.size if end < 0 else end
            else:
                return

    def _continuation(self) -> None:
        """Skip an escaped newline; one that joins two halves of an operator is not read here."""
        if self.pos and self.text[self.pos - 1] in _JOINS_OPERATORS and self.peek(2) in (*_JOINS_OPERATORS, "\\"):
            raise self.fail("an operator is written on two lines")
        self.pos = min(self.pos + 2, self.size)

    def newline(self) -> None:
        """Consume one newline and the here-documents that were waiting for it."""
        self.pos += 1
        pending, self.pending = self.pending, []
        for redirect, delimiter, quoted, strip in pending:
            redirect.body = self._here_document(delimiter, quoted, strip)

    def end_of_text(self) -> None:
        """A here-document whose text never came is empty, as in bash (which warns)."""
        for redirect, *_ in self.pending:
            redirect.body = Word([])
        self.pending = []

    def _here_document(self, delimiter: str, quoted: bool, strip: bool) -> Word:
        lines: list[str] = []
        joined = False  # the line before ended in a continuation: this one cannot be the delimiter
        while self.pos < self.size:
            end = self.text.find("\n", self.pos)
            end = self.size if end < 0 else end
            line = self.text[self.pos : end]
            self.pos = min(end + 1, self.size)
            self.fuel.burn()
            if strip:
                line = line.lstrip("\t")
            if line == delimiter and not joined:
                break
            lines.append(line)
            joined = not quoted and (len(line) - len(line.rstrip("\\"))) % 2 == 1
        body = "".join(line + "\n" for line in lines)
        if quoted:
            return Word([Lit(body, True)])
        if self.depth >= MAX_DEPTH:
            raise self.fail("nested too deep")
        inner = self.__class__(body, self.depth + 1, self.fuel)
        inner.document = True
        return Word(inner.double_quoted(closing=""))
