"""What several verbs need to know: layout, settings, and a judge that works without a daemon."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import click

from enactd import bundle, config
from enactd.config import Layout, Settings
from enactd.effects.shell.readers import Readers
from enactd.judge import Judge
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


def local_judge(layout: Layout) -> Local:
    """Load settings and policies as the daemon does. Raises ConfigError or PolicyError."""
    settings = config.load(layout)
    policies = bundle.in_force(layout, settings)
    gate = tuple(str(folder) for folder in (layout.config, layout.state, layout.data, layout.run))
    return Local(layout, settings, Judge(policies, readers=Readers(Pool()), gate=gate))


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
