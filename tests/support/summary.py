"""Effects as short lines, for tables of commands and what they do."""

from __future__ import annotations

from typing import Any

from enactd.effects import model
from enactd.effects.model import Effect, Target
from support.reading import CWD, HOME, effects


def place(target: Target | None) -> str:
    """A target's path, from the workspace or the home; the word in angle brackets where it is not known."""
    if target is None:
        return "-"
    if target.path is None:
        return f"?{target.word}"
    shown = target.shown
    for folder, sign in ((CWD, "."), (HOME, "~")):
        if shown == folder or shown.startswith(folder + "/"):
            return sign + shown[len(folder) :]
    return shown


def summary(effect: Effect) -> str:
    """One line: the verb, its flags, the path. `user@`, `place:` and `maybe` stand before it where they apply."""
    before = f"{effect.user}@ " if effect.user else ""
    before += f"{effect.place}: " if effect.place else ""
    return before + " ".join(part for part in _parts(effect) if part)


def _parts(effect: Any) -> list[str]:
    match effect:
        case model.ReadPath():
            hidden = "" if effect.shown else "hidden"
            return [effect.how, "all" if effect.recursive else "", hidden, place(effect.target)]
        case model.WritePath():
            content = "" if effect.content is None else f"= {effect.content!r}"
            return [effect.how, "below" if effect.recursive else "", place(effect.target), content]
        case model.DeletePath():
            flags = [name for name in ("recursive", "only_empty", "bulk", "scrub") if getattr(effect, name)]
            return ["delete", *flags, place(effect.target)]
        case model.MovePath() | model.CopyPath() | model.LinkPath():
            verb = type(effect).__name__.removesuffix("Path").lower()
            return [verb, place(effect.target), "->", place(effect.to)]
        case model.ChangeMode():
            flags = [name for name in ("recursive", "opens", "owner") if getattr(effect, name)]
            return ["mode", effect.mode, *flags, place(effect.target)]
        case model.WriteDevice():
            return ["device", effect.how, effect.device]
        case model.SendData():
            return ["send", effect.by, str(effect.to), *map(place, effect.uploads)]
        case model.Request():
            return [effect.method, effect.url]
    fields = [str(getattr(effect, name)) for name in effect.__struct_fields__ if name not in Effect.__struct_fields__]
    return [type(effect).__name__, *(field for field in fields if field not in ("", "()", "False", "None"))]


def summaries(command: str, **options: Any) -> list[str]:
    """What a command would do, a line for each effect."""
    return [summary(effect) for effect in effects(command, **options)]
