"""git pathspecs: which of a repository's paths the words behind `--` mean."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from typing import Final

_MAGIC: Final = re.compile(r":\(([a-z,:A-Z_=-]*)\)")


def matcher(specs: Iterable[str], below: str = "") -> Callable[[str], bool] | None:
    """A test for paths relative to the top level (folders with a trailing `/`); None: everything matches.

    `below` is the folder, relative to the top level, that the words are written in. A word with magic that is
    not understood matches everything: what a command might touch is never made smaller.
    """
    tests: list[Callable[[str], bool]] = []
    for spec in specs:
        test = _one(spec, below)
        if test is None:
            return None
        tests.append(test)
    kept = [test for test in tests if test is not _nothing]
    return (lambda path: any(test(path) for test in kept)) if kept else None


def _nothing(_path: str) -> bool:
    return False


def _one(spec: str, below: str) -> Callable[[str], bool] | None:
    long_form = _MAGIC.match(spec)
    if long_form:
        words = set(long_form[1].split(","))
        spec = spec[long_form.end() :]
        if "exclude" in words:
            return _nothing
        if words - {"top", "glob", "literal", "icase", ""}:
            return None
        below = "" if "top" in words else below
    elif spec.startswith((":!", ":^")):
        return _nothing
    elif spec.startswith(":/"):
        below, spec = "", spec[2:]
    elif spec.startswith(":"):
        return None
    return _plain(_join(below, spec))


def _plain(path: str) -> Callable[[str], bool] | None:
    if path in ("", "."):
        return None
    if any(char in path for char in "*?["):
        literal = re.split(r"[*?\[]", path, maxsplit=1)[0].rpartition("/")[0]
        pattern = re.compile(fnmatch.translate(path.rstrip("/")))
        return lambda found: (
            pattern.match(found.rstrip("/")) is not None
            or pattern.match(found.partition("/")[0]) is not None
            or (found.endswith("/") and (literal + "/").startswith(found))
        )
    folder = path.rstrip("/") + "/"
    return lambda found: found == path or found.startswith(folder) or (found.endswith("/") and folder.startswith(found))


def _join(below: str, spec: str) -> str:
    parts = [part for part in below.split("/") if part]
    for part in spec.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts) + ("/" if spec.endswith("/") and parts else "")
