"""Globs against real folders, as bash expands them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

from enactd.effects.shell.patterns import compiled, plain

GLOB_LIMIT: Final = 200
_GLOB: Final = re.compile(r"[*?\[]")


Listing = Callable[[str], tuple[str, ...] | None]
NO_FOLDER: Final = ("",)
"""What a listing gives for something that is there and no folder: nothing is below it."""


def glob(pattern: str, folder: str, names: Listing, *, hidden: bool = False) -> list[str] | None:
    """Names that match, as written; None where a folder cannot be listed. `*` never matches a leading dot.

    Quoted characters of the pattern are escaped with a backslash.
    """
    absolute = pattern.startswith("/")
    segments = [s for s in pattern.split("/") if s] if absolute else pattern.split("/")
    found = [""]
    for index, segment in enumerate(segments):
        first = "/" if absolute else ""
        prefixes = [base + "/" if base else "" for base in found] if index else [first]
        literal = plain(segment)
        if literal is not None:
            found = [prefix + literal for prefix in prefixes]
            continue
        matches = _matches(segment, folder, prefixes, names, hidden=hidden)
        if matches is None:
            return None
        found = matches
    if found and _GLOB.search(pattern) and plain(segments[-1]) is not None:
        return _present(found, folder, names)
    return found


def _matches(segment: str, folder: str, prefixes: list[str], names: Listing, *, hidden: bool) -> list[str] | None:
    """What one segment matches below each prefix."""
    regex = compiled(segment, extended=False)
    if regex is None:
        return None
    dots = hidden or segment.startswith((".", "[."))
    matches: list[str] = []
    for prefix in prefixes:
        listed = names(_below(folder, prefix))
        if listed is None:
            return None
        if listed is NO_FOLDER:
            continue
        matches.extend(prefix + name for name in listed if (dots or not name.startswith(".")) and regex.match(name))
        if len(matches) > GLOB_LIMIT + 1:
            return None
    return matches


def _below(folder: str, written: str) -> str:
    """The folder that is listed. `..` stays: what it leads to depends on links."""
    parts = [part for part in posixpath.join(folder, written).split("/") if part not in ("", ".")]
    return "/" + "/".join(parts)


def _present(found: list[str], folder: str, names: Listing) -> list[str]:
    """Of names that end in text without a pattern, those that are there: `*/x` is no name where no folder has an x."""
    present: list[str] = []
    for parent in sorted({posixpath.dirname(name) for name in found}):
        listed = names(_below(folder, parent))
        if listed is not None and listed is not NO_FOLDER:
            there = {*listed, "", ".", ".."}
            present += [n for n in found if posixpath.dirname(n) == parent and posixpath.basename(n) in there]
    return present
