"""Finding the agent's program."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.agents.claude_code import ADAPTER
from enactd.errors import InstallError
from enactd.setup import program


def fake(folder: Path, body: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "claude"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PATH first, else where its own installer puts it; never in the folder one happens to be in."""
    monkeypatch.chdir(fake(tmp_path / "here", "true").parent)
    monkeypatch.setenv("PATH", f":.:{tmp_path / 'bin'}")
    assert program.find(ADAPTER, None, tmp_path / "home") is None
    own = fake(tmp_path / "home" / ".local" / "bin", "true")
    assert str(own) == program.find(ADAPTER, None, tmp_path / "home")
    first = fake(tmp_path / "bin", "true")
    assert str(first) == program.find(ADAPTER, None, tmp_path / "home")


@pytest.mark.parametrize("body", ["exit 1", "echo nothing", "echo 2.1.330; exit 9", "echo 2.1.100", "kill -9 $$"])
def test_no_good_version(tmp_path: Path, body: str) -> None:
    """Whatever is not a version that can be guarded is an error with a fix."""
    with pytest.raises(InstallError) as caught:
        program.version(ADAPTER, str(fake(tmp_path, body)))
    assert caught.value.fix


def test_version(tmp_path: Path) -> None:
    """The version it says."""
    assert "2.1.330" == program.version(ADAPTER, str(fake(tmp_path, "echo '2.1.330 (Claude Code)'")))
