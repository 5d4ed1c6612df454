"""The human boundary of one daemon: the desk, and all that leads to it and away from it.

The gate asks here, people answer here by `enactctl`, and links come back from channels. Who answers by the control
socket is nobody's agent (the table of routes says so) and brings the proof that the settings want.
"""

from __future__ import annotations

import asyncio
import pwd
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import structlog

from enactd.approvals import plans
from enactd.approvals.channels.work import Work
from enactd.approvals.courier import Courier, opener
from enactd.approvals.describe import Description, describe
from enactd.approvals.desk import Desk
from enactd.approvals.journal import NAME, Journal
from enactd.approvals.model import Question, Request, Settled, State
from enactd.config import Layout, Settings
from enactd.config.approvals import Approvals
from enactd.errors import EnactError, RefusedError
from enactd.gate import attempt, places
from enactd.granted import Granted
from enactd.health import APPROVALS_LOST, CHANNELS_FAILING, PAGE_DOWN, PAUSED, Health
from enactd.ledger import Ledger
from enactd.origin import Origin
from enactd.parts import Judgement
from enactd.receipts.record import Link, Receipt
from enactd.receipts.redact import Rules
from enactd.toolcall import ToolCall
from enactd.verdict import Verdict
from enactd.world import World, open_world

TICK_S: Final = 0.5
PLAN_S: Final = 1.0
"""Seconds that reading plans and states at hand may take; a question does not wait for more."""
WORDS_S: Final = 1.0
"""Seconds that putting a call in words with the help of its repository may take; without it, it takes none."""
READERS: Final = 2
NOTICE: Final = "enactd: BREAK-GLASS is on, calls are let through that would be stopped"

UNREAD: Final = ("what plans and states at hand say could not be read in time",)
T = TypeVar("T")

log = structlog.get_logger()


