"""What runs inside a reader worker: requests in, facts out, one at a time, on descriptor 0.

Started by `workers.py` with an empty environment and search path. It limits itself before it reads the
first request; the kernel ends it when a request uses up its processor time, Python has no say in that.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, Final

import msgspec

MEMORY_LIMIT: Final = 768 * 1024 * 1024  # address space, bytes
RECURSION_LIMIT: Final = 5_000
REQUEST_LIMIT: Final = 4 * 1024 * 1024
OUT_OF_MEMORY: Final = 70
PR_SET_PDEATHSIG: Final = 1

_HEADER: Final = struct.Struct("!I")

Reader = Callable[[Any], Any]


class Request(msgspec.Struct):
    """One question. `limit` in seconds of processor time."""

    id: int
    kind: str
    payload: Any
    limit: float


class Rejected(Exception):
    """The text is not what this reader can read; the message says why."""


def main() -> None:
    """Answer requests until the other end closes."""
    parent, _, options = sys.argv[1].partition(":")
    _die_with_parent(int(parent))
    readers = _readers()
    if options == "debug":
        readers |= _misbehaving()
    _limit_resources()
    gc.collect()
    gc.freeze()
    _send({"id": 0, "value": "ready"})
    while (frame := _receive()) is not None:
        request = msgspec.json.decode(frame, type=Request)
        signal.setitimer(signal.ITIMER_PROF, request.limit)
        answer = respond(request, readers)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(answer)


def respond(request: Request, readers: dict[str, Reader]) -> dict[str, Any]:
    """The answer to one request; every way a reader can refuse becomes an error text."""
    reader = readers.get(request.kind)
    if reader is None:
        return {"id": request.id, "error": f"no reader for `{request.kind}`"}
    try:
        return {"id": request.id, "value": reader(request.payload)}
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except RecursionError:
        return {"id": request.id, "error": "nested too deeply"}
    except Exception as error:  # noqa: BLE001 - bashlex leaks a dozen kinds of exception for bad text
        return {"id": request.id, "error": f"{type(error).__name__}: {error}"[:500]}


def _readers() -> dict[str, Reader]:
    # Here and not above: nobody but a worker may import tree-sitter-bash and bashlex.
    from enactd.effects.shell import grammar_reader, second_reader
    from enactd.effects.sql import parsed

    shell: dict[str, Reader] = {"tree-sitter": grammar_reader.names, "bashlex": second_reader.names}
    return {**shell, "shell": together(*shell.values()), "sql": parsed.read_request}


def together(*readers: Reader) -> Reader:
    """A reader that gives what each of several says of the same text, None for one that refuses it."""

    def said(reader: Reader, payload: Any) -> Any:
        try:
            return reader(payload)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the others may still read the text
            return None

    return lambda payload: [said(reader, payload) for reader in readers]


def _misbehaving() -> dict[str, Reader]:
    """Kinds for tests of the pool, each a way in which a reader may go wrong."""

    def hang(_: Any) -> None:
        while True:
            pass

    def sleep(_: Any) -> None:
        signal.sigwait({signal.SIGUSR1})

    def segfault(_: Any) -> None:
        ctypes.string_at(0)

    def bomb(_: Any) -> None:
        hoard = []
        while True:
            hoard.append(bytes(16 * 1024 * 1024))

    def garbage(_: Any) -> None:
        os.write(0, _HEADER.pack(7) + b"{nope}\n")

    def stale(_: Any) -> None:
        _send({"id": 999_999, "value": None})

    def huge(_: Any) -> None:
        os.write(0, _HEADER.pack(0xFFFFFFFF))

    return {
        "hang": hang,
        "sleep": sleep,
        "segfault": segfault,
        "bomb": bomb,
        "garbage": garbage,
        "stale": stale,
        "huge": huge,
        "echo": lambda payload: payload,
        "quit": lambda _: os._exit(3),
    }


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)


def _limit_resources() -> None:
    sys.setrecursionlimit(RECURSION_LIMIT)
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, MEMORY_LIMIT),
    ]
    for which, limit in limits:
        # macOS refuses some of these; the limits on time still hold there.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (limit, limit))


def _receive() -> bytes | None:
    header = _read(_HEADER.size)
    if header is None:
        return None
    size = _HEADER.unpack(header)[0]
    return _read(size) if size <= REQUEST_LIMIT else None


def _read(size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(0, min(size - len(parts), 65_536))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _send(answer: dict[str, Any]) -> None:
    frame = msgspec.json.encode(answer)
    data = memoryview(_HEADER.pack(len(frame)) + frame)
    while data:
        data = data[os.write(0, data) :]
