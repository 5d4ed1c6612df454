"""The words of an approval: the request that waits, the person who answers, the answer, and the way to both.

A request is the receipt of a call that was asked about; it has that receipt's id. What it says is what a
person needs to decide well, in plain text without control characters; secrets are taken out of it already.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

import msgspec

from enactd import report

Scope = report.Scope
Decision = Literal["approve", "deny"]
State = Literal["pending", "approved", "denied", "expired", "used", "withdrawn"]
ChannelName = Literal["terminal", "web", "desktop", "mail", "ntfy", "webhook", "dialog", "client"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Why a person is asked: one policy's reason, and what it would rather see."""

    policy: str
    reason: str
    instead: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A call that waits for a person. Times in seconds since 1970.

    `call` is the exact call as text, `effects` says in words what it would do with resolved targets,
    `lasting` what of it cannot be undone, `plan` what a plan file at hand says. `held`: the agent is still
    waiting; otherwise it was told no and has a ticket. `needs`: how many different people must approve.
    """

    id: str
    agent: str
    session: str
    session_risk: str
    risk: str
    tool: str
    call: str
    cwd: str
    workspace: str
    since: float
    until: float
    questions: tuple[Question, ...]
    effects: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    held: bool = False
    needs: int = 1


class Approver(msgspec.Struct, frozen=True, kw_only=True):
    """Who answered, as far as that is known: a name, the way the answer came, and what proved it."""

    name: str
    channel: ChannelName
    proof: str  # "terminal", "pin", "totp", "polkit", "link", "reply"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided. `seconds` and `count` bound what an approval opens; a denial opens nothing."""

    request: str
    decision: Decision
    by: Approver
    because: str = ""
    scope: Scope = "call"
    seconds: float = 900.0
    count: int = 1


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request. `missing`: how many more approvers it takes; `grant`: what it opened.

    `by` are the names of those who answered, `because` what the last of them gave as the reason.
    """

    request: str
    state: State
    missing: int = 0
    grant: str = ""
    by: tuple[str, ...] = ()
    because: str = ""


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """One approver's signed, single-use, expiring way to one request; never shown to an agent.

    `view` is the page's address, empty where no page is served. `approve` and `deny` are the bare tokens that a
    polled channel takes back.
    """

    approver: str
    view: str
    approve: str
    deny: str
    until: float


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What a view token opens: the request, what became of it, and what its page needs to answer it.

    `approve` and `deny` are the approver's bare tokens; empty once there is nothing left to answer for them.
    `answers` are those that count so far, oldest first.
    """

    request: Request
    state: State
    approver: str
    approve: str = ""
    deny: str = ""
    answers: tuple[Answer, ...] = ()


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a test message to one approver; all texts are empty if it was taken."""

    channel: ChannelName
    approver: str
    problem: str = ""
    cause: str = ""
    fix: str = ""


class Desk(Protocol):
    """Where requests wait and are answered. Every method belongs to the daemon's event loop."""

    @property
    def door(self) -> bytes:
        """What tells genuine tokens from guesses and can make none; see `tokens.may_be_ours`."""

    def pending(self) -> tuple[Request, ...]:
        """What waits now, oldest first."""

    def find(self, token: str) -> tuple[Request, State]:
        """The request that a view token names. Raises `RefusedError` for a token that is forged or expired."""

    def links(self, request: Request, approver: str) -> Links:
        """Fresh links to a request for one approver."""

    async def answer(self, answer: Answer) -> Settled:
        """Settle a request by an answer whose approver is proven. Raises `RefusedError` and `UsageError`."""

    def open(self, token: str) -> Opened:
        """The page of a view token; looking spends nothing. Raises `RefusedError` for one that is forged or expired."""

    async def answer_by_token(self, token: str, *, channel: ChannelName, because: str = "") -> Settled:
        """Settle a request by a link's token. Raises `RefusedError`: forged, expired, used, answered already."""


class Channel(Protocol):
    """A way to people. Slow or broken ones cost their own messages and nothing else; both methods may raise."""

    name: ChannelName
    approvers: tuple[str, ...]
    """Who is told: each of them gets an announcement with links of their own."""

    async def announce(self, request: Request, links: Links) -> None:
        """Tell the people of this channel that `request` waits. Raises `ChannelError`."""

    async def withdraw(self, request: Request, state: State) -> None:
        """Tell them that it is settled, where the channel can; the link is dead already."""

    def replies(self) -> AsyncIterator[str]:
        """Tokens that came back over a polled channel, as they come; ends at once where it is not polled."""
