"""One pass over the receipts: who did what, what was stopped, who answered, when nobody was there."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.receipts import decision, open_log, ticking

from enactd.receipts import segments
from enactd.receipts.audit import gathering
from enactd.receipts.audit.gathering import Gathered
from enactd.receipts.record import Draft, Note, Outcome, Redaction, Witnessed
from enactd.risk import Risk

SECRET = {"type": "ReadPath", "target": {"path": "/w/.env", "secret": "dotenv file"}}
HEALTH = {"type": "ReadPath", "target": {"path": "/data/patients.csv"}}
PEOPLE = {"type": "RunSql", "tables": ["orders"], "columns": ["ssn"]}


def gathered(folder: Path, since: int = 0, until: int = 1 << 52) -> Gathered:
    return Gathered(since, until).read(segments.receipts(str(folder)))


def test_what_agents_did(tmp_path: Path) -> None:
    """Verdicts, gravest and attempted, users, outcomes, tools, policies, what was left out."""
    log = open_log(tmp_path)
    seen = Witnessed(uid=1000, pid=1)
    log.append_now(decision("allow", "COMMITMENT", witnessed=seen, policy_set="d1", enforcement={"gate": "none (x)"}))
    stopped = (Note(policy="a.b", decision="deny", reason="no"), Note(policy="c.d", decision="ask"))
    log.append_now(decision("deny", "IRREVERSIBLE", findings=stopped, redacted=(Redaction(kind="jwt", count=2),)))
    log.append_now(decision("ask", session="s2", findings=(Note(policy="c.d", decision="ask", reason="hm"),)))
    log.append_now(Draft(kind="outcome", agent="claude-code", session="s1", outcome=Outcome(status="partial")))
    log.close()
    found = gathered(tmp_path)
    agent = found.agents["claude-code"]
    assert {"allow": 1, "deny": 1, "ask": 1} == dict(agent.verdicts)
    assert (Risk.COMMITMENT, Risk.IRREVERSIBLE) == (agent.gravest, agent.attempted)
    assert ({"s1", "s2"}, {1000}, {"partial": 1}, {"Bash": 3}) == (
        agent.sessions,
        agent.users,
        dict(agent.outcomes),
        dict(agent.tools),
    )
    assert {"a.b": 1, "c.d": 1} == dict(found.policies)
    assert (1, 1, 4) == (found.refused.count, found.asked.count, found.records)
    assert ("a.b", "no") == (found.refused.newest[0].policy, found.refused.newest[0].why)
    assert {"gate: none (x)": 1} == dict(found.enforcement)
    assert ({"jwt": 2}, ["d1"]) == (dict(found.redacted), list(found.policy_sets))


def test_what_was_touched(tmp_path: Path) -> None:
    """Secrets by what the receipt says, health and people by names and columns, whatever the verdict."""
    log = open_log(tmp_path)
    for verdict, effect in (("allow", SECRET), ("deny", HEALTH), ("ask", PEOPLE), ("allow", {"type": "AgentTool"})):
        log.append_now(decision(verdict, effects=(effect,)))
    log.close()
    found = gathered(tmp_path)
    assert ["dotenv file"] == [row.why for row in found.secrets.newest]
    assert ["/data/patients.csv"] == [row.why for row in found.health.newest]
    assert ["ssn"] == [row.why for row in found.personal.newest]


def test_who_approved(tmp_path: Path) -> None:
    """A recorded approval; and a question in the agent's own dialog after which the call ran."""
    log = open_log(tmp_path)
    asked = log.append_now(decision("ask", claimed={"attended": "yes"}))
    turned_down = log.append_now(decision("ask", claimed={"attended": "yes"}))
    log.append_now(Draft(kind="outcome", links=(asked.link(),), outcome=Outcome(status="ok")))
    log.append_now(Draft(kind="outcome", links=(turned_down.link(),), outcome=Outcome(status="not-run")))
    log.append_now(Draft(kind="approval", event="granted", detail={"by": "ada", "channel": "terminal"}))
    log.close()
    rows = gathered(tmp_path).approved.newest
    assert [asked.id] == [row.receipt for row in rows[:1]]
    assert "person at its terminal" in rows[0].why
    assert "by ada, channel terminal" == rows[1].why
    assert 2 == len(rows)


def test_what_was_inferred_is_told_once(tmp_path: Path) -> None:
    """The daemon's own receipt of an answer in the agent's dialog takes the place of our guess, in the order of time."""
    log = open_log(tmp_path)
    asked = [log.append_now(decision("ask", claimed={"attended": "yes"})) for _ in range(2)]
    for one in asked:
        log.append_now(Draft(kind="outcome", links=(one.link(),), outcome=Outcome(status="ok")))
    told = {"channel": "dialog", "proof": "inferred"}
    receipt = log.append_now(Draft(kind="approval", event="approved", links=(asked[0].link(),), detail=told))
    log.close()
    rows = gathered(tmp_path).approved.newest
    assert [asked[1].id, receipt.id] == [row.receipt for row in rows]
    assert ("approval.approved", "channel dialog, proof inferred") == (rows[1].what, rows[1].why)


def test_kinds_of_a_later_version(tmp_path: Path) -> None:
    """They are counted, and named in the report: nothing of the log is passed over in silence."""
    log = open_log(tmp_path)
    for kind in ("grant", "grant", "decision"):
        log.append_now(Draft(kind=kind, verdict="allow" if kind == "decision" else None))
    log.close()
    assert {"grant": 2} == dict(gathered(tmp_path).others)


def test_without_a_daemon(tmp_path: Path) -> None:
    """From the last record of one daemon to the first of the next, and whether it said good-bye."""
    for turn, last in enumerate(("stopped", "unhealthy", "stopped")):
        log = open_log(tmp_path, clock=ticking(1_000_000 * (turn + 1), 10))
        log.append_now(Draft(kind="daemon", event="started"))
        log.append_now(Draft(kind="daemon", event=last))
        log.close()
    found = gathered(tmp_path)
    assert [(1_000_010, 2_000_000, True), (2_000_010, 3_000_000, False)] == found.without
    assert 1 == found.troubles.count
    assert [(2_000_010, 3_000_000, False)] == gathered(tmp_path, since=2_000_005).without


def test_a_span(tmp_path: Path) -> None:
    """What lies outside is not counted."""
    log = open_log(tmp_path, clock=ticking(1000, 10))
    for _ in range(10):
        log.append_now(decision())
    log.close()
    assert 3 == gathered(tmp_path, since=1030, until=1060).records


def test_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list keeps its newest rows and counts all."""
    monkeypatch.setattr(gathering, "KEPT", 3)
    log = open_log(tmp_path)
    for _ in range(11):
        log.append_now(decision("deny"))
    log.append_now(Draft(kind="daemon", event="reloaded", detail={"digest": "d"}))
    log.append_now(Draft(kind="session", event="settings-changed", detail={"path": "/h/.claude/settings.json"}))
    log.append_now(Draft(kind="undelivered"))
    log.close()
    found = gathered(tmp_path)
    assert (11, [8, 9, 10]) == (found.refused.count, [int(row.receipt.split("-")[0]) for row in found.refused.newest])
    assert ["digest d", "/h/.claude/settings.json"] == [row.why for row in found.changes.newest]
    assert 1 == found.undelivered.count
