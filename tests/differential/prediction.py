"""What our reader says beforehand, and whether it covers what happened."""

from __future__ import annotations

import fnmatch
import posixpath
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from enactd.effects.model import (
    ChangeMode,
    CopyPath,
    DeletePath,
    Effect,
    LinkPath,
    MovePath,
    Opaque,
    RunCode,
    Target,
    WritePath,
)
from enactd.effects.paths import Places
from enactd.effects.reading import Reading
from enactd.effects.shell.builtins import find_builtin
from enactd.world import World

from .execution import ENVIRONMENT, Event
from .grammar import LINKS

_TEMPORARY: Final = re.compile(r"/(?:sed|Cu|cp|tmp\.)[A-Za-z0-9]{5,10}$")
_PLUMBING: Final = frozenset({"bash", "sh", "timeout", "env"})


@dataclass
class Prediction:
    """The effects of one program and the programs it was seen to start."""

    effects: list[Effect]
    programs: set[str]

    @property
    def opaque(self) -> bool:
        """Whether a part of the program is said to be beyond reading."""
        return any(isinstance(e, Opaque) or _unread(e) for e in self.effects)

    @property
    def beyond(self) -> set[str]:
        """The programs that `opaque` parts stand for; the empty name stands for the shell itself and all it starts."""
        return {_started(e.source) for e in self.effects if isinstance(e, Opaque) or _unread(e)}

    @property
    def vague(self) -> bool:
        """Whether a target is known only at run time."""
        return any(target.path is None for e in self.effects for target in _targets(e))


def _unread(effect: Effect) -> bool:
    """Code that was not looked into; what came out of a decoder is told as code even where its text is known."""
    return (
        isinstance(effect, RunCode) and effect.origin != "system" and (effect.origin != "decoded" or "<" in effect.what)
    )


def _started(source: str) -> str:
    """The program that a command starts as a process of its own; nothing for what runs in the shell itself."""
    try:
        words = [word for word in shlex.split(source) if not re.match(r"[A-Za-z_]\w*=", word)]
    except ValueError:
        return ""
    name = posixpath.basename(words[0]) if words else ""
    return name if re.fullmatch(r"[\w.-]+", name) and find_builtin(name) is None else ""


def predict(text: str, folder: str) -> Prediction:
    """Read a program in the template's folder, with the environment it will have."""
    world = World(cwd=folder, workspace=folder, home=ENVIRONMENT["HOME"], environment=ENVIRONMENT, complete=True)
    reading = Reading(world, Places(workspace=folder, home=ENVIRONMENT["HOME"]))
    effects = reading.bash(text)
    return Prediction(effects, {_program(step.command) for step in reading.trace})


def _program(words: str) -> str:
    return posixpath.basename(words.split(" ", 1)[0])


def uncovered(prediction: Prediction, events: Iterable[Event], folder: str) -> list[Event]:
    """Events that nothing predicted, and that happened in no program which is said to be beyond reading."""
    beyond = prediction.beyond
    if "" in beyond:
        return []
    events = [event for event in events if not beyond.intersection(event.chain)]
    links = {posixpath.join(folder, name): posixpath.join(folder, goal) for name, goal in LINKS.items()}
    missing: list[Event] = []
    fresh: set[str] = set()
    for happened in events:
        event = happened
        if event.kind == "exec":
            if event.path not in _PLUMBING and event.path not in prediction.programs:
                missing.append(event)
            continue
        if event.kind in ("write", "make") and _TEMPORARY.search(event.path):
            fresh.add(event.path)
            continue
        if event.kind == "rename" and event.path in fresh:
            event = Event("write", event.to)
        if event.path in fresh:
            continue
        if not any(_covers(effect, event, links) for effect in prediction.effects) and not (
            # `sed -i.bak` keeps the old file by renaming it, and writes both names.
            event.kind == "rename"
            and all(
                any(_covers(effect, Event("write", path), links) for effect in prediction.effects)
                for path in (event.path, event.to)
            )
        ):
            missing.append(event)
    return missing


def _covers(effect: Effect, event: Event, links: dict[str, str]) -> bool:
    return any(
        _covers_path(effect, event.kind, path, to)
        for path in _spellings(event.path, links)
        for to in _spellings(event.to, links)
    )


def _spellings(path: str, links: dict[str, str]) -> list[str]:
    """The path as it was used, and with the template's links resolved."""
    found = [path]
    for link, goal in links.items():
        if path == link or path.startswith(link + "/"):
            found.append(goal + path[len(link) :])
    return found


def _covers_path(effect: Effect, kind: str, path: str, to: str) -> bool:
    match effect:
        case DeletePath(target=target):
            return kind == "delete" and _holds(target, path, deep=effect.recursive or effect.bulk)
        case MovePath(target=target, to=goal):
            if kind == "rename":
                return _holds(target, path, deep=False) and _holds(goal, to, deep=True)
            return (kind == "delete" and _holds(target, path, deep=True)) or (
                kind in ("write", "make", "delete") and _holds(goal, path, deep=True)
            )
        case CopyPath(to=goal) | LinkPath(to=goal):
            return kind in ("write", "make", "mode", "delete") and _holds(goal, path, deep=True)
        case WritePath(target=target):
            above = (
                kind == "make"
                and effect.how == "create"
                and posixpath.join(target.path or "", target.pattern).startswith(path + "/")
            )  # `mkdir -p`
            return kind in ("write", "make") and (above or _holds(target, path, deep=effect.recursive))
        case ChangeMode(target=target):
            return kind == "mode" and _holds(target, path, deep=effect.recursive)
    return False


def _holds(target: Target, path: str, *, deep: bool) -> bool:
    """Whether a target stands for a path: itself, what matches below it, or with `deep` all below it."""
    if target.path is None:
        return True
    for base in {target.path, target.named or target.path}:
        if path == base and not (target.pattern or target.everything_in):
            return True
        relative = path[len(base.rstrip("/")) + 1 :] if path.startswith(base.rstrip("/") + "/") else None
        if relative is None:
            # `find file -delete` is said to delete what lies in the file.
            if path == base and deep:
                return True
        elif target.everything_in:
            if deep or "/" not in relative:
                return True
        elif target.pattern:
            if _matches(relative, target.pattern, deep=deep):
                return True
        elif deep:
            return True
    return False


def _matches(relative: str, pattern: str, *, deep: bool) -> bool:
    if relative == pattern:
        return True  # a pattern without a match is the word itself
    if pattern.startswith("**/"):
        return any(
            fnmatch.fnmatch(part, pattern[3:]) for part in (relative, posixpath.basename(relative))
        ) or fnmatch.fnmatch(relative, "*/" + pattern[3:])
    return fnmatch.fnmatch(relative, pattern) or (deep and fnmatch.fnmatch(relative, pattern + "/*"))


def _targets(effect: Effect) -> list[Target]:
    return [value for name in ("target", "to") if isinstance(value := getattr(effect, name, None), Target)]
