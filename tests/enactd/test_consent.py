"""Agreements through a real daemon: recorded, revocable, and refused to agents."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.daemon import ROOT, Daemon, bash, hook, layout, until
from support.processes import Agent
from support.repositories import make_repo

from enactd.enclosure import look
from enactd.errors import EnactError, UsageError
from enactd.receipts import segments

PUSH = "git push --force origin feature/x"
INSERT = 'psql app_dev -c "INSERT INTO invoices VALUES (1)"'
DROP = 'psql app_dev -c "DROP TABLE t"'


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(layout(tmp_path)) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_repo(tmp_path).top


@pytest.fixture
def agent(project: Path) -> Iterator[Agent]:
    made = Agent(cwd=project)
    yield made
    made.kill()


def asked(daemon: Daemon, agent: Agent, project: Path, command: str, session: str = "s") -> str:
    """allow, or the policy that stopped it."""
    reply = hook(agent, daemon.layout, bash(command, cwd=str(project), session=session))
    answer = json.loads(reply.stdout or b"{}").get("hookSpecificOutput", {})
    return str(answer.get("permissionDecisionReason", "allow")).split(":", maxsplit=1)[0]


def newest(daemon: Daemon) -> str:
    """The id of the newest decision."""
    last = segments.newest(str(daemon.layout.receipts), 20)
    return max((r for r in last if r.record.kind == "decision"), key=lambda r: r.record.seq).id


def events(daemon: Daemon) -> list[str]:
    return [entry.event for entry in daemon.receipts() if entry.kind == "daemon"]


def test_an_exception_from_question_to_revocation(daemon: Daemon, agent: Agent, project: Path) -> None:
    """Asked, allowed, asked again; each step has its receipt, and a restart forgets nothing."""
    assert "git.force-push" == asked(daemon, agent, project, PUSH)
    made = daemon.client.allow(newest(daemon), reason="my own branch", seconds=3600)
    assert ("my own branch", str(project)) == (made.reason, made.workspace)
    assert "allow" == asked(daemon, agent, project, PUSH)
    opened = segments.find(str(daemon.layout.receipts), newest(daemon))
    assert opened is not None
    assert any("grant" in note.reason and "my own branch" in note.reason for note in opened.record.findings)
    assert ["approval"] == [link.relation for link in opened.record.links]
    assert "git.force-push" == asked(daemon, agent, project, PUSH.replace("feature/x", "feature/y"))
    gone = daemon.client.revoke(made.id)
    assert made.id == gone.id
    assert "git.force-push" == asked(daemon, agent, project, PUSH)
    assert ["granted", "grant-revoked"] == [
        e.event for e in daemon.receipts() if e.kind == "approval" and e.event != "crossed"
    ]


def test_it_survives_a_restart(daemon: Daemon, agent: Agent, project: Path) -> None:
    """The file is read again, and still answers."""
    asked(daemon, agent, project, PUSH)
    daemon.client.allow(newest(daemon), reason="x", seconds=3600)
    daemon.terminate()
    with Daemon(daemon.layout) as again:
        assert "allow" == asked(again, agent, project, PUSH)


def test_denials_and_receipts_of_others_give_none(daemon: Daemon, agent: Agent, project: Path) -> None:
    """The floor stays; a line that the daemon did not write is no receipt."""
    assert "files.catastrophic-delete" == asked(daemon, agent, project, "rm -rf ~")
    with pytest.raises(UsageError, match="gives no exception"):
        daemon.client.allow(newest(daemon), reason="x", seconds=60)
    asked(daemon, agent, project, PUSH)
    number = newest(daemon).split("-")[0]
    segment = next(daemon.layout.receipts.glob("*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace(b"feature/x", b"feature/z"))
    with pytest.raises(EnactError):
        daemon.client.allow(number, reason="x", seconds=60)
    assert not [entry for entry in daemon.receipts() if entry.kind == "approval"]


CALLS = [
    ("allow", '{"receipt": "1", "reason": "x", "seconds": 60}'),
    ("allow-revoke", '{"name": "x"}'),
    ("approvals-answer", '{"request": "1", "decision": "approve"}'),
    ("approvals-watch", '{"watcher": "x"}'),
    ("approvals-link", '{"name": "1"}'),
    ("grant-add", '{"reason": "x", "seconds": 60, "session": "s"}'),
    ("grant-revoke", '{"name": "x"}'),
    ("pause", '{"minutes": 1, "reason": "x"}'),
    ("resume", '{"name": ""}'),
    ("trust", '{"workspace": "/x", "digest": "y"}'),
    ("trust-revoke", '{"name": "/x"}'),
    ("reload-confirm", '{"name": "x"}'),
]
ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from enactd.control_client import Client
from enactd.config import Layout
from enactd.errors import EnactError
try:
    Client(Layout.under(sys.argv[2]))._call(sys.argv[3], object, **json.loads(sys.argv[4]))
except EnactError as error:
    print(error.code)
"""


