"""git's configuration files, parsed by hand: bounded, and includes cannot hang the reader.

Keys are `section.key` or `section.Subsection.key`, section and key in lower case as git compares them.
`includeIf` is followed for `gitdir:` conditions only.
"""

from __future__ import annotations

import fnmatch
import functools
import os
import re
from collections.abc import Iterator
from typing import Final

from enactd.disk import read_text

_LIMIT: Final = 1 << 20
_DEEPEST_INCLUDE: Final = 5
_SHORT: Final = 8_192  # characters of a text whose settings are kept
_SECTION: Final = re.compile(r'\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]')
_KEY: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)[ \t]*")
_ESCAPES: Final = {"n": "\n", "t": "\t", "b": "\b"}


class Config:
    """Merged settings; where several files set a key, the last one wins."""

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}

    def read(self, path: str, *, home: str, git_dir: str = "", depth: int = 0) -> None:
        """Add a file's settings and those it includes. A missing or odd file adds nothing."""
        text = read_text(path, _LIMIT)
        if text is None:
            return
        for key, value in entries(text) if len(text) > _SHORT else _entries_of_short(text):
            self.values.setdefault(key, []).append(value)
            if depth < _DEEPEST_INCLUDE and _includes(key, home, git_dir):
                file = os.path.join(os.path.dirname(path), _expand(value, home))
                self.read(file, home=home, git_dir=git_dir, depth=depth + 1)

    def get(self, key: str) -> str | None:
        values = self.values.get(fold(key))
        return values[-1] if values else None

    def all(self, key: str) -> list[str]:
        return self.values.get(fold(key), [])

    def true(self, key: str, default: bool = False) -> bool:
        value = self.get(key)
        return default if value is None else value.lower() in ("true", "yes", "on", "1")

    def sections(self, section: str) -> Iterator[tuple[str, str, str]]:
        """(subsection, key, last value) of all subsections of a section."""
        for name, values in self.values.items():
            head, _, rest = name.partition(".")
            subsection, dot, key = rest.rpartition(".")
            if head == section and dot:
                yield subsection, key, values[-1]


def fold(key: str) -> str:
    """A key as it is stored: section and last part in lower case, the subsection as it stands."""
    head, _, rest = key.partition(".")
    subsection, dot, last = rest.rpartition(".")
    return f"{head.lower()}.{subsection}{dot}{last.lower()}"


def entries(text: str) -> Iterator[tuple[str, str]]:
    """The settings of one file in order; lines that are not well formed are passed over."""
    section = ""
    lines = iter(text.splitlines())
    for raw in lines:
        line = raw.strip()
        header = _SECTION.match(line)
        if header:
            section = _join(header[1].lower(), header[2])
            line = line[header.end() :].strip()
        if not line or line[0] in "#;" or not section:
            continue
        key = _KEY.match(line)
        if key is None:
            continue
        rest = line[key.end() :]
        while rest.endswith("\\") and not rest.endswith("\\\\"):
            rest = rest[:-1] + next(lines, "")
        yield f"{section}.{key[1].lower()}", _unquote(rest) if key[2] else "true"


@functools.lru_cache(maxsize=64)
def _entries_of_short(text: str) -> tuple[tuple[str, str], ...]:
    """`entries`, kept: each call reads the same few files again, and a text says the same each time."""
    return tuple(entries(text))


def _join(name: str, subsection: str | None) -> str:
    return name if subsection is None else name + "." + re.sub(r"\\(.)", r"\1", subsection)


def _unquote(text: str) -> str:
    """A value without its quotes, escapes, trailing comment and trailing white space."""
    out: list[str] = []
    solid = 0  # what lies before this was quoted or is no white space
    quoted = False
    index = 0
    while index < len(text):
        char = text[index]
        index += 1
        if char == "\\" and index < len(text):
            out.append(_ESCAPES.get(text[index], text[index]))
            index += 1
        elif char == '"':
            quoted = not quoted
            solid = len(out)
            continue
        elif char in "#;" and not quoted:
            break
        else:
            out.append(char)
        if quoted or not out[-1].isspace():
            solid = len(out)
    return "".join(out[:solid])


def _includes(key: str, home: str, git_dir: str) -> bool:
    if key == "include.path":
        return True
    if not (key.startswith("includeif.gitdir") and key.endswith(".path")):
        return False
    pattern = _expand(key.removesuffix(".path").partition(":")[2], home)
    if pattern.endswith("/"):
        pattern += "*"
    if not pattern.startswith("/"):
        pattern = "*/" + pattern
    return fnmatch.fnmatchcase(git_dir + "/", pattern) or fnmatch.fnmatchcase(git_dir, pattern)


def _expand(path: str, home: str) -> str:
    return os.path.join(home, path[2:]) if path.startswith("~/") else path


def load(common_dir: str, git_dir: str, home: str) -> Config:
    """System, user, repository and worktree settings, in git's order."""
    config = Config()
    for path in (
        "/etc/gitconfig",
        os.path.join(home, ".config/git/config"),
        os.path.join(home, ".gitconfig"),
        os.path.join(common_dir, "config"),
        os.path.join(git_dir, "config.worktree"),
    ):
        config.read(path, home=home, git_dir=git_dir)
    return config
