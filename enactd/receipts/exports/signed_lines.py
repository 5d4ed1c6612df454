"""JSON Lines: the receipts byte for byte as they are signed, which `enactctl receipts verify` and FORMAT.md check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from enactd.receipts.exports import Options
from enactd.receipts.record import Receipt


def export(receipts: Iterable[Receipt], options: Options) -> Iterator[bytes]:
    """The lines themselves."""
    for receipt in receipts:
        yield receipt.line
