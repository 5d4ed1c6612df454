"""What a report is about, in one pass over the receipts of a span of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from enactd.receipts import query, record
from enactd.receipts.audit.protected import health_shaped, personal_shaped
from enactd.receipts.exports import asked
from enactd.receipts.record import Receipt, Record
from enactd.risk import Risk

KEPT: Final = 500
"""Rows of one list; all are counted, and the report says how to get the rest."""
_LIVES: Final = frozenset(("started", "stopped"))
_TROUBLE: Final = frozenset(
    ("torn-tail", "damage-accepted", "reload-failed", "control-refused", "retention", "unhealthy")
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt in a list. `why` depends on the list: a policy's reason, a kind of secret, an answer."""

    receipt: str
    time: int
    agent: str = ""
    session: str = ""
    verdict: str = ""
    what: str = ""
    why: str = ""
    policy: str = ""


class Listed:
    """Rows of one kind: the newest are kept, all are counted."""

    def __init__(self) -> None:
        self.count = 0
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        self.count += 1
        self.rows.append(row)
        if len(self.rows) >= 2 * KEPT:
            del self.rows[:-KEPT]

    @property
    def newest(self) -> list[Row]:
        """The newest rows, oldest first."""
        return self.rows[-KEPT:]


class AgentSeen(msgspec.Struct, kw_only=True):
    """What one agent did."""

    verdicts: Counter[str] = msgspec.field(default_factory=Counter)
    outcomes: Counter[str] = msgspec.field(default_factory=Counter)
    tools: Counter[str] = msgspec.field(default_factory=Counter)
    sessions: set[str] = msgspec.field(default_factory=set)
    users: set[int] = msgspec.field(default_factory=set)
    gravest: Risk = Risk.SAFE
    attempted: Risk = Risk.SAFE


