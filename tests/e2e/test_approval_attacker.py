"""What a process of the user can do against the human boundary when it runs below an agent: tried, and told in SECURITY.md.

The agent's child has no more rights than the daemon; as root all of them run without capabilities, which is what makes a
user an ordinary one. The table in SECURITY.md is the outcome: a row that is no longer true fails the test.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import argon2
import psutil
import pytest
from support.attacker import ATTEMPTS
from support.daemon import ROOT, Daemon, bash, caller, hook, layout, until
from support.mail_servers import free_port
from support.person import Person, Question
from support.plan_files import plan_file
from support.processes import Agent

from enactd.config import Layout

OURSELVES: Final = "its own user (`enactctl init --system-wide`)"
BEGIN, END = "<!-- attempts: begin -->\n", "<!-- attempts: end -->\n"
NO_RIGHTS: Final = (
    ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all") if os.geteuid() == 0 else ()
)
REQUEST, GOT = "settles its request", "gets something"

# attempt: how its success shows, whether it is stopped, and what closes it or what it comes to
TABLE: Final[dict[str, tuple[str, bool, str]]] = {
    "approves with enactctl, as a child of the agent": (REQUEST, True, ""),
    "the same without the agent's marks in the environment": (REQUEST, True, ""),
    "the same with a pseudo-terminal (`script`)": (REQUEST, True, ""),
    "the same, left by its parents (setsid, two forks)": (REQUEST, True, ""),
    "the same, left by its parents, with a pseudo-terminal": (REQUEST, True, ""),
    "the same on the bare socket, under the name of a service manager": (REQUEST, True, ""),
    "asks for a link to the page, left by its parents, with a pseudo-terminal": (REQUEST, True, ""),
    "break-glass, a grant and `stop`, left by its parents, with a pseudo-terminal": (REQUEST, True, ""),
    "lets a program start it that is older than the agent (tmux)": (
        REQUEST, False, f"a PIN or TOTP that it cannot read, polkit, {OURSELVES}"
    ),
    "guesses, cuts and forges links of the page": (GOT, True, ""),
    "the same under other names (Host, Origin, methods)": (GOT, True, ""),
    "reads /proc/PID/mem, environ and maps of the daemon and the page's process": (GOT, True, ""),
    "opens what they have open (/proc/PID/fd, pidfd_getfd)": (GOT, True, ""),
    "attaches to them (ptrace, process_vm_readv)": (GOT, True, ""),
    "attaches to another program of the user, which a person types into": (
        GOT,
        False,
        f"`kernel.yama.ptrace_scope` of 1 or more; polkit, {OURSELVES}",
    ),
    "stops and ends the daemon (signals, `systemctl --user stop`)": (
        GOT, False, f"calls are denied meanwhile; {OURSELVES}"
    ),
    "reads the keys: receipts', PIN's, passwords of mail and ntfy": (GOT, False, f"{OURSELVES}, the sandbox"),
    "tries a hundred PINs against the hash it has read": (GOT, False, f"a long PIN; {OURSELVES}, polkit"),
    "looks for links in files, and in arguments and environments of all processes": (GOT, True, ""),
    "writes itself a channel into config.toml and opens the link that it is sent": (
        REQUEST, False, f'`reload = "confirm"`, while the daemon runs; {OURSELVES}'
    ),
    "writes itself a grant into the journal; it counts when the daemon starts again": ("holds", True, ""),
    "puts another `enactctl` on the person's PATH (or LD_PRELOAD into their shell)": (GOT, False, f"polkit, {OURSELVES}"),
    "puts another shim in place of the registered one": (GOT, False, f"managed settings and {OURSELVES}"),
    "puts a socket of its own in the daemon's place, and hears what the person types": (GOT, False, OURSELVES),
    "hides in a call what steers the terminal that shows it (`pending`)": (GOT, True, ""),
    "types into the terminal it shares with the person (TIOCSTI)": (
        GOT, False, "Linux 6.2 and later with `dev.tty.legacy_tiocsti = 0`, the default of most"
    ),
}  # fmt: skip


class Outcome:
    """What the attacker said, and what really came of it."""

    def __init__(self, told: dict[str, str], requests: dict[str, str]) -> None:
        self.told = told
        self.requests = requests
        self.settled: set[str] = set()
        self.opened: list[Any] = []
        self.forged = False

    def succeeded(self, name: str) -> bool:
        match TABLE[name][0]:
            case "holds":
                return self.forged
            case kind if kind == REQUEST:
                return self.requests[name] in self.settled
        return bool(self.told[name])


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """One attack on one gate; its daemon starts again at the end."""
    base = tmp_path_factory.mktemp("gate")
    home, port = layout(base), free_port()
    home.prepare()
    home.config_file.write_text(
        f'[approvals]\nhold_s = 0\ndialog = false\n[approvals.web]\nlisten = "127.0.0.1:{port}"\n'
    )
    tmux = base / "tmux"
    subprocess.run([*NO_RIGHTS, "tmux", "-S", tmux, "-f", "/dev/null", "new-session", "-d", "sleep 900"], check=True)
    shell = subprocess.Popen([*NO_RIGHTS, "sleep", "900"])
    try:
        with Bystander(home) as bystander:
            with Daemon(home, before=NO_RIGHTS, wait=False) as daemon, Agent(before=NO_RIGHTS) as agent:
                assert until(lambda: bystander.succeeds("status", "--json"), 30), daemon.log.read_text()
                found = attack(daemon, agent, bystander, base, port, tmux, shell.pid)
                daemon.kill()
            with Daemon(home, before=NO_RIGHTS, wait=False):
                assert until(lambda: bystander.succeeds("status", "--json"), 30)
                found.forged = any(
                    grant["id"] == "f0f0f0f0" and not grant["ended"] for grant in bystander.sees("grant", "list")
                )
            yield found
    finally:
        shell.kill()
        shell.wait()
        subprocess.run(["tmux", "-S", tmux, "kill-server"], check=False)


class Bystander(Agent):
    """A process of the same user that is no agent's, and looks at what waits and what holds."""

    def __init__(self, home: Layout) -> None:
        super().__init__(before=NO_RIGHTS, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)})
        self._words = (sys.executable, "-m", "enactd.cli", "--home", str(home.root))

    def succeeds(self, *words: str) -> bool:
        return self.run(*self._words, *words)[0] == 0

    def sees(self, *words: str) -> list[Any]:
        """The list that a verb answers with."""
        code, out, err = self.run(*self._words, *words, "--json")
        assert 0 == code, err
        return list(next(value for key, value in json.loads(out).items() if key != "version"))


