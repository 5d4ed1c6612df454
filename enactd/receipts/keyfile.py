"""Private key files: read only if nobody else could have, replaced whole or not at all, the old bytes wiped."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import Final

from enactd.atomic import drafts, replace_file, sync_folder, write_draft
from enactd.errors import ReceiptError

SIZE_LIMIT: Final = 4096


def read(path: str) -> bytes:
    """What the file holds. Raises `OSError`, and `ReceiptError` for a link, a foreign or a readable-by-others file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid() or state.st_mode & 0o077:
            raise ReceiptError(
                f"the key `{path}` is not private",
                cause="it must be a plain file of this user with mode 0600",
                effect="every call is denied",
                fix=f"check who could read it, then: chmod 600 {path}",
            )
        return os.read(descriptor, SIZE_LIMIT)
    finally:
        os.close(descriptor)


def create(path: str, data: bytes) -> None:
    """Make the file, durable, unless there is one: of several that try, the first one's stays. Raises `OSError`."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    draft = write_draft(path, data)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
    sync_folder(folder)


def replace(path: str, data: bytes) -> None:
    """Put other content in place, durable, and overwrite what was there as far as the disk lets us.

    Raises `OSError`; the old content is in place then, or the new one, never a half. What a file system or a drive
    keeps of overwritten blocks (snapshots, journals, wear levelling) is out of our hands.
    """
    old = -1
    try:
        with contextlib.suppress(FileNotFoundError):
            old = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        replace_file(path, data)
        if old >= 0:
            with contextlib.suppress(OSError):
                os.pwrite(old, bytes(os.fstat(old).st_size), 0)
                os.fsync(old)
    finally:
        if old >= 0:
            os.close(old)


def sweep(path: str) -> None:
    """Wipe and remove drafts of this file that a crash left; only while nobody else writes it."""
    for draft in drafts(path):
        with contextlib.suppress(OSError):
            descriptor = os.open(draft, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            os.pwrite(descriptor, bytes(os.fstat(descriptor).st_size), 0)
            os.close(descriptor)
            os.unlink(draft)
