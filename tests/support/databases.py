"""Effects on databases in a short form that tables of expectations can hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from enactd.effects.model import ChangeStore, Effect, MigrateDatabase, ReadPath, ResetDatabase, RunCode, RunSql
from support.reading import effects


def short(found: Iterable[Effect]) -> list[tuple[Any, ...]]:
    """One tuple per effect; reads of files are left out."""
    return [_one(effect) for effect in found if not isinstance(effect, ReadPath)]


def _one(effect: Effect) -> tuple[Any, ...]:
    if isinstance(effect, RunSql):
        name = "+".join(effect.tables) or effect.object
        return ("sql", effect.verb, name, *((effect.where,) if effect.verb in {"delete", "update"} else ()))
    if isinstance(effect, ResetDatabase):
        return ("reset", effect.how, effect.database.stage)
    if isinstance(effect, MigrateDatabase):
        return ("migrate", effect.how, effect.database.stage)
    if isinstance(effect, ChangeStore):
        return ("store", effect.verb, *(("everything",) if effect.everything else ()))
    if isinstance(effect, RunCode):
        return ("code", effect.language)
    return (type(effect).__name__,)


def told(command: str, **options: Any) -> list[tuple[Any, ...]]:
    """What a Bash command would do, in short."""
    return short(effects(command, **options))
