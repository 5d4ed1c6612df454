"""The page: nothing of an agent's becomes markup, nothing is fetched, nothing runs."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from enactd.receipts.audit.document import Document, Section
from enactd.receipts.audit.html import plain, write

TAGS = set(
    "html head meta title style body h1 h2 dl dt dd nav ul li a section p table thead tbody tr th td code footer".split()
)
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>body{background:url(http://x)}",
    "</td></tr></table><iframe src=//x>",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "\u202ertl \x00 \x1b[2J",
    "<!--",
    "]]>",
)


class Reader(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")


def page(text: str) -> Document:
    row = (text, text)
    section = Section(key="k", title=text, about=text, header=(text, text), rows=[row], more=text, lines=[text])
    return Document(title=text, facts=[(text, text)], sections=[section])


def read(document: Document) -> Reader:
    reader = Reader()
    reader.feed(write(document))
    reader.close()
    return reader


def test_attacks() -> None:
    """They come out as the text that they are."""
    for text in ATTACKS:
        reader = read(page(text))
        assert {tag for tag, _ in reader.tags} <= TAGS
        assert "".join(sign if sign.isprintable() else " " for sign in text) in reader.text
        same = [tag for tag, _ in read(page("x")).tags]
        assert same == [tag for tag, _ in reader.tags]


@given(st.text(min_size=1))
def test_any_text(text: str) -> None:
    """Whatever it is: the same tags as for plain text, and no attribute that fetches or runs."""
    reader = read(page(text))
    assert [tag for tag, _ in read(page("x")).tags] == [tag for tag, _ in reader.tags]
    for _, attributes in reader.tags:
        assert attributes.keys() <= {"lang", "charset", "http-equiv", "content", "name", "href", "id", "scope"}
        assert (attributes.get("href") or "#").startswith("#")


def test_self_contained(tmp_path: Path) -> None:
    """Its own policy forbids whatever somebody may smuggle in, and it has rules for paper."""
    text = write(page("x"))
    assert "default-src 'none'" in text
    assert "@media print" in text
    assert "http" not in text.replace("http-equiv", "")
    assert "…" == plain("y" * 3000)[-1]
