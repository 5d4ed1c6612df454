"""What verbs share: the judge without a daemon, and the workspace of a folder."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import click
import pytest

from enactd.cli import places
from enactd.cli.places import layout_of, local_judge, workspace_of
from enactd.config import Layout
from enactd.errors import PolicyError, UsageError

POLICY = '''"""Mine.

Why
    x
Instead
    y
Blind spots
    z
"""

from enactd.policy import Context, Deny, Effect, Opinions, policy


@policy(watches=Effect, severity="low", stage="stable", since="0.1")
def check(effect: Effect, context: Context) -> Opinions:
    yield Deny("no")
'''


def test_the_workspace_is_the_git_top_level(tmp_path: Path) -> None:
    """A folder in no repository is its own workspace; a worktree's `.git` file counts."""
    inner = tmp_path / "proj" / "src" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / "proj" / ".git").mkdir()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / ".git").write_text("gitdir: elsewhere\n")
    assert [str(tmp_path / "proj"), str(tmp_path / "tree"), str(tmp_path)] == [
        workspace_of(str(folder)) for folder in (inner, tmp_path / "tree", tmp_path)
    ]


def test_the_layout_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    """`--home` moves everything."""
    context = click.Context(click.Command("x"), obj=str(tmp_path))
    assert Layout.find(str(tmp_path)) == layout_of(context)


def test_the_local_judge_has_the_users_policies(tmp_path: Path) -> None:
    """And the gate's own folders, so that they are protected in a check, too."""
    layout = Layout.find(str(tmp_path))
    layout.policies.mkdir(parents=True)
    (layout.policies / "mine.py").write_text(POLICY)
    local = local_judge(layout)
    assert "user" == local.judge.policies.by_id["mine"].layer
    assert {str(layout.config), str(layout.state)} <= set(local.judge.gate)


def test_a_broken_policy_of_the_user_is_an_error(tmp_path: Path) -> None:
    """A check never judges with fewer rules than the daemon would."""
    layout = Layout.find(str(tmp_path))
    layout.policies.mkdir(parents=True)
    (layout.policies / "mine.py").write_text("broken(")
    with pytest.raises(PolicyError):
        local_judge(layout)


def test_whose_gate_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--user` names a user whom root guards; others have no daemon of the machine, or do not exist."""
    ctx = click.Context(click.Command("x"), obj=None)
    ctx.meta["enactd.user"] = "nobody"
    with pytest.raises(UsageError, match="no daemon of the machine"):
        layout_of(ctx)
    monkeypatch.setattr(places, "is_guarded", lambda uid: uid == pwd.getpwnam("nobody").pw_uid)
    assert Layout.system(pwd.getpwnam("nobody").pw_uid) == layout_of(ctx)
    ctx.meta["enactd.user"] = "no such user"
    with pytest.raises(UsageError, match="there is no user"):
        layout_of(ctx)


def test_under_sudo_the_callers_gate_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where root guards him; only root is believed about who called."""
    ctx = click.Context(click.Command("x"), obj=None)
    nobody = pwd.getpwnam("nobody").pw_uid
    monkeypatch.setenv("SUDO_UID", str(nobody))
    monkeypatch.setattr(places, "is_guarded", lambda uid: uid == nobody)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert nobody == layout_of(ctx).guarded
    monkeypatch.setattr(places, "is_guarded", lambda uid: False)
    assert None is layout_of(ctx).guarded
