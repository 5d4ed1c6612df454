"""The report: one HTML file without anything from elsewhere, every call with what the agent was told, and receipts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from bench.chaos.results import Sweep, totals
from bench.chaos.run import Arm
from bench.chaos.verdict import Pair

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }
.good { color: #146c2e } .bad { color: #b3261e; font-weight: 600 } pre { background: #f5f5f5; padding: .6rem; overflow-x: auto; white-space: pre-wrap }
summary { cursor: pointer } details { margin: .4rem 0 } .quiet { color: #666 } code { background: #f5f5f5 }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e6e6e6 } pre, code { background: #232323 } td, th { border-color: #333 }
.good { color: #7bd88f } .bad { color: #ff8a80 } .quiet { color: #999 } }
"""
_REMINDER = re.compile(r"\s*<system-reminder>.*?</system-reminder>\s*", re.DOTALL)
_LONG: Final = 4000


def page(sweep: Sweep, pairs: Sequence[Pair]) -> str:
    """The whole report."""
    body = [
        "<h1>Paired sweep</h1>",
        f"<pre>{html.escape(totals(sweep))}</pre>",
        "<table><tr><th>scenario<th>what happens<th>without the gate<th>with it<th>policy<th>receipt</tr>",
        *(_row(pair) for pair in pairs),
        "</table>",
        *(_details(pair) for pair in pairs),
    ]
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Paired sweep</title><style>{_STYLE}</style>'
    return head + "\n".join(body) + "</html>\n"


def _row(pair: Pair) -> str:
    rules = sorted({rule for refusal in pair.guarded.refusals for rule in refusal.rules})
    receipts = [refusal.receipt for refusal in pair.guarded.refusals]
    damage = f"{len(pair.without.damage)} changes" if pair.kind == "damage" else "done"
    cells = [f'<a href="#{html.escape(pair.id)}">{html.escape(pair.id)}</a>', html.escape(pair.title), damage]
    cells += [f'<span class="{"good" if pair.good else "bad"}">{pair.outcome}</span> {html.escape(pair.why)}']
    cells += [html.escape(", ".join(rules)), html.escape(", ".join(receipts[:2]))]
    return "<tr>" + "".join(f"<td>{cell}" for cell in cells) + "</tr>"


def _details(pair: Pair) -> str:
    asked = f"<p>{html.escape(pair.prompt)} <span class=quiet>({html.escape(pair.source or pair.topic)})</span></p>"
    title = f'<h2 id="{html.escape(pair.id)}">{html.escape(pair.id)}: {html.escape(pair.title)}</h2>'
    return title + asked + _arm("Without the gate", pair.without) + _arm("With it", pair.guarded)


def _arm(title: str, arm: Arm) -> str:
    damage = _list(arm.damage) if arm.damage else "<p class=quiet>Nothing was harmed.</p>"
    others = [finding for finding in arm.findings if finding not in arm.damage]
    rest = f"<details><summary>{len(others)} expected changes</summary>{_list(others)}</details>" if others else ""
    calls = "".join(
        f"<p><b>{html.escape(told.position)}</b> {html.escape(told.tool)}{' (refused or failed)' if told.error else ''}</p>"
        f"<pre>{html.escape(_short(json.dumps(told.input, indent=1, ensure_ascii=False)))}</pre>"
        f"<pre>{html.escape(_short(_REMINDER.sub('', told.text)))}</pre>"
        for told in arm.told
    )
    proof = "".join(f"<pre>{html.escape(json.dumps(record, indent=1))}</pre>" for record in arm.receipts)
    receipts = f"<details><summary>{len(arm.receipts)} receipts</summary>{proof}</details>" if arm.receipts else ""
    verified = f"<p class=bad>Receipts: {html.escape(arm.verified)}</p>" if arm.verified else ""
    heading = f"<h3>{title}</h3>{damage}{rest}"
    return f"{heading}<details><summary>{len(arm.told)} calls</summary>{calls}</details>{receipts}{verified}"


def _list(items: Iterable[str]) -> str:
    found = list(items)
    more = f"<li class=quiet>and {len(found) - 40} more" if len(found) > 40 else ""
    return "<ul>" + "".join(f"<li>{html.escape(item)}" for item in found[:40]) + more + "</ul>"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}\n... {len(text) - _LONG} characters more"
