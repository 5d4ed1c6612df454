"""Mercurial, Subversion, Jujutsu and stacked-diff tools."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        ("hg update -C", ["GitDiscard"]),
        ("hg purge --all", ["GitDiscard"]),
        ("svn revert -R .", ["GitDiscard"]),
        ("svn --version --quiet", []),
        ("jj abandon --all", ["GitDiscard"]),
        ("hg strip tip", ["GitRewrite"]),
        ("gt submit --force", ["GitPush"]),
        ("svn delete old.c", ["DeletePath"]),
        ("svn delete https://svn.example/x -m gone", ["GitPush"]),
        ("hg push", ["GitPush"]),
        ("hg status", []),
        ("svn diff", []),
        ("jj log", []),
        ("hg purge -n", []),
        ("hg help strip", []),
    ],
)
def test_effects(command: str, kinds: list[str]) -> None:
    """What is lost or sent; listings and dry runs do nothing."""
    assert kinds == [line.split()[0] for line in lines(command)]
