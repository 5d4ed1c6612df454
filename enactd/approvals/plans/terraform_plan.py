"""A plan of terraform or tofu: the archive that `plan -out` writes, or the JSON of `show -json`.

The archive is a ZIP with a Protocol Buffers message in it, of which only the changes' addresses and actions are
read. Everything in it comes from a file that an agent may have written: it is what the command will be given,
and it is bounded here.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

import msgspec

MEMBER_LIMIT: Final = 16 << 20
MOST_CHANGES: Final = 20_000
MOST_FIELDS: Final = 200_000
"""Fields of all messages together; a few bytes in an archive can become millions of them."""
READ_S: Final = 0.8
_STRIDE: Final = 4096  # fields between two looks at the clock
_ACTIONS: Final = {
    1: "creates", 2: "", 3: "changes", 5: "destroys", 6: "destroys and makes anew", 7: "makes anew and destroys",
    8: "forgets", 9: "makes anew and forgets",
}  # fmt: skip
_WORDS: Final = {
    ("create",): "creates", ("update",): "changes", ("delete",): "destroys", ("forget",): "forgets",
    ("delete", "create"): "destroys and makes anew", ("create", "delete"): "makes anew and destroys",
    ("create", "forget"): "makes anew and forgets", ("no-op",): "", ("read",): "",
}  # fmt: skip
_ORDER: Final = (
    "destroys", "destroys and makes anew", "makes anew and destroys", "forgets", "makes anew and forgets", "changes", "creates",
)  # fmt: skip
_ADDRESS: Final = re.compile(r"((?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*)([^.]+)\.(.+)", re.DOTALL)
# Fields of the message: Plan.resource_changes, its addr and change, and the change's action.
_CHANGES, _ADDR, _CHANGE, _ACTION = 3, 13, 9, 1


class NotAPlan(Exception):
    """Says what is wrong with the file."""


class _Enough(Exception):
    """More is in it than is read."""


class _Meter:
    """What reading one plan may still cost."""

    def __init__(self) -> None:
        self._left = MOST_FIELDS
        self._ends = time.monotonic() + READ_S

    def count(self) -> None:
        """One field more. Raises `_Enough`."""
        self._left -= 1
        if self._left < 0 or (self._left % _STRIDE == 0 and time.monotonic() > self._ends):
            raise _Enough


class _Done(msgspec.Struct, frozen=True):
    """`change` in the JSON of a plan."""

    actions: tuple[str, ...]


class _Entry(msgspec.Struct, frozen=True):
    """One of `resource_changes` there."""

    address: str
    change: _Done


class _Shown(msgspec.Struct, frozen=True):
    """The JSON of a plan. What else is in it is passed over, and takes no memory."""

    resource_changes: tuple[_Entry, ...]


class Change(msgspec.Struct, frozen=True):
    """One resource, and what is done to it in a word; empty for nothing."""

    address: str
    action: str

    @property
    def type(self) -> str:
        found = _ADDRESS.fullmatch(self.address)
        return found[2] if found else "resource"

    @property
    def name(self) -> str:
        found = _ADDRESS.fullmatch(self.address)
        return found[1] + found[3] if found else self.address


class Plan(msgspec.Struct, frozen=True):
    """Everything that changes. `incomplete`: there is more than was read."""

    changes: tuple[Change, ...]
    incomplete: bool = False

    def grouped(self) -> Iterator[tuple[str, list[Change]]]:
        """By action, what is lost first."""
        for action in _ORDER:
            found = [change for change in self.changes if change.action == action]
            if found:
                yield action, found
        odd = [change for change in self.changes if change.action not in _ORDER]
        if odd:
            yield "does something that is not known to", odd


def read_plan(data: bytes) -> Plan:
    """The plan in a file. Raises `NotAPlan`."""
    if data[:4] == b"PK\x03\x04":
        return _made(_message(_member(data), _Meter()))
    if data.lstrip()[:1] == b"{":
        return _made(_json(data))
    raise NotAPlan("it is no plan file")


def _made(changes: Iterator[Change]) -> Plan:
    found: list[Change] = []
    try:
        for change in changes:
            if len(found) >= MOST_CHANGES:
                return Plan(tuple(found), incomplete=True)
            if change.action:
                found.append(change)
    except _Enough:
        if not found:
            raise NotAPlan("it is too large") from None
        return Plan(tuple(found), incomplete=True)
    return Plan(tuple(found))


def _member(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("tfplan") as member:
            content = member.read(MEMBER_LIMIT + 1)
    except KeyError:
        raise NotAPlan("it holds no plan") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise NotAPlan("it is damaged") from None
    if len(content) > MEMBER_LIMIT:
        raise NotAPlan("it is too large")
    return content


def _json(data: bytes) -> Iterator[Change]:
    try:
        plan = msgspec.json.decode(data, type=_Shown)
        for entry in plan.resource_changes:
            actions = entry.change.actions
            yield Change(entry.address, _WORDS.get(actions, "does " + " and ".join(actions)))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise NotAPlan("it is no plan in JSON") from None


def _message(data: bytes, meter: _Meter) -> Iterator[Change]:
    for number, value in _fields(data, meter):
        if number == _CHANGES and isinstance(value, bytes):
            address, action = "", 0
            for inner, content in _fields(value, meter):
                if inner == _ADDR and isinstance(content, bytes):
                    address = content.decode(errors="replace")
                elif inner == _CHANGE and isinstance(content, bytes):
                    action = next((v for n, v in _fields(content, meter) if n == _ACTION and isinstance(v, int)), 0)
            if action:
                yield Change(
                    address or "a resource without an address", _ACTIONS.get(action, f"does action {action} to")
                )


def _fields(data: bytes, meter: _Meter) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a message. Raises `NotAPlan` where the bytes are none."""
    place = 0
    while place < len(data):
        meter.count()
        key, place = _number(data, place)
        match key & 7:
            case 0:
                value, place = _number(data, place)
                yield key >> 3, value
            case 1 | 5 as kind:
                place += 8 if kind == 1 else 4
            case 2:
                size, place = _number(data, place)
                if size > len(data) - place:
                    raise NotAPlan("it is damaged")
                yield key >> 3, data[place : place + size]
                place += size
            case _:
                raise NotAPlan("it is damaged")


def _number(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            raise NotAPlan("it is damaged")
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise NotAPlan("it is damaged")
