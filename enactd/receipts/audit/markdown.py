"""A report as Markdown (CommonMark with tables). All that is foreign is text: no markup of an agent's survives."""

from __future__ import annotations

import re
from typing import Final

from enactd.receipts.audit.document import Document, Section

CELL: Final = 300
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#|~])")
_FIRST: Final = re.compile(r"^([-+=]|\d{1,9}[.)](?=\s|$))")
"""What makes a list or a heading at the beginning of a line."""


def write(document: Document) -> str:
    """The whole report."""
    lines = [f"# {plain(document.title)}", ""]
    lines += [f"- **{plain(name)}**: {plain(value)}" for name, value in document.facts]
    for section in document.sections:
        lines += ["", *_section(section)]
    return "\n".join(lines) + "\n"


def plain(value: str) -> str:
    """Text that Markdown shows as it is: one line, nothing that steers, no markup, no links, no HTML."""
    clean = "".join(sign if sign.isprintable() else " " for sign in value)
    cut = clean if len(clean) <= CELL else clean[: CELL - 1] + "…"
    safe = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Without a colon behind the scheme and a dot behind `www` no reader makes a link of it by itself.
    safe = re.sub(r"(?i)(https?|ftp|mailto|xmpp)(:)", r"\1&#58;", safe)
    safe = re.sub(r"(?i)(www)\.", r"\1&#46;", safe).replace("@", "&#64;")
    return _FIRST.sub(_escaped, _SPECIAL.sub(r"\\\1", safe).strip())


def _escaped(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}\\{match[0][-1]}"


def _section(section: Section) -> list[str]:
    lines = [f"## {plain(section.title)} ({plain(section.key)})", "", plain(section.about), ""]
    if section.rows:
        lines.append("| " + " | ".join(plain(name) for name in section.header) + " |")
        lines.append("|" + " --- |" * len(section.header))
        lines += ["| " + " | ".join(plain(cell) or "\\-" for cell in row) + " |" for row in section.rows]
    elif section.header:
        lines.append("None.")
    if section.more:
        lines += ["", plain(section.more)]
    if section.lines:
        lines += ["", *(f"- {plain(line)}" for line in section.lines)]
    return lines
