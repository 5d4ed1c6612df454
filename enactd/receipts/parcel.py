"""What goes to second places: a checkpoint or a whole receipt, as its bytes and as a few words about them."""

from __future__ import annotations

import base64
import hashlib
from typing import Literal

import msgspec

from enactd.receipts import checkpoint
from enactd.receipts.checkpoint import Signed

Kind = Literal["checkpoint", "receipt"]


class Parcel(msgspec.Struct, frozen=True):
    """One of either.

    `end` is the number of records up to it: how far a place is that has got it. `data` is the note, or the line
    without its LF; `facts` say what it is to those who show no more than names and values.
    """

    kind: Kind
    end: int
    log: str
    data: bytes
    facts: tuple[tuple[str, str], ...]

    @property
    def filed(self) -> bytes:
        """As it stands in a file: a note and an empty line, or a line."""
        return self.data + b"\n"

    @property
    def summary(self) -> str:
        """A few words for people."""
        if self.kind == "checkpoint":
            return f"checkpoint of {dict(self.facts)['size']} receipts, {self.log}"
        return f"receipt {self.end - 1}-{dict(self.facts)['sha256'][:6]}, {self.log}"


def of_checkpoint(signed: Signed) -> Parcel:
    """A checkpoint; its origin names the log."""
    head = signed.checkpoint
    facts = (("origin", head.origin), ("size", str(head.size)), ("root", base64.b64encode(head.root).decode()))
    return Parcel("checkpoint", end_of(signed), head.origin, signed.data, facts)


def of_line(log: str, seq: int, line: bytes) -> Parcel:
    """A receipt's line, as it is in the log."""
    facts = (("log", log), ("seq", str(seq)), ("sha256", hashlib.sha256(line).hexdigest()))
    return Parcel("receipt", seq + 1, log, line, facts)


def end_of(signed: Signed) -> int:
    """How many records there were when it was signed."""
    return checkpoint.base_of(signed.checkpoint.origin) + signed.checkpoint.size
