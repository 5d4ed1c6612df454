"""Effects as short lines, so that tables of exact expectations stay readable."""

from __future__ import annotations

from typing import Any

import msgspec

from enactd.effects.model import Effect, Target
from enactd.world import World
from support.reading import effects

_STAMPED = {"source", "chain", "span", "conditional", "repository"}


def brief(effect: Effect) -> str:
    """`Name field=value ...`: every field that is not its default, in order; paths below the workspace are short."""
    parts = [type(effect).__name__]
    for field in msgspec.structs.fields(effect):
        value = getattr(effect, field.name)
        if field.name not in _STAMPED and value != field.default:
            parts.append(field.name if value is True else f"{field.name}={_shown(value)}")
    return " ".join(parts)


def _shown(value: Any) -> str:
    if isinstance(value, Target):
        return value.shown
    if isinstance(value, tuple | frozenset):
        items = sorted(value) if isinstance(value, frozenset) else value
        return "[" + ",".join(map(_shown, items)) + "]"
    return str(value)


def lines(command: str, **options: Any) -> list[str]:
    """What a Bash command would do, one line for each effect."""
    return [brief(effect) for effect in effects(command, **options)]


def lines_in(folder: str, home: str, command: str) -> list[str]:
    """The same in a folder of this machine, its path written as `.`."""
    world = World(cwd=folder, workspace=folder, home=home)
    found = [brief(effect) for effect in effects(command, cwd=folder, home=home, world=world)]
    return [line.replace(folder + "/", "./").replace(folder, ".") for line in found]
