"""Logs to test with: a key, drafts, a disk that fails on demand, and random records."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from enactd.receipts.disk import Disk
from enactd.receipts.log import Clock, Log
from enactd.receipts.record import Draft, Gains, Input, Link, Note, Outcome, Redaction, Witnessed
from enactd.receipts.signer import Signer

KEY = bytes(range(32))
LEVELS = ("SAFE", "SENSITIVE", "COMMITMENT", "IRREVERSIBLE")


def signer() -> Signer:
    return Signer(KEY)


def ticking(start: int = 1_790_000_000_000_000, step: int = 1000) -> Clock:
    """A clock that advances with every look."""
    wall, monotonic = itertools.count(start, step), itertools.count(0, step)
    return Clock(lambda: next(wall), lambda: next(monotonic))


def decision(verdict: str = "allow", risk: str = "SAFE", **fields: Any) -> Draft:
    """A small decision of one session."""
    given = {"agent": "claude-code", "session": "s1", "tool": "Bash", "engine": "0.1.0"} | fields
    return Draft(kind="decision", verdict=verdict, risk=risk, **given)


def open_log(folder: Path | str, **options: Any) -> Log:
    return Log.open(str(folder), signer(), **({"log_id": "test.1", "clock": ticking()} | options))


def write_log(folder: Path | str, count: int, **options: Any) -> None:
    """A closed log of `count` decisions."""
    log = open_log(folder, **options)
    for number in range(count):
        log.append_now(decision(call_id=f"c{number}"))
    log.close()


def segment(folder: Path | str, first: int = 0) -> Path:
    return Path(folder) / f"{first:012d}.jsonl"


def lines(folder: Path | str) -> list[bytes]:
    """All lines with their LF, over all segments."""
    paths = sorted(Path(folder).glob("*.jsonl"))
    return [line for path in paths for line in path.read_bytes().splitlines(keepends=True)]


class FaultyDisk(Disk):
    """A disk whose calls are counted; chosen ones fail.

    `fail` maps the number of a call (from 0, over all kinds) to what happens: an errno, or "short" for a write
    that takes half and then fails with ENOSPC.
    """

    KINDS = ("open_folder", "open_append", "lock", "write", "sync", "sync_folder", "truncate", "size", "close")

    def __init__(self, fail: dict[int, Any] | None = None) -> None:
        self.fail = fail or {}
        self.calls: list[str] = []
        self.full = False

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        if self.full:
            taken = os.write(descriptor, data[: len(data) // 2]) if len(data) > 1 else 0
            self.full_writes = getattr(self, "full_writes", 0) + 1
            if self.full_writes % 2 == 0 or not taken:
                raise OSError(errno.ENOSPC, "No space left on device")
            return taken
        return super().write(descriptor, data)


def _counted(kind: str) -> Any:
    inner = getattr(FaultyDisk, kind)

    def call(self: FaultyDisk, *arguments: Any) -> Any:
        number = len(self.calls)
        self.calls.append(kind)
        fault = self.fail.get(number)
        if fault == "short" and kind == "write":
            return os.write(arguments[0], arguments[1][: max(1, len(arguments[1]) // 2)])
        if fault is not None and kind != "close":
            raise OSError(fault if isinstance(fault, int) else errno.ENOSPC, "injected")
        return inner(self, *arguments)

    return call


for _kind in FaultyDisk.KINDS:
    setattr(FaultyDisk, _kind, _counted(_kind))


texts = st.text(max_size=12)
names = st.text(st.characters(codec="ascii"), max_size=8)
numbers = st.integers(-(2**53) + 1, 2**53 - 1)
naturals = st.integers(0, 2**53 - 1)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
plain = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(names, plain, max_size=3)
levels = st.none() | st.sampled_from(LEVELS)
answers = st.sampled_from(("allow", "ask", "deny"))
drafts = st.builds(
    Draft,
    kind=st.sampled_from(("decision", "outcome", "session", "daemon", "undelivered", "approval", "not-yet")),
    event=texts,
    agent=st.sampled_from(("", "claude-code", "cursor")),
    session=st.sampled_from(("", "s1", "s2")),
    tool=texts,
    call_id=st.sampled_from(("", "c1", "c2")),
    cwd=texts,
    witnessed=st.none() | st.builds(Witnessed, uid=naturals, pid=naturals, gid=st.integers(-1, 5), exe=texts),
    claimed=objects,
    input=st.none() | st.builds(Input, digest=hashes, key=texts, size=naturals, text=texts, cut=st.booleans()),
    redacted=st.lists(st.builds(Redaction, kind=texts, count=naturals), max_size=2).map(tuple),
    effects=st.lists(objects, max_size=2).map(tuple),
    facts=objects,
    verdict=st.none() | answers,
    findings=st.lists(
        st.builds(Note, policy=texts, decision=answers, reason=texts, effect=st.integers(-1, 3)), max_size=2
    ).map(tuple),
    evaluated=st.lists(texts, max_size=2).map(tuple),
    risk=levels,
    risk_before=levels,
    risk_after=levels,
    gained=st.none()
    | st.builds(
        Gains,
        taints=st.lists(texts, max_size=2).map(tuple),
        hosts=st.lists(texts, max_size=2).map(tuple),
        downloads=st.lists(texts, max_size=2).map(tuple),
        renamed=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    ),
    enforcement=st.dictionaries(names, texts, max_size=2),
    duration=naturals,
    outcome=st.none()
    | st.builds(
        Outcome,
        status=st.sampled_from(("ok", "failed", "interrupted", "partial", "not-run", "unknown")),
        exit_code=st.none() | st.integers(-5, 255),
        duration=naturals,
        text=texts,
    ),
    detail=objects,
)

__all__ = ["FaultyDisk", "Link", "decision", "drafts", "lines", "open_log", "segment", "signer", "ticking", "write_log"]
