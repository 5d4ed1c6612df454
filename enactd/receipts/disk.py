"""The few calls through which the log touches the disk, in one place so that tests can make each fail.

"Durable" means fdatasync on Linux and F_FULLFSYNC on macOS, where fsync leaves the data in the drive.
"""

from __future__ import annotations

import fcntl
import os
import sys


class Disk:
    """The real one. Every method raises `OSError` as the call does."""

    def open_folder(self, path: str) -> int:
        """A descriptor of a folder that is private from now on, made if missing."""
        os.makedirs(path, mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o700)
        return descriptor

    def open_append(self, path: str) -> int:
        """A file for appending, made private if missing; never through a link."""
        return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def lock(self, descriptor: int) -> bool:
        """Take the writer's lock; False if another process has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        """How many bytes were taken; fewer than asked is possible."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Return when the file's data is durable."""
        if sys.platform == "darwin":
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fdatasync(descriptor)

    def sync_folder(self, descriptor: int) -> None:
        """Return when names made in the folder are durable."""
        os.fsync(descriptor)

    def truncate(self, descriptor: int, length: int) -> None:
        os.ftruncate(descriptor, length)

    def size(self, descriptor: int) -> int:
        return os.fstat(descriptor).st_size

    def close(self, descriptor: int) -> None:
        os.close(descriptor)
