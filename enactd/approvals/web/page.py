"""The pages as HTML: one question, what became of it, and what went wrong. No script, nothing from elsewhere.

Every text of a request goes through `visible`; the only secret that a page holds is in its two buttons.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from importlib import resources
from typing import Final

from enactd.approvals.model import Answer, Opened, Request, Settled, State
from enactd.approvals.web.visible import visible

STYLE: Final = resources.files(__package__).joinpath("page.css").read_text("utf-8")
STYLE_HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
FOLD_LINES: Final = 30
FOLD_CHARACTERS: Final = 3_000
LONGEST_REASON: Final = 300
_QUOTED: Final = re.compile(r"`([^`]+)`")
_STATES: Final[dict[State, tuple[str, str]]] = {
    "pending": ("waits for an answer", ""),
    "approved": ("was approved", "good"),
    "used": ("was approved, and has run", "good"),
    "denied": ("was denied", "bad"),
    "expired": ("got no answer in time", "bad"),
    "withdrawn": ("was withdrawn", "bad"),
}
_MEANT: Final[dict[State, str]] = {
    "approved": "The agent may run this one call, once. A second run is asked about again.",
    "used": "The call has run. A second run is asked about again.",
    "denied": "The call does not run. The agent is told so.",
    "expired": "The call did not run. If the agent tries it again, you are asked again.",
    "withdrawn": "The call did not run, and no longer can by this question.",
}


def question(opened: Opened, now: float, *, late: bool = False) -> str:
    """The page of a request: what it is about, and the buttons while there is something to answer.

    `late`: an answer just came that did not count, because another was first.
    """
    request = opened.request
    is_open = opened.state == "pending" and bool(opened.approve)
    title = f"May {visible(request.agent)} do this?" if is_open else _title(opened.state)
    plan = "\n".join(request.plan)
    lead = _lead(request) if is_open else "It was answered already: what you just sent was not counted." if late else ""
    body = [
        _progress(opened) if is_open else _outcome(opened),
        _list("This cannot be undone" if is_open else "What cannot be undone of it", request.lasting, "grave"),
        _list("What it would do", request.effects or ("No effect could be told from the call.",)),
        _section("What the plan at hand says", f"<pre>{visible(plan)}</pre>" if plan else ""),
        _section(f"The exact call of {visible(request.tool)}", _call(request)),
        _section("Why you are asked", "".join(_why(q.policy, q.reason, q.instead) for q in request.questions)),
        _section("Who asks", _facts(request, now, left=is_open)),
        _form(opened) if is_open else "",
    ]
    return _page(title, lead, _badge(opened.state), "".join(body))


def settled(opened: Opened, done: Settled, because: str) -> str:
    """The page after one's own answer."""
    title = _title(done.state)
    if done.missing:
        more = "one more person" if done.missing == 1 else f"{done.missing} more people"
        text = f"Your approval is recorded. The call runs only after {more} approved it, too."
        title = "Recorded, and not enough yet"
    else:
        text = _MEANT.get(done.state, "")
    said = f"<p>You said: {visible(because)}</p>" if because else ""
    body = _section("What happened", f"<p>{text}</p>{said}<p class=small>You can close this page.</p>")
    return _page(title, "", _badge(done.state), body + _section("The call", _call(opened.request)))


def problem(title: str, *paragraphs: str) -> str:
    """A page that says what went wrong, and what to do."""
    return _page(visible(title), "", "", _section("", "".join(f"<p>{_prose(text)}</p>" for text in paragraphs if text)))


def duration(seconds: float) -> str:
    """A length of time as one says it, in its two largest units."""
    left = max(0, int(seconds))
    if left < 60:
        return f"{left} s"
    minutes, hours = left // 60 % 60, left // 3600 % 24
    if left < 3600:
        return f"{minutes} min"
    if left < 86_400:
        return f"{left // 3600} h {minutes} min"
    return f"{left // 86_400} d {hours} h"


def _page(title: str, lead: str, badge: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex, nofollow">'
        f"<title>A call waits for a person · enactd</title><style>{STYLE}</style></head><body><main>"
        f'<div class="top"><b>enactd</b><span role="status">{badge}</span></div><h1>{title}</h1>'
        + (f'<p class="lead">{lead}</p>' if lead else "")
        + body
        + "</main></body></html>\n"
    )


def _title(state: State) -> str:
    return {
        "pending": "Waiting for others", "approved": "Approved", "used": "Approved, and run", "denied": "Denied",
        "expired": "Too late", "withdrawn": "Withdrawn",
    }[state]  # fmt: skip


def _badge(state: State) -> str:
    return _STATES["pending"][0] if state == "pending" else _title(state).lower()


