"""A request in words, for all channels alike: the gravest first, cut to what a channel holds."""

from __future__ import annotations

import time

from enactd.approvals.model import Request
from enactd.approvals.wording import visible


def title(request: Request, limit: int = 100) -> str:
    """Who asks for what, on one line."""
    return cut(visible(f"{request.agent} asks: {request.call}"), limit)


def lines(request: Request) -> list[str]:
    """What a person needs to decide, one thought a line; the exact call is in `call`."""
    place = f"{request.agent}, session {request.session}, in {request.cwd}"
    found = [
        *(f"Why: {question.reason} ({question.policy})" for question in request.questions),
        *(f"Would: {effect}" for effect in request.effects),
        *(f"Cannot be undone: {lasting}" for lasting in request.lasting),
        *(f"Plan: {line}" for line in request.plan),
        f"Risk: {request.risk}, the session's so far {request.session_risk}",
        f"Agent: {place}",
        *(f"Instead: {question.instead}" for question in request.questions if question.instead),
        *((f"It takes {request.needs} people to approve this",) if request.needs > 1 else ()),
        f"Asked {clock(request.since)}, to be answered until {clock(request.until)}",
    ]
    return [cut(visible(line), 600) for line in found]


def call(request: Request, limit: int = 4_000) -> str:
    """The call itself, over as many lines as it has; what is too long is cut in its middle."""
    text = visible(request.call, lines=True)
    if len(text) <= limit:
        return text
    keep = (limit - 40) // 2
    return f"{text[:keep]}\n[{len(text) - 2 * keep} characters more]\n{text[-keep:]}"


def cut(text: str, limit: int) -> str:
    """At most so many characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clock(moment: float) -> str:
    """A moment with its zone: who reads it may be elsewhere."""
    return time.strftime("%F %H:%M %Z", time.localtime(moment))


def by_hand(request: Request) -> str:
    """How it is answered on the machine itself."""
    number = request.id.split("-")[0]
    return f"enactctl approve {number}   or   enactctl deny {number}"
