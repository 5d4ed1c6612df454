"""Settings and policies in force, and how changed files replace them: whole, or not at all.

The kernel's notices (inotify) start a reload within a millisecond; reading and compiling happen on a
thread, and one assignment swaps the result in. What does not load changes nothing: health turns yellow,
and a receipt and the log say what was refused. What tightens is in force at once; what loosens can be made to
wait for a person.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from enactd import config
from enactd.config import Layout, Settings
from enactd.control import ADMIN, Proved, Route
from enactd.errors import ConfigError, EnactError, UsageError
from enactd.gate import InForce
from enactd.health import CONFIG_STALE, LOOSENING_WAITS, POLICIES_STALE, WATCH_LOST, Health
from enactd.loosening import Change, digest_of, of_settings
from enactd.report import Reloaded

SETTLE_S: Final = 0.02  # an editor writes a file in several steps
POLL_S: Final = 1.0
MOST_FOLDERS: Final = 2_000
MOST_TOLD: Final = 40  # changes that a receipt names one by one

log = structlog.get_logger()


Build = Callable[[Settings], InForce]
Tell = Callable[[str, dict[str, Any]], Awaitable[None]]
Compare = Callable[[InForce, InForce], tuple[Change, ...]]
Together = Callable[[InForce, InForce], InForce]


class ConfirmOrder(Proved, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agreement to the changes that wait under this name."""

    name: str


class Waiting(msgspec.Struct, frozen=True):
    """What is read, and loosens, and was not agreed to yet. `name` names just these changes."""

    name: str
    fresh: InForce
    changes: tuple[Change, ...]


class Reloader:
    """Holds what is in force. `build` reads and compiles policies and may block; `tell` writes a receipt.

    Under `reload = "confirm"`, or where `approvals.proof` wants more than a terminal, a change that loosens waits: until it is confirmed, calls are judged by what was
    agreed to last and by what was read, and the stricter answer holds (`together` makes that of the two). What
    differs, and which way, says `compare`, which may block. `keep` remembers what was agreed to over a restart.
    """

    def __init__(
        self, layout: Layout, build: Build, first: InForce, health: Health, tell: Tell, *,
        compare: Compare = lambda before, after: of_settings(before.settings, after.settings),
        together: Together = lambda before, after: before,
        keep: Callable[[Settings], None] = lambda settings: None,
    ) -> None:  # fmt: skip
        self.in_force = first
        self.waiting: Waiting | None = None
        self._agreed = first
        self._layout = layout
        self._build = build
        self._health = health
        self._tell = tell
        self._compare = compare
        self._together = together
        self._keep = keep
        self._lock = asyncio.Lock()
        self._refused = ""

    def routes(self) -> tuple[Route, ...]:
        """For the table of `control.py`."""

        async def reload(_: Any) -> Reloaded:
            return await self.reload()

        async def confirm(wanted: ConfirmOrder) -> Reloaded:
            return await self.confirm(wanted.name)

        return (
            Route("reload", needs=ADMIN, run=reload),
            Route("reload-confirm", needs=ADMIN, run=confirm, takes=ConfirmOrder, proof=True),
        )

    async def reload(self) -> Reloaded:
        """Read everything again. Raises what it was refused with, after having told everybody."""
        async with self._lock:
            before = self.waiting.fresh if self.waiting else self._agreed
            try:
                fresh = await asyncio.to_thread(self._read)
            except EnactError as error:
                await self._refuse(error)
                raise
            self._refused = ""
            self._health.clear(CONFIG_STALE)
            self._health.clear(POLICIES_STALE)
            if (fresh.policies.digest, fresh.settings) == (before.policies.digest, before.settings):
                await self._take(fresh, again=True)
                return self._reloaded(changed=False)
            await self._take(fresh)
            return self._reloaded(changed=True)

    async def confirm(self, name: str) -> Reloaded:
        """Agree to the changes of that name. Raises `UsageError` where just those do not wait."""
        async with self._lock:
            waiting = self.waiting
            if waiting is None or waiting.name != name:
                raise UsageError(
                    "these changes do not wait" if waiting else "no change waits",
                    cause="what waits has changed meanwhile" if waiting else "everything that was read is in force",
                    effect="nothing was changed",
                    fix="enactctl reload",
                )
            before, self._agreed, self.in_force, self.waiting = self._agreed, waiting.fresh, waiting.fresh, None
            self._health.clear(LOOSENING_WAITS)
            await asyncio.to_thread(self._keep, self._agreed.settings)
            await self._tell("reload-confirmed", _detail(before, waiting.changes, name=name))
            return self._reloaded(changed=True, changes=waiting.changes)

    async def _take(self, fresh: InForce, *, again: bool = False) -> None:
        """Bring what was read into force, as far as that was agreed to. One assignment does it."""
        before = self._agreed
        changes = await asyncio.to_thread(self._compare, before, fresh) if not (again and self.waiting is None) else ()
        if before.settings.confirms() and any(change.loosens for change in changes):
            waiting = Waiting(digest_of(changes), fresh, changes)
            told = self.waiting is not None and self.waiting.name == waiting.name
            self.waiting, self.in_force = waiting, self._together(before, fresh)
            self._health.report(LOOSENING_WAITS, f"{sum(change.loosens for change in changes)} changes")
            if not told:
                log.warning("reload waits", name=waiting.name)
                await self._tell("reload-waits", _detail(before, changes, name=waiting.name))
            return
        self._agreed = self.in_force = fresh
        self.waiting = None
        await asyncio.to_thread(self._keep, fresh.settings)
        self._health.clear(LOOSENING_WAITS)
        if not again:
            log.info("reloaded", policies=fresh.policies.count, digest=fresh.policies.digest)
            await self._tell("reloaded", _detail(before, changes))

    def _reloaded(self, *, changed: bool, changes: tuple[Change, ...] = ()) -> Reloaded:
        seen = self.in_force.policies
        waiting = self.waiting
        shown = waiting.changes if waiting else changes
        return Reloaded(
            changed=changed, digest=seen.digest, count=seen.count, changes=tuple(change.shown() for change in shown),
            waiting=waiting.name if waiting else "",
        )  # fmt: skip

    def _read(self) -> InForce:
        return self._build(config.load(self._layout))

    async def _refuse(self, error: EnactError) -> None:
        code = CONFIG_STALE if isinstance(error, ConfigError) else POLICIES_STALE
        self._health.report(code, f"{error.problem}: {error.cause}" if error.cause else error.problem)
        if str(error) == self._refused:
            return
        self._refused = str(error)
        log.warning("not reloaded", problem=error.problem, cause=error.cause)
        await self._tell("not-reloaded", {"problem": error.problem, "cause": error.cause, "code": error.code})


