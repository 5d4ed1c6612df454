"""A private home with the gate set up in it: shim, daemon, registration, and the real Claude Code beside it.

It lies in the user's own home, in no cache and no temporary folder: those may be deleted freely, with all in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from enactd import resources
from enactd.agents.base import Registration
from enactd.agents.claude_code import ADAPTER
from enactd.config import Layout
from enactd.receipts import segments, verify
from support.claude import Claude, Run
from support.loopback import Loopback

ROOT: Final = Path(__file__).parents[2]
_PROGRAM: Final = (
    "#!{python} -I\nimport sys\nsys.path.insert(0, {root!r})\nfrom {module} import main\nsys.exit(main())\n"
)
_CALL: Final = """
import sys
sys.path.insert(0, sys.argv[1])
import msgspec
from enactd.control_client import Client
from enactd.config import Layout
client = Client(Layout.under(sys.argv[2]))
print(msgspec.json.encode(getattr(client, sys.argv[3])(*map(int, sys.argv[4:]))).decode())
"""
_KILL: Final = """
import os, socket, sys, time
os.kill(int(sys.argv[1]), 9)
for _ in range(1000):
    try:
        socket.socket(socket.AF_UNIX).connect(sys.argv[2])
    except ConnectionRefusedError:
        break
    time.sleep(0.01)
