"""`enactctl log`: the table, the filters, and nothing of an agent's that could steer a terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from support.enactctl import Enactctl, Inhabited
from support.receipts import decision, open_log

TABLE = """\
WHEN      AGENT        VERDICT  RISK          ACTION                POLICY                     RECEIPT
HH:MM:SS  claude-code  allow    SAFE          echo '    31m   gone'  -                          N
HH:MM:SS  claude-code  ask      SENSITIVE     cat .env              secrets.read-file          N
HH:MM:SS  claude-code  deny     IRREVERSIBLE  rm -rf /              files.catastrophic-delete +1  N
HH:MM:SS  claude-code  allow    SAFE          git status            -                          N

1 denied, 1 asked, 2 allowed. Why: enactctl explain N
"""


def masked(text: str) -> str:
    """Without what differs from run to run."""
    text = re.sub(r"\d\d:\d\d:\d\d", "HH:MM:SS", text)
    return re.sub(r"(?<=[ ])\d+$", "N", text, flags=re.M)


def test_table(inhabited: Inhabited) -> None:
    """The table as it is written down, newest first, with a line that sums it up."""
    said = inhabited.console("log", "--session", inhabited.caller.session)
    assert 0 == said.code
    wanted, got = masked(TABLE).splitlines(), masked(said.out).splitlines()
    assert [re.split(r" {2,}", row.replace("    31m   gone", "X")) for row in wanted] == [
        re.split(r" {2,}", re.sub(r"'.*gone'", "'X'", row)) for row in got
    ]


def test_no_steering(inhabited: Inhabited) -> None:
    """Control and direction characters of an agent reach no terminal, in no form of the answer."""
    for words in (["log"], ["log", "--json"], ["log", "--all"], ["receipts", "list"], ["status", "--all"]):
        said = inhabited.console(*words)
        assert not set("\x1b\x9b\u202e") & set(said.out), words


def test_filters(inhabited: Inhabited) -> None:
    """By verdict, by time, by number, by session; an empty result is a sentence."""
    session = ("--session", inhabited.caller.session)
    assert ["rm -rf /"] == [
        e["action"] for e in inhabited.console("log", *session, "--verdict", "deny", "--json").json("log")
    ]
    assert 4 == len(inhabited.console("log", *session, "--since", "1h", "--json").json("log"))
    assert 2 == len(inhabited.console("log", *session, "-n", "2", "--json").json("log"))
    assert "Nothing was asked.\n" == inhabited.console("log", "--session", "nobody").out
    assert "Nothing was asked since 2999-01-01.\n" == inhabited.console("log", "--since", "2999-01-01").out


def test_all(inhabited: Inhabited) -> None:
    """`--all` shows outcomes, sessions and the daemon, too."""
    kinds = {entry["kind"] for entry in inhabited.console("log", "--all", "-n", "1000", "--json").json("log")}
    assert {"decision", "outcome", "session", "daemon"} <= kinds


@pytest.mark.parametrize("text", ["yesterday", "10x", "", "99999999999d"])
def test_bad_time(inhabited: Inhabited, text: str) -> None:
    """A time that is none is told, with those that are."""
    said = inhabited.console("log", "--since", text)
    if text:
        assert 2 == said.code
        assert "10m, 2h, 1d" in said.error["fix"]


def test_nothing_yet(enactctl: Enactctl) -> None:
    """Where there are no receipts that is a sentence, not an error."""
    said = enactctl("log")
    assert 0 == said.code
    assert "Nothing was asked.\n" == said.out


def test_damaged_line(enactctl: Enactctl) -> None:
    """A line that is no receipt is named, with the command that tells more."""
    enactctl.layout.receipts.mkdir(parents=True)
    (enactctl.layout.receipts / "000000000000.jsonl").write_text("{}\n")
    said = enactctl("log")
    assert 1 == said.code
    assert "enactctl receipts verify" == said.error["fix"]


def test_follow(inhabited: Inhabited) -> None:
    """`-f` shows what happens from now on, as it happens."""
    console = inhabited.console
    words = [sys.executable, "-u", "-m", "enactd.cli", "--home", str(console.layout.root), "log", "-f", "--json"]
    process = subprocess.Popen(words, env=console.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        plain = subprocess.Popen([*words[:-1]], env=console.environment, stdout=subprocess.PIPE, text=True)
        assert plain.stdout is not None
        assert plain.stdout.readline().startswith("WHEN      AGENT        VERDICT  RISK")
        inhabited.console("log")  # the first follower has certainly begun after the second printed its header
        inhabited.caller.ask("Bash", {"command": "rm -rf /usr"})
        entry = json.loads(process.stdout.readline())["entry"]
        assert ("rm -rf /usr", "deny") == (entry["action"], entry["verdict"])
        assert "rm -rf /usr" in plain.stdout.readline()
        os.kill(plain.pid, signal.SIGINT)
        assert 130 == plain.wait(10)
    finally:
        for started in (process, plain):
            started.kill()
            started.wait()


def test_what_is_far_back(enactctl: Enactctl) -> None:
    """A rare verdict is found behind thousands of others, in the order of the log."""
    log = open_log(enactctl.layout.receipts)
    rare = [log.append_now(decision("deny" if number in (3, 9) else "allow")).id for number in range(200)]
    log.close()
    found = enactctl("log", "-n", "5", "--verdict", "deny", "--json").json("log")
    assert [rare[9], rare[3]] == [entry["id"] for entry in found]
    assert 5 == len(enactctl("log", "-n", "5", "--verdict", "allow", "--json").json("log"))
