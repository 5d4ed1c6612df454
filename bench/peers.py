"""Other guards, as they come: installed by their own means, asked by the hook protocol that they themselves registered.

Each lies in a prefix of its own below a cache folder outside the repository, and runs in a home of its own. What cannot
be installed is named with the reason. Nothing is fetched but by `install`; `isolation.py` cuts the network afterwards.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

from bench.results import FOLDER

LIST = FOLDER / "peers.toml"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "enactd-bench" / "peers"
INSTALL_S = 240
SETUP_S = 60
ANSWER_S = 60  # as long as Claude Code waits for a hook

Word = Literal["deny", "ask", "pass", "error"]
"""What an answer does to the call; `pass` is silence, too. An error stops nothing: agents go on."""


_STRICTEST: tuple[Word, ...] = ("deny", "ask", "error", "pass")


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One guard of the list. `absent` is why it is not run; empty if it is."""

    name: str
    registry: Literal["pypi", "npm"]
    package: str
    setup: str = ""
    hook: str = ""
    scope: str = ""
    absent: str = ""


class Hook(msgspec.Struct, frozen=True):
    """A command that the peer registered for calls of tools that `matcher` names."""

    matcher: str
    words: tuple[str, ...]


class Installed(msgspec.Struct, frozen=True):
    """A peer that is ready: its hooks, the home that holds its settings, the project that it was set up in."""

    peer: Peer
    hooks: tuple[Hook, ...]
    home: Path
    project: Path
    path: str

    def environment(self, home: Path | None = None) -> dict[str, str]:
        """All that its hook is given."""
        return {"PATH": self.path, "HOME": str(home or self.home), "LC_ALL": "C.UTF-8"}

    def hooks_for(self, tool: str) -> list[Hook]:
        """The hooks that the agent would run for this tool."""
        return [hook for hook in self.hooks if hook.matcher in ("", "*") or re.fullmatch(hook.matcher, tool)]


def listed() -> list[Peer]:
    """The list; raises for anything in it that is no peer."""
    return [msgspec.convert(entry, Peer) for entry in tomllib.loads(LIST.read_text())["peer"]]


def prepare(folder: Path, cache: Path = CACHE) -> tuple[list[Installed], dict[str, str]]:
    """All peers that run here, each with a home below `folder`; and for each other one why not."""
    ready, absent = [], {}
    for peer in listed():
        problem = peer.absent or install(peer, cache)
        if not problem:
            found = set_up(peer, cache, folder / peer.name)
            if isinstance(found, Installed):
                ready.append(found)
                continue
            problem = found
        absent[f"{peer.name} ({peer.package})"] = problem
    return ready, absent


def install(peer: Peer, cache: Path = CACHE) -> str:
    """Put a peer into the cache, unless it is there; the reason if that fails. Needs the network the first time."""
    prefix = cache / re.sub(r"[^\w.@=-]", "_", peer.package)
    if (prefix / ".installed").exists():
        return ""
    shutil.rmtree(prefix, ignore_errors=True)
    prefix.mkdir(parents=True)
    if peer.registry == "pypi":
        steps = [[sys.executable, "-m", "venv", "."], ["bin/python", "-m", "pip", "install", "-q", peer.package]]
    else:
        steps = [
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", ".", peer.package]
        ]
    for step in steps:
        try:
            subprocess.run(step, cwd=prefix, check=True, capture_output=True, text=True, timeout=INSTALL_S)
        except (OSError, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
            return f"does not install: {said[-1][:120] if said else type(error).__name__}"
    (prefix / ".installed").touch()
    return ""


def set_up(peer: Peer, cache: Path, place: Path) -> Installed | str:
    """Let a peer register itself in a fresh home and project; why not, where it does not."""
    prefix = cache / re.sub(r"[^\w.@=-]", "_", peer.package)
    binaries = {str(file.parent) for file in (prefix / "node_modules").glob("*/*/bin/*") if os.access(file, os.X_OK)}
    path = ":".join([f"{prefix}/bin", f"{prefix}/node_modules/.bin", *sorted(binaries), "/usr/local/bin:/usr/bin:/bin"])
    home, project = place / "home", place / "project"
    for folder in (home / ".claude", project):
        folder.mkdir(parents=True)
    made = Installed(peer, (), home, project, path)
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True, env=made.environment())
    if peer.setup:
        try:
            done = subprocess.run(
                ["sh", "-c", peer.setup], cwd=project, env=made.environment(), stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=SETUP_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"`{peer.setup}` does not come to an end"
        if done.returncode:
            return f"`{peer.setup}` ends with {done.returncode}: {(done.stderr or done.stdout).strip()[-120:]}"
    hooks = [*_registered(home, path), *_registered(project, path)]
    if not hooks and peer.hook:
        hooks = [Hook("*", _words(peer.hook, path, home))]
    shutil.rmtree(project / ".git")
    return msgspec.structs.replace(made, hooks=tuple(hooks)) if hooks else "its installer registers no hook"


def _registered(folder: Path, path: str) -> list[Hook]:
    """The hooks before a tool call in the settings of Claude Code below this folder."""
    found = []
    for name in ("settings.json", "settings.local.json"):
        file = folder / ".claude" / name
        settings: Any = json.loads(file.read_text()) if file.exists() else {}
        for entry in settings.get("hooks", {}).get("PreToolUse", []):
            for hook in entry.get("hooks", []):
                if hook.get("type") == "command":
                    found.append(Hook(entry.get("matcher") or "*", _words(hook["command"], path, folder)))
    return found


def _words(command: str, path: str, home: Path) -> tuple[str, ...]:
    """A hook's command as words, which spares it the shell that an agent would start; `sh -c` where it needs one."""
    words = shlex.split(command.replace("$HOME", str(home)))
    program = shutil.which(words[0], path=path)
    if program is None or re.search(r"[|&;<>()$`*?]", command.replace("$HOME", "")):
        return ("/bin/sh", "-c", command)
    return (program, *words[1:])


def ask(peer: Installed, tool: str, message: bytes, *, home: Path | None = None, cwd: Path | None = None) -> Word:
    """What a peer says to a call: the strictest of its hooks for that tool."""
    words: list[Word] = []
    for hook in peer.hooks_for(tool):
        try:
            ended = subprocess.run(
                hook.words, input=message, cwd=cwd or peer.project, env=peer.environment(home), capture_output=True,
                timeout=ANSWER_S, check=False,
            )  # fmt: skip
            words.append(verdict(ended.returncode, ended.stdout))
        except subprocess.TimeoutExpired:
            words.append("error")
    return min(words, key=_STRICTEST.index, default="pass")


def verdict(code: int, stdout: bytes) -> Word:
    """An answer in the hook protocol of Claude Code: exit code 2, or JSON in one of its forms."""
    if code == 2:
        return "deny"
    if code:
        return "error"
    try:
        said: Any = json.loads(stdout or b"{}")
    except ValueError:
        return "pass"
    if not isinstance(said, dict):
        return "pass"
    specific = said.get("hookSpecificOutput")
    decision = specific.get("permissionDecision") if isinstance(specific, dict) else None
    if decision == "deny" or said.get("decision") in ("block", "deny") or said.get("continue") is False:
        return "deny"
    return "ask" if decision == "ask" or said.get("decision") == "ask" else "pass"
