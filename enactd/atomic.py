"""Files replaced whole: after a crash or a power cut the old content is in place or the new one, never a half.

What is said here is durable when it returns; an order that a crash takes back would be worse than one that failed.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_DRAFT = re.compile(r"\.[0-9a-f]{16}")


def replace_file(
    path: str | os.PathLike[str],
    data: bytes,
    mode: int = 0o600,
    *,
    before: Callable[[int], object] | None = None,
) -> None:
    """Put `data` in place of whatever file is at `path`, with just this mode; the folder must exist.

    A link is replaced, not followed. `before` is called with the descriptor of the finished draft right before the
    swap; what it raises calls the swap off. Raises `OSError`, also where something lies that is no file (a device,
    a folder): the old content is in place then, unless only the last sync of the folder failed.
    """
    _refuse_special(path)
    draft = write_draft(path, data, mode, before)
    try:
        os.rename(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise
    sync_folder(os.path.dirname(path))


def write_draft(
    path: str | os.PathLike[str], data: bytes, mode: int = 0o600, before: Callable[[int], object] | None = None
) -> str:
    """The name of a new file beside `path` that holds `data`, durable; none is left where this raises."""
    draft = f"{os.fspath(path)}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, _NEW, mode)
    try:
        os.fchmod(descriptor, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        sync_file(descriptor)
        if before is not None:
            before(descriptor)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise
    finally:
        os.close(descriptor)
    return draft


def drafts(path: str | os.PathLike[str]) -> list[str]:
    """What crashes left of replacing this file; it is somebody's work in progress unless only we write it."""
    folder, name = os.path.split(os.fspath(path))
    with contextlib.suppress(FileNotFoundError):
        found = [entry for entry in os.listdir(folder or ".") if entry.startswith(name)]
        return [os.path.join(folder, entry) for entry in found if _DRAFT.fullmatch(entry[len(name) :])]
    return []


def remove_drafts(path: str | os.PathLike[str]) -> None:
    """Clear them away; for the one process that writes this file, when it begins."""
    for draft in drafts(path):
        with contextlib.suppress(OSError):
            os.unlink(draft)


def sync_file(descriptor: int) -> None:
    """Return when content and rights of the file are durable; on macOS fsync alone leaves them in the drive."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Return when names made or removed in the folder are durable. Raises `OSError`."""
    descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_special(path: str | os.PathLike[str]) -> None:
    try:
        state = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(state.st_mode) and not stat.S_ISLNK(state.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", os.fspath(path))
