"""Seeing through a scout: the same questions that `World`, `Repository` and their neighbours answer, asked elsewhere.

Each answer is checked for form and size, and kept as a fact like any other. A look-up without an answer makes the
world `trouble`d, and then the call is denied: a scout that is killed or stopped opens nothing.
"""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from enactd.agent_settings import LIMIT as SETTINGS_LIMIT
from enactd.disk import Sign
from enactd.enclosure import TOTAL_LIMIT, Enclosure, Looks, digest_of
from enactd.errors import EnactError, RefusedError, ScoutError
from enactd.git.layout import Layout
from enactd.peer import NAMESPACES, Facts, Process
from enactd.repository import Repository
from enactd.scout.answers import GIT, TOO_LARGE
from enactd.scout.client import Scout
from enactd.world import LOOKUP_LIMIT, NAMES_LIMIT, Stat, World, key_of, pack, unpack

Ask = Callable[..., Any]
_PARTS: Final = 4
DIGEST: Final = 100  # characters


class ScoutedWorld(World):
    """The world of one call, looked up by the scout. After the first question without an answer none is asked."""

    def __init__(self, scout: Scout, name: str, **places: Any) -> None:
        super().__init__(**places)
        self._scout = scout
        self._name = name

    def real(self, path: str) -> str:
        plain = os.path.normpath(path)
        if plain in self._straight:
            return plain
        key = f"real {key_of(path)}"
        if key not in self.facts and self._lookups < LOOKUP_LIMIT:
            self._lookups += 1
            found = self._true_path(path, plain)
            if found == plain:
                self._straight.add(plain)  # as in `World`: no fact is kept of what leads through no link
                return plain
            self.facts[key] = None if found is None else pack(found)
        known = self.facts.get(key)
        return unpack(known) if isinstance(known, str) else plain

    def ask(self, op: str, *arguments: Any) -> Any:
        """The scout's answer, None without one."""
        if self.trouble:
            return None
        try:
            return self._scout.ask(op, *arguments, world=self._name, home=pack(self.home))
        except ScoutError as error:
            self.trouble = f"{error.problem}: {error.cause}"
            return None

    def _true_path(self, path: str, plain: str) -> str | None:
        found = self.ask("real", pack(path))
        if not isinstance(found, str) or (plain.startswith("/") and not _is_plain(unpack(found))):
            return None
        return unpack(found)

    def _stat(self, path: str) -> dict[str, Any]:
        try:
            found = msgspec.convert(self.ask("stat", pack(path)) or {}, Stat)
        except msgspec.ValidationError:
            found = Stat()
        return msgspec.to_builtins(found)  # type: ignore[no-any-return]

    def _names(self, path: str) -> list[str] | None:
        found = self.ask("names", pack(path))
        most = min(NAMES_LIMIT, self._names_left)
        if not isinstance(found, list) or len(found) > most or not all(map(_is_name, found)):
            return None
        self._names_left -= len(found)
        return sorted(found)

    def _text(self, path: str, limit: int) -> str | None:
        most = min(limit, self._text_left)
        found = self.ask("text", pack(path), most)
        if not isinstance(found, str) or len(found) > most:
            return None
        self._text_left -= len(found)
        return found

    def _digest(self, path: str) -> str | None:
        found = self.ask("digest", pack(path), self._digest_limit(path))
        return found[:DIGEST] if isinstance(found, str) else None

    def _find_repository(self, path: str) -> list[Any] | None:
        found = self.ask("repository", pack(path))
        if not isinstance(found, list) or len(found) != _PARTS or not isinstance(found[3], bool):
            return None
        return found if all(isinstance(part, str) and _is_plain(unpack(part)) for part in found[:3]) else None

    def _make_repository(self, parts: Layout) -> Repository:
        return ScoutedRepository(parts, self)


class ScoutedRepository(Repository):
    """A repository whose facts the scout finds: each public question is asked there first, then answered from them."""

    def __init__(self, layout: Layout, world: ScoutedWorld) -> None:
        super().__init__(layout, world.home, self._recall, live=False)
        self._world = world
        self._asked: set[str] = set()

    def bring(self, name: str, words: tuple[Any, ...], options: Mapping[str, Any]) -> None:
        """Have the facts ready that the question `name` rests on."""
        asked = msgspec.json.encode([name, _packed(list(words)), _packed(dict(options))])
        if asked.decode() in self._asked:
            return
        self._asked.add(asked.decode())
        parts = self.layout
        where = [pack(parts.top), pack(parts.git_dir), pack(parts.common_dir), parts.bare]
        found = self._world.ask("git", where, name, _packed(list(words)), _packed(dict(options)))
        for key, value in found.items() if isinstance(found, dict) else ():
            if isinstance(key, str) and key.startswith("git "):
                self._world.facts.setdefault(key, value)

    def _recall(self, key: str, find: Callable[[], Any]) -> Any:
        name = key_of(key)
        return self._world.facts[name] if name in self._world.facts else find()


