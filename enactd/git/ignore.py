"""Which untracked paths git would ignore: `.gitignore` files, `info/exclude`, the user's excludes file."""

from __future__ import annotations

import fnmatch
import functools
import os
import re
from typing import Final

from enactd.disk import read_text

_LIMIT: Final = 256 << 10
_MOST_PATTERNS: Final = 5_000
_SHORT: Final = 8_192  # characters of a text whose patterns are kept
_GLOB: Final = re.compile(r"[*?\[\\]")


class Pattern:
    """One line of an ignore file. Paths are tried relative to the folder of that file."""

    __slots__ = ("anchored", "folder_only", "literal", "negated", "segments", "suffix")

    def __init__(self, line: str) -> None:
        self.negated = line.startswith("!")
        body = line[1:] if self.negated else line
        self.folder_only = body.endswith("/")
        body = body.rstrip("/") if self.folder_only else body
        self.anchored = "/" in body
        parts = [part for part in body.split("/") if part]
        only = parts[0] if len(parts) == 1 and not self.anchored else None
        self.literal = only if only is not None and not _GLOB.search(only) else None
        simple = only is not None and only.startswith("*") and not _GLOB.search(only[1:])
        self.suffix = only[1:] if only is not None and simple else None
        self.segments = [] if self.literal is not None or simple else [_segment(part) for part in parts]

    def matches(self, path: str, name: str, folder: bool) -> bool:
        """Whether the pattern names this path; `name` is its last part."""
        if self.folder_only and not folder:
            return False
        if self.literal is not None:
            return name == self.literal
        if self.suffix is not None:
            return name.endswith(self.suffix)
        if not self.anchored:
            segment = self.segments[0] if self.segments else None
            return segment is None or segment.match(name) is not None
        return _match_parts(self.segments, path.split("/"))


def _segment(part: str) -> re.Pattern[str] | None:
    """A compiled path segment, None for `**`. The translation backtracks in linear time only."""
    if part == "**":
        return None
    text = re.sub(r"\\(.)", lambda found: f"[{found[1]}]" if found[1] not in "]^!" else found[1], part)
    try:
        return re.compile(fnmatch.translate(text.replace("[^", "[!")))
    except re.error:
        return re.compile(re.escape(part) + r"\Z")


def _match_parts(pattern: list[re.Pattern[str] | None], parts: list[str]) -> bool:
    """Whole-path match; `reach` holds how many segments may have been used up so far."""
    reach = _past_stars(pattern, {0})
    for index, part in enumerate(parts):
        after: set[int] = set()
        for at in reach:
            if at >= len(pattern):
                continue
            segment = pattern[at]
            if segment is None:
                after.add(at)
                if at == len(pattern) - 1 and index == len(parts) - 1:
                    return True
            elif segment.match(part):
                after.add(at + 1)
        reach = _past_stars(pattern, after)
    return len(pattern) in reach and not (pattern and pattern[-1] is None)


def _past_stars(pattern: list[re.Pattern[str] | None], reach: set[int]) -> set[int]:
    """`**` may stand for no segment at all, so each position before one also counts behind it."""
    more = set(reach)
    for start in reach:
        at = start
        while at < len(pattern) and pattern[at] is None:
            at += 1
            more.add(at)
    return more


def parse(text: str) -> list[Pattern]:
    """The patterns of an ignore file, in order."""
    patterns: list[Pattern] = []
    for raw in text.splitlines()[:_MOST_PATTERNS]:
        line = raw.rstrip("\r")
        while line.endswith(" ") and not line.endswith("\\ "):
            line = line[:-1]
        if not line or line.startswith("#") or len(line) > 1000 or not line.strip("!/"):
            continue
        patterns.append(Pattern(line))
    return patterns


_parse_short: Final = functools.lru_cache(maxsize=64)(parse)


def _patterns_of(path: str) -> list[Pattern]:
    """The patterns of a file, none where there is none. What a short text says is kept: each call asks again."""
    text = read_text(path, _LIMIT) or ""
    return parse(text) if len(text) > _SHORT else _parse_short(text)


def decide(patterns: list[Pattern], path: str, folder: bool) -> bool | None:
    """Whether the last matching pattern ignores (True) or keeps (False) the path; None: no match."""
    name = path.rpartition("/")[2]
    for pattern in reversed(patterns):
        if pattern.matches(path, name, folder):
            return not pattern.negated
    return None


class Ignores:
    """The ignore rules of one working folder. All paths are relative to it, with `/`."""

    def __init__(self, top: str, shared: tuple[str, ...]) -> None:
        self.top = top
        self._shared = [_patterns_of(path) for path in shared]
        self._own: dict[str, list[Pattern]] = {}

    def ignored(self, path: str, folder: bool) -> bool:
        """Whether git would ignore an untracked path, because of itself or of a folder above it."""
        parts = path.split("/")
        for length in range(1, len(parts)):
            if self.ignored_here("/".join(parts[:length]), True):
                return True
        return self.ignored_here(path, folder)

    def ignored_here(self, path: str, folder: bool) -> bool:
        """The same where the folders above it are known not to be ignored."""
        base = path.rpartition("/")[0]
        while True:
            patterns = self._patterns(base)
            if patterns:
                decision = decide(patterns, path[len(base) + 1 :] if base else path, folder)
                if decision is not None:
                    return decision
            if not base:
                break
            base = base.rpartition("/")[0]
        for patterns in self._shared:
            decision = decide(patterns, path, folder)
            if decision is not None:
                return decision
        return False

    def _patterns(self, base: str) -> list[Pattern]:
        found = self._own.get(base)
        if found is None:
            found = self._own[base] = _patterns_of(os.path.join(self.top, base, ".gitignore"))
        return found
