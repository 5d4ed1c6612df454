"""The page for approvals in a real Chromium: without script, on a phone, by keyboard, and out of reach of other pages."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.browser import DESKTOP, PHONE, Browser, browser
from support.desk import Table

from enactd.approvals.model import Question
from enactd.approvals.web.service import WebPage
from enactd.config.approvals import Approvals, Web
from enactd.gate import attempt


class Served:
    """A desk with its page, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.web = Web(listen=f"127.0.0.1:{listener.getsockname()[1]}")
        self.table = Table(folder, Approvals(web=self.web))
        self.table.clock.now = time.time()
        self._loop = asyncio.new_event_loop()
        self._ready, self._done = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),), daemon=True)

    async def _run(self) -> None:
        page = WebPage(self.table.desk, troubled=lambda why: None if why else self._ready.set(), attempt=attempt)
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(page.run(lambda: self.web))
            await self._done.wait()
            serving.cancel()

    def ask(self, **fields: Any) -> str:
        """The link to a new request."""

        async def ask() -> str:
            asked = await self.table.ask(str(self.table.asked), **fields)
            return self.table.desk.links(asked, "owner").view

        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(30)

    @property
    def events(self) -> list[str]:
        return self.table.receipts.events()

    def __enter__(self) -> Served:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(30)


DESTROY: Any = {
    "agent": "claude-code", "session": "5f0c6a7e", "session_risk": "COMMITMENT", "call": "terraform destroy -auto-approve",
    "effects": ("deletes 5 resources in `infra/`",), "lasting": ("the database `aws_db_instance.main`",), "cwd": "/home/ada/app/infra",
    "workspace": "/home/ada/app", "plan": ("0 to add, 0 to change, 5 to destroy",), "held": True,
    "questions": (Question(policy="cloud.destroy", reason="it deletes what `infra/` manages", instead="plan first"),),
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("desk")) as served:
        yield served


@pytest.fixture(scope="module")
def plain() -> Iterator[Browser]:
    """A browser in which no page runs a script."""
    with browser() as plain:
        yield plain


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("button", "title", "event"), [("approve", "Approved", "approved"), ("deny", "Denied", "denied")]
)
def test_a_person_reads_and_presses_a_button(
    served: Served, plain: Browser, screen: Any, button: str, title: str, event: str
) -> None:
    """Everything is there to read, the button works without script, and the page can then do no more."""
    before = len(served.events)
    plain.show(screen)
    plain.open(served.ask(**DESTROY))
    for text in (
        "May claude-code do this?",
        "This cannot be undone",
        "terraform destroy -auto-approve",
        "5 to destroy",
        "Deny",
    ):
        assert text in plain.text
    plain.write("textarea", "because I say so")
    plain.click(f"button.{button}")
    assert title in plain.text
    assert "because I say so" in plain.text
    assert [event] == served.events[before:]
    assert [] == plain.complaints()


def test_two_browsers_and_one_answer(served: Served, plain: Browser) -> None:
    """The page that was open before is told who was first, and by what."""
    before, link = len(served.events), served.ask(**DESTROY)
    plain.open(link)
    with browser() as other:
        other.open(link)
        other.click("button.deny")
        assert "Denied" in other.text
    plain.click("button.approve")
    assert "It was answered already: what you just sent was not counted" in plain.text
    assert "denied by owner (web)" in plain.text
    assert ["denied"] == served.events[before:]


def test_it_works_by_keyboard_and_return_in_the_reason_decides_nothing(served: Served, plain: Browser) -> None:
    """Reason, deny, approve, in this order; each can be seen to have the focus."""
    before = len(served.events)
    plain.show(DESKTOP)
    plain.open(served.ask(**DESTROY))
    plain.keys("TAB")
    assert "textarea" == plain.focused()
    plain.keys("not today", "ENTER", "ENTER")
    assert [] == served.events[before:]
    plain.keys("TAB")
    assert "button deny" == plain.focused()
    plain.keys("TAB")
    assert "button approve" == plain.focused()
    plain.keys("ENTER")
    for _ in range(100):
        if "Approved" in plain.text:
            break
        time.sleep(0.1)
    assert "not today" in plain.text
    assert ["approved"] == served.events[before:]


HOSTILE = (
    "echo '"
    + "x" * 5_000
    + "' ; rm -rf /h\u043eme \u202e# tsil a"
    + " " * 400
    + "\n" * 60
    + "</pre><script>document.title='owned'</script>"
)


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_hostile_call_shows_whole_and_in_place(served: Served, screen: Any) -> None:
    """Nothing runs, nothing is wider than the screen, nothing is out of sight but in a fold that opens."""
    with browser(script=True) as scripted:
        scripted.show(screen)
        scripted.open(served.ask(**{**DESTROY, "call": HOSTILE, "cwd": "/home/" + "very-long-" * 30}))
        assert "owned" != scripted.run("return document.title")
        assert scripted.run("return document.documentElement.scrollWidth") <= screen[0]
        assert "script>" not in scripted.text
        scripted.click("summary", to_next=False)
        for text in ("U+043E", "U+202E", "400 blanks", "59 empty lines", "<script>document.title='owned'</script>"):
            assert text in scripted.text
        heights = scripted.run(
            "return [...document.querySelectorAll('button, summary')].map(e => e.getBoundingClientRect().height)"
        )
        assert all(height >= 44 for height in heights)
        assert [] == scripted.complaints()


def test_another_page_can_neither_frame_nor_send_it(served: Served) -> None:
    """Not even one that knows the tokens."""
    before, link = len(served.events), served.ask(**DESTROY)
    with browser(script=True) as scripted:
        scripted.open(link)
        token = scripted.run("return document.querySelector('button.approve').value")
        scripted.visit(f"<iframe src='{link}' width=600 height=600></iframe>")
        assert "Approve" not in scripted.framed()
        scripted.visit("<iframe srcdoc='<p>Approve'></iframe>")
        assert "Approve" in scripted.framed()  # it would have been seen
        scripted.visit(f"<form method=post action='{link}'><button name=token value='{token}'>x</button></form>")
        scripted.click("button")
        assert "Only this page itself may answer" in scripted.text
        scripted.visit(
            f"<script>fetch('{link}',{{method:'POST',mode:'no-cors',body:new URLSearchParams({{token:'{token}'}})}})</script>"
        )
        scripted.open(link)
        assert "Approve, once" in scripted.text
    assert [] == served.events[before:]


def test_the_token_leaves_with_nobody(served: Served, plain: Browser) -> None:
    """The page that comes next is not told where one came from; nothing of it is kept for the way back."""
    link = served.ask(**DESTROY)
    plain.open(link)
    assert "same-origin" not in plain.text
    plain.click("button.deny")
    plain.run("history.back()")
    for _ in range(100):
        if "This call was denied" in plain.text:
            break
        time.sleep(0.1)
    assert "<button" not in plain.source