class Gathered:
    """The answers to what an auditor asks."""

    def __init__(self, since: int, until: int) -> None:
        self.since, self.until = since, until
        self.records = 0
        self.agents: dict[str, AgentSeen] = {}
        self.refused, self.asked, self.approved = Listed(), Listed(), Listed()
        self.secrets, self.health, self.personal = Listed(), Listed(), Listed()
        self.changes, self.troubles, self.undelivered = Listed(), Listed(), Listed()
        self.policies: Counter[str] = Counter()
        self.policy_sets: dict[str, tuple[int, int]] = {}
        self.enforcement: Counter[str] = Counter()
        self.redacted: Counter[str] = Counter()
        self.without: list[tuple[int, int, bool]] = []  # times without a daemon: from, to, whether it ended by itself
        self.engines: Counter[str] = Counter()
        self._last, self._ended = 0, False
        self.others: Counter[str] = Counter()  # receipts of kinds that this version does not write, by kind
        self._pending: dict[str, Row] = {}
        self._inferred: dict[str, Row] = {}

    def read(self, receipts: Iterable[Receipt]) -> Gathered:
        """Take in receipts, oldest first; those outside the span only say whether a daemon ran."""
        for receipt in receipts:
            entry = receipt.record
            if entry.time >= self.until:
                continue
            self._note_life(entry)
            if entry.time >= self.since:
                self.records += 1
                self._read(receipt)
        for answered in self._inferred.values():
            self.approved.add(answered)
        self._inferred.clear()
        self.approved.rows.sort(key=lambda row: row.time)
        return self

    def _read(self, receipt: Receipt) -> None:
        entry = receipt.record
        self.engines[entry.engine] += bool(entry.engine)
        for name, state in entry.enforcement.items():
            if state != "full":
                self.enforcement[f"{name}: {state}"] += 1
        for left in entry.redacted:
            self.redacted[left.kind] += left.count
        match entry.kind:
            case "decision":
                self._read_decision(receipt)
            case "outcome":
                self._read_outcome(receipt)
            case "approval":
                for link in entry.links:
                    self._inferred.pop(link.hash, None)  # this receipt says it better
                self.approved.add(row(receipt, why=", ".join(f"{key} {value}" for key, value in entry.detail.items())))
            case "undelivered":
                self.undelivered.add(row(receipt))
            case "daemon" if entry.event not in _LIVES:
                where = self.troubles if entry.event in _TROUBLE else self.changes
                told = ", ".join(f"{key} {value}" for key, value in entry.detail.items())
                where.add(row(receipt, why=told))
            case "session" if entry.event.startswith("settings-"):
                self.changes.add(row(receipt, why=str(entry.detail.get("path", ""))))
            case kind if kind not in record.KINDS:
                self.others[kind] += 1
            case _:
                pass

    def _read_decision(self, receipt: Receipt) -> None:
        entry = receipt.record
        agent = self._agent(entry)
        agent.verdicts[entry.verdict or "-"] += 1
        agent.tools[entry.tool or "-"] += 1
        risk = record.level(entry.risk)
        if entry.verdict == "allow":
            agent.gravest = max(agent.gravest, risk)
        else:
            agent.attempted = max(agent.attempted, risk)
            self.policies.update(asked.deciding(entry))
            stopped = row(receipt, why=asked.reason(entry))
            (self.refused if entry.verdict == "deny" else self.asked).add(stopped)
            if entry.claimed.get("attended"):
                self._pending[receipt.hash] = stopped
        if entry.policy_set:
            first, count = self.policy_sets.get(entry.policy_set, (entry.time, 0))
            self.policy_sets[entry.policy_set] = first, count + 1
        self._read_targets(receipt)

    def _read_targets(self, receipt: Receipt) -> None:
        effects = receipt.record.effects
        secrets = list(dict.fromkeys(kind for effect in effects for kind in query.secrets_of(effect)))
        if secrets:
            self.secrets.add(row(receipt, why=", ".join(secrets)))
        names = [name for effect in effects for name in query.targets_of(effect)]
        columns = [str(name) for effect in effects for name in effect.get("columns") or ()]
        for listed, shaped in ((self.health, health_shaped), (self.personal, personal_shaped)):
            found = list(dict.fromkeys(name for name in (*names, *columns) if shaped(name)))
            if found:
                listed.add(row(receipt, why=", ".join(found[:8])))

    def _read_outcome(self, receipt: Receipt) -> None:
        entry = receipt.record
        if entry.outcome is not None:
            self._agent(entry).outcomes[entry.outcome.status] += 1
        for link in entry.links:
            waiting = self._pending.pop(link.hash, None)
            if waiting is not None and entry.outcome is not None and entry.outcome.status != "not-run":
                answered = "in the agent's own dialog, by the person at its terminal"
                self._inferred[link.hash] = msgspec.structs.replace(waiting, why=answered)

    def _note_life(self, entry: Record) -> None:
        """Between the last record of one daemon and the first of the next nobody was there."""
        if entry.kind == "daemon" and entry.event == "started" and self._last and entry.time > self.since:
            self.without.append((max(self._last, self.since), entry.time, self._ended))
        self._ended = entry.kind == "daemon" and entry.event == "stopped"
        self._last = entry.time

    def _agent(self, entry: Record) -> AgentSeen:
        agent = self.agents.setdefault(entry.agent or "(unknown)", AgentSeen())
        if entry.session:
            agent.sessions.add(entry.session)
        if entry.witnessed is not None:
            agent.users.add(entry.witnessed.uid)
        return agent


def row(receipt: Receipt, why: str = "") -> Row:
    """A receipt as a row."""
    entry = receipt.record
    what = asked.text(entry) if entry.input else asked.operation(entry)
    return Row(
        receipt=receipt.id,
        time=entry.time,
        agent=entry.agent,
        session=entry.session,
        verdict=entry.verdict or "",
        what=f"{entry.tool} {what}".strip() if entry.input else what,
        why=why,
        policy=", ".join(asked.deciding(entry)) if entry.verdict not in (None, "allow") else "",
    )
