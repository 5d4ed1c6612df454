"""What must outlive the daemon: one line per event, durable before anybody hears of it, folded at the next start.

A line that was not whole when the machine stopped was never answered for, so it is dropped. Each line carries a MAC
over itself and the MAC before: no line can be added, changed or taken out without the gate's key. Where one is not
what was written nothing of the file counts, for it may have taken something back. That the newest lines were cut off
shows in the receipts alone, which tell every use and every end again.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from enactd import atomic
from enactd.approvals.model import Answer, Request, State
from enactd.errors import EnactError, ReceiptError, RefusedError
from enactd.report import Grant, Pause

NAME: Final = "approvals.jsonl"
MOST: Final = 64 << 20
"""Bytes that are read back; a larger file is not one of ours."""


ROOM: Final = 48 << 20
"""Bytes beyond which no question is added: what answers and ends them must always find room."""
ENTRY: Final = 128 << 10
"""Bytes of one entry."""
GROWN: Final = 8 << 20
"""Bytes from which on the file is made smaller while the daemon runs, once half of it counts no more."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag="asked"):
    """A request waits. `bond` names the call it is about, `requester` whose agent asks, `link` its receipt."""

    request: Request
    bond: str
    link: tuple[int, str]
    requester: str = ""


class Agreed(msgspec.Struct, frozen=True, kw_only=True, tag="agreed"):
    """One of several approvers said yes."""

    answer: Answer


class Closed(msgspec.Struct, frozen=True, kw_only=True, tag="closed"):
    """A request waits no more."""

    request: str
    state: State


class Made(msgspec.Struct, frozen=True, kw_only=True, tag="made"):
    """A grant holds."""

    grant: Grant


class Used(msgspec.Struct, frozen=True, kw_only=True, tag="used"):
    """A counted grant was used once more."""

    grant: str


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """A grant holds no more: used up, expired or revoked."""

    grant: str
    how: str


class Paused(msgspec.Struct, frozen=True, kw_only=True, tag="paused"):
    """The gate lets through until then; an end that has passed takes it back."""

    pause: Pause


Entry = Asked | Agreed | Closed | Made | Used | Ended | Paused

_decoder: Final = msgspec.json.Decoder(Entry)


class Journal:
    """Appends entries to a file of the gate. Belongs to one event loop; entries keep the order they came in.

    `vouch` makes the MAC of a line. Without it the file is read as it stands: for showing, never for deciding.
    """

    def __init__(self, path: Path, vouch: Callable[[bytes], str] | None) -> None:
        self._path = path
        self._vouch = vouch
        self._head = ""
        self._turn = asyncio.Lock()
        self._writing = threading.Lock()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="journal")  # its own: nothing else delays a write
        self._size = self._counted = 0
        self.damaged = ""
        """What was wrong with the file when it was read, empty for nothing."""

    def read(self) -> list[Entry]:
        """All entries, oldest first; none at all if a line is not what was written."""
        self._head = ""
        try:
            with self._path.open("rb") as file:
                data = file.read(MOST + 1)
        except FileNotFoundError:
            return []
        except OSError as error:
            self.damaged = f"`{self._path}`: {error.strerror}"
            return []
        if len(data) > MOST:
            self.damaged = f"`{self._path}` has more than {MOST} bytes"
            return []
        self._size = len(data)
        found: list[Entry] = []
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            mac, _, text = line.partition(b" ")
            try:
                entry = _decoder.decode(text)
            except (msgspec.DecodeError, RecursionError):
                entry = None
            if entry is None or (self._vouch and not hmac.compare_digest(mac, self._mac(text))):
                self.damaged = f"`{self._path}`, line {number}"
                return []
            self._head = mac.decode()
            found.append(entry)
        return found

    def _mac(self, text: bytes) -> bytes:
        return self._vouch(f"{self._head} ".encode() + text).encode() if self._vouch else b""

    def _lines(self, entries: Iterable[Entry]) -> bytes:
        """Entries as they stand in the file; the head moves on."""
        found = bytearray()
        for entry in entries:
            text = msgspec.json.encode(entry)
            mac = self._mac(text)
            found += mac + b" " + text + b"\n"
            self._head = mac.decode()
        return bytes(found)

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Replace everything by what still counts. Blocks; raises `OSError`."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._writing:
            self._rewrite(entries)

    def _rewrite(self, entries: Iterable[Entry]) -> None:
        before, self._head = self._head, ""
        data = self._lines(entries)
        try:
            atomic.replace_file(self._path, data)
        except OSError:
            self._head = before
            raise
        self._size = self._counted = len(data)

    async def compact(self, counts: Callable[[Sequence[Entry]], Iterable[Entry]]) -> None:
        """Leave out what does not count any more, if that is half of a large file. A full disk leaves it as it is."""
        if self._size < GROWN or self._size < 2 * self._counted:
            return
        async with self._turn:
            loop = asyncio.get_running_loop()
            await asyncio.shield(loop.run_in_executor(self._writer, self._compact, counts))

    def _compact(self, counts: Callable[[Sequence[Entry]], Iterable[Entry]]) -> None:
        with self._writing:
            head, damaged = self._head, self.damaged
            entries = self.read()
            if not entries or self._head != head:  # not what was written: the next start tells
                self._head, self.damaged = head, damaged
                return
            self._counted = self._size  # not again before it has doubled, whatever comes of it
            with contextlib.suppress(OSError):
                self._rewrite(counts(entries))

    async def append(self, *entries: Entry) -> None:
        """Make entries durable, all or none of them in the eyes of `read`. Raises `ReceiptError`.

        A question that is too long, or finds no room, is a `RefusedError`.
        """
        async with self._turn:
            # Even a caller that is cancelled has its line whole: a half one would spoil the next.
            loop = asyncio.get_running_loop()
            await asyncio.shield(loop.run_in_executor(self._writer, self._append, entries))

    def _append(self, entries: Sequence[Entry]) -> None:
        with self._writing:
            before = self._head
            try:
                data = self._lines(entries)
                if any(isinstance(entry, Asked) for entry in entries):
                    self._check_room(len(data))
                self._append_alone(data)
            except EnactError:
                self._head = before
                raise
            self._size += len(data)

    def _check_room(self, size: int) -> None:
        if size > ENTRY or self._size + size > ROOM:
            why = "it is too long" if size > ENTRY else "too much waits for a person"
            raise RefusedError("there is no room for this question", cause=why, fix="enactctl pending")

    def _append_alone(self, data: bytes) -> None:
        try:
            descriptor = os.open(
                self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
            )
            try:
                size = os.fstat(descriptor).st_size
                try:
                    if os.write(descriptor, data) != len(data):
                        raise OSError(28, "no space left on device")
                    os.fsync(descriptor)
                except OSError:
                    os.ftruncate(descriptor, size)
                    raise
            finally:
                os.close(descriptor)
        except OSError as error:
            raise ReceiptError(
                f"cannot write `{self._path}`",
                cause=error.strerror or str(error),
                effect="nothing is approved, and no approval is used, until it can be written",
                fix=f"df -h {self._path.parent}; ls -l {self._path}",
            ) from None
