"""What the call itself has changed so far: the world as later commands of the same call find it.

Facts looked up before the call ran are wrong for what the call touched. Here they become unknown, except
where the change is certain: a link that was made leads where it leads, a folder that was made is there.
"""

from __future__ import annotations

import posixpath
from typing import Any, Final

from enactd.effects.model import (
    CopyPath,
    DeletePath,
    Effect,
    LinkPath,
    MovePath,
    Opaque,
    RunCode,
    Target,
    UnknownTool,
    WritePath,
)
from enactd.world import UNKNOWN_STAT, Stat, World

_LINKS: Final = 8


class ChangedWorld(World):
    """A world with the changes of the call over it. Everything else is the world's own answer."""

    def __init__(self, base: World) -> None:
        self.base = base
        self.cwd, self.workspace, self.home = base.cwd, base.workspace, base.home
        self.environment, self.complete, self.assumed = base.environment, base.complete, base.assumed
        self.facts = base.facts
        self.links: dict[str, str] = {}
        self.touched: set[str] = set()  # what is in it is not what it was
        self.uncertain: set[str] = set()  # it may be gone, or be something else
        self.folders: set[str] = set()
        self.listings: dict[str, set[str] | None] = {}  # folder -> names that came or went, None: any
        self.everywhere = False  # something ran that nobody can read: any folder may list anything

    # --- changes -----------------------------------------------------------------------------------

    def observe(self, effect: Effect, place: str) -> None:
        """Take an effect into account; effects in other places change nothing here."""
        if place or effect.place:
            return
        match effect:
            case LinkPath():
                self._touch(effect.to, uncertain=True)
                if effect.to.named:
                    self._link(effect.to, effect.target)
            case MovePath() | CopyPath() if effect.to.path is None:
                self.everywhere = True  # it may have come into any folder
                self._touch(effect.target, uncertain=isinstance(effect, MovePath))
            case MovePath() | CopyPath():
                moves = isinstance(effect, MovePath)
                self._touch(effect.to, uncertain=moves)
                if moves:
                    self._touch(effect.target, uncertain=True)
                self._touch_inside(effect.to, effect.target, uncertain=moves)
            case DeletePath():
                self._touch(effect.target, uncertain=True)
            case WritePath(how="create" | "append", content="", recursive=False) if self._is_there(effect.target):
                pass  # `touch` and `mkdir -p` leave what is there as it is
            case WritePath():
                self._touch(effect.target)
            case RunCode() | Opaque() | UnknownTool():
                self.everywhere = True

    def made(self, path: str) -> None:
        """A folder was made; it is there if it could be made at all."""
        parent = posixpath.dirname(path)
        mine = any(
            (path + "/").startswith(place + "/") for place in (self.workspace, self.home, "/tmp") if place != "/"
        )
        if mine and self.base.stat(path).kind in ("missing", "folder") and self.stat(parent).kind == "folder":
            self.folders.add(path)

    def _touch(self, target: Target, *, uncertain: bool = False) -> None:
        for path in {target.path, target.named}:
            if path is None:
                self.everywhere = self.everywhere or target.worst is not None
                continue
            self.touched.add(path)
            if uncertain:
                self.uncertain.add(path)
                self.folders = {folder for folder in self.folders if not (folder + "/").startswith(path + "/")}
            self.links.pop(path, None)
            if target.pattern or target.everything_in:
                self.listings[path] = None
            else:
                self._listed(path)

    def _is_there(self, target: Target) -> bool:
        """Whether one known thing is there, whatever the call did."""
        if target.path is None or target.pattern or target.everything_in:
            return False
        return self.stat(target.path).kind in ("file", "folder")

    def _listed(self, path: str) -> None:
        """A name came, went, or may have."""
        folder, name = posixpath.split(path)
        known = self.listings.setdefault(folder, set())
        if known is not None:
            known.add(name)

    def _touch_inside(self, to: Target, source: Target, *, uncertain: bool) -> None:
        """Into a folder, a thing keeps its name."""
        names = [source.path, source.named]
        for folder in {to.path, to.named} - {None}:
            for name in names:
                if name is None:
                    self.listings[folder or ""] = None
                else:
                    inside = posixpath.join(folder or "", posixpath.basename(name))
                    self.touched.add(inside)
                    self._listed(inside)
                    if uncertain:
                        self.uncertain.add(inside)
        if source.named and source.path and source.named != source.path and to.named:
            self.links.setdefault(to.named, source.path)  # a link that moves still leads where it led

    def _link(self, to: Target, target: Target) -> None:
        goal = target.path
        if goal is None or to.named is None:
            return
        inside = posixpath.join(to.named, posixpath.basename(goal))
        self.links[to.named] = goal
        self.touched.add(inside)
        if to.kind == "folder":
            self.links[inside] = goal

    # --- answers -----------------------------------------------------------------------------------

    @staticmethod
    def _below(path: str, places: set[str]) -> bool:
        """Whether the path or a folder above it is among these."""
        while True:
            if path in places:
                return True
            parent = posixpath.dirname(path)
            if parent == path:
                return False
            path = parent

    def doubtful(self, path: str) -> bool:
        """Whether the call did something to the path, so that it may not be what it is said to be."""
        return path not in self.folders and bool(self.touched) and self._below(path, self.touched)

    def variable(self, name: str) -> str | None:
        return self.base.variable(name)

    def stat(self, path: str) -> Stat:
        plain = path.rstrip("/") or "/"
        if plain in self.folders:
            return Stat("folder")
        return UNKNOWN_STAT if self.uncertain and self._below(plain, self.uncertain) else self.base.stat(path)

    def real(self, path: str) -> str:
        if not self.links:
            return self.base.real(path)
        for _ in range(_LINKS):
            found = next((link for link in self.links if path == link or path.startswith(link + "/")), None)
            if found is None:
                break
            path = posixpath.normpath(self.links[found] + path[len(found) :])
        return self.base.real(path)

    def names(self, path: str) -> tuple[str, ...] | None:
        plain = path.rstrip("/") or "/"
        if self.everywhere or plain in self.listings or (self.touched and self._below(plain, self.touched)):
            return None
        return self.base.names(path)

    def listing(self, path: str, *, doubtful: bool) -> tuple[str, ...] | None:
        """The names in a folder with, or without, those that the call may have made or removed; None: not known."""
        plain = path.rstrip("/") or "/"
        changed = self.listings.get(plain, set())
        if self.everywhere or changed is None or (self.touched and self._below(plain, self.touched)):
            return None
        names = self.base.names(path)
        if names is None or not changed:
            return names
        return tuple(sorted(set(names) | changed if doubtful else set(names) - changed))

    def text(self, path: str, limit: int = 65_536) -> str | None:
        return None if self.touched and self._below(path, self.touched) else self.base.text(path, limit)

    def digest(self, path: str) -> str | None:
        return self.base.digest(path)  # also of what the call touches: it binds an answer, and says nothing of a run

    def git_state(self, path: str) -> Any:
        return self.base.git_state(path)

    def repository(self, path: str) -> Any:
        return self.base.repository(path)
