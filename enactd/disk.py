"""Bounded reading of files that somebody else may have prepared.

Only regular files are ever opened: a FIFO would block for ever, a device may act on being opened, and
`/proc` and `/sys` hold files that never end. What cannot be read is None. A file system that does not
answer at all (a dead NFS server) blocks the caller; nothing in user space can prevent that.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from typing import Final

from enactd.facts import FileKind

Sign = tuple[int, int, int] | None
"""Inode, bytes, time of change of what lies at a path; None where nothing does."""
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
_ENDLESS: Final = ("/proc/", "/sys/", "/dev/")


def kind_of(mode: int) -> FileKind:
    """The kind that a mode of `os.lstat` or `os.stat` stands for."""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"


def lstat(path: str) -> os.stat_result | None:
    """What lies at a path itself, links not followed; None where nothing does or it cannot be told."""
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def signs(paths: Iterable[str]) -> list[Sign]:
    """What tells later whether something at these paths was made, changed or taken away."""
    found = (lstat(path) for path in paths)
    return [None if one is None else (one.st_ino, one.st_size, one.st_ctime_ns) for one in found]


def read_file(path: str, limit: int) -> bytes | None:
    """A regular file's whole content; None if it is larger than `limit` bytes, or anything else."""
    try:
        state = os.lstat(path)
        if stat.S_ISLNK(state.st_mode):
            path = os.path.realpath(path)
            state = os.lstat(path)
        if not stat.S_ISREG(state.st_mode) or path.startswith(_ENDLESS):
            return None
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        # A folder on the way may be a link, so what was opened is asked where it lies.
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) or _place(descriptor, path).startswith(_ENDLESS):
            return None
        return _read_up_to(descriptor, limit)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _place(descriptor: int, path: str) -> str:
    """The path of an open file without links."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return os.path.realpath(path)


def _read_up_to(descriptor: int, limit: int) -> bytes | None:
    chunks: list[bytes] = []
    left = limit + 1
    while left > 0:
        chunk = os.read(descriptor, min(left, 1 << 20))
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        left -= len(chunk)
    return None


def read_text(path: str, limit: int) -> str | None:
    """`read_file` as text; bytes that are no UTF-8 become replacement characters."""
    data = read_file(path, limit)
    return None if data is None else data.decode("utf-8", "replace")


def digest_of(data: bytes) -> str:
    """The SHA-256 of a file's content, as a fact keeps it."""
    return hashlib.sha256(data).hexdigest()


def digest(path: str, limit: int) -> str | None:
    """What tells a file's content from any other: its SHA-256, past `limit` bytes its sign; None where nothing lies."""
    data = read_file(path, limit)
    if data is not None:
        return digest_of(data)
    (sign,) = signs([path])
    return None if sign is None else "sign " + " ".join(map(str, sign))


def read_line(path: str) -> str | None:
    """The first line of a small file (HEAD, gitdir, a loose ref), without white space around it."""
    data = read_file(path, 4096)
    if data is None:
        return None
    line = data.split(b"\n", 1)[0].strip()
    return os.fsdecode(line) if b"\0" not in line else None


def is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def names_in(path: str, limit: int) -> list[os.DirEntry[str]] | None:
    """At most `limit` + 1 entries of a folder, so that the caller sees that there are more."""
    entries: list[os.DirEntry[str]] = []
    try:
        with os.scandir(path) as scan:
            for entry in scan:
                entries.append(entry)
                if len(entries) > limit:
                    break
    except (OSError, ValueError):
        return None
    return entries
