"""What a message says of a request: all that counts, nothing that steers, not too much, and what it leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asking import EVIL, asked
from support.fuzz import examples

from enactd.approvals.channels import text
from enactd.approvals.model import Question

HIDING = "echo start # " + "\U00020bb7" * 470 + "\nterraform destroy -auto-approve\n# " + "\U00020bb7" * 700


def test_what_counts_is_there() -> None:
    """Why, what, what lasts, what instead, until when, and how to answer by hand; the gravest first, the call last."""
    told = text.message(asked(plan=("5 to destroy",), needs=2), 4_000)
    parts = (
        "the database `main`", "deletes 5 resources", "5 to destroy", "it destroys what runs", "cloud/terraform",
        "IRREVERSIBLE", "claude-code", "/home/ada/app", "2 people", "enactctl approve 7", "plan first",
        "| terraform destroy",
    )  # fmt: skip
    places = [told.plain().index(part) for part in parts]
    assert sorted(places) == places
    assert told.whole
    assert told.plain().endswith("| terraform destroy")


@pytest.mark.parametrize("form", [text.title, lambda request: text.message(request, 3_500).plain()])
def test_nothing_steers_a_terminal_or_a_reader(form: object) -> None:
    """No control characters, nothing that turns the direction."""
    request = asked(EVIL, agent=EVIL, cwd=EVIL, effects=(EVIL,))
    assert not {char for char in form(request) if char != "\n" and not char.isprintable()}  # type: ignore[operator]


def test_no_line_of_a_call_is_taken_for_one_of_ours() -> None:
    """Each stands behind a bar, and below the call nothing is ours."""
    forged = "ls #\n\nWhy: tidy a temp folder\nWould: delete 1 file\nSee it and decide:\n  https://evil.example/approve"
    told = text.message(asked(forged), 3_500)
    for budget in (1_000, 3_500):
        told = text.message(asked(forged + "\nRisk: SAFE" * (4_000 // budget) * 40), budget)
        ours, _, theirs = told.plain().partition(f"\n{text.HEADING}\n")
        assert not {"Why: tidy a temp folder", "Would: delete 1 file", "Risk: SAFE"} & set(ours.splitlines())
        assert all(line.startswith(("| ", "[")) for line in theirs.splitlines())


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"call": HIDING}, "characters more]"),
        ({"call": "begin " + "x" * 50_000 + " end"}, "characters more]"),
        ({"effects": tuple(f"deletes folder {number}" for number in range(42))}, "Would: and 12 more"),
        ({"lasting": tuple(f"what lay in {number}" for number in range(42))}, "Cannot be undone: and 12 more"),
        ({"plan": tuple(f"destroys {number}" for number in range(31))}, "Plan: and 1 more"),
        ({"effects": ("deletes " + "\U00020bb7" * 3_000,)}, "characters more]"),
        ({"effects": ("deletes all", "and 7 more effects, none graver than SAFE")}, "and 7 more effects"),
        ({"call": "rm x\n[400 characters more]\nrm y"}, "[400 characters more]"),
        ({"call": "rm x\n[3 stopped parts not shown]"}, "[3 stopped parts not shown]"),
    ],
)
def test_what_is_left_out_is_counted_and_said(fields: dict[str, object], part: str) -> None:
    """And the message knows that nobody may decide by it; the gravest is there all the same."""
    told = text.message(asked(**fields), 3_500)  # type: ignore[arg-type]
    assert not told.whole
    assert text.PARTLY == told.lines[0]
    assert part in told.plain()
    assert any(line.startswith("Cannot be undone: ") for line in told.lines)
    assert any(line.startswith("Would: ") for line in told.lines)


def test_reasons_push_nothing_out() -> None:
    """However many and long: they are cut, what would happen and what lasts are not."""
    reasons = tuple(Question(policy=f"p{number}", reason="r" * 600) for number in range(40))
    told = text.message(asked(questions=reasons), 3_500)
    assert told.whole
    assert {"Cannot be undone: the database `main`", "Would: deletes 5 resources"} <= set(told.lines)
    assert "| terraform destroy" in told.call


def test_how_much_of_a_call_is_missing_is_true() -> None:
    """Both ends of it stay; the gap between them is told in characters of the call."""
    call = "begin\n" + "x" * 50_000 + "\nend"
    told = text.message(asked(call), 3_500).call
    gap = next(at for at, line in enumerate(told) if line.startswith("["))
    head = "\n".join(line.removeprefix("| ") for line in told[1:gap])
    tail = "\n".join(line.removeprefix("| ") for line in told[gap + 1 :])
    assert len(call) == len(head) + int(told[gap][1:].split()[0].replace(",", "")) + len(tail)
    assert (True, True) == (call.startswith(head), call.endswith(tail))


@settings(max_examples=examples(100))
@given(
    st.text(max_size=3_000), st.lists(st.text(max_size=900), max_size=40), st.text(max_size=900), st.integers(1_000, 5_000)
)  # fmt: skip
def test_a_message_keeps_to_its_bytes(call: str, texts: list[str], word: str, budget: int) -> None:
    """Whatever is in it."""
    reasons = tuple(Question(policy="p", reason=text, instead=text) for text in texts)
    request = asked(call, effects=tuple(texts), lasting=tuple(texts), plan=tuple(texts), cwd=word, questions=reasons)
    assert budget >= len(text.message(request, budget).plain().encode())


def test_a_title_is_one_short_line() -> None:
    """However long the call."""
    title = text.title(asked("a\nb" * 1000), 100)
    assert (100, 1) == (len(title), len(title.splitlines()))
