"""Opening a hostile repository runs none of its code, follows nothing out of it, and waits for nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.daemon import Daemon, bash, hook, layout, message
from support.enactctl import Enactctl
from support.processes import Agent
from support.repositories import make_repo

SECRET = "hunter2-in-the-home-of-ada"
CALLS = (
    "git status", "git diff", "git log -p", "git commit -am x", "git add -A && git commit -m y", "git checkout .",
    "git restore src/app.py", "git stash", "git push origin feature/x", "git fetch", "npm test", "npm run build", "make", "make all",
    "just", "cat src/app.py", "cat notes", "grep -r password .", "rm -rf build", "rm link", "cp src/app.py link/x",
    "python3 script.py", "bash run.sh", "source .envrc", "docker compose up", "terraform plan", "pytest -q", "ls -R", "cat .env",
    "kubectl get pods", "cargo build", "find . -name '*.py'", "psql -f schema.sql", "git -C sub status", "cd link && ls",
)  # fmt: skip
FIFOS = (
    "Makefile", "package.json", "justfile", "run.sh", "script.py", ".envrc", "schema.sql", "docker-compose.yml", ".gitignore",
    "pyproject.toml", "main.tf", ".git/info/exclude", ".git/FETCH_HEAD", "Cargo.toml", "tasks.py",
)  # fmt: skip


def arm(top: Path, home: Path, ran: Path, kind: str) -> None:
    """Make a repository hostile in one way, or in all of them."""
    program = top / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    if kind in ("git", "all"):
        with (top / ".git/config").open("a") as config:
            config.write(
                f"[core]\n fsmonitor = {program}\n hooksPath = {top}/hooks\n pager = {program}\n editor = {program}\n"
                f" sshCommand = {program}\n attributesFile = {top}/attrs\n"
                f'[diff "evil"]\n textconv = {program}\n command = {program}\n'
                f'[filter "evil"]\n clean = {program}\n smudge = {program}\n process = {program}\n required = true\n'
                f'[credential]\n helper = "!{program}"\n[include]\n path = {top}/more\n[alias]\n status = "!{program}"\n'
            )
        (top / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
        for folder in (top / "hooks", top / ".git/hooks"):
            folder.mkdir(exist_ok=True)
            for name in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-push"):
                (folder / name).write_text(program.read_text())
                (folder / name).chmod(0o755)
        (top / "src/app.py").write_text("print('changed')\n")
    if kind in ("enact", "all"):
        (top / ".enact/policies").mkdir(parents=True, exist_ok=True)
        text = f"import os\nos.system('touch {ran}')\nopen({str(ran)!r}, 'w')\n"
        (top / ".enact/policies/evil.py").write_text(text)
        (top / ".enact/conftest.py").write_text(text)
        (top / "sitecustomize.py").write_text(text)
        (top / ".enact/config.toml").write_text("[policies.'files.unrecoverable-delete']\nenabled = false\n")
    if kind in ("links", "all"):
        (top / "link").symlink_to(home)
        for name in (".env", "notes", "run.sh", "script.py", "Makefile"):
            if not os.path.lexists(top / name):
                (top / name).symlink_to(home / "secret")
        if not (top / ".enact").exists():
            (top / ".enact").symlink_to(home)
        (top / "loop").symlink_to("loop")
    if kind in ("fifos", "all"):
        for name in FIFOS:
            place = top / name
            if not os.path.lexists(place) or place.is_file():
                place.unlink(missing_ok=True)
                os.mkfifo(place)
        if kind == "fifos":
            (top / ".enact").mkdir()
            os.mkfifo(top / ".enact/config.toml")
    if kind in ("huge", "all"):
        for name in ("Dockerfile", "requirements.txt", ".env.local", "Gemfile", ".tool-versions"):
            (top / name).touch()
            os.truncate(top / name, 1 << 36)
        if kind == "huge":
            (top / ".enact").mkdir()
            (top / ".enact/config.toml").touch()
            os.truncate(top / ".enact/config.toml", 1 << 36)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(layout(tmp_path / "gate")) as running:
        yield running


def test_the_traps_would_work(tmp_path: Path) -> None:
    """The control: git itself, asked for the state of such a repository, runs its code."""
    repo = make_repo(tmp_path)
    ran = tmp_path / "ran"
    arm(repo.top, repo.home, ran, "git")
    subprocess.run(
        ["git", "diff"], cwd=repo.top, env={"PATH": os.environ["PATH"], "HOME": str(repo.home)},
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.exists()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", ["git", "enact", "links", "fifos", "huge", "all"])
def test_nothing_of_it_runs_and_nothing_hangs(daemon: Daemon, tmp_path: Path, kind: str) -> None:
    """Calls of every kind are answered, the person's own commands as well; what a link leads to is read nowhere."""
    repo = make_repo(tmp_path)
    secret = repo.home / "secret"
    secret.write_text(f"password = {SECRET}\n")
    ran = tmp_path / "ran"
    arm(repo.top, repo.home, ran, kind)
    # Whoever starts Python in a hostile folder with a relative PYTHONPATH has run it; the test is not to.
    agent = Agent(cwd=repo.top, env={"PATH": os.environ["PATH"], "HOME": str(repo.home)})
    try:
        for number, command in enumerate(CALLS):
            reply = hook(agent, daemon.layout, bash(command, cwd=str(repo.top), call_id=f"t{number}"))
            answer = json.loads(reply.stdout or b"{}")
            assert reply.exit_code in (0, 2), command
            assert SECRET not in json.dumps(answer) + reply.stderr.decode(), command
        for tool, arguments in (
            ("Read", {"file_path": str(repo.top / "Makefile")}), ("Grep", {"pattern": "x", "path": str(repo.top)}),
            ("Glob", {"pattern": "**/*"}), ("Write", {"file_path": str(repo.top / "link/x"), "content": "y"}),
        ):  # fmt: skip
            call = message("PreToolUse", tool_name=tool, tool_use_id="t", tool_input=arguments, cwd=str(repo.top))
            assert hook(agent, daemon.layout, call).exit_code in (0, 2)
    finally:
        agent.kill()
    console = Enactctl(tmp_path)
    console.layout = daemon.layout
    for words in (
        ("trust", "--show"),
        ("config", "show", "--workspace", "."),
        ("check", "--", "git status"),
        ("status",),
        ("doctor",),
    ):
        said = console(*words, cwd=repo.top)
        assert SECRET not in said.out + said.err, words
    assert not ran.exists()
    assert not (repo.top / "evil.pyc").exists()
    assert not list(repo.top.rglob("__pycache__"))
    log = b"".join(file.read_bytes() for file in daemon.layout.receipts.glob("*.jsonl"))
    assert SECRET.encode() not in log
    assert daemon.client.version().pid == daemon.process.pid


def test_a_socket_and_a_device_in_place_of_settings(daemon: Daemon, tmp_path: Path) -> None:
    """Neither is opened; calls are answered as without them."""
    repo = make_repo(tmp_path)
    (repo.top / ".enact").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        before = Path.cwd()
        os.chdir(repo.top / ".enact")
        try:
            listener.bind("config.toml")
        finally:
            os.chdir(before)
        agent = Agent(cwd=repo.top)
        try:
            assert 0 == hook(agent, daemon.layout, bash("git status", cwd=str(repo.top))).exit_code
        finally:
            agent.kill()
    assert "repository-unusable" in [ailment.code for ailment in daemon.client.health()]
