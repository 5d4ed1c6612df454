"""What a measurement stands on: a home, a workspace with history, a daemon, both shims. All made anew."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import payloads
from enactd import instance
from enactd.config import Layout
from enactd.control_client import Client

ROOT = Path(__file__).resolve().parents[1]
AGENT = ("claude-code", "PreToolUse")


class Ground:
    """A folder with everything in it; `close` takes it away."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="eb-", dir="/var/tmp"))
        self.home = Layout.under(self.folder / "h")
        self.workspace = self.folder / "work"
        make_workspace(self.workspace)
        self.shim = self.folder / "enact-hook"
        self.script = self.folder / "script" / "enact-hook"
        self.script.parent.mkdir()
        build = [sys.executable, str(ROOT / "hookshim" / "build_shim.py"), "--output"]
        subprocess.run([*build, str(self.shim)], check=True, stdout=sys.stderr)
        without_compiler = {**os.environ, "ENACT_HOOK_CC": "/bin/false"}
        subprocess.run([*build, str(self.script)], check=True, stdout=sys.stderr, env=without_compiler)

    def hook(self, shim: Path | None = None, home: Path | None = None) -> tuple[str, ...]:
        """The command line of a hook call."""
        return (str(shim or self.shim), *AGENT, "--home", str(home or self.home.root), "--deadline", "20")

    def twin(self) -> tuple[str, ...]:
        """The same, with the shim that is a script."""
        return self.hook(self.script)

    def message(self, kind: str, n: int, session: str = "bench") -> bytes:
        """The n-th message of a kind."""
        return payloads.message(kind, n, workspace=str(self.workspace), session=session)

    @contextlib.contextmanager
    def daemon(
        self, *, command: Sequence[str] = (), cores: set[int] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A daemon of this home; with `command` another program that is one, with `cores` held to those."""
        self.home.prepare()
        words = list(command) or [word for word in instance.command(self.home) if word != "--report"]
        log = self.folder / "daemon.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                words,
                cwd=ROOT,
                env={**instance.clean_environment(self.home), "PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=output,
            )
        if cores:
            os.sched_setaffinity(process.pid, cores)
        try:
            Client(self.home, timeout=30).await_ready(60)
            yield process
        finally:
            process.terminate()
            process.wait(30)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Ground:
        os.chdir(self.workspace)  # where the agent was started is the workspace
        return self

    def __exit__(self, *_: object) -> None:
        os.chdir("/")
        self.close()


def make_workspace(folder: Path) -> None:
    """A git repository with `payloads.FILES` modules and tests, committed, and one file changed since."""
    for name in ("src", "tests", "docs", "build"):
        (folder / name).mkdir(parents=True)
    for number in range(payloads.FILES):
        (folder / f"src/module_{number}.py").write_text(f"def handler_{number}():\n    return {number}\n" * 20)
        (folder / f"tests/test_{number}.py").write_text(f"def test_case_{number}():\n    assert True\n")
    (folder / ".gitignore").write_text("build/\n__pycache__/\n")
    quiet = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
    }
    names = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    for words in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run(["git", *names, *words], cwd=folder, env=quiet, check=True, capture_output=True)
    (folder / "src/module_0.py").write_text("changed = True\n")


def resident_mb(pid: int) -> float:
    """Memory that a process holds, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
