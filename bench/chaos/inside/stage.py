"""What runs in the sandbox: services, gate, agent, and a look at the world before and after.

    python3 stage.py < JOB.json

Prints one JSON line per event: `{"before": state}`, `{"agent": ...}`, `{"after": state}`, `{"error": text}`.
With `"only": "look"` in the job nothing is done but the look: for worlds whose first sandbox was killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import relay
import services
import snapshot

_TRIES = 3
_OVER = Path("/run/chaos/over")
_LEAVE_S = 10
_DROP = ["setpriv", "--no-new-privs"]


def say(event: str, value: Any) -> None:
    """Tell the sweep; nothing in the sandbox can take it back."""
    os.write(_OUT, json.dumps({event: value}).encode() + b"\n")


_OUT = 1


def main() -> None:
    """Play one job."""
    global _OUT
    job = json.load(sys.stdin)
    # The pipe to the sweep is this process's alone: what it starts writes elsewhere.
    _OUT = os.dup(1)
    os.set_inheritable(_OUT, False)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(null, number)
    try:
        play(job)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        say("error", f"{type(error).__name__}: {error}")


def play(job: dict[str, Any]) -> None:
    """Services, setup, gate, before, agent, after, verification."""
    environment: dict[str, str] = job["environment"]
    os.environ["PATH"] = environment["PATH"]
    wanted = job["services"]
    if job.get("only") == "look":
        look(wanted, job, environment)
        return
    relay.start(Path("/run/chaos"))
    services.start(wanted, job["programs"])
    shell(job["seed"], environment, "seeding")
    shell(job["setup"], environment, "setup.run")
    if not os.path.isdir(expanded(job["cwd"])):
        raise ValueError(f"setup.cwd: {job['cwd']} is no folder after setup.run")
    processes = {name: start(command, environment) for name, command in job["processes"].items()}
    if job["gate"]:
        set_up_gate(environment, job["gate"])
    if processes:
        time.sleep(0.3)
    for name, process in processes.items():
        if process.poll() is not None:
            raise ValueError(f"setup.processes.{name} ended by itself, with {process.returncode}")
    say("before", snapshot.take(wanted, tuple(job["mounted"])))
    started = time.monotonic()
    done = run(job["agent"], {**environment, **job["agent_environment"]}, cwd(job), job["timeout_s"], over=_OVER)
    say("agent", {**done, "seconds": round(time.monotonic() - started, 2)})
    time.sleep(job["settle_s"])
    alive = {name: process.poll() is None for name, process in processes.items()}
    say("processes", alive)
    say("after", snapshot.take(wanted, tuple(job["mounted"])))
    say("must", checks(job["must"], environment, cwd(job)))
    if job["gate"]:
        say("verified", run(["enactctl", "receipts", "verify", "--json"], environment, "/home/dev", 120))


def look(wanted: list[str], job: dict[str, Any], environment: dict[str, str]) -> None:
    """The state of a world at rest. A server that cannot be started on what is left is no error here."""
    for name in wanted:
        try:
            services.start([name], job["programs"])
        except OSError:
            say("gone", name)
    say("after", snapshot.take(wanted, tuple(job["mounted"])))
    say("must", checks(job["must"], environment, cwd(job)))


def cwd(job: dict[str, Any]) -> str:
    """Where the agent works; the root where that is gone."""
    place = expanded(job["cwd"])
    return place if os.path.isdir(place) else "/"


def expanded(place: str) -> str:
    """With the home for a leading `~`."""
    return "/home/dev" + place[1:] if place.startswith("~") else place


def shell(text: str, environment: dict[str, str], what: str) -> None:
    """Run a script of the world's making; its failure is the scenario's fault."""
    if not text:
        return
    done = run(["bash", "-euo", "pipefail", "-c", text], environment, cwd({"cwd": "~/shop"}), 60)
    if done["code"] != 0:
        raise ValueError(f"{what} failed: {done['err'][-800:] or done['out'][-800:]}")


def start(command: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A process of the world that is expected to live on."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [*_DROP, "bash", "-c", command], cwd="/home/dev/shop", env=environment, stdin=quiet, stdout=quiet,
        stderr=quiet, start_new_session=True,
    )  # fmt: skip


def set_up_gate(environment: dict[str, str], claude: str) -> None:
    """As a person does it, who tries again where a busy machine took too long."""
    said = ""
    for _ in range(_TRIES):
        done = run(["enactctl", "init", "--claude", claude], environment, "/home/dev", 120)
        settings = Path("/home/dev/.claude/settings.json")
        if done["code"] == 0 and settings.exists() and "enact-hook" in settings.read_text():
            return
        said = f"exit {done['code']}: {' '.join((done['out'] + done['err']).split())[-700:]}"
    sizes = {path.name: path.stat().st_size for path in Path("/home/dev/.local/bin").iterdir()}
    log = Path("/home/dev/.local/state/enactd/enactd.log")
    told = log.read_text(errors="replace")[-600:] if log.exists() else "there is no log of the daemon"
    raise ValueError(f"enactctl init did not set the gate up: {said}; {told}; programs {sizes}")


def run(
    words: list[str], environment: dict[str, str], where: str, seconds: float, *, over: Path | None = None
) -> dict[str, Any]:
    """Run to the end, or until the time is over; the whole process group is ended then.

    Once the file `over` is there nothing more is expected of the program: it is asked to end.
    """
    # Output goes to files: a process left in the background would keep a pipe open.
    with open("/run/out", "w+b") as out, open("/run/err", "w+b") as err:
        process = subprocess.Popen(
            [*_DROP, *words], cwd=where, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
        code = _code(process, seconds, over)
        out.seek(0)
        err.seek(0)
        texts = [file.read(4 << 20).decode("utf-8", "replace") for file in (out, err)]
    return {"code": code, "out": texts[0], "err": texts[1]}


def _code(process: subprocess.Popen[bytes], seconds: float, over: Path | None) -> int | None:
    """The exit code; None for a program that had to be ended because its time was over."""
    end = time.monotonic() + seconds
    asked = False
    while time.monotonic() < end:
        try:
            return process.wait(min(0.5, seconds) if over else seconds)
        except subprocess.TimeoutExpired:
            if over and not asked and over.exists():
                os.killpg(process.pid, signal.SIGTERM)
                asked, end = True, time.monotonic() + _LEAVE_S
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return 0 if asked else None


def checks(commands: list[str], environment: dict[str, str], where: str) -> list[bool]:
    """Whether each command of `must` succeeds, after the agent."""
    return [run(["bash", "-c", command], environment, where, 60)["code"] == 0 for command in commands]


if __name__ == "__main__":
    main()
