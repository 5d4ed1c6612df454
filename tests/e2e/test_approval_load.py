"""A thousand open questions and two hundred links change nothing for calls that nobody is asked about."""

from __future__ import annotations

import json
import socket
import statistics
import sys
import time
from pathlib import Path

import pytest
from support.daemon import ROOT, bash
from support.desk import request
from support.person import Person, Question

from enactd.approvals.journal import NAME, Asked, Journal
from enactd.approvals.model import Request
from enactd.config import Layout
from enactd.errors import RefusedError
from enactd.receipts.keys import MacKeys

PENDING = 1_000
LINKS = 200
CALLS = 60
WEB = "[approvals.web]\nlisten = '127.0.0.1:{port}'\n"

# Many hook calls from one process, so that what is measured is the daemon.
CALLER = """
import json, socket, sys, time
sys.path.insert(0, {root!r})
from enactd import wire
from enactd.call import HookCall
order = json.load(sys.stdin)
took = []
for number in range(order["calls"]):
    message = dict(order["message"], tool_use_id=f"toolu_{{number}}")
    began = time.perf_counter()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(order["socket"])
    connection.sendall(wire.encode_hook(HookCall("claude-code", "PreToolUse", 20000, "test", json.dumps(message).encode())))
    decoder = wire.Decoder.of_client()
    answered = False
    while not answered and (data := connection.recv(65536)):
        for frame in decoder.feed(data):
            if frame.kind is wire.Kind.ANSWER:
                answered = True
                assert wire.decode_answer(frame.payload).exit_code == 0
    took.append(time.perf_counter() - began)
print(json.dumps(took))
"""


def waiting(since: float) -> list[Request]:
    """As many requests as that, of ten sessions."""
    return [
        request(f"{number}-{number:06x}", since=since, session=f"s{number % 10}", call=f"terraform destroy # {number}")
        for number in range(PENDING)
    ]


def fill(home: Layout, since: float) -> None:
    """A journal as a daemon leaves it that many questions were asked of, vouched for with its own key."""
    entries = [
        Asked(request=one, bond=f"bond {one.id}", link=(number, "0" * 64), requester="ada")
        for number, one in enumerate(waiting(since))
    ]
    signer = MacKeys.open(str(home.keys), create=False).signer
    Journal(home.state / NAME, lambda line: signer.seal(b"journal\0" + line)).rewrite(entries)


def quartiles(*questions: Question) -> list[float]:
    """The lower quartile of seconds of a call of each, in turns: a busy machine is busy for all of them."""
    took: list[list[float]] = [[] for _ in questions]
    for _ in range(4):
        for question, mine in zip(questions, took, strict=True):
            order = {
                "socket": str(question.home.socket), "calls": CALLS // 4,
                "message": bash("git status", cwd=str(question.project)),
            }  # fmt: skip
            code, out, err = question.agent.run(
                sys.executable, "-I", "-c", CALLER.format(root=str(ROOT)), stdin=json.dumps(order)
            )
            assert 0 == code, err
            mine += json.loads(out)
    return [statistics.quantiles(mine)[0] for mine in took]


def test_many_questions_slow_no_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a daemon without any; every one of them is listed, can be answered, and answers just itself."""
    crowded, empty = (tmp_path / name for name in ("crowded", "empty"))
    for folder in (crowded, empty):
        folder.mkdir()
    with Question(empty) as quiet, Question(crowded, WEB.format(port=free_port())) as loud:
        loud.daemon.terminate()
        fill(loud.home, time.time())
        loud.start_again()
        with Person(loud.home) as person:
            assert PENDING == len(person.pending())
            links = [person.link(f"{number}") for number in range(LINKS)]
            assert LINKS == len(set(links))
            without, with_them = quartiles(quiet, loud)
            assert "approved" == person.answer("7-000007", "approve").state
            with pytest.raises(RefusedError):
                person.answer("7-000007", "approve")
            assert PENDING - 1 == len(person.pending())
    with capsys.disabled():
        print(f"\na call beside {PENDING} questions: {with_them * 1e3:.1f} ms, without: {without * 1e3:.1f} ms")
    assert with_them < 5 * without + 0.05


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
