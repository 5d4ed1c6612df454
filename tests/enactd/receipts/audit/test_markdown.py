"""Markdown: a reader of it shows an agent's text as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from enactd.receipts.audit.document import Document, Section
from enactd.receipts.audit.markdown import plain, write

READER = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").enable("strikethrough")
ATTACKS = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](http://tracker/x.png)",
    "<http://x>",
    "| a | b |\n| --- | --- |",
    "\n# heading\n\n- list\n",
    "`code` ``x`` \\` \\\\",
    "**bold** _em_ ~~gone~~",
    "[x]: http://x\n[x]",
    "1. one",
    "    indented",
    "***",
    "&#60;b&#62;",
    "http://x www.x.y a@b.c",
)
CELL = re.compile(r"<t[dh]>(.*?)</t[dh]>", re.DOTALL)


def shown(text: str) -> str:
    """The text alone in a table's cell, as HTML."""
    section = Section(key="k", title="t", about="a", header=("one", "two"), rows=[(text, "x")])
    page = READER.render(write(Document(title="d", facts=[("n", text)], sections=[section])))
    cells = CELL.findall(page)
    assert 4 == len(cells), page
    assert "x" == cells[3]
    return cells[2]


def listed(text: str) -> str:
    """The text alone in a list, as HTML."""
    page = READER.render(
        write(Document(title="d", facts=[], sections=[Section(key="k", title="t", about="a", lines=[text])]))
    )
    return page.partition("<li>")[2].rpartition("</li>")[0]


@pytest.mark.parametrize("text", ["- x", "+ x", "1. x", "12) x", "---", "===", "# x", "> x", "* x"])
def test_what_begins_a_line(text: str) -> None:
    """No list in a list, no rule, no heading."""
    assert "<" not in listed(text)


def test_attacks() -> None:
    """No tag, no link, no picture, no other table."""
    for text in ATTACKS:
        assert "<" not in shown(text), text


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    """Whatever it is, it stays one cell without markup."""
    assert "<" not in shown(text)
    assert "<" not in listed(text)


def test_links_by_themselves() -> None:
    """What makes links of bare addresses finds none."""
    linkifying = MarkdownIt("commonmark", {"html": True}).enable("table")
    for text in ATTACKS:
        assert "href" not in linkifying.render(plain(text))
    assert "://" not in plain("see https://x.example") or "&#58;" in plain("see https://x.example")
