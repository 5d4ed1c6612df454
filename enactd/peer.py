"""Who is on the other end of the socket, from the kernel and nobody else.

`SO_PEERCRED` names the process that connected, `SO_PEERPIDFD` pins it: as long as that descriptor says
"alive", what `/proc` told about the number was told about this process. A process is its number and its
start time; numbers alone are given out again.

Known limits. Ancestry is a chain of parents: a process whose parent ended belongs to init or a reaper
from then on, and nothing says whose child it was. A connected socket can be handed on. On macOS
`LOCAL_PEERPID` gives a number and a parent without a pin, and namespaces do not exist.
"""

from __future__ import annotations

import functools
import os
import select
import socket
import struct
import sys
from collections.abc import Callable, Collection
from typing import Final

import msgspec

from enactd.errors import RefusedError

SO_PEERPIDFD: Final = 77  # Linux 6.5; not in Python 3.11's socket module
SOL_LOCAL: Final = 0  # macOS
LOCAL_PEERPID: Final = 2
DEPTH: Final = 128  # ancestors looked at; deeper is refused
NAMESPACES: Final = ("mnt", "user", "pid")
READ_LIMIT: Final = 1 << 18
CGROUPS: Final = "/sys/fs/cgroup"


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One process, told apart from later ones of the same number by `start` (clock ticks after boot)."""

    pid: int
    start: int
    parent: int
    name: str
    terminal: bool = False

    @property
    def identity(self) -> tuple[int, int]:
        return self.pid, self.start


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the kernel tells of a process to its own user alone. Unseen, it shares nothing with anybody."""

    exe: str = ""
    folder: str = ""
    environment: dict[str, str] = {}
    foreign: tuple[str, ...] = NAMESPACES


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The process that connected, as the kernel knows it. Nothing in it is a claim.

    `foreign` names what it does not share with us (its own mounts, users, process numbers), and
    `enforced` says how well we know it: full, `partial (what is missing)` or `none (why)`.
    """

    uid: int
    gid: int
    process: Process
    foreign: tuple[str, ...] = ()
    enforced: str = "full"


Admits = Callable[[int, int, int], bool]
"""Whether a caller is served at all, by its user, its group and its number."""


def witness(connection: socket.socket, admits: Admits | None = None) -> Seen:
    """Ask the kernel who connected. Raises `RefusedError` if that process is gone or cannot be told.

    Without `admits` only our own user is served. With it nothing is said of namespaces: the kernel shows them to
    the caller's own user, and the scout looks when a session is opened.
    """
    if sys.platform == "darwin":
        return _witness_macos(connection)
    pid, uid, gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if pid <= 0:
        raise RefusedError(
            "the caller has no process number here",
            cause="it runs in a container or another process namespace",
            fix="run a daemon inside, `enactctl init` there",
        )
    if not (admits(uid, gid, pid) if admits else uid == os.getuid()):
        raise RefusedError(f"the caller is user {uid}", cause="this daemon serves one user", fix="run your own daemon")
    pin, enforced = _pin(connection, pid)
    try:
        process = process_of(pid)
        foreign = _foreign(pid) if process and admits is None else ()
        if process is None or _ended(pin):
            raise RefusedError("the caller is gone", cause="its process ended before it could be told")
    finally:
        os.close(pin)
    return Seen(uid=uid, gid=gid, process=process, foreign=foreign, enforced=enforced)


def mechanism() -> str:
    """How well callers can be told here: full, `partial (what is missing)` or `none (why)`."""
    if sys.platform == "darwin":
        return "partial (no process pin, no namespaces on macOS)"
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with ours, theirs:
        pin, enforced = _pin(ours, os.getpid())
        os.close(pin)
    return enforced


def process_of(pid: int) -> Process | None:
    """The process with this number now; None if there is none or it may not be seen."""
    text = _proc(pid, "stat")
    if not text:
        return None
    # The name is in parentheses and may hold spaces and parentheses itself.
    name = text[text.find(b"(") + 1 : text.rfind(b")")]
    fields = text[text.rfind(b")") + 2 :].split()
    if fields[0] in (b"Z", b"X"):
        return None
    return Process(
        pid=pid,
        start=int(fields[19]),
        parent=int(fields[1]),
        name=name.decode(errors="replace"),
        terminal=fields[4] != b"0",
    )


def parent_of(process: Process) -> Process | None:
    """The parent now; None above init, or if the number now belongs to a later process."""
    found = process_of(process.parent) if process.parent > 0 else None
    return found if found and found.start <= process.start else None


def ancestors(process: Process) -> tuple[Process, ...]:
    """Parent, grandparent, and so on up to init. Raises `RefusedError` if that takes too long a walk."""
    chain: list[Process] = []
    above = parent_of(process)
    while above is not None:
        chain.append(above)
        if len(chain) > DEPTH:
            raise RefusedError("the caller's ancestry is too long", cause=f"more than {DEPTH} processes")
        above = parent_of(above)
    return tuple(chain)


def is_alive(identity: tuple[int, int]) -> bool:
    """Whether this very process still runs."""
    found = process_of(identity[0])
    return found is not None and found.start == identity[1]


def arguments(pid: int) -> tuple[str, ...]:
    """The process's command line, empty if it cannot be seen."""
    text = _proc(pid, "cmdline")
    return tuple(part.decode(errors="surrogateescape") for part in text.split(b"\0")[:-1])


