"""CSV (RFC 4180) for people with a spreadsheet: one row per receipt, nothing in it that a spreadsheet would run.

A cell that begins like a formula gets an apostrophe in front, as OWASP advises, and control characters are
escaped, so that a row is a line. Numbers that we wrote ourselves stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from enactd.receipts.exports import Options, asked
from enactd.receipts.record import Receipt

COLUMNS: Final = (
    "seq", "id", "time", "kind", "event", "agent", "session", "subagent", "tool", "call_id", "cwd", "workspace",
    "verdict", "risk", "risk_after", "policies", "reason", "input", "targets", "outcome", "exit_code", "uid", "pid",
    "policy_set", "engine", "line_sha256", "links", "detail",
)  # fmt: skip
_FORMULA: Final = frozenset("=+-@\t\r\n|%＝＋－＠")
"""What makes a spreadsheet calculate, the full-width forms of some among them."""


def export(receipts: Iterable[Receipt], options: Options) -> Iterator[bytes]:
    """A header, then a row per receipt."""
    yield _row(COLUMNS)
    for receipt in receipts:
        yield _row(_cells(receipt))


def neutral(value: str) -> str:
    """A text as a cell that is only ever text."""
    clean = "".join(sign if sign.isprintable() else _escaped(sign) for sign in value)
    begins = clean.lstrip()[:1] or clean[:1]
    return f"'{clean}" if begins in _FORMULA or value[:1] in _FORMULA else clean


def _cells(receipt: Receipt) -> list[str]:
    entry = receipt.record
    outcome, seen = entry.outcome, entry.witnessed
    texts = (
        receipt.id, asked.when(entry), entry.kind, entry.event, entry.agent, entry.session, entry.subagent,
        entry.tool, entry.call_id, entry.cwd, entry.workspace, entry.verdict or "", entry.risk or "",
        entry.risk_after or "", " ".join(asked.deciding(entry)), asked.reason(entry), asked.text(entry),
        " ".join(asked.targets(receipt)), outcome.status if outcome else "",
    )  # fmt: skip
    numbers = (outcome.exit_code if outcome else None, seen.uid if seen else None, seen.pid if seen else None)
    return [
        str(entry.seq),
        *(neutral(text) for text in texts),
        *("" if number is None else str(number) for number in numbers),
        *(neutral(text) for text in (entry.policy_set, entry.engine, receipt.hash)),
        *(neutral(text) for text in (", ".join(asked.links(entry)), asked.detail(entry))),
    ]


def _escaped(sign: str) -> str:
    return sign if sign == " " else sign.encode("unicode_escape").decode()


def _row(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return line.getvalue().encode()
