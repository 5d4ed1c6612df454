"""What a program module works with: one invocation of a program, and how to say what it does.

A program family is one module in `programs/`; the folder is the registry. A module looks like this:

    TOUCH = Options("-c --no-create", "-r --reference FILE")

    @program("touch")
    def touch(call: Invocation) -> Effects:
        line = TOUCH.parse(call.args)
        for word in line.operands:
            yield WritePath(target=call.target(word), how="append", content="")

It yields effects (facts, never judgements), at most one `Output` (what its standard output is known to
be; without one the output is unknown and inherits the taints of the input), and `Exit` where the status
is known. `chain`, `place`, `user`, `source` and git state are stamped on by the reader.
"""

from __future__ import annotations

import importlib
import pkgutil
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec

from enactd.effects.model import Effect, RunCode, Target
from enactd.effects.options import Line, Options
from enactd.effects.values import EMPTY, Hole, Value, concat, join, known, unknown, value

if TYPE_CHECKING:
    from enactd.world import World

__all__ = [
    "EMPTY",
    "Effects",
    "Exit",
    "Hole",
    "Invocation",
    "Line",
    "Options",
    "Output",
    "Sink",
    "Value",
    "concat",
    "find_program",
    "join",
    "known",
    "program",
    "unknown",
    "value",
]


class Output(msgspec.Struct, frozen=True):
    """What the program writes to its standard output."""

    value: Value


class Exit(msgspec.Struct, frozen=True):
    """The exit status, where it is known."""

    status: int


class Sink(msgspec.Struct, frozen=True):
    """Where standard output goes: screen | file | pipe | null | network | capture (a substitution)."""

    kind: Literal["screen", "file", "pipe", "null", "network", "capture"] = "screen"
    target: Target | None = None


GIVEN_FILES: Final = 200
GIVEN_DEPTH: Final = 8
Yield = Effect | Output | Exit
Effects = Iterator[Yield]


class Reader(Protocol):
    """What the interpreter offers to programs. See `Invocation` for the meaning of each."""

    world: World
    required: set[str]  # modules that code of this call has loaded

    def target(self, call: Invocation, word: Value, pattern: str, everything: bool, place: str | None) -> Target: ...

    def run(self, call: Invocation, argv: Sequence[Value], changes: Mapping[str, Any]) -> list[Yield]: ...

    def shell(
        self, call: Invocation, script: Value, args: Sequence[Value], changes: Mapping[str, Any]
    ) -> list[Yield]: ...

    def code(
        self, call: Invocation, language: str, text: Value, origin: str, changes: Mapping[str, Any]
    ) -> list[Yield]: ...

    def script(
        self, call: Invocation, path: Value, args: Sequence[Value], language: str, changes: Mapping[str, Any]
    ) -> list[Yield]: ...

    def text_of(self, call: Invocation, path: Value) -> Value: ...

    def apart(self, part: Iterable[Yield], language: str) -> list[Yield]: ...

    def marked(self, text: Value) -> str: ...

    def unmarked(self, text: str) -> Value: ...


