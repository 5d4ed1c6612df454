"""A command line as a plan needs it: its words, and the folder it runs in, as far as the reading knew them."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from enactd.effects.model import Effect
from enactd.effects.steps import Step

_UNKNOWN: Final = ("is not known", "known only", "<output of")


class Command(NamedTuple):
    """`words` without the program's own name; `folder` is None where it is known only when it runs."""

    tool: str
    words: tuple[str, ...]
    folder: str | None

    def path(self, text: str) -> str | None:
        """A path argument, absolute; None for one that only the run tells."""
        if self.folder is None or not is_known(text):
            return None
        return posixpath.normpath(posixpath.join(self.folder, text))

    def values(self, *names: str) -> list[str]:
        """What options are given, `-name value` and `-name=value` alike, with one dash or two."""
        found: list[str] = []
        words = iter(self.words)
        for word in words:
            name, equals, value = word.partition("=")
            if name.lstrip("-") in names and name.startswith("-"):
                found.append(value if equals else next(words, ""))
        return found

    def operands(self, *taking: str) -> list[str]:
        """The words that are no options, nor values of the options `taking` one."""
        found: list[str] = []
        words = iter(self.words)
        for word in words:
            if not word.startswith("-") or word == "-":
                found.append(word)
            elif "=" not in word and word.lstrip("-") in taking:
                next(words, "")
        return found


def is_known(word: str) -> bool:
    """Whether a word is the one that will be used, and not a stand-in for one that only the run tells."""
    return not any(mark in word for mark in _UNKNOWN) and "$" not in word and "…" not in word


def commands(
    effects: Iterable[tuple[Effect, str]], trace: Sequence[Step], cwd: str
) -> Iterator[tuple[Effect, Command]]:
    """The command behind each effect with a tool, each command line once."""
    seen: set[tuple[str, str | None]] = set()
    for effect, tool in effects:
        step = next((step for step in trace if effect.source in (step.source or step.command, step.command)), None)
        text, folder = (step.command, step.folder) if step is not None else (effect.source, cwd)
        if folder.endswith("…") and cwd.startswith(folder[:-1]):
            folder = cwd
        place = folder if folder.startswith("/") and is_known(folder) else None
        if (text, place) in seen:
            continue
        seen.add((text, place))
        yield effect, Command(tool, tuple(_split(text)[1:]), place)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
