"""A real daemon, real sockets, real processes: what holds when things go wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.daemon import Daemon, bash, caller, environment, hook, layout, message, until
from support.processes import Agent
from support.required import need

from enactd import instance, wire
from enactd.call import HookCall, Reply
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import PolicyError, RefusedError, UnreachableError

DENY_ALL = '''"""Deny everything that is read.

Why
    A test.
Instead
    Nothing.
Blind spots
    None.
"""

from enactd.policy import Context, Deny, Effect, Opinions, policy


@policy(watches=Effect, severity="low", stage="stable", since="0.1", denies=("ls", "pwd", "cat x"), allows=("true",))
def check(effect: Effect, context: Context) -> Opinions:
    yield Deny("the test says so")
'''
FREE = "echo hello"
READS = "cat /etc/hostname"


@pytest.fixture
def home(tmp_path: Path) -> Layout:
    return layout(tmp_path)


@pytest.fixture
def daemon(home: Layout) -> Iterator[Daemon]:
    with Daemon(home) as running:
        yield running


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    work = tmp_path / "work"
    work.mkdir()
    with Agent(cwd=work, env=environment()) as started:
        yield started


def raw(home: Layout) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(20)
    connection.connect(str(home.socket))
    return connection


def answer(connection: socket.socket) -> Reply:
    decoder = wire.Decoder.of_client()
    while data := connection.recv(65_536):
        for frame in decoder.feed(data):
            if frame.kind is wire.Kind.ANSWER:
                return wire.decode_answer(frame.payload)
    raise AssertionError("no answer")


def test_an_allowed_call_has_a_receipt_and_no_objection(daemon: Daemon, agent: Agent) -> None:
    """Routine work goes on, with a durable receipt that names who asked."""
    reply = hook(agent, daemon.layout, bash(FREE))
    assert (0, b"") == (reply.exit_code, reply.stderr)
    assert b"permissionDecision" not in reply.stdout
    last = daemon.receipts()[-1]
    assert ("decision", "allow", "s") == (last.kind, last.verdict, last.session)
    assert last.witnessed is not None
    assert agent.pid == last.witnessed.agent_pid
    assert str(Path(f"/proc/{agent.pid}/cwd").readlink()) == last.workspace


def test_a_dangerous_call_is_stopped_with_its_receipt(daemon: Daemon, agent: Agent) -> None:
    """A denial says why and which receipt, on stdout for the model and on stderr for everybody."""
    reply = hook(agent, daemon.layout, bash("rm -rf /"))
    last = daemon.receipts()[-1]
    assert (2, "deny") == (reply.exit_code, last.verdict)
    assert f"[receipt {last.seq}-".encode() in reply.stdout
    assert b"\n" not in reply.stderr.strip()


def test_outcomes_are_linked_to_their_decision(daemon: Daemon, agent: Agent) -> None:
    """After the call ran, a second receipt points to the first."""
    hook(agent, daemon.layout, bash(FREE, call_id="toolu_7"))
    decided = daemon.receipts()[-1]
    done = message("PostToolUse", tool_name="Bash", tool_use_id="toolu_7", tool_input={}, tool_response={"stdout": "x"})
    assert 0 == hook(agent, daemon.layout, done).exit_code
    outcome = daemon.receipts()[-1]
    assert ("outcome", decided.seq) == (outcome.kind, outcome.links[0].seq)
    hook(agent, daemon.layout, message("SessionEnd", reason="other"))
    assert ("session", "end") == (daemon.receipts()[-1].kind, daemon.receipts()[-1].event)


@pytest.mark.parametrize(
    ("name", "event", "stdin"),
    [
        ("nobody", "PreToolUse", bash(FREE)),
        ("claude-code", "PreToolUse", "{"),
        ("claude-code", "PreToolUse", ""),
        ("claude-code", "PreToolUse", "[" * 100_000),
        ("claude-code", "PreToolUse", message("PostToolUse")),
        ("claude-code", "PreToolUse", message("PreToolUse")),
        ("claude-code", "Unheard", bash(FREE)),
        ("claude-code", "PreToolUse", '{"session_id":"\\ud800"}'),
    ],
)
def test_what_is_not_understood_is_denied_and_recorded(
    daemon: Daemon, agent: Agent, name: str, event: str, stdin: object
) -> None:
    """Unknown agents, events and broken messages end in a no, on one line, with a receipt."""
    before = len(daemon.receipts())
    reply = hook(agent, daemon.layout, stdin, event=event, name=name)
    assert 2 == reply.exit_code
    assert 1 == reply.stderr.count(b"\n")
    assert ("deny", "malformed") == (daemon.receipts()[-1].verdict, daemon.receipts()[-1].event)
    assert before + 1 == len(daemon.receipts())
    assert "Traceback" not in daemon.log.read_text()


def test_a_tool_call_cannot_speak_for_its_agent(daemon: Daemon, agent: Agent) -> None:
    """The hook socket is of no use to what the agent starts."""
    assert 0 == hook(agent, daemon.layout, bash(FREE)).exit_code
    order = {"socket": str(daemon.layout.socket), "agent": "claude-code", "event": "PreToolUse", "deadline_ms": 9000}
    forged = json.dumps({**order, "stdin": bash(FREE, call_id="forged")})
    script = (
        "import subprocess, sys; text, *argv = sys.argv[1:]; "
        "print(subprocess.run(argv, input=text, text=True, capture_output=True).stdout)"
    )
    code, out, _ = agent.run(sys.executable, "-c", script, forged, *caller())
    assert (0, 2) == (code, json.loads(out)[0])
    assert "is not the agent" in json.loads(out)[2]
    assert "refused" == daemon.receipts()[-1].event
    assert 0 == hook(agent, daemon.layout, bash(FREE)).exit_code


def test_an_agent_cannot_stop_or_reload_the_daemon(daemon: Daemon, agent: Agent) -> None:
    """Control that changes something is refused below an agent, looking is not."""
    hook(agent, daemon.layout, bash(FREE))
    enactd = (sys.executable, "-m", "enactd")
    at_home = ("--home", str(daemon.layout.root))
    code, _, err = agent.run(*enactd, "stop", *at_home)
    assert 3 == code
    assert "may not be done from here" in err
    assert 0 == agent.run(*enactd, "status", *at_home)[0]
    assert "control-refused" == daemon.receipts()[-1].event
    daemon.client.version()


def test_a_person_stops_it(daemon: Daemon) -> None:
    """`enactd stop` ends the daemon, its socket and its lock, and says so in a receipt."""
    done = subprocess.run(
        [sys.executable, "-m", "enactd", "stop", "--home", str(daemon.layout.root)],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (0, "") == (done.returncode, done.stderr)
    assert 0 == daemon.process.wait(10)
    assert not daemon.layout.socket.exists()
    assert "stopped" == daemon.receipts()[-1].event


def test_kill_9_loses_nothing_that_was_answered(home: Layout, agent: Agent) -> None:
    """After a kill a new daemon takes the place of the old socket, and every answered call has its receipt."""
    first = Daemon(home)
    hook(agent, home, bash("rm -rf /", call_id="a"))
    hook(agent, home, bash("terraform destroy -auto-approve", call_id="b"))
    hook(agent, home, bash(FREE, call_id="c"))
    levels = {s.session: (s.risk, s.attempted) for s in first.client.status().sessions}
    first.kill()
    assert home.socket.exists()
    with pytest.raises(UnreachableError, match="cannot reach") as silent:
        first.client.version()
    assert "nobody is listening" in silent.value.cause
    with Daemon(home) as second:
        assert {"a", "b", "c"} <= {receipt.call_id for receipt in second.receipts()}
        assert levels == {s.session: (s.risk, s.attempted) for s in second.client.status().sessions}
        assert None is second.client.verify_macs().first_bad
        assert 0 == hook(agent, home, bash(FREE)).exit_code


def test_there_is_one_daemon(daemon: Daemon) -> None:
    """A second one does not start, does not touch the socket, and says why."""
    inode = daemon.layout.socket.stat().st_ino
    second = subprocess.run(
        [word for word in instance.command(daemon.layout) if word != "--report"],
        env=instance.clean_environment(daemon.layout), capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert 1 == second.returncode
    assert "another daemon is running" in second.stderr
    assert inode == daemon.layout.socket.stat().st_ino
    daemon.client.version()


def test_many_starts_at_once_make_one_daemon(home: Layout) -> None:
    """Shims that all find nobody there start one daemon between them."""
    command = [sys.executable, "-m", "enactd", "start", "--home", str(home.root)]
    with ThreadPoolExecutor(4) as pool:
        done = list(
            pool.map(
                lambda _: subprocess.run(command, env=environment(), capture_output=True, text=True, check=False),
                range(4),
            )
        )
    assert [0] * 4 == [run.returncode for run in done], [run.stderr for run in done]
    pids = {run.stdout.split("process ")[1].split(",")[0] for run in done}
    assert 1 == len(pids)
    instance.stop(Client(home))
    assert until(lambda: not Path(f"/proc/{pids.pop()}").exists() if pids else True)


def test_a_daemon_in_the_background_owes_its_starter_nothing(home: Layout) -> None:
    """It has a session, a folder and an environment of its own."""
    started = subprocess.run(
        [sys.executable, "-m", "enactd", "start", "--home", str(home.root)],
        env={**environment(), "SECRET": "x", "ENACT_FREEZE": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 0 == started.returncode, started.stderr
    pid = Client(home).version().pid
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        assert {b"HOME", b"PATH", b"LANG"} == {name.split(b"=")[0] for name in variables if name} - {b"TZ"}
        assert Path("/") == Path(f"/proc/{pid}/cwd").readlink()
        assert pid == os.getsid(pid)
        assert 0o600 == home.log_file.stat().st_mode & 0o777
    finally:
        instance.stop(Client(home))


def test_a_replaced_version_ends_the_old_daemon(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade `enactd start` takes over from the daemon of before."""
    monkeypatch.setattr(instance, "__version__", "0.2.0")
    fresh = instance.start_in_background(daemon.layout)
    try:
        assert 0 == daemon.process.wait(10)
        assert fresh.pid != daemon.process.pid
    finally:
        instance.stop(Client(daemon.layout))


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda home: home.config_file.write_text("[daemon]\nthreads = 'x'"), "`daemon.threads`: expected `int`"),
        (lambda home: home.state.chmod(0o755), "not safe to use"),
        (lambda home: home.run.chmod(0o777), "not safe to use"),
        (lambda home: (home.policies.mkdir(), (home.policies / "x.py").write_text("import os")), "does not load"),
        (lambda home: home.socket.mkdir(), "cannot listen"),
    ],
)
@pytest.mark.parametrize("foreground", [True, False])
def test_a_daemon_that_cannot_start_says_why(home: Layout, break_it: object, said: str, foreground: bool) -> None:
    """One clear error in our form and an exit code, in the foreground and from the background."""
    home.prepare()
    break_it(home)  # type: ignore[operator]
    command = [
        sys.executable,
        "-m",
        "enactd",
        "start",
        "--home",
        str(home.root),
        *(["--foreground"] if foreground else []),
    ]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "effect: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("foreground", [True, False])
