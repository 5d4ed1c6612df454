"""`enactctl watch`: stay, show each question as it comes, and take a key for an answer."""

from __future__ import annotations

import secrets
import select
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from enactd.approvals.model import Request
from enactd.cli.answering import outcome, proof, told
from enactd.cli.approve import LONG_S
from enactd.cli.output import line, say
from enactd.cli.places import layout_of
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError, UsageError

KEYS: Final = "y approve, n deny, d deny with a reason, s skip, q leave"
POLL_S: Final = 0.2
WATCHED_S: Final = 30.0


@click.command()
@click.option("--once", is_flag=True, help="Leave after the first answer.")
@click.pass_context
def command(ctx: click.Context, /, *, once: bool) -> None:
    """Watch for calls that wait for you. While somebody watches, agents wait for the answer instead of a ticket.

    \b
    enactctl watch
    y  approve this call, once
    n  deny it
    d  deny it with a reason, which the agent hears
    s  leave it to wait
    q  leave
    """
    if not sys.stdin.isatty():
        raise UsageError("`watch` needs a terminal", fix="enactctl pending")
    Watch(layout_of(ctx), once=once).run()


class Watch:
    """One look that stays. What it knows comes from a thread; keys and screen belong to the caller's."""

    def __init__(self, layout: Layout, *, once: bool) -> None:
        self._layout = layout
        self._once = once
        self._watcher = secrets.token_hex(8)
        self._waiting: tuple[Request, ...] = ()
        self._skipped: set[str] = set()
        self._failed: EnactError | None = None

    def run(self) -> None:
        """Until `q`, or an error of the daemon."""
        self._number, self._waiting = Client(self._layout, timeout=WATCHED_S).watch(self._watcher)
        threading.Thread(target=self._look, daemon=True).start()
        say(f"Watching. {KEYS}.")
        shown = ""
        while self._failed is None:
            request = self._next()
            name = request.id if request else ""
            if name != shown:
                say(f"\n\a{told(request)}\n{KEYS}" if request else "\nNothing waits for you.")
                shown = name
            key = _key()
            if key in ("q", "\x03", "\x04"):
                return
            if request is not None and key and self._answered(request, key) and self._once:
                return
        raise self._failed

    def _answered(self, request: Request, key: str) -> bool:
        """Whether that key was an answer that the daemon took."""
        if key == "s":
            self._skipped.add(request.id)
        if key not in "ynd":
            return False
        because = str(click.prompt("because", default="", show_default=False)) if key == "d" else ""
        more: dict[str, Any] = {"because": because, "given": proof(self._layout)}
        try:
            settled = Client(self._layout, timeout=LONG_S).answer(
                request.id, "approve" if key == "y" else "deny", **more
            )
        except EnactError as error:
            say(line(error.problem))
            self._skipped.add(request.id)
            return False
        say(outcome(settled))
        self._skipped.add(request.id)
        return True

    def _next(self) -> Request | None:
        """The oldest that is held, else the oldest."""
        waiting = [request for request in self._waiting if request.id not in self._skipped]
        return next((request for request in waiting if request.held), waiting[0] if waiting else None)

    def _look(self) -> None:
        client = Client(self._layout, timeout=WATCHED_S)
        while True:
            try:
                self._number, self._waiting = client.watch(self._watcher, self._number)
            except EnactError as error:
                self._failed = error
                return


def _key() -> str:
    """A key that was pressed within a moment, else nothing."""
    with _keys_at_once():
        ready, _, _ = select.select([sys.stdin], [], [], POLL_S)
        return sys.stdin.read(1) if ready else ""


@contextmanager
def _keys_at_once() -> Iterator[None]:
    """Keys without Enter; the terminal is left as it was."""
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
