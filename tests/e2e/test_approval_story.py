"""The five steps: a real agent wants to destroy what a real Terraform built; a person decides, in a real browser.

1. The call is held. 2. The page says what would go. 3. Approve: it runs, once. 4. A second run asks again.
5. No answer, no run: denied, expired, restarted, two browsers at once; and the receipts tell all of it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from support import terraform
from support.browser import Browser, browser
from support.claude import Run, bash, installed, turn
from support.guarded import Guarded, furnished
from support.loopback import Loopback
from support.receiver import Receiver, receiver

from enactd import resources
from enactd.agents.base import Registration
from enactd.agents.claude_code import ADAPTER

DESTROY = "cd infra && terraform destroy -auto-approve -no-color"
HOLD_S = 60


class Story:
    """A furnished home with infrastructure in it, the gate with a page and a channel, and the agent."""

    def __init__(self, place: Guarded, posts: Receiver) -> None:
        self.place, self.posts = place, posts
        self.infra = place.project / "infra"
        self.mark = place.base / "mark"
        self.mark.touch()
        terraform.furnish(self.infra, terraform.program(place.bin), self.mark)
        self.port = _free_port(place.network)
        self.configure()
        resources.install_shim(place.layout.shim)
        place.settings.write_text(
            ADAPTER.register("", Registration(shim=str(place.layout.shim), home=str(place.layout.root), hold_s=HOLD_S))
        )
        place.start()

    def configure(self, **more: str) -> None:
        """Settings: a page, a webhook, and `more` of `[approvals]`."""
        wanted = {"hold_s": str(HOLD_S), "ticket_minutes": "5", "dialog": "false", **more}
        lines = ["[approvals]", *(f"{key} = {value}" for key, value in wanted.items())]
        lines += ["[approvals.web]", f'listen = "127.0.0.1:{self.port}"']
        lines += ["[[approvals.webhooks]]", f'url = "{self.posts.url}"', 'approver = "owner"']
        self.place.layout.config_file.parent.mkdir(parents=True, exist_ok=True)
        self.place.layout.config_file.write_text("\n".join(lines) + "\n")

    def question(self, after: int = 0) -> dict[str, Any]:
        """What the next person is told who is asked."""
        return self.posts.wait(lambda message: message.get("event") == "approval.requested", after=after)

    @property
    def destroyed(self) -> list[str]:
        """What Terraform really took away, in order."""
        return self.mark.read_text().split()

    def events(self) -> list[str]:
        """The receipts of approvals, oldest first."""
        return [record["event"] for record in self.place.receipts("approval")]


class Playing:
    """The agent, in a thread of its own, because it waits."""

    def __init__(self, story: Story, *turns: Any) -> None:
        self._ended: list[Any] = []

        def work() -> None:
            try:
                self._ended.append(story.place.run(*turns, timeout=240))
            except BaseException as fault:
                self._ended.append(fault)

        self._thread = threading.Thread(target=work)
        self._thread.start()

    def run(self) -> Run:
        """How it ended."""
        self._thread.join(300)
        assert isinstance(self._ended[0], Run), self._ended
        return self._ended[0]


def _free_port(network: Loopback) -> int:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])"
    return int(
        subprocess.run(network.argv([sys.executable, "-c", code]), capture_output=True, text=True, check=True).stdout
    )


@pytest.fixture
def story(network: Loopback) -> Iterator[Story]:
    installed()
    with furnished(network) as place, receiver(network, place.base / "posts.jsonl") as posts:
        yield Story(place, posts)


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
    assert "Your answer came after this and was not counted" in page.text
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
