"""Patch texts: the form with `*** Update File` sections, and unified diffs.

Nothing is applied or checked: a section is a file, what happens to it, and the lines that come and go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

_HEADS: Final[dict[str, Literal["create", "edit", "delete"]]] = {
    "*** Add File": "create",
    "*** Update File": "edit",
    "*** Delete File": "delete",
}
_NOWHERE: Final = "/dev/null"


@dataclass
class Section:
    """One file of a patch. `moved_to` is set where it gets another name."""

    how: Literal["create", "edit", "delete"]
    path: str
    moved_to: str = ""
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def read_patch(text: str) -> list[Section]:
    """The sections of a patch in order; none where it names no file."""
    found: list[Section] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        head, colon, rest = line.partition(": ")
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if colon and head in _HEADS:
            found.append(Section(_HEADS[head], rest.strip()))
        elif colon and head == "*** Move to" and found:
            found[-1].moved_to = rest.strip()
        elif line.startswith("--- ") and after.startswith("+++ "):
            found.append(_diffed(_name(line, "a/"), _name(after, "b/")))
        elif line.startswith("+++ ") and number and lines[number - 1].startswith("--- "):
            continue
        elif line.startswith("rename to ") and found and not found[-1].moved_to:
            found[-1].moved_to = line.removeprefix("rename to ").strip()
        elif line.startswith("rename from "):
            found.append(Section("edit", line.removeprefix("rename from ").strip()))
        elif found and line[:1] in ("+", "-"):
            (found[-1].added if line[0] == "+" else found[-1].removed).append(line[1:])
    return [section for section in found if section.path]


def _diffed(before: str, after: str) -> Section:
    if after == _NOWHERE:
        return Section("delete", "" if before == _NOWHERE else before)
    if before == _NOWHERE:
        return Section("create", after)
    return Section("edit", before, moved_to=after if after != before else "")


def _name(line: str, prefix: str) -> str:
    return line[4:].split("\t", maxsplit=1)[0].strip().removeprefix(prefix)
