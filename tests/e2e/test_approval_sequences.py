"""Whatever happens in whatever order: no call runs without a valid answer, and no answer runs two.

The model knows what people answered and until when; the desk, its journal and the rule of grants are real. Between
any two steps the clock may jump either way, the policies may be others, the disk may be full and the daemon may die.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.desk import Table, answer
from support.fuzz import examples

from enactd.approvals.model import Request
from enactd.effects.model import RunSql
from enactd.errors import ReceiptError, RefusedError, UsageError
from enactd.granted import Asked, Granted
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict

POLICY = "cloud.destroy"
CALLS = st.sampled_from(("a", "b"))
SESSIONS = st.sampled_from(("s", "t"))
JUMPS = st.sampled_from((1.0, 50.0, 1000.0, 4000.0, -1.0, -500.0))


@dataclass
class Credit:
    """One run that a person allowed. `sure`: it must be honoured; else only may, because nobody was told of it."""

    bond: str
    session: str
    since: float
    until: float
    sure: bool = True

    def holds(self, now: float) -> bool:
        return self.since <= now < self.until


class Boundary(RuleBasedStateMachine):
    """People, an agent and a clock, around one desk."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="desk"))
        self.loop = asyncio.new_event_loop()
        self.table = Table(self.folder)
        self.policies = 0
        self.credits: list[Credit] = []
        self.bonds: dict[str, tuple[str, str]] = {}
        self.tokens: list[tuple[str, str]] = []
        self.spent: set[str] = set()
        self.runs = 0

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    # --- the agent

    @rule(call=CALLS, session=SESSIONS)
    def call(self, call: str, session: str) -> None:
        """The agent makes a call: it is judged by what is open, or becomes a question."""
        bond, now = f"{call}|{session}|{self.policies}", self.table.clock.now
        mine = [c for c in self.credits if c.bond == bond and c.session == session and c.holds(now)]
        if self._runs(bond, session):
            assert mine, "it ran without an answer"
            self.credits.remove(next((c for c in mine if c.sure), mine[0]))
            self.runs += 1
            return
        assert not [c for c in mine if c.sure] or self.table.journal.broken, "an answer was lost"
        if self.table.journal.broken:
            for credit in mine:
                credit.sure = False  # its use may be lost
            return
        asked = self.do(self.table.ask(bond, session=session))
        self.bonds[asked.id] = bond, session

    def _runs(self, bond: str, session: str) -> bool:
        """What judge and gate do of it."""
        desk = self.table.desk
        granted = Granted(desk.book.holding(), desk.pauses.holding())
        finding = Finding(POLICY, "ask", "it destroys", effect=0)
        asked = Asked(
            verdict=Verdict(Decision.ASK, (finding,)), effects=(RunSql(source="x", verb="drop"),), workspace="/w",
            call=ToolCall(agent="claude-code", session=session, tool="Bash", input={}, cwd="/w"), bond=lambda: bond,
        )  # fmt: skip
        verdict, used = granted.applied(asked, now=self.table.clock.now)
        if verdict.decision is not Decision.ALLOW:
            return False
        try:
            return bool(self.do(desk.book.redeem(used)))
        except ReceiptError:
            return False

    # --- people

    def _waiting(self, data: st.DataObject) -> Request | None:
        waiting = self.table.desk.pending()
        return data.draw(st.sampled_from(waiting)) if waiting else None

    @rule(data=st.data(), decision=st.sampled_from(("approve", "deny")), seconds=st.sampled_from((10.0, 600.0)))
    def answered(self, data: st.DataObject, decision: Any, seconds: float) -> None:
        """A person answers what waits."""
        request = self._waiting(data)
        if request is None:
            return
        try:
            settled = self.do(self.table.desk.answer(answer(request.id, decision, seconds=seconds)))
        except ReceiptError:
            assert self.table.journal.broken
            return
        assert ("approved" if decision == "approve" else "denied") == settled.state
        self._credit(request.id, decision, seconds)

    @rule(data=st.data(), seconds=st.just(900.0))
    def answered_twice_at_once(self, data: st.DataObject, seconds: float) -> None:
        """Two people answer at the same time: one of them counts."""
        request = self._waiting(data)
        if request is None or self.table.journal.broken:
            return
        desk = self.table.desk

        async def both() -> list[Any]:
            first, second = (desk.answer(answer(request.id, word, name=word)) for word in ("approve", "deny"))  # type: ignore[arg-type]
            return await asyncio.gather(first, second, return_exceptions=True)

        results = self.do(both())
        counted = [result for result in results if not isinstance(result, RefusedError)]
        assert 1 == len(counted)
        self._credit(request.id, "approve" if counted[0].state == "approved" else "deny", seconds)

    @rule(data=st.data())
    def linked(self, data: st.DataObject) -> None:
        """Somebody gets a link."""
        request = self._waiting(data)
        if request is not None:
            links = self.table.desk.links(request, "eve")
            self.tokens += [(request.id, links.approve), (request.id, links.deny)]

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def followed(self, data: st.DataObject) -> None:
        """A link is followed: fresh, used, expired, or of an earlier daemon."""
        name, token = data.draw(st.sampled_from(self.tokens))
        waits = any(request.id == name for request in self.table.desk.pending())
        try:
            settled = self.do(self.table.desk.answer_by_token(token, channel="web"))
        except RefusedError:
            return
        except ReceiptError:
            assert self.table.journal.broken
            self.spent.add(token)
            return
        assert waits
        assert token not in self.spent
        self.spent.add(token)
        self._credit(name, "approve" if settled.state == "approved" else "deny", 900.0)

    @rule(data=st.data())
    def answered_what_is_settled(self, data: st.DataObject) -> None:
        """A second answer to what has one opens nothing."""
        waiting = {request.id for request in self.table.desk.pending()}
        settled = [name for name in self.bonds if name not in waiting]
        if settled:
            with pytest.raises((RefusedError, UsageError)):
                self.do(self.table.desk.answer(answer(data.draw(st.sampled_from(settled)))))

    @rule(data=st.data())
    def revoked(self, data: st.DataObject) -> None:
        """A grant is taken back."""
        holding = self.table.desk.book.holding()
        if not holding:
            return
        grant = data.draw(st.sampled_from(holding))
        try:
            self.do(self.table.desk.book.revoke(grant.id))
        except ReceiptError:
            assert self.table.journal.broken
            self.table.journal.broken = False  # there is room again: the same word is enough
            self.do(self.table.desk.book.revoke(grant.id))
        gone = next(c for c in self.credits if c.bond == grant.bond and c.until == grant.until)
        self.credits.remove(gone)

    def _credit(self, name: str, decision: str, seconds: float) -> None:
        if decision == "approve":
            bond, session = self.bonds[name]
            now = self.table.clock.now
            self.credits.append(Credit(bond, session, now, now + seconds))

    # --- the world

    @rule(seconds=JUMPS)
    def jumped(self, seconds: float) -> None:
        """The clock goes on, or is set."""
        self.table.clock.now += seconds

    @rule()
    def tended(self) -> None:
        """What has ended is tidied up."""
        now = self.table.clock.now
        try:
            self.do(self.table.desk.expire())
        except ReceiptError:
            assert self.table.journal.broken
            for credit in self.credits:
                credit.sure = credit.sure and now < credit.until  # ended here, and perhaps not after a restart
            return
        self.credits = [c for c in self.credits if now < c.until]  # a clock set back revives nothing

    @rule()
    def reloaded(self) -> None:
        """Other policies are in force."""
        self.policies += 1

    @rule()
    def died(self) -> None:
        """The daemon is killed and starts again; the disk has room."""
        self.table.restart()

    @rule()
    def filled(self) -> None:
        """The disk is full, or has room again."""
        self.table.journal.broken = not self.table.journal.broken

    @invariant()
    def sound(self) -> None:
        """Nothing ran more often than people allowed."""
        if hasattr(self, "table"):
            assert self.runs <= sum(1 for event in self.table.receipts.events() if event == "approved")

    def teardown(self) -> None:
        self.loop.close()
        shutil.rmtree(self.folder)


TestBoundary = Boundary.TestCase
TestBoundary.settings = settings(max_examples=examples(40), stateful_step_count=30, deadline=None)
