"""A report as one HTML file that needs nothing else, runs nothing, and prints well. All that is foreign is escaped."""

from __future__ import annotations

import html
from typing import Final

from enactd.receipts.audit.document import Document, Section

CELL: Final = 2000
_STYLE: Final = """
:root { color-scheme: light; }
body { font: 14px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid #999; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; } caption { text-align: left; }
th, td { border: 1px solid #bbb; padding: .25rem .4rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eee; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; } code { font: .8rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
nav ul { columns: 2; } footer { margin-top: 3rem; color: #555; }
@page { size: A4 landscape; margin: 14mm; @bottom-right { content: counter(page) " / " counter(pages); } }
@media print { body { margin: 0; max-width: none; font-size: 9pt; } nav { display: none; } thead { display: table-header-group; }
tr { break-inside: avoid; } h2 { break-after: avoid; } }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write(document: Document) -> str:
    """The whole page."""
    facts = "".join(f"<dt>{plain(name)}</dt><dd>{plain(value)}</dd>" for name, value in document.facts)
    links = "".join(f'<li><a href="#{plain(s.key)}">{plain(s.title)}</a></li>' for s in document.sections)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{plain(document.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{plain(document.title)}</h1>\n<dl>{facts}</dl>\n<nav><ul>{links}</ul></nav>\n"
        + "\n".join(_section(section) for section in document.sections)
        + "\n<footer>Made by enactd from signed receipts; the receipts are the evidence, this is a view of them."
        "</footer></body></html>\n"
    )


def plain(value: str) -> str:
    """Text that HTML shows as it is, also inside quotes; what steers or hides is a blank."""
    cut = value if len(value) <= CELL else value[: CELL - 1] + "…"
    return html.escape("".join(sign if sign.isprintable() else " " for sign in cut), quote=True)


def _section(section: Section) -> str:
    head = f'<section><h2 id="{plain(section.key)}">{plain(section.title)}</h2><p>{plain(section.about)}</p>'
    table = "<p>None.</p>" if section.header else ""
    if section.rows:
        header = "".join(f'<th scope="col">{plain(name)}</th>' for name in section.header)
        rows = "\n".join("<tr>" + "".join(f"<td>{plain(cell)}</td>" for cell in row) + "</tr>" for row in section.rows)
        table = f"<table><thead><tr>{header}</tr></thead><tbody>\n{rows}\n</tbody></table>"
    more = f"<p>{plain(section.more)}</p>" if section.more else ""
    lines = "".join(f"<li><code>{plain(line)}</code></li>" for line in section.lines)
    return f"{head}{table}{more}{f'<ul>{lines}</ul>' if lines else ''}</section>"