def environment(pid: int) -> dict[str, str]:
    """The variables it was started with, empty if they cannot be seen. Holds secrets: never log or keep it whole."""
    pairs = (entry.partition(b"=") for entry in _proc(pid, "environ").split(b"\0") if b"=" in entry)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def folder(pid: int) -> str:
    """Its current folder, empty if it cannot be seen."""
    return _link(pid, "cwd")


def facts_of(process: Process, kept: Collection[str]) -> Facts:
    """What is shown of a process to its own user; of its variables the `kept` ones."""
    variables = {name: value for name, value in environment(process.pid).items() if name in kept}
    return Facts(
        exe=executable(process.pid), folder=folder(process.pid), environment=variables, foreign=_foreign(process.pid)
    )


def groups(pid: int) -> frozenset[int]:
    """The supplementary groups of a process."""
    for line in _proc(pid, "status").splitlines():
        if line.startswith(b"Groups:"):
            return frozenset(int(number) for number in line[7:].split())
    return frozenset()


def cgroup(pid: int) -> str:
    """The control group of a process, which its user cannot choose; empty if it cannot be seen."""
    lines = _proc(pid, "cgroup").decode(errors="replace").splitlines()
    return next((line[3:] for line in lines if line.startswith("0::")), "")


def is_deserted(group: str) -> bool:
    """Whether no process is left in a control group or below it; False where that cannot be told."""
    if group == "/" or not group.startswith("/") or ".." in group:
        return False
    try:
        with open(f"{CGROUPS}{group}/cgroup.events", encoding="ascii") as file:
            return "populated 0" in file.read().splitlines()
    except FileNotFoundError:
        return os.path.exists(f"{CGROUPS}/cgroup.controllers")  # else they are shown at another place
    except (OSError, ValueError):
        return False


def executable(pid: int) -> str:
    """The file it runs, empty if it cannot be seen."""
    return _link(pid, "exe")


def is_reaper(process: Process) -> bool:
    """Whether orphans end up there: init, or a user's service manager below it."""
    return process.pid == 1 or (process.parent == 1 and process.name in ("systemd", "(sd-pam)", "launchd"))


def is_from_outside(process: Process) -> bool:
    """Whether no process of ours can have made it: another user's, or put into our process numbers from without.

    What counts is the real user: programs with a user of their own for a while (`newgrp`) can be anybody's.
    """
    if process.pid != 1 and process.parent == 0:
        return True
    for line in _proc(process.pid, "status").splitlines():
        if line.startswith(b"Uid:"):
            return int(line.split()[1]) != os.getuid()
    return False


def _pin(connection: socket.socket, pid: int) -> tuple[int, str]:
    """A descriptor of the peer's process. Without kernel support one opened by number, a moment later."""
    try:
        raw = connection.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD, 4)
        return struct.unpack("i", raw)[0], "full"
    except OSError:
        pass
    try:
        return os.pidfd_open(pid), "partial (the kernel has no SO_PEERPIDFD)"
    except OSError:
        raise RefusedError("the caller is gone", cause="its process ended before it could be told") from None


def _ended(pin: int) -> bool:
    poll = select.poll()
    poll.register(pin, select.POLLIN)
    return bool(poll.poll(0))


def _foreign(pid: int) -> tuple[str, ...]:
    """The namespaces it does not share with us; one that cannot be seen counts as not shared."""
    own = _own_namespaces()
    return tuple(name for name in NAMESPACES if not own[name] or _link(pid, f"ns/{name}") != own[name])


@functools.cache
def _own_namespaces() -> dict[str, str]:
    return {name: _link(os.getpid(), f"ns/{name}") for name in NAMESPACES}


def _proc(pid: int, name: str) -> bytes:
    try:
        descriptor = os.open(f"/proc/{pid}/{name}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    found = b""
    try:
        while len(found) < READ_LIMIT and (part := os.read(descriptor, 65_536)):
            found += part
            if name == "stat":  # a line, always whole in one read
                break
    except OSError:
        return b""
    finally:
        os.close(descriptor)
    return found


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return ""


def _witness_macos(connection: socket.socket) -> Seen:
    """Number and user only: no start time, no ancestry, so nothing that needs them is granted."""
    credentials = connection.getsockopt(SOL_LOCAL, 1, 76)  # struct xucred
    uid = struct.unpack_from("=I", credentials, 4)[0]
    pid = struct.unpack("=i", connection.getsockopt(SOL_LOCAL, LOCAL_PEERPID, 4))[0]
    if uid != os.getuid():
        raise RefusedError(f"the caller is user {uid}", cause="this daemon serves one user", fix="run your own daemon")
    process = Process(pid=pid, start=0, parent=0, name="")
    return Seen(uid=uid, gid=-1, process=process, enforced=mechanism())
