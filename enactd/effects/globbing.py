"""Globs against real folders, as bash expands them."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable
from typing import Final

GLOB_LIMIT: Final = 200
_GLOB: Final = re.compile(r"[*?\[]")


def glob(
    pattern: str, folder: str, names: Callable[[str], tuple[str, ...] | None], *, hidden: bool = False
) -> list[str] | None:
    """Names that match, as written; None where a folder cannot be listed. `*` never matches a leading dot."""
    absolute = pattern.startswith("/")
    found = [""]
    segments = [s for s in pattern.split("/") if s] if absolute else pattern.split("/")
    for index, segment in enumerate(segments):
        matches: list[str] = []
        for base in found:
            prefix = "/" if absolute and index == 0 else base + ("/" if base else "") if index else base
            if not _GLOB.search(segment):
                matches.append(prefix + segment)
                continue
            here = posixpath.join(folder, prefix) if prefix else folder
            listed = names(here.rstrip("/") or "/")
            if listed is None:
                return None
            dots = hidden or segment.startswith((".", "[."))
            regex = re.compile(fnmatch.translate(segment.replace("[^", "[!")))
            matches.extend(prefix + name for name in listed if (dots or not name.startswith(".")) and regex.match(name))
            if len(matches) > GLOB_LIMIT + 1:
                return None
        found = matches
    if found and _GLOB.search(pattern) and not _GLOB.search(segments[-1]):
        parents = {posixpath.dirname(name) for name in found}
        present: list[str] = []
        for parent in sorted(parents):
            listed = names(posixpath.join(folder, parent).rstrip("/") or "/") or ()
            present.extend(
                n for n in found if posixpath.dirname(n) == parent and posixpath.basename(n) in (*listed, "")
            )
        return present
    return found
