"""The syntax tree of a bash script, as the reader sees it. Spans are character offsets into the text."""

from __future__ import annotations

from typing import Literal, Union

import msgspec


class Lit(msgspec.Struct):
    """Literal text. Unquoted text is open to braces, tildes, globs."""

    text: str
    quoted: bool = False


class Param(msgspec.Struct):
    """`$x`, `${x op word}`. `index` is the subscript's text, `op` the operator, `length` for `${#x}`.

    `bare` is a name without braces: what brace expansion puts behind it becomes part of the name.
    """

    name: str
    quoted: bool = False
    op: str = ""
    word: Word | None = None
    word2: Word | None = None
    length: bool = False
    indirect: bool = False
    index: Word | None = None
    bare: bool = False


class Sub(msgspec.Struct):
    """A command substitution."""

    body: Script
    quoted: bool = False


class Arith(msgspec.Struct):
    """`$(( … ))`."""

    expression: Word
    quoted: bool = False


class Proc(msgspec.Struct):
    """A process substitution, `<(…)` or `>(…)`."""

    direction: Literal["<", ">"]
    body: Script


Part = Union[Lit, Param, Sub, Arith, Proc]  # noqa: UP007 - forward references


class Word(msgspec.Struct):
    """A shell word before expansion."""

    parts: list[Part]
    start: int = 0
    end: int = 0

    @property
    def literal(self) -> str | None:
        """Its text if it holds nothing to expand (quotes allowed)."""
        if all(isinstance(part, Lit) for part in self.parts):
            return "".join(part.text for part in self.parts if isinstance(part, Lit))
        return None

    @property
    def bare(self) -> str | None:
        """Its text if it is one unquoted literal."""
        if len(self.parts) == 1:
            part = self.parts[0]
            if isinstance(part, Lit) and not part.quoted:
                return part.text
        return None


class Assign(msgspec.Struct):
    """`name=value`, `name+=value`, `name[index]=value`, `name=(…)`."""

    name: str
    value: Word | None
    append: bool = False
    index: Word | None = None
    array: list[Word] | None = None
    start: int = 0
    end: int = 0


class Redirect(msgspec.Struct):
    """`fd op target`. `fd` is None for the operator's default, `variable` for `{name}>`. Here-documents carry `body`."""

    op: str
    target: Word
    fd: int | None = None
    variable: str = ""
    body: Word | None = None


class Simple(msgspec.Struct):
    """Assignments, words, redirects."""

    assigns: list[Assign]
    words: list[Word | Assign]
    redirects: list[Redirect]
    start: int = 0
    end: int = 0


class Pipeline(msgspec.Struct):
    """Commands joined by `|`; `both` marks the joints written `|&`."""

    commands: list[Node]
    both: list[bool]
    negated: bool = False


class AndOr(msgspec.Struct):
    """`left && right`, `left || right`."""

    left: Node
    op: Literal["&&", "||"]
    right: Node


class Compound(msgspec.Struct):
    """`{ …; }` or `( … )`, and a carrier for redirects on any compound command."""

    body: Node
    subshell: bool
    redirects: list[Redirect]


class If(msgspec.Struct):
    """Conditions with their branches, and the else branch."""

    branches: list[tuple[Script, Script]]
    otherwise: Script | None


class For(msgspec.Struct):
    """`for name in words`; `words` None means the positional parameters. `select` is one, too."""

    name: str
    words: list[Word] | None
    body: Script
    select: bool = False


class ArithFor(msgspec.Struct):
    """`for ((init; condition; update))`."""

    header: list[Word]
    body: Script


class While(msgspec.Struct):
    """`while` or `until`."""

    condition: Script
    body: Script
    until: bool = False


class Case(msgspec.Struct):
    """`case word in patterns) body ;;`. The terminator is `;;`, `;&` or `;;&`."""

    word: Word
    items: list[tuple[list[Word], Script, str]]


class Cond(msgspec.Struct):
    """`[[ … ]]`: its words in order, operators included."""

    words: list[Word]


class ArithCommand(msgspec.Struct):
    """`(( … ))`."""

    expression: Word


class Function(msgspec.Struct):
    """A function definition."""

    name: str
    body: Node


class Coproc(msgspec.Struct):
    """`coproc [NAME] command`."""

    name: str
    body: Node


class Script(msgspec.Struct):
    """Commands in order, each with whether it was sent to the background."""

    items: list[tuple[Node, bool]]


Node = Union[  # noqa: UP007 - forward references
    Simple, Pipeline, AndOr, Compound, If, For, ArithFor, While, Case, Cond, ArithCommand, Function, Coproc, Script,
]  # fmt: skip


class SyntaxProblem(Exception):
    """The text is not a script that bash would run, or is nested too deep to read."""

    def __init__(self, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position
