"""Killable worker processes for the readers that cannot be trusted with a thread of ours.

tree-sitter-bash crashes on some texts, bashlex loops for ever on valid input, and sqlglot is exponential on
some nestings, so they run here and nowhere else. A worker has a limit on processor time (set by the kernel,
so that a busy machine does not change a verdict), on wall time, and on memory. One that hangs, crashes, grows
or answers garbage is killed and replaced in the background, while spares serve the other callers.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

WORKERS: Final = 3  # two at work, one spare
READ_LIMIT: Final = 0.1  # seconds of processor time for one input
PATIENCE: Final = 3.0  # seconds to wait for a free worker
COLD_PATIENCE: Final = 10.0  # the same while the very first one starts
START_LIMIT: Final = 20.0  # seconds for a worker to import its readers
WALL_FACTOR: Final = 10  # wall time over processor time, on a crowded machine
REQUESTS_PER_WORKER: Final = 5_000
ANSWER_LIMIT: Final = 8 * 1024 * 1024
OUT_OF_MEMORY: Final = 70  # exit status of a worker whose memory ended
RESTART_PAUSE: Final = 1.0

_HEADER: Final = struct.Struct("!I")
_BOOT: Final = "import sys; sys.path[:0] = sys.argv[2:]; from enactd.reader_process import main; main()"
_PACKAGES: Final = ("enactd", "msgspec", "bashlex", "tree_sitter", "tree_sitter_bash", "sqlglot")

_MARK_VARIABLE: Final = "ENACTD_MARK"
MARK: Final = (sys.flags.isolated and os.environ.get(_MARK_VARIABLE)) or f"q{secrets.token_hex(8)}"
"""A word for "known only at run time" that no text can hold: drawn anew by each process, told to its workers."""

Cause = Literal["rejected", "slow", "memory", "crashed", "garbage", "busy", "closed"]


class Result(msgspec.Struct, frozen=True):
    """What a reader answered."""

    value: Any


class Failure(msgspec.Struct, frozen=True):
    """Why there is no answer. `rejected` means that the reader itself refused the text; all else is ours."""

    reason: str
    cause: Cause


class _Answer(msgspec.Struct):
    id: int
    value: Any = None
    error: str | None = None


class _Broken(Exception):
    """A worker that must be replaced."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class _Worker:
    """One process and the socket to it. Used by one thread at a time."""

    def __init__(self, debug: bool) -> None:
        self._socket, theirs = socket.socketpair()
        self._requests = 0
        options = "debug" if debug else "-"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOT, f"{os.getpid()}:{options}", *import_roots(_PACKAGES)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8", _MARK_VARIABLE: MARK},
                cwd="/",
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def used_up(self) -> bool:
        return self._requests >= REQUESTS_PER_WORKER

    def wait_until_ready(self) -> None:
        """Raise `_Broken` unless the readers are imported in time."""
        self._receive(0, time.monotonic() + START_LIMIT, START_LIMIT)

    def ask(self, kind: str, payload: Any, limit: float) -> Result | Failure:
        self._requests += 1
        request = {"id": self._requests, "kind": kind, "payload": payload, "limit": limit}
        try:
            frame = msgspec.json.encode(request)
        except UnicodeEncodeError:
            return Failure("half of a surrogate pair, which no encoding carries", "rejected")
        deadline = time.monotonic() + limit * WALL_FACTOR
        try:
            self._socket.settimeout(limit * WALL_FACTOR)
            self._socket.sendall(_HEADER.pack(len(frame)) + frame)
        except OSError:
            raise _Broken(self._cause_of_death(limit)) from None
        return self._receive(self._requests, deadline, limit)

    def _receive(self, expected: int, deadline: float, limit: float) -> Result | Failure:
        size = _HEADER.unpack(self._read(_HEADER.size, deadline, limit))[0]
        if size > ANSWER_LIMIT:
            raise _Broken(Failure("the reader's answer is too large", "garbage"))
        try:
            answer = msgspec.json.decode(self._read(size, deadline, limit), type=_Answer)
        except msgspec.MsgspecError:
            raise _Broken(Failure("the reader answered garbage", "garbage")) from None
        if answer.id != expected:
            raise _Broken(Failure("the reader answered another question", "garbage"))
        return Result(answer.value) if answer.error is None else Failure(answer.error, "rejected")

    def _read(self, size: int, deadline: float, limit: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise _Broken(_too_slow(limit))
            self._socket.settimeout(left)
            try:
                part = self._socket.recv(min(size - len(parts), 65_536))
            except TimeoutError:
                raise _Broken(_too_slow(limit)) from None
            except OSError:
                part = b""
            if not part:
                raise _Broken(self._cause_of_death(limit))
            parts += part
        return bytes(parts)

    def _cause_of_death(self, limit: float) -> Failure:
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return Failure("the reader closed its end", "garbage")
        if status == -signal.SIGPROF:
            return _too_slow(limit)
        if status == OUT_OF_MEMORY:
            return Failure("reading took more memory than a worker may use", "memory")
        return Failure(f"the reader crashed (status {status})", "crashed")

    def kill(self) -> None:
        """End the process now; `reap` collects it."""
        self._process.kill()
        self._socket.close()

    def reap(self) -> None:
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:  # stuck in the kernel: nothing more can be done from here
            return


class Pool:
    """Workers shared by all threads of a process. Starts lazily; a closed pool refuses.

    `debug` registers the misbehaving kinds of `reader_process` for tests.
    """

    def __init__(self, workers: int = WORKERS, *, debug: bool = False) -> None:
        self._size = workers
        self._debug = debug
        self._changed = threading.Condition()
        self._idle: list[_Worker] = []
        self._alive: set[_Worker] = set()
        self._dead: list[_Worker] = []
        self._starter: threading.Thread | None = None
        self._closed = False
        self._warm = False
        self._trouble = ""

    def prestart(self) -> None:
        """Start the workers now, without waiting for them."""
        with self._changed:
            if self._starter is None and not self._closed:
                # Workers die with the thread that started them (parent-death signal): it must outlive callers.
                self._starter = threading.Thread(target=self._keep_full, name="reader-workers", daemon=True)
                self._starter.start()

    def call(self, kind: str, payload: Any, timeout: float = READ_LIMIT) -> Result | Failure:
        """Have a worker read `payload`, in at most `timeout` seconds of processor time. Never raises."""
        self.prestart()
        worker = self._take()
        if isinstance(worker, Failure):
            return worker
        try:
            answer = worker.ask(kind, payload, timeout)
        except _Broken as broken:
            self._discard(worker)
            return broken.failure
        except BaseException:  # an interrupt between question and answer leaves the worker out of step
            self._discard(worker)
            raise
        if worker.used_up:
            self._discard(worker)
        else:
            self._release(worker)
        return answer

    def pids(self) -> list[int]:
        """The processes that are up."""
        with self._changed:
            return sorted(worker.pid for worker in self._alive)

    def close(self) -> None:
        """End all workers, by their process ids."""
        with self._changed:
            self._closed = True
            doomed = list(self._alive)
            self._changed.notify_all()
        for worker in doomed:
            worker.kill()
        starter = self._starter
        if starter is not None and starter is not threading.current_thread():
            starter.join(START_LIMIT)
        for worker in doomed:
            worker.reap()
        with self._changed:
            self._alive.clear()
            self._idle.clear()

    def _take(self) -> _Worker | Failure:
        with self._changed:
            deadline = time.monotonic() + (PATIENCE if self._warm else COLD_PATIENCE)
            while not self._idle:
                if self._closed:
                    return Failure("the readers are shut down", "closed")
                if self._trouble and not self._alive:
                    return Failure(f"no reader could be started: {self._trouble}", "crashed")
                left = deadline - time.monotonic()
                if left <= 0:
                    return Failure("all readers are busy", "busy")
                self._changed.wait(left)
            if self._closed:
                return Failure("the readers are shut down", "closed")
            return self._idle.pop()

    def _release(self, worker: _Worker) -> None:
        with self._changed:
            self._idle.append(worker)
            self._changed.notify()

    def _discard(self, worker: _Worker) -> None:
        worker.kill()
        with self._changed:
            self._alive.discard(worker)
            self._dead.append(worker)
            self._changed.notify_all()

    def _keep_full(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not self._dead and len(self._alive) >= self._size:
                    self._changed.wait()
                if self._closed:
                    return
                dead, self._dead = self._dead, []
                missing = len(self._alive) < self._size
            for worker in dead:
                worker.reap()
            if missing:
                self._start_one()

    def _start_one(self) -> None:
        try:
            worker = _Worker(self._debug)
        except (OSError, ValueError) as error:
            self._report_trouble(str(error))
            return
        with self._changed:
            # Known from birth, so that `close` ends one that is still importing.
            self._alive.add(worker)
            closed = self._closed
        try:
            if closed:
                raise _Broken(Failure("closed", "closed"))
            worker.wait_until_ready()
        except _Broken as broken:
            self._discard(worker)
            self._report_trouble(broken.failure.reason)
            return
        with self._changed:
            self._trouble = ""
            self._warm = True
            self._idle.append(worker)
            self._changed.notify_all()

    def _report_trouble(self, reason: str) -> None:
        with self._changed:
            self._trouble = reason
            self._changed.notify_all()
            if not self._closed:
                self._changed.wait_for(lambda: self._closed, RESTART_PAUSE)


def _too_slow(limit: float) -> Failure:
    return Failure(f"reading took longer than {limit * 1000:.0f} ms", "slow")


def import_roots(packages: Sequence[str]) -> list[str]:
    """Folders that hold the packages a process of ours needs; its own search path is empty on purpose."""
    roots: list[str] = []
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            root = os.path.dirname(os.path.dirname(os.path.abspath(spec.origin)))
            if root not in roots:
                roots.append(root)
    return roots


class _Shared:
    """The pool of this process; a forked child gets its own."""

    pool: Pool | None = None
    owner = 0
    lock = threading.Lock()


def reader_pool() -> Pool:
    """The pool that all readers of this process share. Ended when the interpreter exits."""
    with _Shared.lock:
        if _Shared.pool is None or _Shared.owner != os.getpid():
            _Shared.pool = Pool()
            _Shared.owner = os.getpid()
            atexit.register(_Shared.pool.close)
        return _Shared.pool