@pytest.mark.parametrize("text", ["raise ValueError('two describe `x`')", "def (", "import nowhere"])
def test_a_program_family_that_does_not_load_stops_the_start(
    home: Layout, tmp_path: Path, foreground: bool, text: str
) -> None:
    """In our form, before any call is served: half a reading would be worse than none."""
    installed, source = tmp_path / "lib", Path(instance.__file__).parent
    shutil.copytree(source, installed / "enactd")
    if (source.parent / "policies").is_dir():  # in a checkout they lie beside the package, else inside
        shutil.copytree(source.parent / "policies", installed / "policies")
    (installed / "enactd/effects/programs/zz_broken.py").write_text(text)
    command = [sys.executable, "-m", "enactd", "start", "--home", str(home.root)]
    done = subprocess.run(
        [*command, *(["--foreground"] if foreground else [])],
        env={**environment(), "PYTHONPATH": str(installed)}, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert 1 == done.returncode
    assert "a part of enactd does not load" in done.stderr
    assert ["error", "cause", "effect", "fix", "code"] == [
        line.split(":")[0].strip() for line in done.stderr.split("\n") if line
    ]


@pytest.mark.parametrize("foreground", [True, False])
def test_damage_is_accepted_only_when_a_person_says_so(home: Layout, agent: Agent, foreground: bool) -> None:
    """A changed line stops the start with the way out; that leaves a receipt, and an agent may not take it."""
    with Daemon(home) as daemon:
        hook(agent, home, bash(FREE))
        daemon.terminate()
    (segment,) = sorted(home.receipts.glob("*.jsonl"))
    lines = segment.read_bytes().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b'"stopped"', b'"strange"', 1)
    segment.write_bytes(b"".join(lines))
    command = [sys.executable, "-m", "enactd", "start", "--home", str(home.root)]
    options = {"env": environment(), "capture_output": True, "text": True, "timeout": 60}
    refused = subprocess.run(command, check=False, **options)  # type: ignore[call-overload]
    assert 5 == refused.returncode, refused.stderr
    assert "enactd start --accept-damage" in refused.stderr
    by_agent = subprocess.run(
        [*command, "--accept-damage"], check=False, **{**options, "env": {**environment(), "CLAUDECODE": "1"}}
    )  # type: ignore[call-overload]
    assert (2, True) == (by_agent.returncode, "an agent may not" in by_agent.stderr)
    if foreground:
        with Daemon(home, more=("--accept-damage",)) as daemon:
            reply = hook(agent, home, bash(FREE))
    else:
        subprocess.run([*command, "--accept-damage"], check=True, **options)  # type: ignore[call-overload]
        try:
            reply = hook(agent, home, bash(FREE))
        finally:
            instance.stop(Client(home))
    assert 0 == reply.exit_code
    newest = max(home.receipts.glob("*.jsonl"))
    assert newest != segment
    assert "damage-accepted" == json.loads(newest.read_bytes().splitlines()[0])["event"]
    with Daemon(home) as daemon:
        assert 0 == hook(agent, home, bash(FREE)).exit_code


