"""What several verbs need to know: layout, settings, and a judge that works without a daemon."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import click

from enactd import posture
from enactd.approvals.grants import folded
from enactd.approvals.journal import NAME, Journal
from enactd.config import Layout, Settings
from enactd.effects.shell.readers import Readers
from enactd.granted import Granted
from enactd.judge import Judge
from enactd.posture import Posture
from enactd.report import Grant
from enactd.workers import Pool


def layout_of(ctx: click.Context) -> Layout:
    """The layout that `--home` or the usual places give."""
    root: Any = ctx.find_root().obj
    return Layout.find(root)


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
    return tuple(folded(Journal(layout.state / NAME).read()).values())


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
