"""Fields under construction: what is quoted, what may glob, and where `IFS` cuts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from enactd.effects.shell.patterns import escaped
from enactd.effects.values import NONE, Hole, Piece, Value, value

GLOB: Final = re.compile(r"[*?\[]")
EXTENDED_GLOB: Final = re.compile(r"[*?\[]|[+@!]\(")
DEFAULT_IFS: Final = " \t\n"
_GROUP: Final = re.compile(r"(?P<kind>[?*+@!])\((?P<names>[^()]*)\)")
_MOST: Final = 20  # words that one extended group becomes


class Field:
    """One field; keeps apart what is quoted, because only bare text splits and globs."""

    __slots__ = ("any_glob", "origins", "pieces", "present")

    def __init__(self) -> None:
        self.pieces: list[tuple[Piece, bool]] = []
        self.any_glob = False
        self.present = False
        self.origins: frozenset[str] = NONE

    def add(self, part: Value, *, quoted: bool) -> None:
        """Append what an expansion gave; an empty one counts only where it is quoted."""
        self.pieces.extend((piece, quoted) for piece in part.pieces)
        self.any_glob = self.any_glob or part.glob
        self.present = self.present or quoted or bool(part.pieces)
        if part.origins:
            self.origins |= part.origins

    def piece(self, piece: Piece, origins: frozenset[str], *, quoted: bool) -> None:
        self.pieces.append((piece, quoted))
        self.present = True
        self.origins |= origins

    def value(self, *, extended: bool = False) -> Value:
        """The field as a word; where it globs, quoted pattern characters become brackets of one."""
        active = EXTENDED_GLOB if extended else GLOB
        globs = self.any_glob or any(
            not quoted and isinstance(p, str) and active.search(p) for p, quoted in self.pieces
        )
        if not globs:
            return value(*(piece for piece, _ in self.pieces), origins=self.origins)
        pieces = [_bracketed(p) if quoted and not self.any_glob else p for p, quoted in self.pieces]
        return value(*pieces, glob=True, origins=self.origins)

    def pattern(self) -> str | None:
        """The field as a pattern, quoted characters escaped; None where a part is unknown."""
        if self.any_glob or any(isinstance(piece, Hole) for piece, _ in self.pieces):
            return None
        return "".join(escaped(str(piece)) if quoted else str(piece) for piece, quoted in self.pieces)


def without_groups(word: Value) -> list[Value]:
    """A word with extended groups as plain patterns that match at least as much: `@(a|b)` as two words, `!(a)` as `*`."""
    text = word.text or ""
    group = _GROUP.search(text)
    if group is None:
        return [word]
    chosen = {"@": group["names"].split("|"), "?": ["", *group["names"].split("|")]}.get(group["kind"], ["*"])
    found: list[Value] = []
    for one in chosen[:_MOST]:
        rest = text[: group.start()] + one + text[group.end() :]
        found += without_groups(Value((rest,), bool(EXTENDED_GLOB.search(rest)), word.origins))
    return found if len(chosen) <= _MOST >= len(found) else [Value((_GROUP.sub("*", text),), True, word.origins)]


def _bracketed(piece: Piece) -> Piece:
    return GLOB.sub(r"[\g<0>]", piece) if isinstance(piece, str) else piece


class Splitter:
    """Cuts expansions into fields at one `IFS`, as bash does: white space folds, other separators do not."""

    def __init__(self, ifs: str) -> None:
        self.blanks = "".join(char for char in ifs if char in DEFAULT_IFS)
        self.separators = ifs
        self._token = re.compile("([" + re.escape(ifs) + "])") if ifs else None
        self.field = Field()
        self._after_blank = False  # the last field was ended by white space: one separator may still follow it

    def cut(self, content: Value) -> Iterator[Field]:
        """Add an unquoted expansion; fields that it ends are yielded."""
        if self._token is None or not content.pieces:
            self.field.add(content, quoted=False)
            return
        for piece in content.pieces:
            if isinstance(piece, Hole):
                self._append(piece, content)
                continue
            for text in self._token.split(piece):
                if not text:
                    continue
                if text in self.separators and len(text) == 1:
                    yield from self._separate(text)
                else:
                    self._append(text, content)

    def _append(self, piece: Piece, content: Value) -> None:
        self.field.piece(piece, content.origins, quoted=False)
        self.field.any_glob = self.field.any_glob or content.glob
        self._after_blank = False

    def _separate(self, char: str) -> Iterator[Field]:
        if self.field.present:
            yield self.end()
            self._after_blank = char in self.blanks
        elif char not in self.blanks:
            if not self._after_blank:
                self.field.present = True
                yield self.end()
            self._after_blank = False

    def end(self) -> Field:
        """The open field, ended; a new one is begun."""
        done, self.field = self.field, Field()
        return done

    def add(self, content: Value, *, quoted: bool) -> None:
        """Append what is not to be cut."""
        self.field.add(content, quoted=quoted)
        self._after_blank = False


def one_match(item: Value) -> Value:
    """One of the names that a pattern stands for: below the folder it begins with, ending as it ends."""
    if len(item.pieces) != 1 or not isinstance(item.pieces[0], str):
        return Value(item.pieces, False, item.origins)
    text = item.pieces[0]
    first = min((text.find(mark) for mark in "*?[" if mark in text), default=len(text))
    last = max(text.rfind(mark) for mark in "*?]")
    hole = Hole(f"a match of {text}", inside=True, empty=False)
    return value(text[:first], hole, text[last + 1 :] if last >= first else "", origins=item.origins)
