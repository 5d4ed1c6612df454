"""What a repository says to the gate in its `.enact/` folder: read without trust, without running, without waiting.

    .enact/config.toml        settings; in force at once as far as they tighten
    .enact/policies/**/*.py   policies; read as bytes only, until the user trusts them

Nothing is opened but regular files below that folder, never through a link, each and all together bounded. One
thing that does not fit makes the whole folder unusable, so that nobody can hide a part of it. The digest is over
every file that counts, by name and content.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

FOLDER: Final = ".enact"
CONFIG: Final = "config.toml"
POLICIES: Final = "policies"
FILE_LIMIT: Final = 256 * 1024
TOTAL_LIMIT: Final = 2 << 20
FILES: Final = 200
DEPTH: Final = 6
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY

Mark = tuple[str, int, int, int, int]


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one `.enact/`. `problem` says why it is not used; `files` is empty then.

    `marks` tell without reading whether it is still the same.
    """

    workspace: str
    files: Mapping[str, bytes] = {}
    digest: str = ""
    problem: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def config(self) -> bytes:
        return self.files.get(CONFIG, b"")

    @property
    def python(self) -> tuple[str, ...]:
        """The policy files, relative to the folder."""
        return tuple(name for name in sorted(self.files) if name.endswith(".py"))


def look(workspace: str) -> Enclosure | None:
    """Read the folder of a workspace; None where there is none. Never raises for what lies there."""
    try:
        os.lstat(os.path.join(workspace, FOLDER))
    except (OSError, ValueError):
        return None
    reader = _Reader()
    try:
        root = os.open(workspace, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        return Enclosure(workspace=workspace, problem=f"the folder cannot be entered: {error}")
    try:
        reader.folder(root, FOLDER, "", 0)
    except _UnfitError as unfit:
        return Enclosure(workspace=workspace, problem=str(unfit), marks=tuple(reader.marks))
    except OSError as error:
        return Enclosure(workspace=workspace, problem=f"`{FOLDER}`: {error.strerror}", marks=tuple(reader.marks))
    finally:
        os.close(root)
    files = dict(sorted(reader.files.items()))
    return Enclosure(workspace=workspace, files=files, digest=digest_of(files), marks=tuple(reader.marks))


def is_same(known: Enclosure) -> bool:
    """Whether nothing has changed since, by the marks of every file and folder that was looked at."""
    for path, inode, size, modified, changed in known.marks:
        try:
            found = os.lstat(os.path.join(known.workspace, path))
        except (OSError, ValueError):
            return False
        if (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns) != (inode, size, modified, changed):
            return False
    return bool(known.marks)


def digest_of(files: Mapping[str, bytes]) -> str:
    """One digest for names and contents."""
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{len(name.encode())}:{name}\0{len(data)}:".encode() + data)
    return digest.hexdigest()


class Looks(NamedTuple):
    """Who looks at enclosures: this process, or a scout for it."""

    look: Callable[[str], Enclosure | None] = look
    is_same: Callable[[Enclosure], bool] = is_same


class _UnfitError(Exception):
    """Something in the folder that does not belong into it."""


class _Reader:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.marks: list[Mark] = []
        self._left = TOTAL_LIMIT

    def folder(self, above: int, name: str, place: str, depth: int) -> None:
        """Everything that counts in a folder; the top one has but the two names we know."""
        shown = f"{FOLDER}/{place}".rstrip("/")
        self._mark(above, name, shown)
        if depth > DEPTH:
            raise _UnfitError(f"`{shown}` is nested too deeply")
        if not stat.S_ISDIR(os.lstat(name, dir_fd=above).st_mode):
            raise _UnfitError(f"`{shown}` is not a folder")
        descriptor = os.open(name, _FOLDER_FLAGS, dir_fd=above)
        try:
            for entry in sorted(_names(descriptor, shown)):
                self._entry(descriptor, entry, f"{place}/{entry}".lstrip("/"), depth)
        finally:
            os.close(descriptor)

    def _entry(self, above: int, name: str, path: str, depth: int) -> None:
        if depth == 0 and name not in (CONFIG, POLICIES):
            return
        mode = os.lstat(name, dir_fd=above).st_mode
        if depth == 0 and name == CONFIG:
            self._file(above, name, path)
        elif stat.S_ISDIR(mode):
            if name != "__pycache__":
                self.folder(above, name, path, depth + 1)
        elif name.endswith(".py") or depth == 0:
            self._file(above, name, path)

    def _file(self, above: int, name: str, path: str) -> None:
        shown = f"{FOLDER}/{path}"
        self._mark(above, name, shown)
        if len(self.files) >= FILES:
            raise _UnfitError(f"`{FOLDER}` has more than {FILES} files")
        if not stat.S_ISREG(os.lstat(name, dir_fd=above).st_mode):
            raise _UnfitError(f"`{shown}` is not a regular file")
        descriptor = os.open(name, _FILE_FLAGS, dir_fd=above)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise _UnfitError(f"`{shown}` is not a regular file")
            data = _read(descriptor, min(FILE_LIMIT, self._left))
        finally:
            os.close(descriptor)
        if data is None:
            raise _UnfitError(f"`{shown}` is too large")
        self._left -= len(data)
        self.files[path] = data

    def _mark(self, above: int, name: str, shown: str) -> None:
        found = os.lstat(name, dir_fd=above)
        self.marks.append((shown, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))


def _names(descriptor: int, shown: str) -> Iterator[str]:
    with os.scandir(descriptor) as scan:
        for number, entry in enumerate(scan):
            if number >= FILES:
                raise _UnfitError(f"`{shown}` has more than {FILES} entries")
            yield entry.name


def _read(descriptor: int, limit: int) -> bytes | None:
    """The content, None if there is more than `limit` bytes of it."""
    chunks, left = [], limit + 1
    while left > 0 and (chunk := os.read(descriptor, min(left, 1 << 16))):
        chunks.append(chunk)
        left -= len(chunk)
    return None if left <= 0 else b"".join(chunks)
