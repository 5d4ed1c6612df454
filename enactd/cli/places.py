"""What several verbs need to know: layout, settings, and a judge that works without a daemon."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import Any

import click

from enactd import posture
from enactd.approvals.grants import folded
from enactd.approvals.journal import NAME, Journal
from enactd.config import Layout, Settings, is_guarded
from enactd.effects.shell.readers import Readers
from enactd.errors import UsageError
from enactd.granted import Granted
from enactd.judge import Judge
from enactd.posture import Posture
from enactd.report import Grant
from enactd.workers import Pool


def layout_of(ctx: click.Context) -> Layout:
    """The layout that `--home` or the usual places give; the machine's for `--user`, or for who called sudo."""
    root: Any = ctx.find_root().obj
    user = ctx.meta.get("enactd.user")
    if user is not None:
        return Layout.system(_number(str(user)))
    caller = os.environ.get("SUDO_UID", "")
    if root is None and os.getuid() == 0 and caller.isdecimal() and is_guarded(int(caller)):
        return Layout.system(int(caller))
    return Layout.find(root)


def _number(user: str) -> int:
    try:
        uid = int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid
    except KeyError:
        raise UsageError(f"there is no user `{user[:60]}`", fix="getent passwd") from None
    if not is_guarded(uid):
        raise UsageError(
            f"`{user[:60]}` has no daemon of the machine",
            cause="root did not set one up",
            fix=f"sudo enactctl init --system-wide --user {user[:60]}",
        )
    return uid


@dataclass
class Local:
    """A judge in this process, with the settings and policies that a daemon would use."""

    layout: Layout
    settings: Settings
    judge: Judge
    posture: Posture


def local_judge(layout: Layout) -> Local:
    """Load settings and policies as the daemon does. Raises ConfigError or PolicyError."""
    found = posture.load(layout)
    gate = tuple(str(folder) for folder in (layout.config, layout.state, layout.data, layout.run))
    every = Granted(grants_of(layout))
    judge = Judge(
        found.policies, readers=Readers(Pool()), gate=gate, rulings=found.rulings, granted=lambda: every
    )  # fmt: skip
    return Local(layout, found.settings, judge, found)


def grants_of(layout: Layout) -> tuple[Grant, ...]:
    """What people have opened, as the daemon's journal tells it; that which ended lately, too."""
    return tuple(folded(Journal(layout.state / NAME, None).read()).values())


def workspace_of(folder: str) -> str:
    """The git top level that holds a folder, else the folder itself."""
    path = os.path.abspath(folder)
    while True:
        if os.path.exists(os.path.join(path, ".git")):
            return path
        parent = os.path.dirname(path)
        if parent == path:
            return os.path.abspath(folder)
        path = parent
