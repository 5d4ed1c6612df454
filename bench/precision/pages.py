"""Command lines of the tldr pages: one example each, its blanks filled in the way the page itself does."""

from __future__ import annotations

import re
from collections.abc import Iterator

EXAMPLE = re.compile(r"^`([^`\n]+)`$", re.M)
BLANK = re.compile(r"\{\{(.*?)\}\}(?!\})")
CHOICE = re.compile(r"^\[([^|\]]+)\|([^\]]+)\]$")
KEPT = 8  # of so many examples one is kept, told by the hash of its text


def examples(text: str) -> Iterator[str]:
    """The examples of a page. Of `{{[-s|--long]}}` the long form is taken, of `{{a|b}}` the first, of `...` one."""
    for written in EXAMPLE.findall(text):
        command = BLANK.sub(lambda match: _filled(match[1]), written).strip()
        if "{{" not in command and not re.match(r"^(?:<|\[|:)", command):
            yield command


def _filled(blank: str) -> str:
    choice = CHOICE.match(blank)
    if choice:
        return choice[2]
    blank = re.sub(r"\[([^|\[\]]+)(?:\|[^|\[\]]+)+\]", r"\1", blank)
    words = re.sub(r"\s*\.\.\.\s*", " ", blank).strip()
    first = words.split("|")[0] if "|" in words and " | " not in words else words
    return first.split(" ")[0] if re.match(r"^(?:path/to|/path/to)/\S+\d? ", first) else first