def _detail(before: InForce, changes: Sequence[Change], **more: str) -> dict[str, Any]:
    """What a receipt says of a change: the digest before, and each difference as far as there is room."""
    told = [change.shown() for change in changes[:MOST_TOLD]]
    left = len(changes) - len(told)
    return {
        "before": before.policies.digest,
        **more,
        "changes": [*told, *([f"{left} more"] if left else [])],
        "loosens": sum(change.loosens for change in changes),
    }


class Watch:
    """Calls back when one of `files` or anything in `folders` changes; both may not exist yet."""

    def __init__(
        self, files: Iterable[Path], folders: Iterable[Path], changed: Callable[[], Awaitable[None]], health: Health
    ) -> None:
        self._files = tuple(files)
        self._folders = tuple(folders)
        self._changed = changed
        self._health = health
        self._signal = asyncio.Event()
        self._seen = self._fingerprint()

    async def run(self) -> None:
        """Watch until cancelled."""
        notices = _Notices(self._signal) if sys.platform == "linux" else None
        try:
            while True:
                complete = notices is not None and notices.follow(self._places())
                if complete:
                    self._health.clear(WATCH_LOST)
                else:
                    self._health.report(WATCH_LOST)
                await self._look()
                await self._wait(None if complete else POLL_S)
        finally:
            if notices is not None:
                notices.close()

    async def _wait(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self._signal.wait(), seconds)
        except TimeoutError:
            return
        await asyncio.sleep(SETTLE_S)
        self._signal.clear()

    async def _look(self) -> None:
        fresh = await asyncio.to_thread(self._fingerprint)
        if fresh != self._seen:
            self._seen = fresh
            await self._changed()

    def _fingerprint(self) -> frozenset[tuple[str, int, int, int, int]]:
        """What every watched file is now, without reading it."""
        paths = [*self._files]
        for folder in _tree(self._folders):
            paths.extend(path for path in _entries(folder) if path.suffix in (".py", ".toml", ".json"))
        marks = set()
        for path in paths:
            try:
                found = path.stat()
            except OSError:
                continue
            marks.add((str(path), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
        return frozenset(marks)

    def _places(self) -> frozenset[str]:
        """The folders to watch: those that exist, and for the others the nearest that does."""
        wanted = {file.parent for file in self._files} | set(self._folders)
        return frozenset(str(place) for place in {*map(_nearest, wanted), *_tree(self._folders)})


class _Notices:
    """The kernel's notices for a changing set of folders."""

    def __init__(self, signal: asyncio.Event) -> None:
        from inotify_simple import INotify, flags

        self._mask = (
            flags.CREATE | flags.CLOSE_WRITE | flags.MOVED_TO | flags.MOVED_FROM | flags.DELETE | flags.ATTRIB
            | flags.DELETE_SELF | flags.MOVE_SELF | flags.ONLYDIR
        )  # fmt: skip
        self._signal = signal
        self._watched: dict[str, int] = {}
        try:
            self._inotify = INotify()
        except OSError:
            self._inotify = None
            return
        asyncio.get_running_loop().add_reader(self._inotify.fileno(), self._read)

    def follow(self, folders: frozenset[str]) -> bool:
        """Watch exactly these; whether that is possible."""
        if self._inotify is None:
            return False
        complete = True
        for gone in self._watched.keys() - folders:
            self._drop(gone)
        # Also those already watched: a folder may be another one under the same name.
        for folder in folders:
            try:
                self._watched[folder] = self._inotify.add_watch(folder, self._mask)
            except OSError:
                self._watched.pop(folder, None)
                complete = False
        return complete

    def close(self) -> None:
        if self._inotify is not None:
            asyncio.get_running_loop().remove_reader(self._inotify.fileno())
            self._inotify.close()

    def _drop(self, folder: str) -> None:
        number = self._watched.pop(folder)
        try:
            self._inotify.rm_watch(number)
        except OSError:
            return  # the folder went, and its watch with it

    def _read(self) -> None:
        if self._inotify.read(timeout=0):
            self._signal.set()


def _nearest(path: Path) -> Path:
    for place in (path, *path.parents):
        if place.is_dir():
            return place
    return Path("/")


def _tree(folders: Iterable[Path]) -> list[Path]:
    """The folders that exist and all below them, bounded."""
    found: list[Path] = []
    waiting = [folder for folder in folders if folder.is_dir()]
    while waiting and len(found) < MOST_FOLDERS:
        folder = waiting.pop()
        found.append(folder)
        waiting.extend(path for path in _entries(folder) if path.is_dir() and path.name != "__pycache__")
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder)]
    except OSError:
        return []
