"""The whole writer of receipts, keys and checkpoints with it, in a process whose n-th call to the system goes wrong.

The process is a fork with its own `os`: calls are counted over all kinds; the chosen one fails, is cut short, or is
the last thing that happens. After a power cut only what was synced is left: every file is cut to what it had at its
last sync, and a rename that was not synced with its folder is undone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from enactd.errors import EnactError
from enactd.receipts import segments
from enactd.receipts.log import Log
from enactd.receipts.notary import Keys, Notary, Pace, newest_head
from support.receipts import decision, ticking

KINDS = ("open", "write", "fsync", "fdatasync", "rename", "ftruncate")
FAULTS = (errno.ENOSPC, errno.EIO, errno.EINTR, errno.EROFS, "short", "kill", "killed", "power")
NEVER = Pace(records=10**9, seconds=10**6, epoch_seconds=10**9)
_real = {name: getattr(os, name) for name in (*KINDS, "close")}


class Power:
    """What would survive if the power went now."""

    def __init__(self) -> None:
        self.paths: dict[int, str] = {}
        self.synced: dict[str, int] = {}
        self.renamed: list[tuple[str, str, bytes | None]] = []

    def opened(self, descriptor: int, path: str, flags: int) -> None:
        self.paths[descriptor] = path
        if flags & (os.O_WRONLY | os.O_RDWR):
            self.synced.setdefault(path, os.fstat(descriptor).st_size)

    def sync(self, descriptor: int) -> None:
        path = self.paths.get(descriptor, "")
        if os.path.isdir(path):
            self.renamed.clear()
        elif path:
            self.synced[path] = os.fstat(descriptor).st_size

    def rename(self, source: str, target: str, before: bytes | None) -> None:
        """It is done; `before` is what was replaced."""
        self.renamed.append((source, target, before))
        self.paths = {fd: path for fd, path in self.paths.items() if path != target}  # of the file that is replaced
        self.synced[target] = self.synced.pop(source, 0)

    def cut(self) -> None:
        for path, size in self.synced.items():
            if os.path.exists(path) and os.path.getsize(path) > size:
                os.truncate(path, size)
        for _, target, before in reversed(self.renamed):
            if before is None:
                os.unlink(target)
            else:
                Path(target).write_bytes(before)


def _content(path: str | os.PathLike[str]) -> bytes | None:
    return Path(path).read_bytes() if os.path.exists(path) else None


Scenario = Callable[[Path, Callable[[str], object]], object]


def count(folder: Path, play: Scenario | None = None) -> int:
    """How many calls an undisturbed run makes."""
    return run(folder, -1, "", play)[0]


def run(folder: Path, number: int, fault: Any, play: Scenario | None = None) -> tuple[int, list[str]]:
    """Run the scenario with this fault; how many calls were made, and what it said was done (receipts by default)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with contextlib.suppress(BaseException):
            _play(folder, number, fault, writing, play or scenario)
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        said = file.read().decode().split()
    os.waitpid(child, 0)
    calls = [int(word[1:]) for word in said if word.startswith("#")]
    return (calls[-1] if calls else number + 1), [word for word in said if not word.startswith("#")]


def _play(folder: Path, number: int, fault: Any, told: int, play: Scenario) -> None:
    calls = 0
    power = Power()

    def wrap(kind: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            mine = calls
            calls += 1
            if mine == number:
                if fault == "kill":
                    os._exit(9)
                if fault == "power":
                    power.cut()
                    os._exit(9)
                if fault == "short" and kind == "write":
                    return _real["write"](arguments[0], bytes(arguments[1])[: max(1, len(arguments[1]) // 2)])
                if isinstance(fault, int):
                    raise OSError(fault, os.strerror(fault))
            replaced = _content(arguments[1]) if kind == "rename" else None
            result = _real[kind](*arguments, **named)
            if kind == "open":
                power.opened(result, os.fspath(arguments[0]), arguments[1])
            elif kind in ("fsync", "fdatasync"):
                power.sync(arguments[0])
            elif kind == "rename":
                power.rename(*map(os.fspath, arguments), replaced)
            if mine == number and fault == "killed":
                os._exit(9)
            return result

        return call

    for kind in KINDS:
        setattr(os, kind, wrap(kind))
    play(folder, lambda text: _real["write"](told, f"{text} ".encode()))
    _real["write"](told, f"#{calls} ".encode())


def scenario(folder: Path, tell: Callable[[str], object]) -> None:
    """A daemon's life in small: records, checkpoints, a new epoch, a new key, full segments. What fails is tried no more."""
    where = str(folder / "log")
    try:
        keys = Keys.open(str(folder / "keys"), where, is_new=not segments.list_segments(where))
        head = newest_head(where, keys.signing)
        log = Log.open(where, keys.macs.signer, log_id="test.1", clock=ticking(), head=head, segment_bytes=1500)
        notary = Notary(log, keys, head, pace=NEVER)
        notary.start()
    except (EnactError, OSError):
        return
    log.watch = None

    def write() -> None:
        tell(log.append_now(decision(tool="t" * 200)).id)

    for step in (write, write, notary.checkpoint, write, notary.next_epoch, write, notary.rotate, write, write):
        with contextlib.suppress(EnactError, OSError):
            step()
    notary.close()
    log.close()


def prepared(folder: Path) -> Path:
    """A home with keys, before the first record."""
    Keys.open(str(folder / "keys"), str(folder / "log"), is_new=True)
    return folder


def copy(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))
