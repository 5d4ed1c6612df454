"""Rewriting history, cutting its safety net, running a command for each commit."""

from __future__ import annotations

import pytest
from support.briefly import lines

BUILD = "DeletePath target=/home/u/proj/build recursive"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git filter-repo --path x --invert-paths", ["GitRewrite how=filter-repo"]),
        ("git-filter-repo --path x", ["GitRewrite how=filter-repo"]),
        ("git filter-repo --analyze", []),
        ("bfg --delete-files x", ["GitRewrite how=filter-repo"]),
        ("git filter-branch --tree-filter 'rm -rf build' HEAD", ["GitRewrite how=filter-branch", BUILD]),
        ("git reflog expire --expire=now --all", ["GitRewrite how=reflog expire"]),
        ("git reflog expire --expire-=now --a", ["GitRewrite how=reflog expire"]),
        ("git reflog expire -n --expire=now --all", []),
        ("git reflog delete HEAD@{1}", ["GitRewrite how=reflog delete"]),
        ("git reflog show main", []),
        ("git gc --prune=now", ["GitRewrite how=gc --prune=now"]),
        ("git gc --p=now", ["GitRewrite how=gc --prune=now"]),
        ("git gc --prune=all --aggressive", ["GitRewrite how=gc --prune=now"]),
        ("git gc --aggressive", []),
        ("git gc --no-prune", []),
        ("git prune", ["GitRewrite how=prune"]),
        ("git prune --exp=now", ["GitRewrite how=prune"]),
        ("git prune --expire=never", []),
        ("git repack -a -d", ["GitRewrite how=repack -a -d"]),
        ("git repack -ad", ["GitRewrite how=repack -a -d"]),
        ("git repack -Ad", []),
        ("git rebase -x 'rm -rf build' main", [BUILD, "GitCommit message=None how=rebase"]),
        ("git rebase --exec='rm -rf build' main", [BUILD, "GitCommit message=None how=rebase"]),
        ("git rebase --onto main a b", ["GitCommit message=None how=rebase"]),
        ("git bisect run rm -rf build", [BUILD]),
        ("git fast-import --force", ["GitRewrite how=fast-import --force"]),
        ("git maintenance start", ["ScheduleJob by=git maintenance what=git maintenance run"]),
    ],
)
def test_effects(command: str, expected: list[str]) -> None:
    """Every spelling that loses what the reflog would keep."""
    found = [line for line in lines(command) if not line.startswith("GitConfigure")]
    assert expected == found


def test_prune_by_setting() -> None:
    """A setting on the command line shortens the time, too."""
    assert "GitRewrite how=gc --prune=now" in lines("git -c gc.pruneExpire=now gc")
