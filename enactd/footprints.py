"""What an allowed call would leave behind, looked at before and after: which files it made, changed, took away.

So a call that failed or was interrupted can be told from one that was half done. Only what its effects name is
looked at, a bounded number of paths, by `lstat` alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

import msgspec

from enactd.disk import Sign, signs
from enactd.effects import model
from enactd.effects.model import Effect

PATHS: Final = 64
CALLS: Final = 1024
"""How many calls may be on their way at once and still be compared."""
How = Literal["made", "changed", "removed"]
_NO_PART: Final = (model.ReadPath, model.AgentTool, model.UseGate, model.SearchSecrets, model.Opaque)
Look = Callable[[Iterable[str]], list[Sign] | None]
"""What lies at paths now; None where nobody can tell."""


class Change(msgspec.Struct, frozen=True):
    """A path that is not as it was."""

    path: str
    how: How


class Footprint(msgspec.Struct, frozen=True):
    """A call before it runs: how many things it would do, and what lies at the paths it names."""

    parts: int
    before: dict[str, Sign]
    look: Look = signs

    def changes(self) -> tuple[Change, ...]:
        """What is different now; nothing where nobody can tell."""
        now = self.look(self.before) or list(self.before.values())
        found = (_change(path, sign, later) for (path, sign), later in zip(self.before.items(), now, strict=False))
        return tuple(change for change in found if change)


class Footprints:
    """Of the calls that were let through and have not come back. Usable from any thread."""

    def __init__(self, look: Look = signs) -> None:
        self._look = look
        self._waiting: OrderedDict[tuple[str, str, str], Footprint] = OrderedDict()
        self._mutex = threading.Lock()

    def take(self, agent: str, session: str, call_id: str, effects: Iterable[Effect]) -> None:
        """Look at what the call could change. Blocks for as long as `lstat` does."""
        if not call_id:
            return
        found = footprint(effects, self._look)
        with self._mutex:
            self._waiting[agent, session, call_id] = found
            while len(self._waiting) > CALLS:
                self._waiting.popitem(last=False)

    def pop(self, agent: str, session: str, call_id: str) -> Footprint | None:
        """What was seen before the call, once; None if nothing was."""
        with self._mutex:
            return self._waiting.pop((agent, session, call_id), None)


def footprint(effects: Iterable[Effect], look: Look = signs) -> Footprint:
    """How many parts there are beside looking, and the present state of the paths they name."""
    parts, paths = 0, dict[str, None]()
    for effect in effects:
        if isinstance(effect, _NO_PART):
            continue
        parts += 1
        if not effect.place:
            paths.update(dict.fromkeys(_paths(effect)))
    named = list(paths)[:PATHS]
    return Footprint(parts, dict(zip(named, look(named) or (), strict=False)), look)


def status(ok: bool, interrupted: bool, before: Footprint | None, changes: Iterable[Change]) -> str:
    """How a call ended: of several parts, one that failed with some effects seen, or was interrupted, is `partial`."""
    if interrupted:
        return "partial" if before is not None and before.parts > 1 else "interrupted"
    if ok:
        return "ok"
    return "partial" if before is not None and before.parts > 1 and any(changes) else "failed"


def _paths(effect: Effect) -> Iterator[str]:
    match effect:
        case model.MovePath(target=target, to=to):
            yield from (place for place in (target.path, to.path) if place)
        case model.CopyPath(to=to) | model.LinkPath(to=to):
            yield from ((to.path,) if to.path else ())
        case model.WritePath(target=target) | model.DeletePath(target=target) | model.ChangeMode(target=target):
            yield from ((target.path,) if target.path else ())
        case _:
            pass


def _change(path: str, before: Sign, now: Sign) -> Change | None:
    if now == before:
        return None
    return Change(path, "made" if before is None else "removed" if now is None else "changed")
