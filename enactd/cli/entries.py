"""Receipts as people read them: one line about what was asked, and which of them are meant."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from enactd.cli.output import line
from enactd.errors import UsageError
from enactd.receipts import record, segments
from enactd.receipts.record import Receipt, Record

UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN: Final = re.compile(r"(\d{1,9})\s*([smhdw])", re.ASCII)
# The argument that says most about a call, for the tools that have one.
_TELLING: Final = ("command", "file_path", "notebook_path", "pattern", "url", "query", "path", "prompt", "description")


def since(text: str) -> int:
    """`10m`, `2h`, `1d`, or a date and time, as microseconds since 1970. Raises `UsageError`."""
    span = _SPAN.fullmatch(text.strip())
    if span:
        return int((time.time() - int(span[1]) * UNITS[span[2]]) * 1e6)
    try:
        return int(datetime.fromisoformat(text.strip()).timestamp() * 1e6)
    except (ValueError, OverflowError):
        raise UsageError(f"`{line(text, 60)}` is no time", fix="10m, 2h, 1d, or 2026-11-21T14:00") from None


def from_time(folder: str, moment: int) -> Iterator[Receipt]:
    """Receipts from a moment on, oldest first; older segments are not read."""
    start = segments.first_since(folder, moment)
    for receipt in segments.receipts(folder, start):
        if receipt.record.time >= moment:
            yield receipt


def readable(lines: Iterable[bytes]) -> Iterator[Receipt]:
    """Those lines that are receipts; what else there is the verifier names."""
    for text in lines:
        try:
            yield record.receipt(text)
        except ValueError:
            continue


def action(entry: Record, limit: int = 200) -> str:
    """What was asked for, in a few words: the command, the file, else tool and input. Safe to print."""
    given = arguments(entry)
    if entry.kind == "decision" and not entry.tool:
        return f"({entry.event or 'unreadable message'})"
    if entry.kind != "decision":
        ended = entry.outcome.status if entry.outcome else ""
        return line(" ".join(part for part in (entry.kind, entry.event, ended, entry.tool) if part), limit)
    telling = next((given[name] for name in _TELLING if isinstance(given.get(name), str) and given[name]), "")
    if entry.tool in ("Bash", "PowerShell", "Monitor") and telling:
        return line(telling, limit)
    return line(f"{entry.tool} {telling or _rest(given)}".strip(), limit)


def arguments(entry: Record) -> dict[str, Any]:
    """The redacted tool input; empty where it was not JSON or was cut."""
    if entry.input is None or not entry.input.text:
        return {}
    try:
        value = msgspec.json.decode(entry.input.text)
    except msgspec.DecodeError:
        return {"input": entry.input.text}
    return value if isinstance(value, dict) else {"input": value}


def deciding(entry: Record) -> str:
    """The ids of the policies whose opinion is the verdict, the first and how many more.

    In brackets those that are observed only, and would have stopped what passed.
    """
    strict = [note.policy for note in entry.findings if note.decision == entry.verdict and entry.verdict != "allow"]
    names = list(dict.fromkeys(strict))
    watching = list(dict.fromkeys(note.policy for note in entry.findings if note.would))
    if not names and watching:
        return f"(observed: {watching[0]})" if len(watching) == 1 else f"(observed: {watching[0]} +{len(watching) - 1})"
    return "" if not names else names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"


def summary(receipt: Receipt) -> dict[str, Any]:
    """A decision for programs: stable names, nothing that is not in the receipt."""
    entry = receipt.record
    return {
        "id": receipt.id,
        "seq": entry.seq,
        "time": entry.time,
        "kind": entry.kind,
        "event": entry.event,
        "agent": entry.agent,
        "session": entry.session,
        "tool": entry.tool,
        "action": action(entry, 2000),
        "verdict": entry.verdict,
        "risk": entry.risk,
        "risk_after": entry.risk_after,
        "policies": [note.policy for note in entry.findings],
        "cwd": entry.cwd,
    }


def _rest(given: dict[str, Any]) -> str:
    return msgspec.json.encode(given).decode() if given else ""
