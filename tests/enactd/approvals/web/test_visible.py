"""Nothing in a text hides on the page: not from the eye, and not in the HTML."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.approvals.web.visible import visible


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rm -rf \u202e/gpj", ["U+202E"]),
        ("a\u200bb", ["U+200B"]),
        ("a\xa0b", ["U+00A0"]),
        ("a\rb", ["carriage return"]),
        ("\x1b[2Jhidden", ["escape"]),
        ("a\0b", ["null"]),
        ("a\x9bb", ["U+009B"]),
        ("tag\U000e0041", ["U+E0041"]),
        ("\u3164", ["U+3164"]),
        ("a\ufe0fb", ["U+FE0F"]),
        ("rm -rf /h\u043eme", ["U+043E"]),
        ("\u0440aypal.com", ["U+0440"]),
        ("\u0441\u043e\u0440\u0443 a b", ["U+0441", "U+043E", "U+0440", "U+0443"]),
        ("\uff52\uff4d -rf", ["U+FF52", "U+FF4D"]),
        ("\U0001d42b\U0001d426", ["U+1D42B", "U+1D426"]),
        ("e\u0301\u0302\u0303\u0304", ["U+0303", "U+0304"]),
        ("a" + " " * 300 + "b", ["300 blanks"]),
        ("a" + "\n" * 30 + "b", ["29 empty lines"]),
        ("a\n" + "  \n" * 30 + "b", ["30 empty lines"]),
    ],
)
def test_what_does_not_show_is_named(text: str, told: list[str]) -> None:
    """In a mark, where it stands."""
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", visible(text))
    assert told == [re.sub(r"^.*&#8201;", "", mark) for mark in marks]


@pytest.mark.parametrize(
    "text",
    [
        "terraform destroy -auto-approve", "psql -c 'select 1'", "Größe ändern in straße/", "naïve café", "日本語.txt を消す",
        "удалить файл", "rm Отчёт.docx", "Ελλάδα", "#!/bin/sh\n\tmake\n\n\nexit", "e\u0301", "ศูนย์", "🚀 ship it", "x" * 5_000,
    ],
)  # fmt: skip
def test_plain_texts_stay_as_they_are(text: str) -> None:
    """Other languages are no suspects, and lines stay lines."""
    assert html.escape(text) == visible(text)


def test_notes_of_the_one_who_wrote_the_request_are_marks() -> None:
    """What was made visible before shows as such here."""
    assert "a<mark>⟨U+202E⟩</mark>b <mark>[312 blanks]</mark> c" == visible("a⟨U+202E⟩b [312 blanks] c")


def test_markup_stays_text() -> None:
    """Whatever an agent writes, it is no part of the page."""
    shown = visible("""</pre><script>alert("x")</script><img src=x onerror='y'>&amp;""")
    assert "<" not in shown.replace("<mark", "")
    assert '"' not in shown
    assert "'" not in shown


@settings(max_examples=examples(200))
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_nothing_gets_lost_and_nothing_gets_out(text: str) -> None:
    """Without marks and escapes the text is what it was, less what the marks stand for."""
    shown = visible(text)
    bare = re.sub(r"<mark(?: title=\"[^\"<>]*\")?>[^<>]*</mark>", "", shown)
    assert not re.search(r"[<>\"']", bare)
    rest = iter(text)
    assert all(char in rest for char in html.unescape(bare).replace("\n\n", "\n") if char != " ")
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)
