"""`enactctl doctor`: what is looked at, and what it says when something is wrong."""

from __future__ import annotations

from typing import Any

from support.enactctl import Enactctl

from enactd.health import CONDITIONS


def findings(enactctl: Enactctl, code: int) -> dict[str, dict[str, Any]]:
    said = enactctl("doctor", "--json")
    assert code == said.code, said.out
    return {finding["check"]: finding for finding in said.json("doctor")}


def test_well(enactctl: Enactctl) -> None:
    """After init nothing is wrong; every declared condition was looked at."""
    enactctl.claude()
    enactctl("init")
    found = findings(enactctl, 0)
    assert {f"health: {code}" for code in CONDITIONS} <= found.keys()
    for check in ("agent", "hooks", "hooks: user", "shim", "shim: spawn", "daemon", "self-test", "policies", "files"):
        assert "full" == found[check]["state"], found[check]
    assert "Nothing is wrong." in enactctl("doctor").out


def test_nothing_installed(enactctl: Enactctl) -> None:
    """On a bare machine it says what is missing, and which command helps."""
    found = findings(enactctl, 6)
    assert "none" == found["agent"]["state"]
    assert "bad" == found["shim"]["state"]
    assert "enactctl init" == found["shim"]["fix"]
    assert "bad" == found["daemon"]["state"]


def test_disarmed(enactctl: Enactctl) -> None:
    """Settings of a project that switch hooks off are found from inside it."""
    enactctl("init")
    project = enactctl.home / "app"
    (project / ".git").mkdir(parents=True)
    (project / ".claude").mkdir()
    (project / ".claude" / "settings.json").write_text('{"disableAllHooks": true}')
    said = enactctl("doctor", cwd=project)
    assert 6 == said.code
    assert "the project settings would switch off all hooks" in said.out


def test_changed_hook(enactctl: Enactctl) -> None:
    """A hook that somebody edited is found."""
    enactctl("init")
    enactctl.settings.write_text(
        enactctl.settings.read_text().replace('"onFailure": "block"', '"onFailure": "continue"')
    )
    found = findings(enactctl, 6)
    assert "bad" == found["hooks: user"]["state"]


def test_loose_key(enactctl: Enactctl) -> None:
    """A key that others may read is found."""
    enactctl("init")
    key = next(enactctl.layout.keys.iterdir())
    key.chmod(0o644)
    found = findings(enactctl, 6)
    assert "bad" == found["files"]["state"]
    assert f"chmod 0600 {key}" == found["files"]["fix"]


def test_variable(enactctl: Enactctl) -> None:
    """A variable under which the agent reads no hooks is found."""
    enactctl("init")
    said = enactctl("doctor", CLAUDE_CODE_SIMPLE="1")
    assert 6 == said.code
    assert "CLAUDE_CODE_SIMPLE" in said.out


def test_dead_daemon_and_old_agent(enactctl: Enactctl) -> None:
    """What has changed since init is found."""
    enactctl("init")
    enactctl.end()
    enactctl.claude("2.1.100 (Claude Code)")
    found = findings(enactctl, 6)
    assert "bad" == found["daemon"]["state"]
    assert "too old" in found["agent"]["detail"]
    assert "none" == found["self-test"]["state"]
