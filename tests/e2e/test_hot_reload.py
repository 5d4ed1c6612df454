"""Ten thousand calls while bundles change a hundred times: no error, nothing half-loaded, every receipt says by what."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from support.bundles import made
from support.daemon import ROOT, Daemon, layout
from support.processes import Agent

from enactd.control_client import Client
from enactd.errors import PolicyError

CALLS = int(os.environ.get("ENACT_RELOAD_CALLS", "10000"))
CHANGES = max(2, CALLS // 100)
CALLERS = 4
PARTS = 6  # policies of a bundle that only make sense together
POLICY = '''"""Part {part} of version {version}."""
from enactd.policy import *


@policy(watches=DeletePath, severity="low", stage="stable", since="1")
def check(effect, context):
    yield {opinion}("version {version}, part {part}")
'''

# Calls of one caller, each as the shim makes it; how each was answered, as one JSON list.
CALLER = """
import json, os, socket, sys
sys.path.insert(0, {root!r})
from enactd import wire
from enactd.call import HookCall
order = json.load(sys.stdin)
answers = []
for number in range(order["count"]):
    text = json.dumps({{"session_id": order["session"], "cwd": order["cwd"], "hook_event_name": "PreToolUse",
        "permission_mode": "default", "tool_name": "Bash", "tool_use_id": f"{{order['session']}}-{{number}}",
        "tool_input": {{"command": f"rm -f build/{{number}}"}}}})
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(order["socket"])
    connection.sendall(wire.encode_hook(HookCall("claude-code", "PreToolUse", 20000, "test", text.encode())))
    decoder = wire.Decoder.of_client()
    found = None
    while data := connection.recv(65536):
        for frame in decoder.feed(data):
            if frame.kind is wire.Kind.ANSWER:
                reply = wire.decode_answer(frame.payload)
                found = [reply.exit_code, reply.stdout.decode(), reply.stderr.decode()]
    connection.close()
    answers.append(found)
print(json.dumps(answers))
"""


def bundle(place: Path, version: int) -> str:
    """A bundle whose parts all name its version; every second one denies, the others ask."""
    opinion = "Deny" if version % 2 else "Ask"
    texts = {f"team__part{part}": POLICY.format(part=part, version=version, opinion=opinion) for part in range(PARTS)}
    return made(place, f"1.{version}.0", **texts)


class Crowd:
    """Agents that call all the time, each from a process of its own."""

    def __init__(self, home: Any, cwd: Path, calls: int) -> None:
        self.answers: list[list[Any]] = []
        self._threads = [threading.Thread(target=self._run, args=(home, cwd, n, calls)) for n in range(CALLERS)]

    def _run(self, home: Any, cwd: Path, number: int, calls: int) -> None:
        order = {"socket": str(home.socket), "session": f"s{number}", "cwd": str(cwd), "count": calls // CALLERS}
        agent = Agent(cwd=cwd)
        try:
            code, out, err = agent.run(
                sys.executable, "-I", "-c", CALLER.format(root=str(ROOT)), stdin=json.dumps(order)
            )
            assert 0 == code, err
            self.answers += json.loads(out)
        finally:
            agent.kill()

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)


@pytest.mark.timeout(900)
def test_ten_thousand_calls_while_bundles_change(tmp_path: Path, record_property: Any) -> None:
    """Each call is decided by one whole bundle, and its receipt names the digest of just that."""
    home = layout(tmp_path)
    places = [bundle(tmp_path / f"b{version}", version) for version in range(CHANGES)]
    (tmp_path / "work" / "build").mkdir(parents=True)
    with Daemon(home) as daemon:
        client = Client(home, timeout=60)
        client.install_bundle(places[0])
        began = time.monotonic()
        with Crowd(home, tmp_path / "work", CALLS) as crowd:
            for version, place in enumerate(places[1:], 1):
                while crowd.busy and client.policy_stats().calls < (version - 1) * CALLS // CHANGES:
                    time.sleep(0.01)  # spread over all the calls
                client.install_bundle(place)
                if version % 10 == 0:  # what must not come in does not come in between, either
                    with contextlib.suppress(PolicyError):
                        client.install_bundle(places[0])
            installed = time.monotonic() - began
        took = time.monotonic() - began
        entries = daemon.receipts()
    receipts = [entry for entry in entries if entry.kind == "decision" and entry.tool == "Bash"]
    events = [entry.event for entry in entries if entry.kind == "daemon"]
    in_force = {entry.policy_set for entry in entries if entry.event in ("started", "reloaded")}
    assert CALLS // CALLERS * CALLERS == len(crowd.answers) == len(receipts)
    assert [] == [answer for answer in crowd.answers if answer is None or answer[0] not in (0, 2)]
    assert CHANGES == events.count("bundle-installed")
    assert not {"not-reloaded", "control-refused"} & set(events)
    versions: dict[str, int] = {}
    seen: dict[int, int] = defaultdict(int)
    for entry in receipts:
        mine = sorted(note.reason for note in entry.findings if note.policy.startswith("team."))
        version = int(mine[0].split()[1].rstrip(","))
        assert [f"version {version}, part {part}" for part in range(PARTS)] == mine
        assert ("deny" if version % 2 else "ask") == entry.verdict
        assert entry.policy_set in in_force
        assert version == versions.setdefault(entry.policy_set, version)
        seen[version] += 1
    assert len(seen) >= CHANGES // 2, "changes came too late for the calls they were meant to meet"
    record_property(
        "figures",
        f"hot reload: {len(receipts)} calls in {took:.0f} s, {CHANGES} bundles in {installed:.0f} s, judged by"
        f" {len(seen)} of them; every receipt names the digest that decided",
    )


def _digest(client: Client) -> str:
    """Of what is in force; nobody else changes it."""
    policies = client.status().policies
    assert policies is not None
    return policies.digest


def test_a_call_in_flight_ends_under_the_policies_it_began_with(tmp_path: Path) -> None:
    """A call that has come in before a change is judged by what was in force then, whole."""
    home = layout(tmp_path)
    (tmp_path / "work" / "build").mkdir(parents=True)
    with Daemon(home) as daemon:
        client = Client(home, timeout=60)
        client.install_bundle(bundle(tmp_path / "a", 0))
        before = _digest(client)
        with Crowd(home, tmp_path / "work", 200):
            client.install_bundle(bundle(tmp_path / "b", 1))
        after = _digest(client)
        order = [entry.policy_set for entry in daemon.receipts() if entry.kind == "decision" and entry.tool == "Bash"]
    assert {before, after} >= set(order)
    for entry in daemon.receipts():
        if entry.kind == "decision" and entry.tool == "Bash":
            expected = "ask" if entry.policy_set == before else "deny"
            assert expected == entry.verdict
