"""What a message says of a request: all that counts, nothing that steers, and not too much."""

from __future__ import annotations

import pytest
from support.asking import EVIL, asked

from enactd.approvals.channels import text


def test_what_counts_is_there() -> None:
    """Why, what, what lasts, what instead, until when, and how to answer by hand."""
    whole = "\n".join((*text.lines(asked(plan=("5 to destroy",), needs=2)), text.by_hand(asked())))
    for part in (
        "it destroys what runs", "cloud/terraform", "deletes 5 resources", "the database `main`", "5 to destroy",
        "IRREVERSIBLE", "claude-code", "/home/ada/app", "plan first", "2 people", "enactctl approve 7",
    ):  # fmt: skip
        assert part in whole


@pytest.mark.parametrize("form", [text.title, text.call, lambda request: "\n".join(text.lines(request))])
def test_nothing_steers_a_terminal_or_a_reader(form: object) -> None:
    """No control characters, nothing that turns the direction."""
    request = asked(EVIL, agent=EVIL, cwd=EVIL, effects=(EVIL,))
    assert not {char for char in form(request) if char != "\n" and not char.isprintable()}  # type: ignore[operator]


def test_a_title_is_one_short_line() -> None:
    """However long the call."""
    title = text.title(asked("a\nb" * 1000), 100)
    assert (100, 1) == (len(title), len(title.splitlines()))


@pytest.mark.parametrize("limit", [100, 1000, 4000])
def test_a_long_call_keeps_both_ends(limit: int) -> None:
    """What stands in the middle is counted."""
    shown = text.call(asked("begin " + "x" * 50_000 + " end"), limit)
    assert len(shown) <= limit
    assert shown.startswith("begin")
    assert shown.endswith("end")
    assert "characters more" in shown
