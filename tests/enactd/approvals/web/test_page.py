"""What a page shows, and what it must not."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from support.desk import answer, request

from enactd.approvals.model import Opened, Question, Settled, State
from enactd.approvals.web import page

NOW = 1_000_130.0


def opened(state: State = "pending", **fields: Any) -> Opened:
    more = {"approve": "TOKEN-A", "deny": "TOKEN-D"} if state == "pending" else {}
    return Opened(**{"request": request(), "state": state, "approver": "owner", **more, **fields})


class Reader(HTMLParser):
    """What of a page is text, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data


def test_the_question_says_what_a_person_needs() -> None:
    """Agent, session and its risk, the exact call, effects, what lasts, plan, reasons, age, time left, both buttons."""
    asked = request(
        agent="claude-code", session="s-42", session_risk="COMMITMENT", risk="IRREVERSIBLE", cwd="/w/infra", until=1_003_730.0,
        call="terraform destroy", effects=("deletes 5 resources: a.b",), lasting=("the database `a.b`",), plan=("0 to add, 5 to destroy",),
        questions=(Question(policy="cloud.destroy", reason="it destroys", instead="plan first"), Question(policy="x.y", reason="other")),
    )  # fmt: skip
    read = Reader(page.question(opened(request=asked), NOW))
    for text in (
        "May claude-code do this?", "s-42", "so far COMMITMENT", "IRREVERSIBLE", "terraform destroy", "deletes 5 resources: a.b",
        "This cannot be undone", "the database a.b", "0 to add, 5 to destroy", "it destroys", "Instead: plan first", "cloud.destroy",
        "other", "x.y", "/w/infra", "2 min ago", "1 h 0 min", "Approve, once", "Deny", "this one call", "Why (optional)", asked.id,
    ):  # fmt: skip
        assert text in read.words
    assert [] == read.open


def test_no_token_is_in_the_text() -> None:
    """Somebody looking over the shoulder reads none; they are in the buttons alone, once each."""
    text = page.question(opened(), NOW)
    assert "TOKEN" not in Reader(text).words
    assert ["TOKEN-D", "TOKEN-A"] == re.findall(r'<button class="\w+" name="token" value="([^"]+)">', text)
    assert 2 == text.count("TOKEN")


def test_a_form_needs_no_script_and_says_what_its_parts_are() -> None:
    """A label for its field, a language, a width for phones; nothing is fetched from anywhere."""
    read = Reader(page.question(opened(), NOW))
    tags = [tag for tag, _ in read.tags]
    assert not {"script", "img", "iframe", "object", "link", "a", "base"} & set(tags)
    form = dict(read.tags)["form"]
    assert ("post", None) == (form["method"], form.get("action"))
    assert dict(read.tags)["label"]["for"] == dict(read.tags)["textarea"]["id"]
    assert "en" == dict(read.tags)["html"]["lang"]
    assert any("width=device-width" in str(attributes.get("content")) for tag, attributes in read.tags if tag == "meta")
    assert not any(name.startswith("on") or name == "style" for _, attributes in read.tags for name in attributes)


def test_denial_comes_first() -> None:
    """Where a browser presses the first button by itself, it is the one that does no harm."""
    text = page.question(opened(), NOW)
    assert text.index("TOKEN-D") < text.index("TOKEN-A")


@pytest.mark.parametrize(
    "field", ["agent", "session", "session_risk", "risk", "tool", "call", "cwd", "workspace", "id"]
)
def test_no_field_is_markup(field: str) -> None:
    """Whatever is in it, it stays text."""
    evil = "</pre></section><script>alert(1)</script>\"'\u202e"
    asked = request(**{field: evil}) if field != "id" else request(evil)
    for text in (page.question(opened(request=asked), NOW), page.question(opened("denied", request=asked), NOW)):
        read = Reader(text)
        assert not {"script"} & {tag for tag, _ in read.tags}
        assert "\u202e" not in text
        assert [] == read.open


def test_lists_and_answers_are_no_markup() -> None:
    """The same for what is listed, and for what people say."""
    evil = "<b onclick=x>`</code>"
    asked = request(
        effects=(evil,), lasting=(evil,), plan=(evil,), questions=(Question(policy=evil, reason=evil, instead=evil),)
    )
    read = Reader(
        page.question(opened("denied", request=asked, answers=(answer("1", "deny", name=evil, because=evil),)), NOW)
    )
    assert not any("onclick" in attributes for _, attributes in read.tags)
    assert 7 < read.words.count("<b onclick=x>")
    assert "<b onclick" not in page.settled(opened(), Settled(request="1", state="approved"), evil)
    assert "<b onclick" not in page.problem(evil, evil)


