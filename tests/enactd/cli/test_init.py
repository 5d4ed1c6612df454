"""`enactctl init`, with real files, the real shim and a real daemon."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.enactctl import ROOT, Enactctl

from enactd.agents.base import Registration
from enactd.agents.claude_code import ADAPTER
from enactd.setup.selftest import Caller

FOREIGN = '{\n\t"model": "opus",  "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "true"}]}]}}\n'


def registration(enactctl: Enactctl) -> Registration:
    return Registration(shim=str(enactctl.layout.shim), home=str(enactctl.layout.root))


def test_one_command_guards(enactctl: Enactctl) -> None:
    """After init the hooks are in force, the daemon answers, and the shim stops what it must."""
    enactctl.claude()
    said = enactctl("init")
    assert 0 == said.code, said.err
    assert "" == said.err
    assert ADAPTER.registered(enactctl.settings.read_text(), registration(enactctl)) is None
    assert enactctl.runs()
    caller = Caller(enactctl.layout, home=enactctl.home, folder=enactctl.home, purpose="test")
    assert "deny" == caller.ask("Bash", {"command": "rm -rf /"}).decision
    assert "allow" == caller.ask("Bash", {"command": "ls"}).decision
    for word in (
        "agent",
        "Claude Code 2.1.330",
        "shim",
        "daemon",
        "self-test",
        "`rm -rf /` is stopped",
        "public key",
        "keys verify-key export",
        "hooks",
    ):
        assert word in said.out


def test_twice_is_once(enactctl: Enactctl) -> None:
    """A second init changes no byte and starts no second daemon."""
    enactctl("init")
    before, pid = enactctl.settings.read_bytes(), enactctl.client.version().pid
    said = enactctl("init")
    assert 0 == said.code
    assert "already" in said.out
    assert before == enactctl.settings.read_bytes()
    assert pid == enactctl.client.version().pid


def test_other_bytes_stay(enactctl: Enactctl) -> None:
    """What is not ours in a settings file keeps its bytes, and the file its mode."""
    enactctl.settings.parent.mkdir()
    enactctl.settings.write_text(FOREIGN)
    enactctl.settings.chmod(0o640)
    assert 0 == enactctl("init").code
    text = enactctl.settings.read_text()
    assert text.startswith('{\n\t"model": "opus",  "hooks": {"Stop": [{"hooks"')
    assert FOREIGN == ADAPTER.unregister(text)
    assert 0o640 == enactctl.settings.stat().st_mode & 0o777


def test_link_is_followed(enactctl: Enactctl) -> None:
    """A settings file that is a link into somebody's dotfiles stays one."""
    dotfiles = enactctl.home / "dotfiles.json"
    dotfiles.write_text("{}\n")
    enactctl.settings.parent.mkdir()
    enactctl.settings.symlink_to(dotfiles)
    assert 0 == enactctl("init").code
    assert enactctl.settings.is_symlink()
    assert "enact-hook" in dotfiles.read_text()


@pytest.mark.parametrize("text", ["{", '{"hooks": []}', "[]", '{"a": 1, "a": 2,}', '{"disableAllHooks": true}'])
def test_unusable_settings_change_nothing(enactctl: Enactctl, text: str) -> None:
    """Settings that cannot hold hooks in force are an error, and stay as they are."""
    enactctl.settings.parent.mkdir()
    enactctl.settings.write_text(text)
    said = enactctl("init")
    assert 1 == said.code
    assert {"error", "cause", "effect", "fix", "code"} == said.error.keys()
    assert "no hook was registered" in said.error["effect"]
    assert text == enactctl.settings.read_text()
    assert not enactctl.runs()


def test_not_utf8(enactctl: Enactctl) -> None:
    """A settings file in another encoding is left alone."""
    enactctl.settings.parent.mkdir()
    enactctl.settings.write_bytes(b'{"a": "\xff"}')
    said = enactctl("init")
    assert 1 == said.code
    assert "byte 7 is not UTF-8" == said.error["cause"]


def test_read_only_settings(enactctl: Enactctl) -> None:
    """What its owner made read-only is not replaced behind his back."""
    enactctl.settings.parent.mkdir()
    enactctl.settings.write_text("{}")
    enactctl.settings.chmod(0o444)
    said = enactctl("init")
    assert 1 == said.code
    assert "it is read-only" == said.error["cause"]
    assert "{}" == enactctl.settings.read_text()


def test_settings_folder_is_a_file(enactctl: Enactctl) -> None:
    """A `.claude` that is no folder is an error in words."""
    (enactctl.home / ".claude").write_text("")
    said = enactctl("init")
    assert 1 == said.code
    assert said.error["code"] == "E4001"


def test_unwritable_home(tmp_path: Path) -> None:
    """A home in which nothing can be made is told in four lines, and nothing is registered."""
    console = Enactctl(tmp_path)
    (tmp_path / "e").write_text("a file where the folder should be")
    said = console("init")
    assert 1 == said.code
    assert "cannot be made" in said.error["error"]
    assert "no hook was registered" in said.error["effect"]
    assert not console.settings.exists()


def test_agent_not_installed_yet(enactctl: Enactctl) -> None:
    """Without the agent init registers all the same, and says what will be needed."""
    said = enactctl("init")
    assert 0 == said.code
    assert "warning    Claude Code was not found; once you install it (2.1.295 or newer) it is guarded" in said.out
    assert enactctl.settings.exists()


