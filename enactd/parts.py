"""What the gate needs of its parts: a judge that says what a call means, a ledger that makes it durable.

The gate knows these shapes only; `judge.py` and `ledger.py` fill them, tests bring their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from enactd import origin, policy
from enactd.agents.base import Outcome, SessionEnded, SessionStarted, SettingsChanged
from enactd.call import HookCall
from enactd.effects.model import Effect
from enactd.judging import Place
from enactd.origin import Origin
from enactd.peer import Seen
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.verdict import Verdict


class Judgement(Protocol):
    """What the judge found; `judge.Judgement` is one."""

    @property
    def verdict(self) -> Verdict:
        """The strictest opinion, and all the others."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What the call would do."""

    @property
    def risk(self) -> Risk:
        """The gravest of it."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was looked up in the world."""

    @property
    def digest(self) -> str:
        """Which policy set it was."""

    @property
    def spare(self) -> bool:
        """Whether the settings spare the agent's own question, and this call is certainly SAFE."""

    @property
    def grants(self) -> tuple[str, ...]:
        """The grants and pauses by which questions were answered that would have stopped it."""

    @property
    def bond(self) -> str:
        """Names this call, what it would do and what was looked up for it; empty where nothing was asked."""


class Judge(Protocol):
    """A policy set as a function. Blocks for a bounded time."""

    def judge(
        self,
        call: ToolCall,
        *,
        workspace: str,
        home: str,
        session: policy.Session,
        environment: Mapping[str, str],
        frozen: str,
    ) -> Judgement:
        """What the call would do, and what the policies say to it."""


class Sight(origin.Sight, Protocol):
    """What a daemon that may not look itself is told of its callers and of their agents' settings."""

    def settings_text(self, path: str) -> str | None:
        """As `agent_settings.read`."""


class Receipt(Protocol):
    """Something durable that can be named."""

    @property
    def id(self) -> str:
        """The name people use for it."""


class Ledger(Protocol):
    """What is made durable, and what sessions follow from it. All but `view` raise `ReceiptError`."""

    def turn(self, agent: str, session: str) -> AbstractAsyncContextManager[None]:
        """Held while a session's call is decided: decisions of one session come one after the other."""

    def view(self, agent: str, session: str) -> policy.Session:
        """What the session has done so far."""

    async def opened(self, origin: Origin, agent: str, session: str, start: SessionStarted | None) -> None:
        """A process holds this session from now on, and it inherits from `origin.parents`."""

    async def ended(self, origin: Origin, agent: str, end: SessionEnded) -> None:
        """The agent says that the conversation is over."""

    def reserve(self, agent: str, session: str) -> Place[Receipt]:
        """A place for `decide` to fill."""

    def decide(
        self, place: Any, origin: Origin, hook: HookCall, call: ToolCall, judgement: Judgement, took_us: int
    ) -> None:
        """As `decided`, from a thread that may block; `place` will have the receipt."""

    async def decided(
        self, origin: Origin, hook: HookCall, call: ToolCall, judgement: Judgement, *, attended: bool, took_us: int,
        links: Sequence[Any] = (),
    ) -> Receipt:  # fmt: skip
        """The receipt of a decision, durable. `links` lead to the receipts of what people opened."""

    async def outcome(self, origin: Origin, agent: str, outcome: Outcome) -> None:
        """How a call went, linked to its decision."""

    async def settings_changed(self, origin: Origin, agent: str, change: SettingsChanged, why_not: str) -> Receipt:
        """The agent's settings changed; `why_not` is empty if that was let through."""

    async def refused(self, seen: Seen | None, hook: HookCall, problem: str, event: str) -> None:
        """A message that led to no decision and was answered with no: `event` says in a word why."""

    async def undelivered(self, receipt: Receipt) -> None:
        """A decision that found nobody."""


class Settled(Protocol):
    """What became of a request."""

    @property
    def state(self) -> str:
        """`approved`, `denied`, `expired`, `withdrawn`."""

    @property
    def because(self) -> str:
        """The reason that was given, empty for none."""


class Desk(Protocol):
    """Where people answer. `ask` and `redeem` raise `ReceiptError`."""

    def leaves_to_dialog(self, judgement: Judgement) -> bool:
        """Whether the agent's own dialog may answer this, where a person is seen to sit in front of it."""

    async def ask(
        self, receipt: Any, call: ToolCall, judgement: Judgement, origin: Origin, *, hold: bool
    ) -> tuple[str, bool]:
        """Let a question wait for a person: its ticket (empty for none), and whether to wait for it, too."""

    async def wait(self, request: str, seconds: float) -> Settled | None:
        """The answer to it, as soon as there is one; None if there is none in time."""

    async def redeem(self, grants: Sequence[str]) -> bool:
        """Use up what these grants have left for one call; false if one of them does not hold any more."""

    def links(self, grants: Sequence[str]) -> Sequence[Any]:
        """To the receipts in which these were made."""

    def notice(self, agent: str, session: str) -> str:
        """What a person should know of this session now, in a line; empty for nothing."""
