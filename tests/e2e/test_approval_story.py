"""The five steps: a real agent wants to destroy what a real Terraform built; a person decides, in a real browser.

1. The call is held. 2. The page says what would go. 3. Approve: it runs, once. 4. A second run asks again.
5. No answer, no run: denied, expired, restarted, two browsers at once; and the receipts tell all of it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest
from support import terraform
from support.browser import Browser, browser
from support.claude import bash, turn
from support.loopback import Loopback
from support.story import DESTROY, Playing, Story, beginning


@pytest.fixture
def story(network: Loopback) -> Iterator[Story]:
    with beginning(network) as story:
        yield story


@pytest.fixture
def page(network: Loopback) -> Iterator[Browser]:
    with browser(network) as page:
        yield page


def test_it_is_held_shown_approved_run_once_and_asked_again(story: Story, page: Browser) -> None:
    """Held; shown with what would go; approved, and it runs; the same words again are a new question, and denied."""
    playing = Playing(story, turn(bash(DESTROY)), turn(bash(DESTROY)), turn(text="done"))
    asked = story.question()
    assert [] == story.destroyed
    page.open(asked["view"])
    for text in ("May claude-code do this?", DESTROY, "IRREVERSIBLE", "Approve, once", *terraform.RESOURCES):
        assert text in page.text
    page.write("textarea", "the sandbox is no longer needed")
    page.click("button.approve")
    assert "Approved" in page.text
    again = story.question(after=2)
    assert asked["request"]["id"] != again["request"]["id"]
    assert sorted(terraform.RESOURCES) == sorted(story.destroyed)
    assert [] == terraform.left(story.infra)
    page.open(again["view"])
    page.write("textarea", "it is gone already")
    page.click("button.deny")
    told = playing.run().told
    assert "Destroy complete" in told["0.0"]
    assert "a person said no: it is gone already" in told["1.0"]
    assert sorted(terraform.RESOURCES) == sorted(story.destroyed)
    assert ["approved", "grant-used", "crossed", "denied"] == story.events()
    story.place.check_receipts()
    log = story.place.enactctl("log").stdout
    assert "2 asked, 1 allowed" in log
    assert 0 == story.place.enactctl("receipts", "verify").returncode


def test_nobody_answers(story: Story) -> None:
    """The agent is told no before its own patience ends; nothing has run; the question stays as a ticket."""
    story.configure(hold_s="3")
    time.sleep(3)
    told = Playing(story, turn(bash(DESTROY)), turn(text="done")).run().told
    assert "ticket" in told["0.0"]
    assert [] == story.destroyed
    assert list(terraform.RESOURCES) == terraform.left(story.infra) or sorted(terraform.RESOURCES) == terraform.left(
        story.infra
    )


def test_a_ticket_is_approved_later_and_the_retry_passes_once(story: Story, page: Browser) -> None:
    """Denied with a ticket, approved while nobody waits, tried again by the agent: once."""
    story.configure(hold_s="0")
    time.sleep(3)
    signal = story.place.base / "answered"
    wait = [
        sys.executable,
        "-c",
        "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.1)",
        str(signal),
    ]
    playing = Playing(
        story, turn(bash(DESTROY)), turn(bash(DESTROY), before=[wait]), turn(bash(DESTROY)), turn(text="done")
    )
    page.open(story.question()["view"])
    assert "told no for now" in page.text
    page.click("button.approve")
    assert [] == story.destroyed
    signal.touch()
    told = playing.run().told
    assert "ticket" in told["0.0"]
    assert "Destroy complete" in told["1.0"]
    assert "ticket" in told["2.0"]
    assert sorted(terraform.RESOURCES) == sorted(story.destroyed)
    assert ["approved", "grant-used", "crossed"] == story.events()
    story.place.check_receipts()


def test_a_restart_while_it_waits_opens_nothing(story: Story, page: Browser) -> None:
    """The agent hears no; the old link is dead; the question and its new link go on."""
    playing = Playing(story, turn(bash(DESTROY)), turn(text="done"))
    old = story.question()
    page.open(old["view"])
    assert "Approve, once" in page.text
    story.place.stop()
    told = playing.run().told
    assert "Destroy complete" not in told["0.0"]
    story.place.start()
    new = story.question(after=1)
    assert old["request"]["id"] == new["request"]["id"]
    page.click("button.approve")
    assert "This link is not valid" in page.text
    assert [] == story.destroyed
    page.open(new["view"])
    page.click("button.deny")
    assert "Denied" in page.text
    assert [] == story.destroyed
    story.place.check_receipts()


def test_two_browsers_at_once_and_one_answer_counts(story: Story, page: Browser, network: Loopback) -> None:
    """Both have the page open; one denies, the other approves a moment later: denied, and both are told."""
    playing = Playing(story, turn(bash(DESTROY)), turn(text="done"))
    asked = story.question()
    page.open(asked["view"])
    with browser(network) as other:
        other.open(asked["view"])
        other.click("button.deny")
        page.click("button.approve")
        assert "Denied" in other.text
    assert "It was answered already: what you just sent was not counted" in page.text
    assert "a person said no" in playing.run().told["0.0"]
    assert [] == story.destroyed
    assert 1 == sum(event in ("approved", "denied") for event in story.events())
    story.place.check_receipts()


def test_a_question_that_expires_opens_nothing(story: Story, page: Browser) -> None:
    """Its page closes, its button does nothing, and the receipt says so."""
    story.configure(hold_s="0", ticket_minutes="1")
    time.sleep(3)
    Playing(story, turn(bash(DESTROY)), turn(text="done")).run()
    asked = story.question()
    page.open(asked["view"])
    assert "Approve, once" in page.text
    end = time.monotonic() + 120
    while "expired" not in story.events():
        assert time.monotonic() < end
        time.sleep(1)
    page.click("button.approve")
    assert "expired" in page.text
    assert [] == story.destroyed
    story.place.check_receipts()
