"""Effects of cloud and container commands in a few words each, for tables of tests."""

from __future__ import annotations

from typing import Any

from enactd.effects import model as m
from support.reading import effects


def told(command: str, **options: Any) -> list[str]:
    """What a command does: `delete`, `apply local`, `remove volume +volumes`, `DeletePath /etc @docker web`."""
    return [_brief(effect) for effect in effects(command, **options)]


def _brief(effect: m.Effect) -> str:
    place = f" @{effect.place}" if effect.place else ""
    if isinstance(effect, m.ChangeInfrastructure):
        flags = [name for name in ("bulk", "local") if getattr(effect, name)]
        return " ".join([effect.verb, *flags, *([f"in {effect.context}"] if effect.context else [])]) + place
    if isinstance(effect, m.ChangeContainers):
        flags = [f"+{name}" for name in ("everything", "volumes", "force", "privileged") if getattr(effect, name)]
        return " ".join([effect.verb, effect.what, *flags, *(mount.shown for mount in effect.mounts)]) + place
    target = getattr(effect, "target", None)
    detail = target.shown if isinstance(target, m.Target) else getattr(effect, "verb", "") or getattr(effect, "to", "")
    return f"{effect.type_name} {detail or ''}".strip() + place
