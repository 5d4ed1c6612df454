"""What was asked for, in one text, and who said what to it: the parts that every format tells in its own place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from enactd.receipts import canonical, query
from enactd.receipts.record import Receipt, Record, receipt_id

SEVERITIES: Final = {"SAFE": 1, "SENSITIVE": 3, "COMMITMENT": 4, "IRREVERSIBLE": 5}
"""A level as OCSF counts severity: informational 1 to critical 5."""


def operation(entry: Record) -> str:
    """What kind of thing it was: the tool of a call, else kind and event."""
    if entry.kind == "decision":
        return entry.tool or f"decision.{entry.event or 'malformed'}"
    return ".".join(part for part in (entry.kind, entry.event) if part)


def text(entry: Record) -> str:
    """The redacted input, as it was kept."""
    return entry.input.text if entry.input else ""


def deciding(entry: Record) -> list[str]:
    """The policies whose opinion is the verdict."""
    return list(dict.fromkeys(note.policy for note in entry.findings if note.decision == entry.verdict))


def reason(entry: Record) -> str:
    """Why, as the policies that decided said it; of what is no decision, who did it and how, as far as it says."""
    if not entry.findings and entry.kind not in ("decision", "outcome"):
        return ", ".join(f"{name} {_word(value)}" for name, value in entry.detail.items())
    return "; ".join(dict.fromkeys(note.reason for note in entry.findings if note.decision == entry.verdict))


def detail(entry: Record) -> str:
    """What else it says, in canonical JSON; empty for nothing."""
    return canonical.encode(entry.detail).decode() if entry.detail else ""


def links(entry: Record) -> list[str]:
    """The receipts that it is about: `decision 1042-ab12cd`."""
    return [f"{link.relation} {receipt_id(link.seq, link.hash)}" for link in entry.links]


def severity(entry: Record) -> int:
    """As OCSF counts: that of the call; events without one inform."""
    return SEVERITIES[entry.risk] if entry.risk else 1


def when(entry: Record) -> str:
    """The time in ISO 8601, UTC, to the microsecond."""
    return datetime.fromtimestamp(entry.time / 1e6, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def targets(receipt: Receipt) -> list[str]:
    """Paths, hosts, tables: what the call would touch."""
    return query.targets(query.view(receipt.line))


def _word(value: object) -> str:
    return value if isinstance(value, str) else canonical.encode(value).decode()
