"""Everything a scout can be asked, as one table. Runs as the guarded user, reads, and never writes or runs anything.

Each answer comes from the same code that a daemon of the user's own uses, within the same bounds.
"""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from enactd import agent_settings, enclosure, origin, peer
from enactd.disk import digest, signs
from enactd.enclosure import Enclosure
from enactd.errors import EnactError, ProtocolError
from enactd.git.layout import Layout
from enactd.repository import Repository
from enactd.scout.frames import Question, Said
from enactd.world import DIGEST_LIMIT, World, pack, unpack

WORLDS: Final = 64
"""Calls whose look-ups are remembered at the same time."""
TOO_LARGE: Final = False
"""In place of the text of a settings file that is too large to be judged."""


class Worlds:
    """The worlds of the calls that are being judged, the latest ones. Usable from any thread."""

    def __init__(self) -> None:
        self._worlds: OrderedDict[str, World] = OrderedDict()
        self._mutex = threading.Lock()

    def of(self, question: Question) -> World:
        """The world of the question's call; a new one where it is not known any more."""
        with self._mutex:
            found = self._worlds.pop(question.world, None)
            if found is None:
                found = World(cwd="/", workspace="/", home=unpack(question.home), complete=True)
            self._worlds[question.world] = found
            while len(self._worlds) > WORLDS:
                self._worlds.popitem(last=False)
            return found


def answer(data: bytes, worlds: Worlds) -> Said:
    """The answer to one question; whatever is wrong with it becomes an error text. Raises nothing."""
    try:
        question = msgspec.json.decode(data, type=Question)
    except (msgspec.MsgspecError, RecursionError) as error:
        return Said(id=-1, error=str(error)[:300])
    operation = OPERATIONS.get(question.op)
    if operation is None:
        return Said(id=question.id, error=f"no such question: {question.op[:40]}")
    try:
        return Said(id=question.id, value=operation(worlds.of(question), *question.arguments))
    except EnactError as error:
        return Said(id=question.id, error=error.problem[:300])
    except (OSError, ValueError, TypeError, AttributeError, LookupError, msgspec.MsgspecError, RecursionError) as error:
        return Said(id=question.id, error=type(error).__name__)


def questions_of(kind: type) -> frozenset[str]:
    """The public questions of a class: its methods and properties."""
    found = {name for name, value in inspect.getmembers(kind) if callable(value) or isinstance(value, property)}
    return frozenset(name for name in found if not name.startswith("_"))


GIT: Final = questions_of(Repository)


def _stat(world: World, path: str) -> Any:
    return msgspec.to_builtins(world.stat(unpack(path)))


def _real(world: World, path: str) -> Any:
    return pack(world.real(unpack(path)))


def _names(world: World, path: str) -> Any:
    found = world.names(unpack(path))
    return None if found is None else [pack(name) for name in found]


def _text(world: World, path: str, limit: int) -> Any:
    return world.text(unpack(path), limit)


def _digest(_: World, path: str, limit: int) -> Any:
    return digest(unpack(path), min(limit, DIGEST_LIMIT))


def _repository(world: World, path: str) -> Any:
    found = world.repository(unpack(path))
    if found is None:
        return None
    parts = found.layout
    return [pack(parts.top), pack(parts.git_dir), pack(parts.common_dir), parts.bare]


def _git(world: World, parts: list[Any], name: str, words: list[Any], options: dict[str, Any]) -> Any:
    """The facts that a question about a repository rests on, by key."""
    if name not in GIT:
        raise ProtocolError("no such question about a repository")
    top, git_dir, common_dir = (unpack(str(part)) for part in parts[:3])
    found = world.repository_at(Layout(top, git_dir, common_dir, bool(parts[3])))
    before = set(world.facts)
    asked = getattr(found, name)
    if callable(asked):
        asked(*map(_plain, words), **{key: _plain(value) for key, value in options.items()})
    return {key: value for key, value in world.facts.items() if key not in before} or {
        key: value for key, value in world.facts.items() if key.startswith("git ")
    }


def _plain(word: Any) -> Any:
    if isinstance(word, list):
        return [_plain(each) for each in word]
    return unpack(word) if isinstance(word, str) else word


def _enclosure(_: World, workspace: str) -> Any:
    found = enclosure.look(unpack(workspace))
    return None if found is None else msgspec.to_builtins(found)


def _is_same(_: World, workspace: str, marks: list[Any]) -> Any:
    known = Enclosure(workspace=unpack(workspace), marks=msgspec.convert(marks, tuple[enclosure.Mark, ...]))
    return enclosure.is_same(known)


def _signs(_: World, paths: list[str]) -> Any:
    return signs([unpack(path) for path in paths])


def _settings(_: World, path: str) -> Any:
    try:
        return agent_settings.read(unpack(path))
    except EnactError:
        return TOO_LARGE


def _process(_: World, pid: int, start: int) -> Any:
    """What only its own user sees of a process: nothing, if it is not that one any more."""
    kept = origin.KEPT_VARIABLES | origin.MARKS
    found = peer.process_of(pid)
    if found is None or found.start != start:
        return None
    facts = peer.facts_of(found, kept)
    if not peer.is_alive((pid, start)):
        return None
    environment = {name: pack(value) for name, value in facts.environment.items()}
    return [pack(facts.exe), pack(facts.folder), environment, list(facts.foreign)]


def _workspace(_: World, folder: str, home: str) -> Any:
    return pack(origin.workspace_of(unpack(folder), unpack(home)))


OPERATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "stat": _stat,
    "real": _real,
    "names": _names,
    "text": _text,
    "digest": _digest,
    "repository": _repository,
    "git": _git,
    "enclosure": _enclosure,
    "same": _is_same,
    "signs": _signs,
    "settings": _settings,
    "process": _process,
    "workspace": _workspace,
}
