"""A request in words, for all channels alike: the gravest first, the call last, cut to what a channel holds.

What is cut is counted where it stood, and the message knows that it is not whole: whoever sends it offers no approval
beside it. The call's own lines stand behind a bar, so that none of them can be read as one of ours.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from enactd.approvals.model import Request
from enactd.approvals.wording import visible

BAR: Final = "| "
HEADING: Final = "The call, each line of it behind a bar:"
PARTLY: Final = "Not all of it is shown here: open its page, or see `enactctl pending` in a terminal"
MOST: Final = 30
"""Lines of a section, however short; the rest is counted."""
_COUNT: Final = 40
"""Bytes kept in each section for the line that counts the rest."""
_LEAST: Final = 80
"""Bytes below which the beginning of a text says nothing."""
_CUT_BEFORE: Final = re.compile(r"\[[\d,]+ [a-z ]+ (?:more|not shown)\]|^and \d+ more effects")
"""What the request itself says of what it leaves out. A call that only writes so loses its button, no more."""


class Message(NamedTuple):
    """What a channel shows. `whole`: all effects, what lasts, the plan and the call are in it, as the call is."""

    lines: tuple[str, ...]
    call: tuple[str, ...]
    whole: bool

    def plain(self) -> str:
        """As text, the call last."""
        return "\n".join((*self.lines, "", *self.call))


class _Section(NamedTuple):
    word: str
    texts: Sequence[str]
    share: float  # of the budget, and what the sections before it left
    counts: bool = True  # without all of it nobody may decide


def title(request: Request, limit: int = 100) -> str:
    """Who asks for what, on one line."""
    return cut(visible(f"{request.agent} asks: {request.call}"), limit)


def message(request: Request, budget: int) -> Message:
    """What a person needs to decide, in at most `budget` bytes, of which 1,000 are the least that makes sense."""
    left = budget - len(PARTLY) - len(HEADING) - 4
    every, exact = _sections(request), f"\n{visible(request.call, lines=True)}".replace("\n", f"\n{BAR}")[1:]
    lines, whole = _told(every, [left] * len(every))
    if _size(lines) + len(exact.encode()) > left:
        lines, whole = _told(every, [int(section.share * left) for section in every])
    room = left - _size(lines)
    complete = len(exact.encode()) <= room
    called = exact if complete else _ends(exact, room)
    known = (request.call, *request.effects, *request.lasting, *request.plan)
    whole = whole and complete and not any(map(_CUT_BEFORE.search, known))
    return Message((*(() if whole else (PARTLY,)), *lines), (HEADING, *called.split("\n")), whole)


def _sections(request: Request) -> tuple[_Section, ...]:
    facts = (
        f"Risk: {request.risk}, the session's so far {request.session_risk}",
        f"Agent: {request.agent}, session {request.session}, in {request.cwd}",
        *((f"It takes {request.needs} people to approve this",) if request.needs > 1 else ()),
        f"Asked {clock(request.since)}, to be answered until {clock(request.until)}",
        by_hand(request),
    )
    return (
        _Section("Cannot be undone: ", request.lasting, 0.2),
        _Section("Would: ", request.effects, 0.2),
        _Section("Plan: ", request.plan, 0.1),
        _Section("Why: ", [f"{question.reason} ({question.policy})" for question in request.questions], 0.1, False),
        _Section("", [_short(visible(fact), 300) for fact in facts], 0.15, False),
        _Section("Instead: ", [one.instead for one in request.questions if one.instead], 0.05, False),
    )


def _told(every: Sequence[_Section], rooms: Sequence[int]) -> tuple[list[str], bool]:
    """The lines of all sections, and whether those that count are whole; what one leaves the next may use."""
    lines: list[str] = []
    whole, spare = True, 0
    for section, room in zip(every, rooms, strict=True):
        told, left_out = _section(section, room + spare)
        spare += room - _size(told)
        lines += told
        whole = whole and not (left_out and section.counts)
    return lines, whole


def _section(section: _Section, room: int) -> tuple[list[str], bool]:
    """Its lines in so many bytes, and whether something is left out: the first ones stay, the rest is counted."""
    found: list[str] = []
    left_out = False
    for number, text in enumerate(section.texts):
        line = visible(f"{section.word}{text}")
        left = room - _size(found) - _COUNT
        if left_out or number == MOST or left < min(_LEAST, _size([line])):
            more = len(section.texts) - number
            return [*found, f"{section.word or 'and: '}and {more:,} more"], True
        left_out = _size([line]) > left
        found.append(_short(line, left - 1))
    return found, left_out


def _short(text: str, limit: int) -> str:
    """At most so many bytes, from the beginning; the rest is counted."""
    if len(text.encode()) <= limit:
        return text
    head = text.encode()[: max(0, limit - _COUNT)].decode("utf-8", "ignore")
    return f"{head} [{len(text) - len(head):,} characters more]"


def _ends(text: str, limit: int) -> str:
    """Both ends of a call whose lines have bars, in so many bytes; between them, without a bar, how much is missing."""
    data, room = text.encode(), max(0, limit - _COUNT)
    head = re.sub(r"\n\|? ?$", "", data[: room * 2 // 3].decode("utf-8", "ignore"))
    start = len(text) - len(data[len(data) - room // 3 :].decode("utf-8", "ignore"))
    start += next((left for left in (2, 1) if text[start + left - 3 : start + left] == f"\n{BAR}"), 0)
    missing = text[len(head) : start].replace(f"\n{BAR}", "\n")
    return f"{head}\n[{len(missing):,} characters more]\n{BAR}{text[start:]}"


def _size(lines: Sequence[str]) -> int:
    """Bytes, each line with its end."""
    return sum(len(line.encode()) + 1 for line in lines)


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