def attack(
    daemon: Daemon, agent: Agent, bystander: Bystander, base: Path, port: int, tmux: Path, shell: int
) -> Outcome:
    """Everything in `ATTEMPTS`, each with a request of its own that waits for a person."""
    home = daemon.layout
    key = home.keys / "pin.hash"
    key.touch(mode=0o600)
    key.write_text(argon2.PasswordHasher().hash("480009"))
    requests = {}
    for number, name in enumerate(ATTEMPTS):
        steering = "\x1b[2J\x1b]0;yes\x07" if "steers" in name else ""
        call = f"terraform destroy -target=aws_instance.a{number} {steering}"
        session = f"s{number // 10}"  # of one session only so many are announced at once
        hook(agent, home, bash(call, call_id=f"toolu_{number}", session=session))
        requests[name] = str(bystander.sees("pending")[-1]["id"].split("-")[0])
    assert len(ATTEMPTS) == len(set(requests.values()))
    own = home.root or base
    order = {
        "python": sys.executable, "root": str(ROOT), "path": sys.path, "home": str(own), "socket": str(home.socket),
        "keys": str(home.keys), "config": str(home.config_file), "bin": str(base), "shim": str(home.bin / "enact-hook"),
        "port": port, "tmux": str(tmux), "daemon": daemon.process.pid, "page": page_process(daemon.process.pid),
        "requests": requests, "shell": shell,
    }  # fmt: skip
    assert order["page"], "no page is served"
    home.bin.mkdir(exist_ok=True)
    (home.bin / "enact-hook").touch(mode=0o755)
    (base / "order.json").write_text(json.dumps(order))
    program = str(ROOT / "tests/support/attacker.py")
    code, out, err = agent.run(sys.executable, "-I", program, str(base / "order.json"))
    assert 0 == code, err
    found = Outcome(json.loads(out), requests)
    waiting = {request["id"].split("-")[0] for request in bystander.sees("pending")}
    found.settled = set(requests.values()) - waiting
    found.opened = [grant for grant in bystander.sees("grant", "list") if not grant["receipt"]]
    return found


