"""Read code as a one-liner of its interpreter, and put effects into short words."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

from enactd.effects.model import Effect
from support.reading import call_effects, effects


def one_liner(program: str, code: str, **options: Any) -> list[Effect]:
    """`program CODE` through the shell, quoted so that it arrives as it is; `program` ends with its option."""
    return effects(f"{program} {shlex.quote(code)}", **options)


def node(code: str, **options: Any) -> list[Effect]:
    return one_liner("node -e", code, **options)


def deeds(found: Iterable[Effect]) -> list[str]:
    """Each effect as its type and what it touches: `DeletePath /home/u`."""
    return [f"{type(effect).__name__} {_what(effect)}".rstrip() for effect in found]


def _what(effect: Effect) -> str:
    target = getattr(effect, "target", None)
    if target is not None:
        to = getattr(effect, "to", None)
        return f"{target.shown} {to.shown}" if to is not None else str(target.shown)
    for name in ("host", "tables", "origin", "scope", "how", "verb", "what", "to", "device", "by"):
        value = getattr(effect, name, None)
        if value:
            return " ".join(value) if isinstance(value, tuple) else str(value)
    return ""


def powershell(code: str, **options: Any) -> list[Effect]:
    """A command of the PowerShell tool, for a user of Windows."""
    places = {"cwd": "C:/src/app", "home": "C:/Users/u", **options}
    return call_effects("PowerShell", {"command": code}, **places)


def python(code: str, **options: Any) -> list[Effect]:
    return one_liner("python3 -c", code, **options)
