"""Globs against real folders, as bash expands them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

from enactd.effects.shell.patterns import compiled, plain

GLOB_LIMIT: Final = 200
_GLOB: Final = re.compile(r"[*?\[]")


def glob(
    pattern: str, folder: str, names: Callable[[str], tuple[str, ...] | None], *, hidden: bool = False
) -> list[str] | None:
    """Names that match, as written; None where a folder cannot be listed. `*` never matches a leading dot.

    Quoted characters of the pattern are escaped with a backslash.
    """
    absolute = pattern.startswith("/")
    found = [""]
    segments = [s for s in pattern.split("/") if s] if absolute else pattern.split("/")
    for index, segment in enumerate(segments):
        matches: list[str] = []
        for base in found:
            prefix = "/" if absolute and index == 0 else base + ("/" if base else "") if index else base
            literal = plain(segment)
            if literal is not None:
                matches.append(prefix + literal)
                continue
            here = posixpath.join(folder, prefix) if prefix else folder
            listed = names(here.rstrip("/") or "/")
            if listed is None:
                return None
            dots = hidden or segment.startswith((".", "[."))
            regex = compiled(segment, extended=False)
            if regex is None:
                return None
            matches.extend(prefix + name for name in listed if (dots or not name.startswith(".")) and regex.match(name))
            if len(matches) > GLOB_LIMIT + 1:
                return None
        found = matches
    if found and _GLOB.search(pattern) and plain(segments[-1]) is not None:
        parents = {posixpath.dirname(name) for name in found}
        present: list[str] = []
        for parent in sorted(parents):
            listed = names(posixpath.join(folder, parent).rstrip("/") or "/")
            if listed is not None:
                present.extend(
                    n for n in found if posixpath.dirname(n) == parent and posixpath.basename(n) in (*listed, "")
                )
        return present
    return found
