"""`init --system-wide` below a root of its own: everything that it writes, nothing that it would run; and away again."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.enactctl import ROOT
from support.required import need

from enactd.agents.base import Registration
from enactd.agents.claude_code import ADAPTER
from enactd.config import Layout

WHO = "nobody"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="the machine's set-up is root's to make")


def enactctl(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    usual = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"}
    command = [sys.executable, "-m", "enactd.cli", *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=usual | (environment or {}), check=False, cwd="/", timeout=120
    )


def init(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return enactctl("init", "--system-wide", "--user", WHO, "--root", str(root), *more)


def layout(root: Path) -> Layout:
    return Layout.system(pwd.getpwnam(WHO).pw_uid, root)


def written(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@needs_root
def test_everything_is_written(tmp_path: Path) -> None:
    """Units, accounts, polkit's actions, shim, hooks, and what was done; all of it root's."""
    said = init(tmp_path, "--json")
    assert 0 == said.returncode, said.stderr
    steps = [step["step"] for step in json.loads(said.stdout)["init"]["steps"]]
    assert ["units", "shim", "hooks"] == [step for step in steps if step != "agent"]
    expected = {
        "etc/systemd/system/enactd@.service", "etc/systemd/system/enactd@.socket",
        "etc/systemd/system/enactd-scout@.service", "etc/systemd/system/enactd-scout@.socket",
        "usr/lib/sysusers.d/enactd.conf", "usr/share/polkit-1/actions/org.enactd.policy",
        "usr/local/lib/enactd/enact-hook", "etc/claude-code/managed-settings.json",
        "etc/enactd/installed.json",
    }  # fmt: skip
    assert expected == written(tmp_path)
    assert layout(tmp_path).config.is_dir()
    for path in (tmp_path, *tmp_path.rglob("*")):
        assert 0 == path.stat().st_uid
        assert path == tmp_path or not path.stat().st_mode & 0o022, path
    for path in tmp_path.rglob("*.json"):
        assert path.name == "installed.json" or path.stat().st_mode & 0o044, "agents read it as their user"


@needs_root
def test_the_hooks_name_the_machines_daemons(tmp_path: Path) -> None:
    """By an absolute shim that is root's and the folder of the sockets; nothing of a user's."""
    init(tmp_path)
    place = layout(tmp_path)
    text = (tmp_path / "etc/claude-code/managed-settings.json").read_text()
    wanted = Registration(shim=str(place.shim), home="", system=str(tmp_path / "run/enactd"))
    settings: dict[str, Any] = json.loads(text)
    [hook] = settings["hooks"]["PreToolUse"][0]["hooks"]
    assert ["claude-code", "PreToolUse", "--system", str(tmp_path / "run/enactd")] == hook["args"][:4]
    assert str(place.shim) == hook["command"]
    assert wanted.system == place.listeners
    assert ADAPTER.register(text, wanted)


@needs_root
def test_twice_is_once_and_uninstall_leaves_nothing(tmp_path: Path) -> None:
    """A second run changes no byte; the settings of others keep theirs."""
    settings = tmp_path / "etc/claude-code/managed-settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{\n\t"model": "opus"\n}\n')
    init(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in written(tmp_path)}
    said = init(tmp_path)
    assert (0, True) == (said.returncode, "already" in said.stdout), said.stderr
    assert before == {name: (tmp_path / name).read_bytes() for name in written(tmp_path)}
    said = enactctl("uninstall", "--system-wide", "--user", WHO, "--root", str(tmp_path))
    assert 0 == said.returncode, said.stderr
    assert {"etc/claude-code/managed-settings.json"} == written(tmp_path)
    assert '{\n\t"model": "opus"\n}\n' == settings.read_text()


@needs_root
def test_the_last_user_takes_the_hooks_along(tmp_path: Path) -> None:
    """While another is guarded, units and hooks stay; purging one deletes his receipts alone."""
    init(tmp_path)
    assert 0 == enactctl("init", "--system-wide", "--user", "daemon", "--root", str(tmp_path)).returncode
    receipts = layout(tmp_path).receipts
    receipts.mkdir(parents=True)
    layout(tmp_path).config_file.write_text("[freeze]\n")
    said = enactctl("uninstall", "--system-wide", "--user", WHO, "--root", str(tmp_path), "--purge")
    assert 0 == said.returncode, said.stderr
    assert not receipts.exists()
    assert "etc/claude-code/managed-settings.json" in written(tmp_path)
    assert "etc/systemd/system/enactd@.service" in written(tmp_path)
    assert 0 == enactctl("uninstall", "--system-wide", "--user", "daemon", "--root", str(tmp_path)).returncode
    assert {f"etc/enactd/users/{pwd.getpwnam(WHO).pw_uid}.saved/config.toml"} == written(tmp_path)


@needs_root
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say, and finds little exposed."""
    analyze = need("systemd-analyze", "the units were NOT verified")
    init(tmp_path)
    folder = tmp_path / "etc/systemd/system"
    for name in ("enactd@1000.service", "enactd-scout@1000.service", "enactd@1000.socket", "enactd-scout@1000.socket"):
        (folder / name).write_bytes((folder / name.replace("1000", "")).read_bytes())
    environment = {"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": f"{folder}:"}
    services = [str(folder / name) for name in ("enactd@1000.service", "enactd-scout@1000.service")]
    told = subprocess.run(
        [analyze, "verify", "--man=no", *services], capture_output=True, text=True, env=environment, check=False
    )
    ours = [line for line in (told.stdout + told.stderr).splitlines() if "enactd" in line]
    assert [] == ours
    for service, most in zip(services, (20, 35), strict=True):
        words = [analyze, "security", "--offline=true", f"--threshold={most}", "--no-pager", service]
        told = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
        assert 0 == told.returncode, told.stdout[-400:]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("init", "--user", "nobody"), "`--user` goes with --system-wide only"),
        (("uninstall", "--root", "/x"), "`--root` goes with --system-wide only"),
        (("init", "--system-wide", "--user", "no such user"), "there is no user `no such user`"),
        (("init", "--system-wide", "--user", "root"), "`root` cannot be guarded"),
        (("init", "--system-wide"), "whose agents?"),
        (("init", "--system-wide", "--user", "nobody", "--root", "relative"), "`relative` is not absolute"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], problem: str) -> None:
    """Before anything is written."""
    said = enactctl(*words)
    assert 2 == said.returncode
    problems = (problem,) if os.geteuid() == 0 or "only" in problem else (problem, "only root can do this")
    assert any(one in said.stderr for one in problems), said.stderr


def test_an_agent_does_not_set_it_up(tmp_path: Path) -> None:
    """Nor take it away, whoever it runs as."""
    for verb in ("init", "uninstall"):
        said = enactctl(verb, "--system-wide", "--root", str(tmp_path), environment={"CLAUDECODE": "1"})
        assert (2, True) == (said.returncode, "an agent may not" in said.stderr)
    assert set() == written(tmp_path)