class Boundary:
    """The gate's desk (`parts.Desk`), and its upkeep. Belongs to the daemon's event loop."""

    def __init__(
        self, layout: Layout, ledger: Ledger, health: Health, settings: Callable[[], Settings],
        world: Callable[..., World] = open_world,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._open_world = world
        self._health = health
        journal = Journal(layout.state / NAME, ledger.vouch)
        self.desk = Desk(journal, ledger, lambda: settings().approvals, seal=ledger.seal)
        self.desk.restore()
        if journal.damaged:
            health.report(APPROVALS_LOST, journal.damaged)
        self.courier = Courier(self.desk, lambda why: _tell(health, why), opener(layout.keys), attempt)
        self.desk.listeners.append(self.courier.hear)
        # Files of agents are read in threads of their own: what hangs or is slow there delays no write and no PIN.
        self._telling, self._planning = Work(READERS), Work(READERS)
        self._watchers: dict[str, float] = {}
        self.changes = 0
        """How often a request came or went."""
        self._something = asyncio.Event()
        self.desk.listeners.append(self._hear)
        self._granted = self._opened()
        self.desk.book.changed = self.desk.pauses.changed = self._refresh
        self._refresh()

    # --- the gate's side

    def granted(self) -> Granted:
        """All that people have opened, as of now. From any thread."""
        return self._granted

    def leaves_to_dialog(self, judgement: Judgement) -> bool:
        """See `parts.Desk`. A dialog proves no more than that somebody sits there, and is one person."""
        approvals = self._settings().approvals
        return approvals.dialog and approvals.proof == ("terminal",) and self._needs(judgement.verdict) == 1

    async def ask(
        self, receipt: Receipt, call: ToolCall, judgement: Judgement, origin: Origin, *, hold: bool
    ) -> tuple[str, bool]:
        """See `parts.Desk`. A question that finds no room is denied without a ticket."""
        if not judgement.bond:
            return "", False
        approvals = self._settings().approvals
        holds = hold and approvals.hold_s > 0 and self.is_audible()
        since = time.time()
        words, plan = await self._words(call, judgement, origin)
        request = Request(
            id=receipt.id, agent=call.agent, session=call.session, tool=call.tool, cwd=call.cwd,
            workspace=origin.holder.workspace, session_risk=receipt.record.risk_before or "SAFE",
            risk=judgement.risk.name, since=since, until=since + 60 * approvals.ticket_minutes, call=words.call,
            effects=words.effects, lasting=words.lasting, plan=plan, questions=_questions(judgement.verdict), held=holds,
            needs=self._needs(judgement.verdict),
        )  # fmt: skip
        try:
            asked = await self.desk.ask(receipt, request, bond=judgement.bond, requester=login(origin.seen.uid))
        except RefusedError as error:
            log.warning("no room for a question", problem=error.problem)
            return "", False
        return asked.id, holds or (hold and self.desk.is_denied(asked.id))

    async def _words(self, call: ToolCall, judgement: Judgement, origin: Origin) -> tuple[Description, tuple[str, ...]]:
        """What a person reads of a call, and what files at hand say of it; those are waited for briefly."""
        settings, holder = self._settings(), origin.holder
        rules = Rules(settings.receipts.redact)

        def world() -> World:
            return self._open_world(
                cwd=call.cwd, workspace=holder.workspace, home=holder.home, environment=holder.environment,
                complete=False, assume=False,
            )  # fmt: skip

        def told(seen: World | None) -> Description:
            return describe(call, judgement, workspace=holder.workspace, home=holder.home, rules=rules, world=seen)

        def planned() -> tuple[str, ...]:
            seen = world()
            # What is shown is what an answer is bound to: a file that is another by now says nothing.
            seen.facts.update({key: value for key, value in judgement.facts.items() if key.startswith("digest ")})
            return plans.summary(judgement, seen, rules=rules, count_rows=settings.approvals.count_rows)

        words = await _in_time(self._telling, lambda: told(world()), WORDS_S)
        if words is None:
            words = await asyncio.to_thread(told, None)
        plan = await _in_time(self._planning, planned, PLAN_S)
        return words, UNREAD if plan is None else plan

    async def wait(self, request: str, seconds: float) -> Settled | None:
        """See `parts.Desk`."""
        return await self.desk.wait(request, max(0.0, min(seconds, self._settings().approvals.hold_s)))

    async def redeem(self, grants: Sequence[str]) -> bool:
        """See `parts.Desk`. A pause is not used up, but has to be on still."""
        paused = {pause.id for pause in self.desk.pauses.holding()}
        return await self.desk.book.redeem([name for name in grants if name not in paused])

    def links(self, grants: Sequence[str]) -> Sequence[Link]:
        """See `parts.Desk`."""
        return (*self.desk.book.links(grants), *self.desk.pauses.links(grants))

    def notice(self, agent: str, session: str) -> str:
        """See `parts.Desk`."""
        pause = self.desk.pauses.over(agent, session)
        return f"{NOTICE}, until {_clock(pause.until)} ({pause.reason})" if pause else ""

    # --- people

    def is_audible(self) -> bool:
        """Whether somebody can hear a question now: a channel is configured, or somebody watches."""
        return self.courier.has_ways() or self.is_watched()

    def is_watched(self) -> bool:
        """Whether a live `enactctl watch` was heard of a moment ago."""
        now = time.monotonic()
        self._watchers = {who: until for who, until in self._watchers.items() if until > now}
        return bool(self._watchers)

    def watched_by(self, who: str, seconds: float) -> None:
        """Somebody watches for so long."""
        self._watchers[who] = time.monotonic() + seconds

    async def changed_since(self, number: int, seconds: float) -> None:
        """Return once there is something that a look of that number did not show, at the latest after a while."""
        if self.changes != number:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._something.wait()
        except TimeoutError:
            return

    def approvals(self) -> Approvals:
        """The settings in force."""
        return self._settings().approvals

    async def run(self, stop: asyncio.Event) -> None:
        """Let requests, grants and pauses end in time, carry questions to people, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.courier.run(lambda: self._settings().approvals))
            tasks.create_task(self._release(stop))
            while True:
                fault = await attempt(self.desk.expire())
                if isinstance(fault, EnactError):
                    log.error("approvals not tended", problem=fault.problem, cause=fault.cause)
                elif fault is not None:
                    log.error("fault", where=places(fault), fault=type(fault).__name__)
                await asyncio.sleep(TICK_S)

    async def _release(self, stop: asyncio.Event) -> None:
        """When the daemon ends, nobody is held any more: whoever waits hears of a ticket, whoever watches of nothing."""
        await stop.wait()
        self.desk.release()
        self._something.set()

    def _hear(self, request: Request, state: State) -> None:
        self.changes += 1
        self._something.set()
        self._something = asyncio.Event()

    def _refresh(self) -> None:
        self._granted = self._opened()
        pauses = self.desk.pauses.holding()
        if pauses:
            where = f"session {pauses[0].session}" if pauses[0].session else "every session"
            self._health.report(PAUSED, f"until {_clock(pauses[0].until)} in {where}: {pauses[0].reason}")
        else:
            self._health.clear(PAUSED)

    def _opened(self) -> Granted:
        return Granted(self.desk.book.holding(), self.desk.pauses.holding(), seal=self.desk.book.seal)

    def _needs(self, verdict: Verdict) -> int:
        """How many people have to approve: as many as the strictest of the policies that ask wants."""
        wanted = self._settings().approvals.approvers
        asking = {finding.policy for finding in verdict.stopping}
        return max([1, *(wanted.get(policy, wanted.get("*", 1)) for policy in asking)])


async def _in_time(where: Work, work: Callable[[], T], seconds: float) -> T | None:
    """What it returns; None where it is late, fails, or finds no free thread in time."""
    try:
        async with asyncio.timeout(seconds):
            return await where.do(work)
    except (TimeoutError, OSError, EnactError) as fault:
        log.info("files at hand not read", fault=type(fault).__name__)
        return None


def _questions(verdict: Verdict) -> tuple[Question, ...]:
    """The reasons, one of each policy first, so that none is missing where they are many."""
    found = [Question(policy=f.policy, reason=f.reason, instead=f.instead) for f in verdict.stopping]
    first = {question.policy: question for question in reversed(found)}
    rest = [question for question in dict.fromkeys(found) if question not in first.values()]
    return (*first.values(), *rest)


def login(uid: int) -> str:
    """The name of a user; whose agent asks."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _clock(moment: float) -> str:
    return time.strftime("%H:%M", time.localtime(moment))


def tell_page(health: Health, why: str) -> None:
    """Why the page is not served, empty when it is."""
    if why:
        health.report(PAGE_DOWN, why)
    else:
        health.clear(PAGE_DOWN)


def _tell(health: Health, why: str) -> None:
    if why:
        health.report(CHANNELS_FAILING, why)
    else:
        health.clear(CHANNELS_FAILING)
