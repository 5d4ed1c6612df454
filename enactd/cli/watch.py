"""`enactctl watch`: stay, show each question as it comes, and take a key for an answer.

A key counts for what was on the screen when it was pressed, and for nothing else. So a question stays on the screen
until it is answered or waits no more; keys count only once they are offered, some time after the question came up;
and whatever was typed before that, or after the one key that answered, is thrown away.
"""

from __future__ import annotations

import os
import secrets
import select
import sys
import termios
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from enactd.approvals.model import Request
from enactd.cli.answering import LONG_S, outcome, proof, told
from enactd.cli.output import line, say
from enactd.cli.places import layout_of
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError, UsageError

KEYS: Final = "y approve, n deny, d deny with a reason, s skip, q leave"
POLL_S: Final = 0.2
WATCHED_S: Final = 30.0
READ_S: Final = 1.0
"""How long a question stands on the screen before a key can answer it: who pressed one then meant something else."""
LEAVE: Final = ("q", "\x03", "\x04")


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
        with _keys_at_once():
            self._stay()
        if self._failed is not None:
            raise self._failed

    def _stay(self) -> None:
        """Show one question after the other, and take their answers."""
        shown: Request | None = None
        told_none = False
        while self._failed is None:
            if shown is None or not self._waits(shown):
                before, shown = shown, self._next()
                if shown is not None:
                    told_none = False
                    if not self._shown(shown):
                        continue
                elif before is not None or not told_none:
                    told_none = True
                    say("\nNothing waits for you.")
            key = _key()
            if key in LEAVE:
                return
            if shown is not None and key and self._answered(shown, key) and self._once:
                return

    def _shown(self, request: Request) -> bool:
        """Put a question on the screen, give time to read it, and only then offer the keys; false if it went meanwhile."""
        say(f"\n\a{told(request)}")
        ends = time.monotonic() + READ_S
        while self._failed is None and self._waits(request) and time.monotonic() < ends:
            time.sleep(POLL_S / 4)
        if not self._waits(request):
            say("It waits no more.")
            return False
        _forget_typed()
        say(KEYS)
        return True

    def _waits(self, shown: Request) -> bool:
        """Whether what is on the screen can be answered still."""
        return shown.id not in self._skipped and any(one.id == shown.id for one in self._waiting)

    def _answered(self, request: Request, key: str) -> bool:
        """Whether that key was an answer that the daemon took."""
        if key == "s":
            self._skipped.add(request.id)
        if key not in "ynd":
            return False
        with _lines_again():
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
    """A key that was pressed within a moment, else nothing. What was typed behind it is no second answer."""
    descriptor = sys.stdin.fileno()
    ready, _, _ = select.select([descriptor], [], [], POLL_S)
    if not ready:
        return ""
    try:
        # Not by `sys.stdin`, which reads ahead and would keep for the next question what is typed now.
        pressed = os.read(descriptor, 1)
    except OSError:
        return LEAVE[0]  # the terminal is gone
    _forget_typed()
    return pressed.decode("latin-1") or LEAVE[0]


def _forget_typed() -> None:
    """Throw away what was typed and not read."""
    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


@contextmanager
def _keys_at_once() -> Iterator[None]:
    """Keys without Enter; the terminal is left as it was."""
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)


@contextmanager
def _lines_again() -> Iterator[None]:
    """The terminal as a question with a line for an answer needs it, for so long."""
    before = termios.tcgetattr(sys.stdin)
    changed = termios.tcgetattr(sys.stdin)
    changed[3] |= termios.ICANON | termios.ECHO
    try:
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, changed)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)