def page_process(daemon: int) -> int:
    """The process that serves the page, as soon as there is one."""

    def find() -> int:
        below = psutil.Process(daemon).children()
        return next((one.pid for one in below if "web.process" in " ".join(one.cmdline())), 0)

    until(lambda: find() != 0, 30)
    return find()


@pytest.mark.parametrize("name", ATTEMPTS)
def test_each_attempt_comes_to_what_security_md_says(outcome: Outcome, name: str) -> None:
    """Stopped where it says so, and not called stopped where it is not."""
    _, stopped, _ = TABLE[name]
    if "TIOCSTI" in name:
        stopped = kernel("dev/tty/legacy_tiocsti") == "0"
    if "another program of the user" in name:
        stopped = kernel("kernel/yama/ptrace_scope") not in ("", "0")
    assert not outcome.told[name].startswith("! "), outcome.told[name]
    assert (not stopped) == outcome.succeeded(name), outcome.told[name][:2000]


def kernel(setting: str) -> str:
    """A setting of the kernel that decides an attempt; empty where it has none."""
    file = Path("/proc/sys") / setting
    return file.read_text().strip() if file.exists() else ""


def test_nothing_else_was_opened(outcome: Outcome) -> None:
    """Neither a grant nor a request of another attempt."""
    assert [] == outcome.opened
    meant = {outcome.requests[name] for name, (kind, stopped, _) in TABLE.items() if kind == REQUEST and not stopped}
    assert outcome.settled <= meant


def table() -> str:
    """The table as it stands in SECURITY.md."""
    rows = [
        f"| {name} | {'stopped' if stopped else '**not stopped**'} | {closes or '-'} |"
        for name, (_, stopped, closes) in TABLE.items()
    ]
    return "\n".join(("| what it tries | outcome | what closes it, or what comes of it |", "|---|---|---|", *rows, ""))


def test_security_md_tells_all_of_it() -> None:
    """The page holds the table that is tested here, word for word."""
    page = (ROOT / "SECURITY.md").read_text()
    assert list(ATTEMPTS) == list(TABLE)
    assert table() == page.partition(BEGIN)[2].partition(END)[0]


def test_another_plan_under_the_name_of_one_that_was_approved_asks_again(tmp_path: Path) -> None:
    """What a person saw of a file is what the approval is for."""
    with Question(tmp_path) as question, Person(question.home) as person:
        plan = question.project / "p.out"
        plan.write_bytes(plan_file(("aws_s3_bucket.logs", 1)))
        question.ask("terraform apply p.out")
        (request,) = person.pending()
        person.answer(request.id, "approve")
        plan.write_bytes(plan_file(("aws_db_instance.production", 5)))
        assert "allow" != question.ask("terraform apply p.out")
        plan.write_bytes(plan_file(("aws_s3_bucket.logs", 1)))
        assert "allow" == question.ask("terraform apply p.out")


def test_an_agent_that_is_gone_uses_no_approval_up(tmp_path: Path) -> None:
    """Killed while it is held: its question is a ticket at once, and the answer is there when the agent asks again."""
    with Question(tmp_path, "[approvals]\nhold_s = 40\n") as question, Person(question.home) as person:
        person.watch("t")
        sent = {
            "socket": str(question.home.socket), "agent": "claude-code", "event": "PreToolUse", "deadline_ms": 30_000,
            "stdin": bash("git push --force origin feature/x", cwd=str(question.project)),
        }  # fmt: skip
        file = tmp_path / "call.json"
        file.write_text(json.dumps(sent))
        pid = question.agent.start("sh", "-c", f'exec "$@" < {file}', "x", *caller())
        assert until(person.pending, 30)
        assert person.pending()[0].held
        os.kill(pid, signal.SIGKILL)
        assert until(lambda: not person.pending()[0].held, 30)
        person.answer(person.pending()[0].id, "approve")
        assert "allow" == question.ask()