def _lead(request: Request) -> str:
    if request.held:
        return "It waits for your answer now. Nothing runs without one."
    return "It was told no for now. If you approve, it may try this one call again."


def _section(heading: str, inner: str, kind: str = "") -> str:
    if not inner:
        return ""
    name = f' class="{kind}"' if kind else ""
    return f"<section{name}>{f'<h2>{heading}</h2>' if heading else ''}{inner}</section>"


def _list(heading: str, lines: Iterable[str], kind: str = "") -> str:
    items = "".join(f"<li>{_prose(line)}</li>" for line in lines)
    return _section(heading, f"<ul>{items}</ul>" if items else "", kind)


def _prose(text: str) -> str:
    """A sentence of ours, with what it quotes in backticks set apart."""
    return _QUOTED.sub(r"<code>\1</code>", visible(text))


def _call(request: Request) -> str:
    """The call, whole; what is long lies in a fold, in its order."""
    head, rest = _fold(request.call)
    shown = f"<pre>{visible(head)}</pre>"
    if not rest:
        return shown
    lines = rest.count("\n") + 1
    size = f"{len(rest):,} characters" + (f" in {lines:,} lines" if lines > 1 else "")
    return f"{shown}<details><summary>Show the rest: {size} more</summary><pre>{visible(rest)}</pre></details>"


def _fold(call: str) -> tuple[str, str]:
    """The beginning that is shown, and what lies in the fold; together they are the call."""
    end = len(call)
    position = -1
    for _ in range(FOLD_LINES):
        position = call.find("\n", position + 1)
        if position < 0:
            break
    if position >= 0:
        end = position + 1
    end = min(end, FOLD_CHARACTERS)
    return (call, "") if len(call) - end < 200 else (call[:end], call[end:])


def _why(policy: str, reason: str, instead: str) -> str:
    better = f"<p>Instead: {_prose(instead)}</p>" if instead else ""
    return f'<div class="why"><p>{_prose(reason)}</p>{better}<p class="rule"><code>{visible(policy)}</code></p></div>'


def _facts(request: Request, now: float, *, left: bool) -> str:
    rows = [
        ("Agent", visible(request.agent)),
        ("Session", f"<code>{visible(request.session)}</code>, so far {visible(request.session_risk)}"),
        ("This call", visible(request.risk)),
        ("In", f"<code>{visible(request.cwd)}</code>"),
        ("Asked", f"{duration(now - request.since)} ago"),
        *([("Time left", duration(request.until - now))] if left else []),
        ("Question", f"<code>{visible(request.id)}</code>"),
    ]
    if request.workspace != request.cwd:
        rows.insert(4, ("Workspace", f"<code>{visible(request.workspace)}</code>"))
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def _by(answer: Answer) -> str:
    verb = "approved" if answer.decision == "approve" else "denied"
    because = f": {visible(answer.because)}" if answer.because else ""
    return f"<li>{verb} by <b>{visible(answer.by.name)}</b> ({visible(answer.by.channel)}){because}</li>"


def _outcome(opened: Opened) -> str:
    """What became of it, and who answered."""
    text, tone = _STATES[opened.state]
    by = "".join(map(_by, opened.answers))
    said = f"<ul>{by}</ul>" if by else ""
    meant = _MEANT.get(opened.state) or f"{_missing(opened)} Nothing runs until then."
    return _section("What happened", f'<p class="state {tone}">This call {text}.</p>{said}<p>{meant}</p>')


def _progress(opened: Opened) -> str:
    if opened.request.needs < 2:
        return ""
    by = "".join(map(_by, opened.answers))
    return _section("More than one person must approve", f"<p>{_missing(opened)}</p>{f'<ul>{by}</ul>' if by else ''}")


def _missing(opened: Opened) -> str:
    had = sum(answer.decision == "approve" for answer in opened.answers)
    return f"{had} of {opened.request.needs} approvals so far."


def _form(opened: Opened) -> str:
    """No action: it goes to the page's own address, which the browser knows."""
    return (
        '<form method="post" autocomplete="off"><label for="because">Why (optional)</label>'
        f'<textarea id="because" name="because" maxlength="{LONGEST_REASON}" aria-describedby="kept"></textarea>'
        '<p class="small" id="kept">Kept in the receipt. The agent reads it if you deny.</p>'
        '<div class="buttons">'
        f'<button class="deny" name="token" value="{visible(opened.deny)}">Deny</button>'
        f'<button class="approve" name="token" value="{visible(opened.approve)}">Approve, once</button></div>'
        '<p class="small">Approving opens this one call, exactly as shown, once. To open more, use the terminal: '
        f"<code>enactctl approve {visible(opened.request.id)} --help</code></p></form>"
    )