def test_old_agent(enactctl: Enactctl) -> None:
    """An agent that runs calls when its hook cannot start is refused, with the fix."""
    enactctl.claude("2.1.197 (Claude Code)")
    said = enactctl("init")
    assert 1 == said.code
    assert "Claude Code 2.1.197 is too old, 2.1.295 or newer is needed" == said.error["error"]
    assert "Node 22" in said.error["fix"]
    assert not enactctl.settings.exists()
    assert not enactctl.layout.shim.exists()


@pytest.mark.parametrize(("text", "code"), [("no version here", 0), ("2.1.330", 3)])
def test_agent_that_does_not_say(enactctl: Enactctl, text: str, code: int) -> None:
    """An agent whose version cannot be told is not taken for a good one."""
    enactctl.claude(text, code=code)
    said = enactctl("init")
    assert 1 == said.code
    assert "cannot tell the version of Claude Code" == said.error["error"]


def test_named_agent(enactctl: Enactctl) -> None:
    """`--claude` names one that is not on PATH; one that is no program is an error."""
    program = enactctl.claude("2.1.197 (Claude Code)").rename(enactctl.home / "my-claude")
    assert "too old" in enactctl("init", "--claude", str(program)).error["error"]
    assert "is no program" in enactctl("init", "--claude", "nowhere").error["error"]


def test_unknown_agent(enactctl: Enactctl) -> None:
    """An agent nobody knows is a mistake in the arguments."""
    said = enactctl("init", "--agent", "clippy\x1b[2J")
    assert 2 == said.code
    assert "`clippy [2J` is no agent that enactd knows" == said.error["error"]
    assert "Python programs have no hooks to register" == enactctl("init", "--agent", "python").error["error"]
    assert "one of: claude-code, python" == said.error["fix"]


def test_project(enactctl: Enactctl) -> None:
    """`--project` registers at the top of the work tree one stands in."""
    project = enactctl.home / "app"
    (project / "src").mkdir(parents=True)
    (project / ".git").mkdir()
    assert 0 == enactctl("init", "--project", cwd=project / "src").code
    assert "enact-hook" in (project / ".claude" / "settings.json").read_text()
    assert not enactctl.settings.exists()


def test_other_home_of_the_agent(enactctl: Enactctl) -> None:
    """`--claude-home` says where `.claude` lies."""
    other = enactctl.home / "other"
    assert 0 == enactctl("init", "--claude-home", str(other)).code
    assert (other / ".claude" / "settings.json").exists()
    assert not enactctl.settings.exists()


@pytest.mark.parametrize("mark", ["CLAUDECODE", "CODEX_SANDBOX"])
def test_not_by_an_agent(enactctl: Enactctl, mark: str) -> None:
    """What an agent runs may not move the trust root."""
    said = enactctl("init", **{mark: "1"})
    assert 2 == said.code
    assert "an agent may not set up or take away its own gate" == said.error["error"]
    assert not enactctl.settings.exists()


def test_warnings(enactctl: Enactctl) -> None:
    """Settings of the project and variables that would keep the hooks from running are named."""
    project = enactctl.home / "app"
    (project / ".claude").mkdir(parents=True)
    (project / ".git").mkdir()
    (project / ".claude" / "settings.local.json").write_text('{"disableAllHooks": true}')
    said = enactctl("init", cwd=project, CLAUDE_CONFIG_DIR="/elsewhere")
    assert 0 == said.code
    assert "in this project the local settings would switch off all hooks" in said.out
    assert "CLAUDE_CONFIG_DIR is set" in said.out


def test_broken_configuration(enactctl: Enactctl) -> None:
    """A daemon that does not start leaves no hooks behind, and says what was done."""
    enactctl.layout.config.mkdir(parents=True)
    enactctl.layout.config_file.write_text("freeze = 3\n")
    said = enactctl("init")
    assert 0 != said.code
    assert "config.toml" in said.err
    assert not enactctl.settings.exists()


def test_json(enactctl: Enactctl) -> None:
    """Programs read the steps."""
    value = enactctl("init", "--json").json("init")
    assert ["shim", "daemon", "self-test", "receipts", "hooks"] == [step["step"] for step in value["steps"]]


def test_usual_places_and_managed(tmp_path: Path) -> None:
    """Without --home the home is the password database's, whatever HOME says; root may write managed settings."""
    home, etc = tmp_path / "ada", tmp_path / "etc"
    home.mkdir()
    subprocess.run(["cp", "-a", "/etc", str(etc)], check=True)
    (etc / "passwd").write_text("root:x:0:0:root:/mnt:/bin/sh\n")
    script = """
    set -e
    mount --bind "$1" /etc; shift
    mount --bind "$1" /mnt; shift
    HOME=/nowhere "$@" init
    HOME=/nowhere "$@" init --managed
    "$@" status --json
    "$@" uninstall --purge
    """
    python = [sys.executable, "-m", "enactd.cli"]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", str(etc), str(home), *python],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert 0 == done.returncode, done.stderr + done.stdout
    assert "hooks      registered in /mnt/.claude/settings.json" in done.stdout
    assert "warning    HOME is not `/mnt`" in done.stdout
    assert "hooks      registered in /etc/claude-code/managed-settings.json" in done.stdout
    assert "removed  hooks in /mnt/.claude/settings.json" in done.stdout
    assert "removed  hooks in /etc/claude-code/managed-settings.json" in done.stdout
    status = next(json.loads(text) for text in done.stdout.splitlines() if text.startswith("{"))["status"]
    assert "/mnt/.local/state/enactd/run/enactd.sock" == status["socket"]
    left = [path for path in home.rglob("*") if path.is_file()]
    assert [] == left
