"""Natures of paths by name and place."""

from __future__ import annotations

import pytest

from enactd.effects.natures import natures

ROWS = {
    "dist": "build-output",
    "node_modules/x/y.js": "build-output",
    "packages/web/build/index.html": "build-output",
    "a.pyc": "build-output",
    "src/a.tmp": "build-output",
    ".a.py.swp": "build-output",
    ".git": "git-dir",
    ".git/index.lock": "git-lock git-dir",
    ".git/hooks/pre-commit": "git-hook git-dir",
    ".git/hooks/x.sample": "git-dir",
    ".git/config": "git-hook git-dir",
    ".husky/pre-commit": "git-hook",
    ".github/workflows/x.yml": "ci",
    ".gitlab-ci.yml": "ci",
    "fly.toml": "ci",
    "Dockerfile": "dockerfile",
    "Dockerfile.dev": "dockerfile",
    ".gitignore": "gitignore",
    "dev.sqlite3": "database",
    "backup.sql": "database",
    ".env": "dotenv",
    ".vscode/settings.json": "editor-settings",
    ".cursor/rules/style.mdc": "editor-settings",
    ".mcp.json": "editor-settings",
    "src/a.ts": "",
    "src/build/a.ts": "",
    "": "",
    "schema.sql": "",
    ".bashrc": "",
    "vendor/x.go": "",
    "bin/run": "",
    ".git.bak": "",
    "/home/u/.bashrc": "startup",
    "/home/user/.ssh/config": "startup",
    "/etc/profile.d/x.sh": "startup",
    "/home/u/.ssh/authorized_keys": "authorized-keys",
    "/etc/sudoers.d/x": "sudoers",
    "/var/spool/cron/crontabs/u": "scheduled",
    "/etc/systemd/system/x.service": "scheduled",
    "/home/u/.config/systemd/user/x.timer": "scheduled",
    "/home/u/Library/LaunchAgents/x.plist": "scheduled",
    "/home/u/Mail/inbox": "private",
    "/home/u/.config/google-chrome/Default/History": "private",
    "/home/u/.cache/pip": "build-output",
    ".venv-docs/x": "build-output",
    "docs/build/html": "build-output",
    "apps/one/ebin": "build-output",
    "src/main.c.orig": "build-output",
    "venv3.12": "build-output",
    "venv_setup.py": "",
    "autom4te.cache": "build-output",
    ".foo-cache/y": "build-output",
    "src/http-cache/a.go": "",
    "dist-types": "build-output",
    "wheelhouse": "build-output",
    "lib/libx.so.1.2": "build-output",
    "notes.txt~": "build-output",
    "cover.coverprofile": "build-output",
    "/home/u/notes.txt": "",
}


@pytest.mark.parametrize(("path", "expected"), ROWS.items())
def test_natures(path: str, expected: str) -> None:
    """Each path has exactly these natures, in this order."""
    whole = path if path.startswith("/") else f"/home/u/proj/{path}"
    assert tuple(expected.split()) == natures(whole, workspace="/home/u/proj", home="/home/u")


def test_a_workspace_called_build_is_not_build_output() -> None:
    """Names are judged below the workspace."""
    assert () == natures("/home/u/build/main.c", workspace="/home/u/build", home="/home/u")
