"""Words and streams whose content may be known, partly known, or unknown.

A `Value` is text with holes. A `Hole` stands for something that only the run will tell: an unset
variable, the output of a program, a line of a file. "Unknown" is a value that every consumer faces:
`text` is `None` as soon as one hole is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

NONE: Final[frozenset[str]] = frozenset()
MAX_TEXT: Final = 262_144  # characters of one value; `x=$x$x` must not eat the machine
MAX_PIECES: Final = 512

# Taints: what a value carries along, whatever happens to its text.
NETWORK: Final = "network"  # came from a remote place
SECRET: Final = "secret"  # content of a secret file, a secret variable, a secret manager
DECODED: Final = "decoded"  # came out of a decoder or decryptor, text unknown
PERSONAL: Final = "personal"  # personal data out of a database
FILE: Final = "file"  # content of a local file
OUTSIDE: Final = "outside"  # content of a file that lies neither in the workspace nor with the system
ENVIRONMENT: Final = "environment"  # the whole environment


class Hole(msgspec.Struct, frozen=True):
    """A part that is known only at run time.

    `why` says what it is in words. A `plain` hole has no slash, white space or glob in it (a process id, a
    random suffix). An `inside` one may have slashes but never climbs out of what stands before it (a file
    that `find base` found, a glob's match). `empty` says whether it can vanish: an unset variable can, a
    `mktemp` cannot. A `line` holds no newline, though anything else.
    """

    why: str
    plain: bool = False
    inside: bool = False
    empty: bool = True
    line: bool = False

    @property
    def contained(self) -> bool:
        return self.plain or self.inside


Piece = str | Hole


class Value(msgspec.Struct, frozen=True):
    """Text with holes. `glob` marks unquoted pattern characters that no file name replaced.

    `origins` are the taints of all parts, also of known text: `$(cat .env)` is secret even where the
    file's content is at hand.
    """

    pieces: tuple[Piece, ...] = ()
    glob: bool = False
    origins: frozenset[str] = NONE

    @property
    def text(self) -> str | None:
        """The whole text, or None if any part is unknown."""
        if not self.pieces:
            return ""
        if len(self.pieces) == 1:
            piece = self.pieces[0]
            return piece if isinstance(piece, str) else None
        if any(isinstance(piece, Hole) for piece in self.pieces):
            return None
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    @property
    def known(self) -> bool:
        return all(isinstance(piece, str) for piece in self.pieces)

    @property
    def holes(self) -> tuple[Hole, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Hole))

    @property
    def prefix(self) -> str:
        """The known text before the first hole."""
        if self.pieces and isinstance(self.pieces[0], str):
            return self.pieces[0]
        return ""

    @property
    def suffix(self) -> str:
        """The known text after the last hole; the whole text where there is none."""
        if self.pieces and isinstance(self.pieces[-1], str):
            return self.pieces[-1]
        return ""

    @property
    def visible(self) -> str:
        """All known parts, holes left out: what the word is if every unknown part is empty."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    @property
    def may_be_empty(self) -> bool:
        return not self.visible and all(hole.empty for hole in self.holes)

    def shown(self, limit: int = 200) -> str:
        """For people: holes as `<why>`."""
        parts = [p if isinstance(p, str) else f"<{p.why}>" for p in self.pieces]
        text = "".join(parts)
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def __str__(self) -> str:
        return self.shown()

    def startswith(self, prefix: str) -> bool:
        """Whether the known beginning has this prefix."""
        return self.prefix.startswith(prefix)

    def cut(self, start: int) -> Value:
        """Drop `start` characters off the known prefix (`@file` -> `file`)."""
        if not self.pieces or not isinstance(self.pieces[0], str):
            return self
        head = self.pieces[0][start:]
        rest = self.pieces[1:]
        return Value(((head,) if head else ()) + rest, self.glob, self.origins)

    def tainted(self, *origins: str) -> Value:
        return Value(self.pieces, self.glob, self.origins | frozenset(origins))

    def __add__(self, other: Value) -> Value:
        return concat((self, other))

    def split(self, separator: str, limit: int = -1) -> list[Value]:
        """Split at a separator in the known text; holes stay whole."""
        fields: list[list[Piece]] = [[]]
        for piece in self.pieces:
            if isinstance(piece, Hole):
                fields[-1].append(piece)
                continue
            room = -1 if limit < 0 else max(limit - len(fields) + 1, 0)
            parts = piece.split(separator, room) if room else [piece]
            fields[-1].append(parts[0])
            fields.extend([part] for part in parts[1:])
        return [value(*(p for p in field if p != ""), glob=self.glob, origins=self.origins) for field in fields]

    def lines(self) -> list[Value]:
        """Its lines, without a last empty one."""
        lines = self.split("\n")
        if lines and not lines[-1].pieces:
            lines.pop()
        return lines

    def words(self) -> list[Value]:
        """Split at white space in the known text, as unquoted expansion with the default IFS does."""
        fields: list[list[Piece]] = []
        open_field = False
        for piece in self.pieces:
            if isinstance(piece, Hole):
                if not open_field:
                    fields.append([])
                fields[-1].append(piece)
                open_field = True
                continue
            parts = piece.split()
            if not parts:
                open_field = open_field and not piece
                continue
            if open_field and not piece[:1].isspace():
                fields[-1].append(parts.pop(0))
            fields.extend([part] for part in parts)
            open_field = not piece[-1:].isspace()
        return [value(*field, glob=self.glob, origins=self.origins) for field in fields]


EMPTY: Final = Value()


def value(*pieces: Piece, glob: bool = False, origins: Iterable[str] = NONE) -> Value:
    """Build a value; neighbouring texts are joined, empty ones dropped. What is too long becomes one hole."""
    joined: list[Piece] = []
    run: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            if piece:
                run.append(piece)
            continue
        if run:
            joined.append("".join(run))
            run = []
        joined.append(piece)
    if run:
        joined.append("".join(run))
    if len(joined) > MAX_PIECES:
        return Value((Hole("a text with too many unknown parts"),), False, frozenset(origins))
    return Value(tuple(joined), glob, frozenset(origins))


def known(text: str, *origins: str) -> Value:
    return Value((text,) if text else (), False, frozenset(origins) if origins else NONE)


def unknown(why: str, *origins: str, plain: bool = False, inside: bool = False, empty: bool = True) -> Value:
    return Value((Hole(why, plain, inside, empty),), False, frozenset(origins))


def concat(values: Iterable[Value]) -> Value:
    """One value after the other; taints and patterns of any are those of the whole."""
    parts = list(values)
    if len(parts) == 1:
        return parts[0]
    pieces: list[Piece] = []
    origins: frozenset[str] = NONE
    glob = False
    size = 0
    for part in parts:
        pieces.extend(part.pieces)
        size += sum(len(piece) for piece in part.pieces if isinstance(piece, str))
        origins |= part.origins
        glob = glob or part.glob
    if size > MAX_TEXT:
        return Value((Hole("a text that is too long to follow", empty=False),), False, origins)
    return value(*pieces, glob=glob, origins=origins)


def join(values: Iterable[Value], separator: str = " ") -> Value:
    parts: list[Value] = []
    for item in values:
        if parts:
            parts.append(known(separator))
        parts.append(item)
    return concat(parts) if parts else EMPTY