class Invocation:
    """One run of a program, as far as it can be known beforehand.

    name     the program's base name without `.exe`, e.g. "git"
    word     the name as written
    args     the words after it, expanded; each may have holes
    stdin    what flows in: text, partly known, or None for a terminal or nothing
    stdout   where the output goes
    env      the variables the program sees that are set by the command line or exported before it
    cwd      the folder it runs in; may be unknown
    place    "" for this machine
    user     "" for the caller, "root" under sudo
    chain    wrappers around it, outermost first
    source   the command as written, shortened
    """

    def __init__(
        self,
        reader: Reader,
        name: str,
        args: Sequence[Value],
        *,
        word: Value = EMPTY,
        stdin: Value | None = None,
        stdout: Sink = Sink(),  # noqa: B008 - frozen
        env: Mapping[str, Value] | None = None,
        cwd: Value = EMPTY,
        place: str = "",
        user: str = "",
        chain: tuple[str, ...] = (),
        source: str = "",
        span: tuple[int, int] = (0, 0),
        depth: int = 0,
        conditional: bool = False,
    ) -> None:
        self.reader = reader
        self.name = name
        self.args = tuple(args)
        self.word = word
        self.stdin = stdin
        self.stdout = stdout
        self.env: Mapping[str, Value] = env if env is not None else {}
        self.cwd = cwd
        self.place = place
        self.user = user
        self.chain = chain
        self.source = source
        self.span = span
        self.depth = depth
        self.conditional = conditional

    @property
    def world(self) -> World:
        """Facts of this machine; only meaningful while `place` is empty."""
        return self.reader.world

    def texts(self) -> list[str | None]:
        """The arguments as plain text, None for each that is not fully known."""
        return [arg.text for arg in self.args]

    def variable(self, name: str) -> Value | None:
        """A variable as the program sees it: from the command line, an export, or the environment."""
        if name in self.env:
            return self.env[name]
        text = self.world.variable(name)
        return None if text is None else known(text)

    def target(
        self, word: Value | str, *, pattern: str = "", everything: bool = False, place: str | None = None
    ) -> Target:
        """The path that a word names, resolved against `cwd`, with what is known about it.

        `pattern` for "files below it that match", `everything` for "all that is in it". `place` overrides
        the invocation's (a host of `scp host:x`).
        """
        return self.reader.target(self, known(word) if isinstance(word, str) else word, pattern, everything, place)

    def given(self, word: Value, *, folder: Value | None = None, deep: bool = False) -> None:
        """Bind an answer to this call to what a file, or a folder's files, that says what to do holds now.

        `folder` is where the program goes first, `deep` takes in the folders below.
        """
        if self.place or word.text in (None, "", "-") or "://" in (word.text or ""):
            return
        inside = copy(self)
        if folder is not None:
            inside.cwd = known(self.target(folder).path or "")
        path = inside.target(word).path if folder is None or inside.cwd.text else None
        if path is not None:
            bind(self.world, path, deep=deep)

    def run(self, argv: Sequence[Value], **changes: Any) -> list[Yield]:
        """What another program does that this one starts.

        `via` adds to the chain (default: this program's name). Other changes: stdin, stdout, env, cwd, place,
        user, conditional.
        """
        return self.reader.run(self, argv, changes)

    def shell(self, script: Value, args: Sequence[Value] = (), **changes: Any) -> list[Yield]:
        """What a shell does with this text. Unknown text becomes RunCode. `args` are `$0 $1 ...`.

        `origin` (default "argument") says where the text came from, for text that cannot be read. `written_in`:
        the file of the project that holds it; while that is as committed, the text is read as the project's code.
        """
        return self.reader.shell(self, script, args, changes)

    def hidden(self, command: Value, option: str, **changes: Any) -> list[Yield]:
        """What a command does that an option hands to this program: a place where nobody looks for one."""
        found = RunCode(language="shell", origin="option", what=f"{option} {command.shown(80)}")
        return [found, *self.shell(command, via=f"{self.name} {option}", **changes)]

    def code(self, language: str, text: Value, *, origin: str = "argument", **changes: Any) -> list[Yield]:
        """What an interpreter of `language` (python, javascript, ruby, perl, php, sql ...) does with this text."""
        return self.reader.code(self, language, text, origin, changes)

    def script(self, path: Value, args: Sequence[Value] = (), *, language: str = "", **changes: Any) -> list[Yield]:
        """What running this file does: read where it lies within reach, else RunCode or Opaque.

        `language` is told by file name and `#!` line where it is not given.
        """
        return self.reader.script(self, path, args, language, changes)

    def text_of(self, path: Value | str) -> Value:
        """A file's content: what this call wrote into it, else from the world, else unknown with taints."""
        return self.reader.text_of(self, known(path) if isinstance(path, str) else path)


def bind(world: World, path: str, *, deep: bool) -> None:
    """Look up the digests of a file, or of those in a folder, as far as the limits go."""
    left, folders = GIVEN_FILES, [(path, 0)]
    while folders and left > 0:
        place, depth = folders.pop()
        names = world.names(place) if world.stat(place).kind == "folder" else None
        if names is None:
            world.digest(place)
            left -= 1
        elif depth == 0 or (deep and depth < GIVEN_DEPTH):
            folders += [(posixpath.join(place, name), depth + 1) for name in names]


Program = Callable[[Invocation], Iterable[Yield]]
_PROGRAMS: Final[dict[str, Program]] = {}
_loaded = False
_fault = ""


def program(*names: str) -> Callable[[Program], Program]:
    """Register a reader for programs of these names. A name may be given once."""

    def register(function: Program) -> Program:
        for name in names:
            if name in _PROGRAMS:
                raise ValueError(f"two modules describe `{name}`")
            _PROGRAMS[name] = function
        return function

    return register


def find_program(name: str) -> Program | None:
    """The reader for a program name, None where nobody described it. Loads the folder at first use."""
    load_programs()
    found = _PROGRAMS.get(name)
    if found is None and name:
        # python3.12, pip3, gcc-13: the version is not part of what a program does. k6 is no version of k.
        base = name.rstrip("0123456789.").rstrip("-")
        found = _PROGRAMS.get(base) if name[-1].isdigit() and len(base) > 1 else None
        return None if found is None else partial(_under, base, found)
    return found


def _under(name: str, found: Program, call: Invocation) -> Iterable[Yield]:
    """The program under the name that it is described by."""
    renamed = copy(call)
    renamed.name = name
    return found(renamed)


def load_programs() -> None:
    """Import every module of `programs/`. Raises ValueError where two describe one name, again at each call."""
    global _loaded, _fault
    if _loaded:
        return
    if _fault:
        raise ValueError(_fault)
    from enactd.effects import programs

    try:
        for module in pkgutil.iter_modules(programs.__path__):
            importlib.import_module(f"{programs.__name__}.{module.name}")
    except ValueError as error:
        _fault = str(error)
        raise
    _loaded = True
