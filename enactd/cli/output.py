"""Plain tables and stable JSON: upper-case header, two spaces, `-` for nothing, no colour, no boxes."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, Final

import click
import msgspec

from enactd.errors import ExitCode

EXIT_CODES: Final = "Exit codes: " + ", ".join(f"{code.value} {code.name.lower()}" for code in ExitCode) + "."
JSON_VERSION: Final = 1


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str, limit: int = 60) -> str:
    """Rows under a header; an empty result is a sentence."""
    if not rows:
        return empty
    cells = [[cell(value, limit) for value in row] for row in rows]
    widths = [max(len(column), *(len(row[i]) for row in cells)) for i, column in enumerate(header)]
    table_rows = [[column.upper() for column in header], *cells]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in table_rows
    )


def line(text: str, limit: int = 200) -> str:
    """Foreign text on one line: nothing that moves a cursor, colours, or turns the direction; bounded."""
    clean = "".join(char if char.isprintable() else " " for char in text[: 4 * limit])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def cell(value: Any, limit: int = 60) -> str:
    """A value as it stands in a table."""
    return line("-" if value is None or value == "" else str(value), limit)


def as_json(kind: str, value: Any) -> str:
    """Versioned JSON for programs: `{"version": 1, KIND: …}`. ASCII: agents' text may steer a terminal."""
    return json.dumps({"version": JSON_VERSION, kind: msgspec.to_builtins(value)})


def say(text: str) -> None:
    click.echo(text)


def clock(microseconds: int) -> str:
    """A receipt's time as local hours, minutes and seconds; with the date when it is not today's."""
    moment = time.localtime(microseconds / 1e6)
    today = time.strftime("%F", moment) == time.strftime("%F")
    return time.strftime("%T" if today else "%F %T", moment)
