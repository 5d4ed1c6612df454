"""The real Claude Code CLI: installed from npm at a pinned version, run against a scripted model.

`ENACTD_TEST_CLAUDE` names a binary to use instead; `ENACTD_TEST_CACHE` a folder to install into (default
`~/.cache/enactd-tests`). Without either npm or a binary the tests are skipped, or fail where
`ENACTD_REQUIRE_AGENTS` is set, as it is in continuous integration.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from support import model_server
from support.loopback import Loopback
from support.required import missing

VERSION: Final = "2.1.330"
MODEL: Final = "claude-sonnet-4-5"
_ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}


def installed() -> Path:
    """The binary, installed on first use. Parallel test processes wait for one another."""
    given = os.environ.get("ENACTD_TEST_CLAUDE")
    if given:
        return Path(given)
    cache = Path(os.environ.get("ENACTD_TEST_CACHE") or Path.home() / ".cache" / "enactd-tests")
    folder = cache / f"claude-code-{VERSION}"
    machine = _ARCHITECTURES.get(platform.machine(), platform.machine())
    binary = folder / "node_modules" / "@anthropic-ai" / f"claude-code-linux-{machine}" / "claude"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            _install(folder)
    if not binary.exists():
        _missing(f"{binary} is not there after the installation")
    return binary


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        _missing("npm is not installed")
    # The package's install script only links the native binary, which is called directly here.
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    done = subprocess.run(
        [npm, "install", *options, f"@anthropic-ai/claude-code@{VERSION}"],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        _missing(f"npm could not install it: {done.stderr[-500:]}")


def _missing(why: str) -> None:
    missing(f"Claude Code {VERSION} cannot be had, its end-to-end tests did not run: {why}")


def tool(name: str, /, **arguments: Any) -> dict[str, Any]:
    """A tool call of the scripted model."""
    return {"name": name, "input": arguments}


def bash(command: str) -> dict[str, Any]:
    """A Bash call of the scripted model."""
    return tool("Bash", command=command, description="scripted")


def turn(*tools: Mapping[str, Any], text: str = "", before: Iterable[Sequence[str]] = ()) -> dict[str, Any]:
    """One answer of the scripted model. `before` are commands that run first, outside the agent."""
    return {"tools": list(tools), "text": text, "before": [list(argv) for argv in before]}


@dataclass(frozen=True)
class Run:
    """What came of one run of the CLI."""

    returncode: int
    stdout: str
    stderr: str
    requests: list[dict[str, Any]]

    @property
    def result(self) -> dict[str, Any]:
        """The CLI's own summary."""
        return dict(json.loads(self.stdout))

    @property
    def told(self) -> dict[str, str]:
        """What the model was told about each call, by `turn.index` (`MARK.turn.index` in a sub-agent)."""
        told: dict[str, str] = {}
        for request in self.requests:
            for message in request["messages"]:
                blocks = message["content"] if isinstance(message["content"], list) else []
                for block in blocks:
                    if block.get("type") == "tool_result":
                        told[_position(block["tool_use_id"])] = model_server.text_of(block.get("content", ""))
        return told

    @property
    def denied(self) -> list[str]:
        """Which calls the CLI lists as refused, as in `told`."""
        return [_position(denial["tool_use_id"]) for denial in self.result.get("permission_denials", ())]


def _position(call_id: str) -> str:
    mark, number, index = call_id.removeprefix("toolu_").rsplit("x", 2)
    return ".".join([*([mark] if mark else []), str(int(number)), str(int(index))])


@dataclass
class Claude:
    """A private home in which the CLI runs. `environment` is added to a nearly empty one."""

    home: Path
    network: Loopback
    environment: dict[str, str] = field(default_factory=dict)

    def variables(self, port: int) -> dict[str, str]:
        """The environment of the agent's process."""
        temp = self.home / "tmp"
        temp.mkdir(exist_ok=True)
        return {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TMPDIR": str(temp),
            "CLAUDE_CODE_TMPDIR": str(temp),
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}",
            "ANTHROPIC_API_KEY": "dummy",
            "DISABLE_TELEMETRY": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_ERROR_REPORTING": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "IS_SANDBOX": "1",
            **self.environment,
        }

    def run(
        self,
        *turns: Mapping[str, Any],
        cwd: Path,
        subagents: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        arguments: Sequence[str] = ("--dangerously-skip-permissions",),
        prompt: str = "go",
        timeout: float = 90,
    ) -> Run:
        """Play `turns` in a headless session started in `cwd`. Kills it after `timeout` seconds."""
        notes = self.home / "model"
        notes.mkdir(exist_ok=True)
        number = len(list(notes.glob("*.json")))
        script, record = notes / f"{number}.json", notes / f"{number}.jsonl"
        script.write_text(json.dumps({"main": turns, "subagents": subagents or {}}))
        record.touch()
        serve = [sys.executable, str(Path(model_server.__file__)), str(script), str(record)]
        server = subprocess.Popen(self.network.argv(serve), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with server:
            assert server.stdin is not None
            assert server.stdout is not None
            port = int(server.stdout.readline())
            try:
                argv = [str(installed()), "-p", prompt, "--model", MODEL, "--output-format", "json", *arguments]
                done = subprocess.run(
                    self.network.argv(argv), cwd=cwd, env=self.variables(port), stdin=subprocess.DEVNULL,
                    capture_output=True, text=True, timeout=timeout, check=False,
                )  # fmt: skip
            finally:
                server.stdin.close()
        requests = [json.loads(line) for line in record.read_text().splitlines()]
        return Run(done.returncode, done.stdout, done.stderr, requests)
