"""Settings and policies in force, and how changed files replace them: whole, or not at all.

The kernel's notices (inotify) start a reload within a millisecond; reading and compiling happen on a
thread, and one assignment swaps the result in. What does not load changes nothing: health turns yellow,
and a receipt and the log say what was refused.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

import structlog

from enactd import config
from enactd.config import Layout, Settings
from enactd.errors import ConfigError, EnactError
from enactd.gate import InForce
from enactd.health import CONFIG_STALE, POLICIES_STALE, WATCH_LOST, Health
from enactd.report import Reloaded

SETTLE_S: Final = 0.02  # an editor writes a file in several steps
POLL_S: Final = 1.0
MOST_FOLDERS: Final = 2_000

log = structlog.get_logger()


Build = Callable[[Settings], InForce]
Tell = Callable[[str, dict[str, str]], Awaitable[None]]


class Reloader:
    """Holds what is in force. `build` reads and compiles policies and may block; `tell` writes a receipt."""

    def __init__(self, layout: Layout, build: Build, first: InForce, health: Health, tell: Tell) -> None:
        self.in_force = first
        self._layout = layout
        self._build = build
        self._health = health
        self._tell = tell
        self._lock = asyncio.Lock()
        self._refused = ""

    async def reload(self) -> Reloaded:
        """Read everything again. Raises what it was refused with, after having told everybody."""
        async with self._lock:
            before = self.in_force
            try:
                fresh = await asyncio.to_thread(self._read)
            except EnactError as error:
                await self._refuse(error)
                raise
            self.in_force = fresh
            self._refused = ""
            self._health.clear(CONFIG_STALE)
            self._health.clear(POLICIES_STALE)
            changed = (fresh.policies.digest, fresh.settings) != (before.policies.digest, before.settings)
            if changed:
                log.info("reloaded", policies=fresh.policies.count, digest=fresh.policies.digest)
                await self._tell("reloaded", {"before": before.policies.digest})
            return Reloaded(changed=changed, digest=fresh.policies.digest, count=fresh.policies.count)

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
