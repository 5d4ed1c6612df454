"""The programs that a sweep needs on this machine, found once."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from bench import prerequisites

CLAUDE_VERSION: Final = "2.1.330"
HERE: Final = Path(__file__).resolve().parent
_ARCHITECTURES: Final = {"x86_64": "x64", "aarch64": "arm64"}


class Missing(Exception):
    """A program that is not here, with what installs it."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Absolute paths. `gate` is the folder from which enactd is imported in the sandbox."""

    claude: str
    gate: str
    bwrap: str
    initdb: str
    postgres: str
    redis: str
    terraform: str
    python: str = sys.executable


def find() -> Places:
    """All of them. Raises `Missing` with every name that is not there."""
    needed = {name: package for name, package in prerequisites.SWEEP.items() if name != "npm"}
    if absent := prerequisites.missing(needed):
        raise Missing(prerequisites.advice(absent))
    found = {name: prerequisites.where(name) for name in needed}
    spec = importlib.util.find_spec("enactd")
    if spec is None or spec.origin is None:
        raise Missing("enactd: cannot be imported; run `make dev`, or install it")
    return Places(
        claude=str(claude()), gate=str(Path(spec.origin).parents[1]), bwrap=found["bwrap"], initdb=found["initdb"],
        postgres=os.path.realpath(found["postgres"]), redis=found["redis-server"],
        terraform=shutil.which("terraform") or "",
    )  # fmt: skip


def claude(say: Callable[[str], None] = lambda _: None) -> Path:
    """The pinned agent, installed from npm on first use; `ENACTD_TEST_CLAUDE` names another, `..._CACHE` the folder."""
    given = os.environ.get("ENACTD_TEST_CLAUDE")
    if given:
        return Path(given)
    cache = Path(os.environ.get("ENACTD_TEST_CACHE") or Path.home() / ".cache" / "enactd-tests")
    folder = cache / f"claude-code-{CLAUDE_VERSION}"
    machine = _ARCHITECTURES.get(platform.machine(), platform.machine())
    binary = folder / "node_modules" / "@anthropic-ai" / f"claude-code-linux-{machine}" / "claude"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            say("installing Claude Code from npm")
            _install(folder)
    if not binary.exists():
        raise Missing(f"{binary} is not there after its installation")
    return binary


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(prerequisites.advice([("npm", "npm")]))
    # The package's install script only links the native binary, which is called directly here.
    words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    done = subprocess.run(
        [*words, f"@anthropic-ai/claude-code@{CLAUDE_VERSION}"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode != 0:
        raise Missing(f"npm could not install Claude Code: {done.stderr[-400:]}")