def test_sigterm_lets_running_calls_end(daemon: Daemon, agent: Agent) -> None:
    """A call that is being decided gets its answer; those that only connected hear that the daemon ends."""
    idle, busy = raw(daemon.layout), raw(daemon.layout)
    frame = wire.encode_hook(HookCall("claude-code", "PreToolUse", 20_000, "t", b"{" + b" " * 500_000))
    busy.sendall(frame[:-10])
    assert until(lambda: daemon.client.version().pid == daemon.process.pid)
    daemon.process.send_signal(signal.SIGTERM)
    assert b"ending" in answer(idle).stderr
    time.sleep(0.1)
    busy.sendall(frame[-10:])
    assert 2 == answer(busy).exit_code
    assert 0 == daemon.process.wait(10)
    assert "stopped" == daemon.receipts()[-1].event


def test_half_messages_do_not_hold_anybody_up(home: Layout, agent: Agent) -> None:
    """Connections that never finish their message are dropped; others are served meanwhile."""
    home.prepare()
    home.config_file.write_text("[daemon]\nframe_ms = 700\n")
    with Daemon(home) as daemon:
        slow = [raw(home) for _ in range(50)]
        for connection in slow:
            connection.sendall(b"\0\0")
        assert 0 == hook(agent, home, bash(FREE)).exit_code
        for connection in slow:
            assert b"" == connection.recv(1)
        daemon.client.version()