@pytest.mark.parametrize(
    "call", ["x" * 40_000, "\n".join(f"line {number}" for number in range(900)), "a\n" * 29 + "b" * 5_000]
)
def test_a_long_call_is_folded_and_complete(call: str) -> None:
    """Its beginning shows at once, the rest on demand, in order, and nothing is missing."""
    text = page.question(opened(request=request(call=call)), NOW)
    parts = re.findall(r"<pre>(.*?)</pre>", text, re.DOTALL)
    assert 2 == len(parts)
    assert call == html.unescape("".join(parts))
    assert len(parts[0]) <= page.FOLD_CHARACTERS
    assert "<details><summary>Show the rest: " in text


def test_a_short_call_is_not_folded() -> None:
    """Nor one that a fold would hide little of."""
    assert "<details>" not in page.question(opened(request=request(call="x" * (page.FOLD_CHARACTERS + 100))), NOW)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("approved", "may run this one call, once"),
        ("used", "has run"),
        ("denied", "does not run"),
        ("expired", "did not run"),
        ("withdrawn", "did not run"),
    ],
)
def test_what_is_settled_has_no_buttons_and_says_by_whom(state: State, words: str) -> None:
    """The second browser sees who was first, by which way, and why."""
    decision = "deny" if state == "denied" else "approve"
    answers = (
        (answer("1", decision, name="ada", channel="mail", because="not today"),)
        if state not in ("expired", "withdrawn")
        else ()
    )
    text = page.question(opened(state, answers=answers), NOW, late=True)
    assert "<button" not in text
    assert words in text
    assert "was not counted" in text
    assert all(said in text for said in (("<b>ada</b> (mail)", "not today") if answers else ()))


def test_one_of_two_approvals_is_not_enough_and_said_so() -> None:
    """Before, to the second person; after, to the first."""
    first = opened(request=request(needs=2), answers=(answer("1", name="ada"),))
    assert "1 of 2 approvals so far" in page.question(first, NOW)
    assert "only after one more person approved" in page.settled(
        first, Settled(request="1", state="pending", missing=1), ""
    )
    waiting = opened(request=request(needs=2), answers=(answer("1", name="ada"),), approve="", deny="")
    assert "<button" not in page.question(waiting, NOW)
    assert "Nothing runs until then" in page.question(waiting, NOW)


def test_the_policy_of_the_page_names_its_style() -> None:
    """By digest: no other style, and nothing else, comes into it."""
    style = re.search(r"<style>(.*?)</style>", page.question(opened(), NOW), re.DOTALL)
    assert style is not None
    assert page.STYLE_HASH == "sha256-" + base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert "url(" not in style[1]
    assert "@import" not in style[1]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h 0 min"), (90_000, "1 d 1 h")],
)
def test_times_are_short(seconds: float, text: str) -> None:
    """Two units at most."""
    assert text == page.duration(seconds)


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb` or `#rgb`."""
    digits = colour.removeprefix("#")
    digits = "".join(char * 2 for char in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_can_be_read_in_light_and_dark() -> None:
    """At least 4.5 : 1 everywhere, as WCAG AA asks; 7 : 1 for the text that decides."""
    light, dark = re.findall(r"--paper: [^}]+", page.STYLE)[:2]
    for sheet in (light, dark):
        colour = dict(re.findall(r"--(\w+): (#\w+)", sheet))
        pairs = [
            ("ink", "card", 7.0), ("ink", "code", 7.0), ("ink", "redpaper", 7.0), ("soft", "card", 4.5), ("soft", "paper", 4.5),
            ("red", "redpaper", 4.5), ("green", "card", 4.5), ("markink", "mark", 4.5),
        ]  # fmt: skip
        for above, below, least in pairs:
            bright, dim = sorted((luminance(colour[above]), luminance(colour[below])), reverse=True)
            assert least <= (bright + 0.05) / (dim + 0.05), (above, below)
    for button in re.findall(r"button\.\w+ \{ background: (#\w+);.*?color: (#\w+);", page.STYLE):
        assert 4.5 <= 1.05 / (luminance(button[0]) + 0.05)
