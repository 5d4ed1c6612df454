"""What the verbs about approvals share: how a request is told, and what proves who answers.

Everything in a request comes from an agent in the end. Nothing of it reaches a terminal but printable characters.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Any, Final

import click

from enactd.approvals.model import Request, Settled
from enactd.cli.output import line
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import UsageError

LONG_S: Final = 180.0
"""A password may have to be typed meanwhile."""
MOST: Final = 40
WIDE: Final = 2_000
"""Lines and characters of a text of a request that are shown; all of it is in the receipt."""


def told(request: Request, *, now: float | None = None) -> str:
    """A request with all that it takes to decide it."""
    moment = time.time() if now is None else now
    head = f"{request.id}   {line(request.agent, 40)}, session {line(request.session, 60)} ({request.session_risk})"
    waits = "the agent waits" if request.held else "the agent has a ticket"
    needs = f", {request.needs} people must approve" if request.needs > 1 else ""
    parts = [
        head,
        f"  asked   {age(moment - request.since)} ago, until {clock(request.until)}; {waits}{needs}",
        f"  in      {line(request.cwd, WIDE)}",
        f"  runs    {line(request.tool, 60)}",
        *(f"          {text}" for text in _lines(request.call)),
        f"  risk    {request.risk}",
        *_several("does", request.effects),
        *_several("lasting", request.lasting),
        *_several("plan", request.plan),
        *_several("why", [f"{q.policy}: {q.reason}" for q in request.questions]),
        *_several("instead", dict.fromkeys(q.instead for q in request.questions if q.instead)),
    ]
    return "\n".join(parts)


def outcome(settled: Settled) -> str:
    """What became of a request, for the one who answered."""
    match settled.state:
        case "approved":
            return f"approved: {settled.request}\nit runs once; the next one is asked about again"
        case "denied":
            return f"denied: {settled.request}"
        case "pending":
            more = "one more person" if settled.missing == 1 else f"{settled.missing} more people"
            return f"counted: {settled.request}\n{more} must approve"
        case _:
            return f"{settled.state}: {settled.request}"


def proof(layout: Layout) -> dict[str, str]:
    """What the settings in force want besides a terminal. Never on a command line, which every process can read."""
    wanted = Client(layout).proof()
    given = {}
    if "pin" in wanted:
        given["pin"] = _asked("PIN")
    if "totp" in wanted:
        given["otp"] = _asked("one-time code")
    return given


def age(seconds: float) -> str:
    """`4 s`, `12 min`, `3 h`, `2 days`."""
    for size, word in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {word}"
    return f"{max(0, int(seconds))} s"


def clock(moment: float) -> str:
    """A moment as local time, with the date if it is not today's."""
    local = time.localtime(moment)
    return time.strftime("%H:%M" if time.strftime("%F", local) == time.strftime("%F") else "%F %H:%M", local)


def _asked(what: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"the {what} is asked for in a terminal", effect="nothing was decided")
    answer: Any = click.prompt(what, hide_input=True, err=True)
    return str(answer)


def _lines(text: str) -> list[str]:
    found = text.split("\n")
    shown = [line(one, WIDE) for one in found[:MOST]]
    return shown if len(found) <= MOST else [*shown, f"({len(found) - MOST} more lines: enactctl explain)"]


def _several(word: str, texts: Iterable[str]) -> list[str]:
    """Lines under one word, the first beside it; those that are too many are counted."""
    found = list(texts)
    shown = [line(text, WIDE) for text in found[:MOST]]
    if len(found) > MOST:
        shown.append(f"({len(found) - MOST} more: enactctl explain)")
    return [f"  {word if not at else '':<7} {text}" for at, text in enumerate(shown)]