def test_one_connection_too_many_is_denied_at_once(home: Layout, agent: Agent) -> None:
    """Over the limit the answer is no, health says so, and with room again calls are served."""
    home.prepare()
    home.config_file.write_text("[daemon]\nconnections = 4\n")
    with Daemon(home) as daemon:
        held = [raw(home) for _ in range(4)]
        assert until(lambda: b"too many" in answer(raw(home)).stderr)
        for connection in held:
            connection.close()
        assert until(lambda: _try(daemon.client.version))
        assert ["overloaded"] == [ailment.code for ailment in daemon.client.health()]
        assert 0 == hook(agent, home, bash(FREE)).exit_code


def _try(call: object) -> bool:
    try:
        call()  # type: ignore[operator]
    except UnreachableError:
        return False
    return True


@pytest.mark.parametrize("size", [64 << 10, 1 << 20, 10 << 20])
def test_large_messages_are_answered(daemon: Daemon, agent: Agent, size: int) -> None:
    """A large Write is read and answered; nothing about its size stops the daemon."""
    text = message("PreToolUse", tool_name="Write", tool_use_id="t",
                   tool_input={"file_path": f"/proc/{agent.pid}/cwd/x", "content": "word " * (size // 5)})  # fmt: skip
    reply = hook(agent, daemon.layout, text)
    assert reply.exit_code in (0, 2)
    daemon.client.version()


@pytest.mark.parametrize("part", ["0,", "[],", '"",'])
def test_a_message_of_countless_parts_holds_nobody_up(daemon: Daemon, agent: Agent, tmp_path: Path, part: str) -> None:
    """It is refused, while another agent's calls are answered within their usual deadline."""
    bomb = json.dumps(bash(FREE))[:-2] + ', "x": [' + part * 3_000_000 + part[:-1] + "]}}"
    with Agent(cwd=tmp_path, env=environment()) as other, ThreadPoolExecutor(1) as pool:
        refused = pool.submit(hook, other, daemon.layout, bomb, event="PreToolUse")
        while not refused.done():
            assert 0 == hook(agent, daemon.layout, bash(FREE), deadline_ms=8000).exit_code
        assert 2 == refused.result().exit_code
    assert b"parts" in refused.result().stderr


def test_too_large_a_message_is_refused_before_it_is_read(daemon: Daemon) -> None:
    """A length over the limit is answered no after five bytes."""
    connection = raw(daemon.layout)
    connection.sendall((wire.MAX_REQUEST + 1).to_bytes(4) + b"H")
    assert 2 == answer(connection).exit_code


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\1X", b"\0\0\0\1H", b"\0\0\0\0", b"\0\0\0\2H\x09"])
def test_garbage_is_answered_no(daemon: Daemon, data: bytes) -> None:
    """What is no frame of ours, or half of one, never gets a yes and never hurts."""
    connection = raw(daemon.layout)
    connection.sendall(data)
    assert 2 == answer(connection).exit_code
    daemon.client.version()


def test_two_hundred_calls_at_once(daemon: Daemon, tmp_path: Path) -> None:
    """Parallel calls of several sessions are all answered, each with its own receipt, in one whole chain."""

    def work(number: int) -> list[int]:
        with Agent(cwd=tmp_path, env=environment()) as own:
            return [
                hook(own, daemon.layout, bash(FREE, call_id=f"{number}-{call}", session=f"s{number}")).exit_code
                for call in range(25)
            ]

    with ThreadPoolExecutor(8) as pool:
        codes = [code for run in pool.map(work, range(8)) for code in run]
    assert [0] * 200 == codes
    decided = [receipt for receipt in daemon.receipts() if receipt.kind == "decision"]
    assert 200 == len({receipt.call_id for receipt in decided})
    check = daemon.client.verify_macs()
    assert (len(daemon.receipts()), None) == (check.checked, check.first_bad)


def test_a_changed_policy_is_in_force_for_the_next_call(daemon: Daemon, agent: Agent) -> None:
    """A new policy file counts well under a second later; removed, it counts no more."""
    file = daemon.layout.policies / "deny_all.py"
    assert 0 == hook(agent, daemon.layout, bash(READS)).exit_code
    file.parent.mkdir()
    file.write_text(DENY_ALL)
    began = time.monotonic()
    assert until(lambda: hook(agent, daemon.layout, bash(READS)).exit_code == 2, 2)
    assert time.monotonic() - began < 1
    file.unlink()
    assert until(lambda: hook(agent, daemon.layout, bash(READS)).exit_code == 0, 2)
    assert ["reloaded", "reloaded"] == [r.event for r in daemon.receipts() if r.event == "reloaded"]


def test_a_policy_that_does_not_load_changes_nothing(daemon: Daemon, agent: Agent) -> None:
    """The old set stays; health is yellow, log and receipt say so once; mended, all is green."""
    digest = daemon.client.status().policies
    daemon.layout.policies.mkdir()
    file = daemon.layout.policies / "bad.py"
    file.write_text("def (")
    assert until(lambda: [a.code for a in daemon.client.health()] == ["policies-stale"])
    assert digest == daemon.client.status().policies
    with pytest.raises(PolicyError, match="bad"):
        daemon.client.reload()
    assert 0 == hook(agent, daemon.layout, bash(READS)).exit_code
    file.unlink()
    assert until(lambda: daemon.client.health() == ())
    assert 1 == [receipt.event for receipt in daemon.receipts()].count("not-reloaded")
    assert "not reloaded" in daemon.log.read_text()


def test_configuration_is_read_again(daemon: Daemon) -> None:
    """A freeze written into config.toml holds at once; a broken file leaves it on."""
    daemon.layout.config_file.write_text("[freeze]\nreason = 'release'\n")
    assert until(lambda: daemon.client.status().freeze == "release")
    daemon.layout.config_file.write_text("[freeze\n")
    assert until(lambda: [a.code for a in daemon.client.health()] == ["config-stale"])
    assert "release" == daemon.client.status().freeze
    fresh = daemon.layout.config / "config.new"
    fresh.write_text("")
    fresh.rename(daemon.layout.config_file)
    assert until(lambda: daemon.client.status().freeze == "" and daemon.client.health() == ())


def test_reloads_disturb_no_call(daemon: Daemon, agent: Agent) -> None:
    """While policies change all the time, every call gets a whole answer."""
    daemon.layout.policies.mkdir()
    file = daemon.layout.policies / "deny_all.py"
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            file.write_text(DENY_ALL)
            time.sleep(0.02)
            file.unlink()
            time.sleep(0.02)

    changer = threading.Thread(target=change)
    changer.start()
    codes = {hook(agent, daemon.layout, bash(READS)).exit_code for _ in range(15)}
    stop.set()
    changer.join()
    assert codes <= {0, 2}
    assert all(r.findings == () or r.findings[0].policy == "deny-all" for r in daemon.receipts() if r.verdict == "deny")


def test_a_full_disk_denies(home: Layout, agent: Agent) -> None:
    """No receipt, no yes: when nothing can be written the call is denied, and health is red."""
    with Daemon(home, before=("prlimit", "--fsize=16384")) as daemon:
        codes = [hook(agent, home, bash(FREE, call_id=str(number))) for number in range(20)]
        assert 2 == codes[-1].exit_code
        assert b"no receipt can be written" in codes[-1].stderr
        assert ["receipts-unwritable"] == [a.code for a in daemon.client.health() if a.severity == "red"]
        allowed = sum(reply.exit_code == 0 for reply in codes)
        assert allowed == sum(r.verdict == "allow" for r in daemon.receipts())


def test_a_caller_that_left_is_recorded(daemon: Daemon, agent: Agent) -> None:
    """A decision that found nobody has a receipt that says so."""
    code = caller()[-1].replace("decoder = wire", "sys.exit(0)\ndecoder = wire")
    order = {"socket": str(daemon.layout.socket), "agent": "claude-code", "event": "PreToolUse", "deadline_ms": 9000}
    slow = bash("; ".join(f"cat /etc/hostname{n}" for n in range(300)), call_id="left")
    agent.run(sys.executable, "-I", "-c", code, stdin=json.dumps({**order, "stdin": slow}))

    def told() -> bool:
        receipts = daemon.receipts()
        kinds = [receipt.kind for receipt in receipts if receipt.call_id == "left"]
        return kinds == ["decision", "undelivered"] or receipts[-1].event == "refused"

    assert until(told)


def test_the_deadline_is_kept(home: Layout, agent: Agent) -> None:
    """A call with hardly any time left is denied before its time is over."""
    with Daemon(home) as daemon:
        began = time.monotonic()
        reply = hook(agent, home, bash(FREE), deadline_ms=100)
        assert 2 == reply.exit_code
        assert b"no verdict in time" in reply.stderr
        assert time.monotonic() - began < 2
        assert "late" == daemon.receipts()[-1].event


def test_other_namespaces_are_refused(daemon: Daemon, agent: Agent) -> None:
    """A caller in a container hears that it needs a daemon inside."""
    order = {"socket": str(daemon.layout.socket), "agent": "claude-code", "event": "PreToolUse", "deadline_ms": 9000}
    code, out, err = agent.run("unshare", "--mount", *caller(), stdin=json.dumps({**order, "stdin": bash(FREE)}))
    assert 0 == code, err
    assert 2 == json.loads(out)[0]
    assert "another namespace" in json.loads(out)[2]
    with pytest.raises(RefusedError):
        raise_from(agent, daemon)


def raise_from(agent: Agent, daemon: Daemon) -> None:
    """The same for control."""
    code, _, err = agent.run(
        "unshare", "--mount", sys.executable, "-m", "enactd", "status", "--home", str(daemon.layout.root)
    )
    if code == 3 and "another namespace" in err:
        raise RefusedError("refused")


def test_nothing_secret_is_logged(daemon: Daemon, agent: Agent) -> None:
    """Neither what agents send nor their environment is in the log."""
    secret = "hunter2-very-secret"
    hook(agent, daemon.layout, bash(f"echo {secret}"))
    hook(agent, daemon.layout, '{"' + secret)
    hook(agent, daemon.layout, bash(FREE, session=secret), name="nobody")
    assert secret not in daemon.log.read_text()


def test_socket_activation(home: Layout, agent: Agent) -> None:
    """systemd hands its socket over; the first caller waits for the daemon and is served."""
    need("systemd-socket-activate", "socket activation was NOT tried")
    home.prepare()
    command = [word for word in instance.command(home) if word != "--report"]
    activator = subprocess.Popen(
        ["systemd-socket-activate", f"--listen={home.socket}", *command],
        env=environment(), stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert until(home.socket.exists)
        assert 0 == hook(agent, home, bash(FREE)).exit_code
        assert activator.pid == Client(home).version().pid
        activator.terminate()
        assert 0 == activator.wait(10)
        assert home.socket.exists()
    finally:
        activator.kill()
        activator.wait()
