"""Mercurial, Subversion, Jujutsu and stacked-diff tools."""

from __future__ import annotations

import pytest
from support.briefly import lines
from support.reading import effects

from enactd.effects.model import GitPush


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        ("hg update -C", ["GitDiscard"]),
        ("hg purge --all", ["GitDiscard"]),
        ("svn revert -R .", ["GitDiscard"]),
        ("svn --version --quiet", []),
        ("jj abandon --all", ["GitDiscard"]),
        ("jj undo", []),  # it is an operation itself, and is undone like any other
        ("jj op abandon ..@-", ["GitDiscard"]),
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
        ("jj git push --bookmark fix-1", ["GitPush"]),
    ],
)
def test_effects(command: str, kinds: list[str]) -> None:
    """What is lost or sent; listings and dry runs do nothing."""
    assert kinds == [line.split()[0] for line in lines(command)]


@pytest.mark.parametrize(
    ("command", "branch"),
    [
        ("jj git push --bookmark main --allow-new", "main"),
        ("jj git push -b feature/x", "feature/x"),
        ("jj git push --named fix=@", "fix"),
        ("hg push -B release", "release"),
        ("hg push --branch default", "default"),
        ("jj git push", None),
        ("svn commit -m x", None),
    ],
)
def test_a_push_names_its_branch(command: str, branch: str | None) -> None:
    """Protected names are protected whatever tool pushes to them."""
    assert [branch] == [effect.branch for effect in effects(command) if isinstance(effect, GitPush)]