def _asking(name: str, known: Any) -> Any:
    """The same question, asked of the scout before it is answered."""
    if isinstance(known, property):
        answer: Any = known.fget

        def read(self: ScoutedRepository) -> Any:
            self.bring(name, (), {})
            return answer(self)

        return property(read)

    def call(self: ScoutedRepository, *words: Any, **options: Any) -> Any:
        self.bring(name, words, options)
        return known(self, *words, **options)

    return call


for _name in GIT:
    setattr(ScoutedRepository, _name, _asking(_name, getattr(Repository, _name)))


class Sight:
    """All that a daemon of the machine sees of the user's side, through one scout."""

    def __init__(self, scout: Scout) -> None:
        self.scout = scout
        self._calls = itertools.count()
        self._boot = secrets.token_hex(4)
        self.looks = Looks(self.enclosure, self.is_same)

    def world(self, *, assume: bool = False, **places: Any) -> World:
        """As `world.open_world`; the scout's machine is this one, so nothing is assumed."""
        return ScoutedWorld(self.scout, f"{self._boot}:{next(self._calls)}", **places)

    def process(self, process: Process) -> Facts:
        """As `origin.Sight`."""
        try:
            found = self.scout.ask("process", process.pid, process.start)
            exe, folder, environment, foreign = msgspec.convert(found, tuple[str, str, dict[str, str], list[str]])
        except ScoutError as error:
            raise RefusedError("the caller cannot be looked at", cause=f"{error.problem}: {error.cause}") from None
        except msgspec.ValidationError:
            raise RefusedError("the caller cannot be looked at", cause="it has ended, or the scout errs") from None
        return Facts(
            exe=unpack(exe),
            folder=unpack(folder),
            environment={name: unpack(value) for name, value in environment.items()},
            foreign=tuple(name for name in NAMESPACES if name in foreign),
        )

    def workspace(self, folder: str, home: str) -> str:
        """As `origin.workspace_of`; a folder that does not lie around `folder` is none."""
        try:
            found = self.scout.ask("workspace", pack(folder), pack(home))
        except ScoutError as error:
            raise RefusedError("the caller cannot be looked at", cause=f"{error.problem}: {error.cause}") from None
        top = unpack(found) if isinstance(found, str) else folder
        return top if top == folder or (_is_plain(top) and f"{folder}/".startswith(f"{top.rstrip('/')}/")) else folder

    def settings_text(self, path: str) -> str | None:
        """As `agent_settings.read`."""
        found = self.scout.ask("settings", pack(path))
        if found is TOO_LARGE or (isinstance(found, str) and len(found) > SETTINGS_LIMIT):
            raise EnactError(f"`{path}` is too large, so nobody can tell what it switches off")
        return found if isinstance(found, str) else None

    def enclosure(self, workspace: str) -> Enclosure | None:
        """As `enclosure.look`; the digest is ours. Raises `ScoutError` without an answer."""
        found = self.scout.ask("enclosure", pack(workspace))
        if found is None:
            return None
        try:
            told = msgspec.convert(found, Enclosure)
        except msgspec.ValidationError:
            return Enclosure(workspace=workspace, problem="the scout's answer is none")
        if sum(len(data) for data in told.files.values()) > TOTAL_LIMIT:
            return Enclosure(workspace=workspace, problem="it is too large")
        files = dict(sorted(told.files.items()))
        digest = "" if told.problem else digest_of(files)
        return msgspec.structs.replace(told, workspace=workspace, files=files, digest=digest)

    def is_same(self, known: Enclosure) -> bool:
        """As `enclosure.is_same`."""
        return bool(known.marks) and self.scout.ask("same", pack(known.workspace), list(known.marks)) is True

    def signs(self, paths: Iterable[str]) -> list[Sign] | None:
        """As `disk.signs`; None where nobody can tell."""
        wanted = [pack(path) for path in paths]
        try:
            found = msgspec.convert(self.scout.ask("signs", wanted) if wanted else [], list[Sign])
        except (ScoutError, msgspec.ValidationError):
            return None
        return found if len(found) == len(wanted) else None


def _is_plain(path: str) -> bool:
    """An absolute path as `os.path.realpath` gives it."""
    return path.startswith("/") and "\0" not in path and os.path.normpath(path) == path


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and bool(name) and "/" not in unpack(name) and unpack(name) not in (".", "..")


def _packed(value: Any) -> Any:
    if isinstance(value, str):
        return pack(value)
    if isinstance(value, Mapping):
        return {key: _packed(each) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [_packed(each) for each in value]
    return value