"""
WAIT_S: Final = 20


class Unanswered(Exception):
    """The daemon did not answer, or refused."""


class Guarded:
    """The user's `home` with a git repository `project`, the gate's own folder, and the agent."""

    def __init__(self, base: Path, network: Loopback) -> None:
        self.base = base
        self.network = network
        self.home = base / "home"
        self.project = self.home / "app"
        self.layout = Layout.under(base / "gate")
        self.bin = base / "bin"
        for folder in (self.home / ".claude", self.project, self.bin, self.layout.bin):
            folder.mkdir(parents=True, mode=0o700)
        for name, module in (("enactd", "enactd.__main__"), ("enactctl", "enactd.cli")):
            program = self.bin / name
            program.write_text(_PROGRAM.format(python=sys.executable, root=str(ROOT), module=module))
            program.chmod(0o755)
        resources.install_shim(self.layout.shim)
        path = f"{self.bin}:{os.environ['PATH']}"
        self.claude = Claude(self.home, network, {"PATH": path})
        self.log = base / "daemon.log"
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def registration(self) -> Registration:
        return Registration(shim=str(self.layout.shim), home=str(self.layout.root))

    @property
    def settings(self) -> Path:
        """The user's settings file, where the gate is registered."""
        return self.home / ".claude" / "settings.json"

    @property
    def words(self) -> list[str]:
        """The daemon's command line."""
        return [str(self.bin / "enactd"), "start", "--foreground", "--home", str(self.layout.root)]

    def register(self) -> None:
        """Put the hooks into the user's settings."""
        self.settings.write_text(ADAPTER.register("", self.registration))

    def let_shim_start_daemon(self) -> None:
        """From now on a hook brings a dead daemon back."""
        resources.allow_spawn(self.layout.shim, self.words)

    def enactctl(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """`enactctl` as a person with this home runs it, outside the agent, to its end."""
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8"}
        return subprocess.run(
            self.network.argv([str(self.bin / "enactctl"), "--home", str(self.layout.root), *words]),
            cwd=cwd or self.home, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def start(self) -> None:
        """Start the daemon and wait until it answers."""
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8"}
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(
                self.network.argv(self.words), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )
        self.wait()

    def wait(self) -> None:
        """Until the daemon answers; fails with its log after `WAIT_S` seconds."""
        end = time.monotonic() + WAIT_S
        while not self.answers():
            if time.monotonic() > end or (self._daemon and self._daemon.poll() is not None):
                pytest.fail(f"the daemon does not answer: {self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def ask(self, route: str, *arguments: int) -> Any:
        """What the daemon says to a program outside the agent; raises `Unanswered` if it says nothing or no."""
        argv = [sys.executable, "-I", "-c", _CALL, str(ROOT), str(self.layout.root), route, *map(str, arguments)]
        clean = {"PATH": "/usr/bin:/bin", "HOME": str(self.home)}
        done = subprocess.run(
            self.network.argv(argv), env=clean, capture_output=True, text=True, timeout=WAIT_S, check=False
        )
        if done.returncode != 0:
            raise Unanswered(done.stderr[-1000:])
        return json.loads(done.stdout)

    def answers(self) -> bool:
        """Whether the daemon can be reached."""
        try:
            self.ask("version")
        except Unanswered:
            return False
        return True

    @property
    def pid(self) -> int:
        """The daemon's process number."""
        return int(self.ask("version")["pid"])

    def kill(self) -> list[str]:
        """The command that ends the daemon at once and waits until it has let go of its socket, for a turn's `before`.

        Whoever connects while the kernel still takes it apart is cut off, and refused by the shim.
        """
        return [sys.executable, "-I", "-c", _KILL, str(self.pid), str(self.layout.socket)]

    def stop(self) -> None:
        """End the daemon, whoever started it."""
        if self.answers():
            os.kill(self.pid, signal.SIGTERM)
        if self._daemon is not None:
            self._daemon.wait(WAIT_S)

    def receipts(self, kind: str = "") -> list[dict[str, Any]]:
        """All receipts so far, or those of one kind."""
        found = [json.loads(line) for _, line in segments.lines(str(self.layout.receipts))]
        return [record for record in found if kind in ("", record["kind"])]

    def check_receipts(self) -> None:
        """The chain is whole, and the daemon vouches for every MAC in it."""
        report = verify.verify(str(self.layout.receipts))
        assert report.problem is None, report.problem
        macs = self.ask("verify_macs")
        assert macs["first_bad"] is None
        assert report.records <= macs["checked"]

    def git(self, *arguments: str) -> None:
        """Run git in the project, outside the agent."""
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        clean = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *identity, *arguments], cwd=self.project, env=clean, check=True, timeout=30)

    def run(self, *turns: Any, **options: Any) -> Run:
        """Play turns in the project, in bypass-permissions mode."""
        return self.claude.run(*turns, **{"cwd": self.project, **options})


def tree(*roots: Path) -> dict[str, str]:
    """The state of disk below some paths: what is there, and a digest of what it holds."""
    found: dict[str, str] = {}
    for root in roots:
        for path in [root, *sorted(root.rglob("*"))] if root.is_dir() else [root]:
            if path.is_symlink():
                found[str(path)] = f"link {path.readlink()}"
            elif path.is_file():
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
            elif path.is_dir():
                found[str(path)] = "folder"
            else:
                found[str(path)] = "missing"
    return found


def furnish(guarded: Guarded) -> None:
    """What a developer's home holds: a repository with a commit, a key, documents."""
    home, project = guarded.home, guarded.project
    (home / ".ssh").mkdir(mode=0o700)
    (home / ".ssh" / "id_ed25519").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nnot-a-key\n")
    (home / "documents").mkdir()
    (home / "documents" / "thesis.txt").write_text("years\n")
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / ".github" / "workflows" / "ci.yml").write_text("on: push\njobs: {}\n")
    (project / "src").mkdir()
    (project / "src" / "app.py").write_text("VALUE = 1\n")
    (project / "notes.txt").write_text("one\ntwo\n")
    (project / ".gitignore").write_text(".venv/\nbuild/\n")
    guarded.git("init", "-q", "-b", "main")
    guarded.git("add", ".")
    guarded.git("commit", "-q", "-m", "first")
    guarded.git("branch", "other")


@contextmanager
def furnished(network: Loopback) -> Iterator[Guarded]:
    """A furnished home in which the gate can be set up, as it is before `enactctl init`; gone afterwards."""
    base = Path(tempfile.mkdtemp(prefix="enactd-test-", dir=Path.home())).resolve()
    try:
        place = Guarded(base, network)
        place.layout.shim.unlink()
        furnish(place)
        try:
            yield place
        finally:
            place.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def guarded(network: Loopback) -> Iterator[Guarded]:
    """A furnished home with hooks registered and the daemon up; all of it gone afterwards."""
    base = Path(tempfile.mkdtemp(prefix="enactd-test-", dir=Path.home())).resolve()
    try:
        place = Guarded(base, network)
        furnish(place)
        place.register()
        place.start()
        try:
            yield place
        finally:
            place.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)
