"""`enactctl freeze`: on, off, status; by people, and told to agents with its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from support.enactctl import Enactctl

from enactd.cli.freeze import parse_end
from enactd.errors import UsageError
from enactd.receipts import segments
from enactd.setup.selftest import Caller

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 11, 21, 14, 30, 15, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", NOW + timedelta(hours=2)),
        ("3d", NOW + timedelta(days=3)),
        ("18:00", datetime(2026, 11, 21, 18, 0, tzinfo=ZONE)),
        ("9:05", datetime(2026, 11, 22, 9, 5, tzinfo=ZONE)),
        ("14:30", datetime(2026, 11, 22, 14, 30, tzinfo=ZONE)),
        ("2026-12-01T08:00", datetime(2026, 12, 1, 8, 0, tzinfo=ZONE)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=ZONE)),
        ("2026-12-01T08:00:00Z", datetime(2026, 12, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_ends(text: str, expected: datetime) -> None:
    """A span, the next time the clock shows it, or a date in the machine's zone."""
    assert expected == parse_end(text, NOW)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "18:60", "2026-13-01", "h", "-2h"])
def test_what_is_no_end(text: str) -> None:
    """Told with what would be one."""
    with pytest.raises(UsageError):
        parse_end(text, NOW)


def test_on_and_off(enactctl: Enactctl) -> None:
    """In force for the next call, told with its reason, ended by a command, and all of it in receipts."""
    enactctl("init")
    caller = Caller(enactctl.layout, home=enactctl.home, folder=enactctl.home, purpose="test")
    change = {"command": "git commit -m x"}
    said = enactctl("freeze", "on", "--until", "2h", "--reason", "release day")
    assert (0, True) == (said.code, said.out.startswith("frozen, until ")), said.err
    answer = caller.ask("Bash", change)
    assert "deny" == answer.decision
    assert "release day" in answer.text
    assert "allow" == caller.ask("Bash", {"command": "git status"}).decision
    assert "release day" in enactctl("status").out
    assert "release day" == enactctl("freeze", "status", "--json").json("freeze")["reason"]
    assert "no freeze is on" == enactctl("freeze", "off").out.strip()
    assert "allow" == caller.ask("Bash", change).decision
    receipts = segments.receipts(str(enactctl.layout.receipts))
    events = [
        (one.record.event, one.record.detail.get("reason", "")) for one in receipts if one.record.kind == "daemon"
    ]
    assert [("freeze-on", "release day"), ("freeze-off", "")] == [one for one in events if one[0].startswith("freeze")]


def test_a_freeze_outlives_the_daemon(enactctl: Enactctl) -> None:
    """It is kept, not remembered; a check without a daemon knows it, too."""
    enactctl("init")
    enactctl("freeze", "on", "--reason", "audit")
    enactctl.end()
    said = enactctl("check", "--", "git", "commit", "-m", "x")
    assert 3 == said.code
    assert "audit" in said.out


def test_agents_may_not(enactctl: Enactctl) -> None:
    """An agent neither ends a freeze nor begins one; it may see it."""
    enactctl("init")
    enactctl("freeze", "on", "--reason", "audit")
    for words in (("off",), ("on", "--reason", "mine")):
        assert 3 == enactctl("freeze", *words, CLAUDECODE="1").code
    assert "audit" in enactctl("freeze", "status", CLAUDECODE="1").out


@pytest.mark.parametrize("words", [("--until", "2001-01-01", "--reason", "x"), ("--reason", " ")])
def test_a_freeze_that_would_be_none(words: tuple[str, ...], enactctl: Enactctl) -> None:
    """Over before it began, or without a reason: exit 2."""
    enactctl("init")
    assert 2 == enactctl("freeze", "on", *words).code
