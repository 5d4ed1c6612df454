"""Receipts in the words of other tools: one module per format, each a function from receipts to lines.

An export is a copy for reading and searching elsewhere. The evidence stays the log: every form names the receipt's
number and the hash of its line, so that it can be found there, and JSON Lines are the signed bytes themselves.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from enactd.receipts.record import Receipt

FORMATS: Final = {
    "jsonl": "signed_lines",
    "csv": "spreadsheet",
    "ocsf": "ocsf",
    "in-toto": "in_toto",
    "otel": "otel",
    "cef": "cef",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What some formats need: the schema's version, and the Ed25519 seed that signs statements."""

    ocsf: str = "1.9.0"
    seed: bytes = b""


Export = Callable[[Iterable[Receipt], Options], Iterator[bytes]]


def find(name: str) -> Export:
    """The function of a format; its lines come without LF. Raises `KeyError` for a format there is not."""
    module: Any = importlib.import_module(f"{__name__}.{FORMATS[name]}")
    export: Export = module.export
    return export