def test_an_agent_agrees_to_nothing(daemon: Daemon, agent: Agent, project: Path) -> None:
    """Neither its own process nor what it starts; each try is on record."""
    assert "git.force-push" == asked(daemon, agent, project, PUSH)
    for route, arguments in CALLS:
        words = (sys.executable, "-I", "-c", ASK, str(ROOT), str(daemon.layout.root), route, arguments)
        code, out, err = agent.run(*words)
        assert (0, "E2003") == (code, out.strip()), (route, err)
    command = (sys.executable, "-m", "enactd.cli", "--home", str(daemon.layout.root))
    for verb in (("allow", "--from", newest(daemon), "--reason", "x"), ("trust", str(project), "--revoke")):
        code, _, err = agent.run(*command, *verb, env={"PYTHONPATH": str(ROOT)})
        assert 3 == code, err
    assert "git.force-push" == asked(daemon, agent, project, PUSH)
    assert len(CALLS) + 2 == events(daemon).count("control-refused")
    for tried in (
        "enactctl allow --from 1 --reason x",
        "enactctl approve 1",
        "enactctl deny 1 --because x",
        "enactctl grant add --session s --reason x --for 1h",
        "enactctl pause --minutes 10 --reason x",
        "enactctl watch",
        "enactctl trust .",
        "enactctl reload --confirm",
        "enactctl config set allow approve-safe",
    ):
        assert "self.tamper" == asked(daemon, agent, project, tried)


def test_a_repository_is_heard_and_trusted(daemon: Daemon, agent: Agent, project: Path) -> None:
    """It tightens at once; with trust it loosens, until it changes or trust is taken back."""
    assert "allow" == asked(daemon, agent, project, INSERT)
    (project / ".enact").mkdir()
    settings = project / ".enact/config.toml"
    settings.write_text(
        "[protect]\ntables = ['invoices']\n[policies.'database.destructive-sql']\nenabled = false\n"
        "[risk]\nirreversible = 'record'\n"
    )
    assert "database.protected-tables" == asked(daemon, agent, project, INSERT)
    assert "database.destructive-sql" == asked(daemon, agent, project, DROP)
    found = look(str(project))
    assert found is not None
    with pytest.raises(UsageError, match="is not trusted"):
        daemon.client.trust(str(project), "0" * 64)
    daemon.client.trust(str(project), found.digest, "mine")
    assert "database.protected-tables" == asked(daemon, agent, project, INSERT)
    assert "allow" == asked(daemon, agent, project, DROP)
    time.sleep(0.01)
    settings.write_text(settings.read_text() + "\n")
    assert "database.destructive-sql" == asked(daemon, agent, project, DROP)
    settings.write_text(settings.read_text()[:-1])
    assert "allow" == asked(daemon, agent, project, DROP)
    daemon.client.distrust(str(project))
    assert "database.destructive-sql" == asked(daemon, agent, project, DROP)
    assert until(lambda: "repository-read" in events(daemon))
    assert ["repository-trusted", "repository-distrusted"] == [e for e in events(daemon) if "trusted" in e]


def test_an_agent_may_not_write_a_repositorys_settings(daemon: Daemon, agent: Agent, project: Path) -> None:
    """They are the gate's, whoever's repository it is; reading them is free."""
    (project / ".enact").mkdir()
    (project / ".enact/config.toml").write_text("[protect]\ntables = ['invoices']\n")
    for command in ("rm -rf .enact", "echo x > .enact/config.toml", "mv .enact /tmp/x", "sed -i d .enact/config.toml"):
        assert "self.tamper" == asked(daemon, agent, project, command), command
    assert "allow" == asked(daemon, agent, project, "cat .enact/config.toml")


def test_what_a_repository_cannot_say_is_told(daemon: Daemon, agent: Agent, project: Path) -> None:
    """Calls are judged without it; health, log and a receipt name the problem."""
    (project / ".enact").mkdir()
    (project / ".enact/config.toml").write_text("[daemon]\nspeed = 9\n")
    assert "allow" == asked(daemon, agent, project, INSERT)
    assert "repository-unusable" in [ailment.code for ailment in daemon.client.health()]
    assert until(lambda: "repository-unusable" in events(daemon))
