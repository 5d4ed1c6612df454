"""Real git repositories for tests, made with the git command in an empty home."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class Repo:
    """A repository in a temporary folder; `git(...)` runs a command in it and returns its output."""

    def __init__(self, top: Path, home: Path) -> None:
        self.top = top
        self.home = home

    def git(self, *words: str, cwd: Path | None = None) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.com",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.com",
        }
        command = ["git", "-c", "protocol.file.allow=always", *words]
        done = subprocess.run(command, cwd=cwd or self.top, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, name: str, text: str = "text\n") -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def commit(self, message: str = "Change", **files: str) -> str:
        """Write files (`__` in a name stands for `/`, `_dot_` for `.`), add all, commit; returns the commit id."""
        for name, text in files.items():
            self.write(name.replace("__", "/").replace("_dot_", "."), text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


def make_repo(folder: Path, name: str = "proj", branch: str = "main") -> Repo:
    """A repository with one commit (README.md, src/app.py, .gitignore) and an empty home beside it."""
    home, top = folder / "home", folder / "home" / name
    top.mkdir(parents=True)
    repo = Repo(top, home)
    repo.git("init", "-q", "-b", branch)
    repo.write("README.md", "# Project\n")
    repo.write("src/app.py", "print('hello')\n")
    repo.write(".gitignore", "*.log\n/build/\nnode_modules\n.env\n")
    repo.commit("Start")
    return repo


def with_origin(repo: Repo) -> Path:
    """Give the repository a bare `origin` beside it that has the current branch; returns its folder."""
    origin = repo.top.parent / "origin.git"
    repo.git("init", "-q", "--bare", "-b", "main", str(origin), cwd=repo.top.parent)
    repo.git("remote", "add", "origin", str(origin))
    repo.git("push", "-q", "-u", "origin", "HEAD")
    repo.git("remote", "set-head", "origin", "main")
    return origin
