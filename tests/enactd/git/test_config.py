"""git configuration files, compared with `git config --list`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from enactd.git.config import Config, entries, fold

TEXT = r"""
; comment
[core]
    bare = false
    editor = "vim -c \"set x\"" # trailing
    sshCommand = ssh -i key ; more
[remote "Origin"] url = https://example.com/a.git
    fetch = +refs/heads/*:refs/remotes/origin/*
[alias]
    lg = log \
  --graph
    w = "!git reset --hard # not a comment"
    empty =
    bool
[branch "feature/x.y"]
    merge = refs/heads/x
[url "git@github.com:"]
    insteadOf = gh:
[core]
    Bare = true
    path = a\tb\\c
"""


def test_like_git(tmp_path: Path) -> None:
    """Quotes, escapes, comments, continuation lines and folding of case as git reads them."""
    path = tmp_path / "config"
    path.write_text(TEXT)
    done = subprocess.run(
        ["git", "config", "-f", str(path), "--list", "-z"], capture_output=True, text=True, check=True
    )
    wanted = [
        tuple(item.split("\n", 1)) if "\n" in item else (item, "true") for item in done.stdout.split("\0") if item
    ]
    assert wanted == list(entries(TEXT))


def test_last_value_wins_and_includes(tmp_path: Path) -> None:
    """Included files count where they are included; a loop of includes ends."""
    (tmp_path / "main").write_text('[a]\nx = 1\n[include]\npath = other\n[includeIf "gitdir:/r/"]\npath = third\n')
    (tmp_path / "other").write_text("[A]\nX = 2\n[include]\npath = main\n")
    (tmp_path / "third").write_text("[a]\ny = 3\n")
    config = Config()
    config.read(str(tmp_path / "main"), home="/h", git_dir="/r/proj/.git")
    assert ("2", "3", None) == (config.get("a.X"), config.get("A.y"), config.get("a.z"))


def test_fold() -> None:
    """Sections and last parts compare without case, subsections with it."""
    assert "remote.Origin.url" == fold("Remote.Origin.URL")
    assert "core.bare" == fold("CORE.Bare")
    assert "url.git@x.y:.insteadof" == fold("url.git@x.y:.insteadOf")
