"""A desk on a folder: its journal is real, its receipts are remembered, its clock is turned by hand."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import msgspec

from enactd.approvals.desk import Desk
from enactd.approvals.journal import NAME, Entry, Journal
from enactd.approvals.model import Answer, Approver, ChannelName, Decision, Question, Request
from enactd.config.approvals import Approvals
from enactd.errors import ReceiptError


class Clock:
    """Seconds since 1970, as the test says."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Slip(msgspec.Struct, frozen=True):
    """What of a receipt a desk looks at."""

    seq: int
    kind: str = "approval"

    @property
    def record(self) -> Slip:
        return self

    @property
    def hash(self) -> str:
        return hashlib.sha256(str(self.seq).encode()).hexdigest()

    @property
    def id(self) -> str:
        return f"{self.seq}-{self.hash[:6]}"


class Receipts:
    """Remembers what it was told, in order; fails while `broken`."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.broken = False

    async def approval(self, event: str, **known: Any) -> Any:
        if self.broken:
            raise ReceiptError("the disk is full")
        self.told.append((event, known))
        return Slip(1_000 + len(self.told))

    def events(self) -> list[str]:
        return [event for event, _ in self.told]


class Disk(Journal):
    """A journal on a disk that can be full."""

    broken = False

    async def append(self, *entries: Entry) -> None:
        if self.broken:
            raise ReceiptError("the disk is full")
        await super().append(*entries)


class Table:
    """A desk that can be restarted, with a clock and receipts that stay."""

    def __init__(self, folder: Path, settings: Approvals | None = None) -> None:
        self.folder = folder
        self.settings = settings or Approvals()
        self.clock = Clock()
        self.receipts = Receipts()
        self.asked = 0
        self.restart()

    def restart(self) -> None:
        """As after the end of the daemon, however it ended."""
        self.journal = Disk(self.folder / NAME, lambda line: hmac.digest(b"key", line, "sha256").hex())
        self.desk = Desk(self.journal, self.receipts, lambda: self.settings, clock=self.clock)
        self.desk.restore()

    async def ask(self, bond: str = "bond", **fields: Any) -> Request:
        """A request that waits."""
        self.asked += 1
        slip = Slip(self.asked)
        return await self.desk.ask(slip, request(slip.id, since=self.clock(), **fields), bond=bond, requester="ada")  # type: ignore[arg-type]


def request(name: str = "1-aaaaaa", *, since: float = 1_000_000.0, **fields: Any) -> Request:
    """A request with all that it needs."""
    usual: dict[str, Any] = {
        "agent": "claude-code", "session": "s", "session_risk": "SAFE", "risk": "IRREVERSIBLE", "tool": "Bash",
        "call": "terraform destroy", "cwd": "/w", "workspace": "/w", "since": since, "until": since + 3600,
        "questions": (Question(policy="cloud.destroy", reason="it destroys"),),
    }  # fmt: skip
    return Request(id=name, **{**usual, **fields})


def answer(
    wanted: str, decision: Decision = "approve", *, name: str = "bob", channel: ChannelName = "terminal", **more: Any
) -> Answer:
    """A proven answer."""
    return Answer(request=wanted, decision=decision, by=Approver(name=name, channel=channel, proof="terminal"), **more)
